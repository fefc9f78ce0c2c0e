"""The commands of `kubectl authpulse`. Each imports what it needs when it runs, so that --help answers at once."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from authpulse import __version__
from authpulse.cli.app import Commands, Output, OutputOption
from authpulse.cli.places import bypass_proxies
from authpulse.ending import exit_code_of

if TYPE_CHECKING:
    from authpulse.cli.kubectl.changes import Done
    from authpulse.cli.kubectl.cluster import Cluster
    from authpulse.cli.kubectl.waiting import Patience

app = typer.Typer(
    name="kubectl authpulse",
    cls=Commands,
    help="AuthPulse resources of a cluster, looked at and changed by hand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Name = Annotated[str, typer.Argument(help="Of the AuthPulse resource.", show_default=False)]
Kubeconfig = Annotated[Path | None, typer.Option(help="As of kubectl.", show_default="$KUBECONFIG")]
Context = Annotated[str | None, typer.Option(help="As of kubectl.", show_default="the current one")]
Namespace = Annotated[
    str | None, typer.Option("--namespace", "-n", help="As of kubectl.", show_default="the context's")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Until it is done.")]
Timeout = Annotated[str, typer.Option(help="How long to wait at most, as in 90s, 15m or 1h.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kubectl-authpulse {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def status(
    name: Name,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    service_levels: Annotated[
        bool,
        typer.Option("--service-levels", help="Also ask CloudWatch, with your AWS credentials, how they were kept."),
    ] = False,
    output: OutputOption = Output.TEXT,
) -> int:
    """Show the whole chain of a resource and what to do next. Exit code 0 if it is ready, 1 if it is not."""
    from authpulse.cli.kubectl.status import look, show

    picture = look(_cluster(kubeconfig, context, namespace), name, service_levels=service_levels)
    if output == Output.JSON:
        _print(picture.document)
    else:
        show(picture)
    return 0 if picture.seen.is_ready else 1


@app.command()
def plan(
    manifest: Annotated[Path, typer.Option("--file", "-f", help="The AuthPulse manifest.")],
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End with 10 if there is something to do.")
    ] = False,
    output: OutputOption = Output.TEXT,
) -> int:
    """Show which calls applying a manifest would cause, and what becomes of the job. Nothing is written."""
    from authpulse.cli.kubectl.planning import plan_in_cluster
    from authpulse.cli.plan_report import print_plan

    planned = plan_in_cluster(manifest, _cluster(kubeconfig, context, namespace))
    print_plan(planned, as_json=output == Output.JSON)
    return planned.exit_code(detailed=detailed_exitcode)


@app.command()
def snapshot(
    name: Name,
    snapshot_name: Annotated[
        str | None, typer.Option("--name", help="Of the AuthPulseSnapshot.", show_default="made from the time")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep it when the AuthPulseSnapshot is deleted.")] = False,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    wait: Wait = True,
    timeout: Timeout = "10m",
    output: OutputOption = Output.TEXT,
) -> int:
    """Take a snapshot of the running job, as an AuthPulseSnapshot."""
    from authpulse.cli.kubectl.snapshots import take

    cluster = _cluster(kubeconfig, context, namespace)
    taken = take(cluster, name, _patience(wait, timeout), name=snapshot_name, keep=keep)
    if output == Output.JSON:
        _print(taken.document)
    else:
        named = f" ({taken.status.snapshot_name})" if taken.status.snapshot_name else ""
        typer.echo(f"snapshot {taken.name}: {taken.status.state}{named}")
    return 0


@app.command()
def restart(
    name: Name,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    wait: Wait = True,
    timeout: Timeout = "15m",
    output: OutputOption = Output.TEXT,
) -> int:
    """Restart the job from a snapshot of itself."""
    from authpulse.cli.kubectl import changes

    return _change(changes.restart, name, _cluster(kubeconfig, context, namespace), _patience(wait, timeout), output)


@app.command()
def rollback(
    name: Name,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    wait: Wait = True,
    timeout: Timeout = "15m",
    output: OutputOption = Output.TEXT,
) -> int:
    """Give the deployment on trial up for the last stable one."""
    from authpulse.cli.kubectl import changes

    return _change(changes.rollback, name, _cluster(kubeconfig, context, namespace), _patience(wait, timeout), output)


@app.command()
def suspend(
    name: Name,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    wait: Wait = True,
    timeout: Timeout = "15m",
    output: OutputOption = Output.TEXT,
) -> int:
    """Stop the job with a snapshot."""
    from authpulse.cli.kubectl import changes

    return _change(changes.suspend, name, _cluster(kubeconfig, context, namespace), _patience(wait, timeout), output)


@app.command()
def resume(
    name: Name,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    wait: Wait = True,
    timeout: Timeout = "15m",
    output: OutputOption = Output.TEXT,
) -> int:
    """Let a suspended job go on from its snapshot."""
    from authpulse.cli.kubectl import changes

    return _change(changes.resume, name, _cluster(kubeconfig, context, namespace), _patience(wait, timeout), output)


@app.command()
def logs(
    name: Name,
    source: Annotated[str, typer.Option(help="job, exceptions, or the name of a replay.")] = "job",
    tail: Annotated[int, typer.Option(min=1, max=10_000, help="How many lines, newest last.")] = 50,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespace = None,
    output: OutputOption = Output.TEXT,
) -> int:
    """Show the log of the job (from CloudWatch, with your credentials), its exceptions, or a replay's."""
    from authpulse.cli.kubectl.logs import read

    lines = read(_cluster(kubeconfig, context, namespace), name, source=source, lines=tail)
    if output == Output.JSON:
        _print(lines)
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line, the process's own by default; returns the exit code."""
    bypass_proxies(os.environ)
    run: Any = app
    return exit_code_of(lambda: run(arguments, standalone_mode=False, prog_name="kubectl authpulse"))


def _cluster(kubeconfig: Path | None, context: str | None, namespace: str | None) -> "Cluster":
    from authpulse.cli.kubectl import cluster

    return cluster.connect(kubeconfig, context=context, namespace=namespace)


def _patience(wait: bool, timeout: str) -> "Patience":
    from authpulse.cli.kubectl.waiting import Patience, seconds_of

    return Patience(wait, seconds_of(timeout))


def _change(
    change: "Callable[[Cluster, str, Patience], Done]",
    name: str,
    cluster: "Cluster",
    patience: "Patience",
    output: Output,
) -> int:
    done = change(cluster, name, patience)
    if output == Output.JSON:
        _print(done.document)
    else:
        typer.echo(f"{done.seen.identity} {done.message}")
    return 0


def _print(document: Any) -> None:
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")
