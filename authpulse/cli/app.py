"""The commands. Each imports what it needs when it runs, so that `authpulse --help` answers at once."""

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from authpulse import __version__
from authpulse.cli.places import bypass_proxies
from authpulse.ending import exit_code_of


class Commands(TyperGroup):
    """Typer would end an interrupted command without a word."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error


app = typer.Typer(
    name="authpulse",
    cls=Commands,
    help="Streaming authentication analytics that runs itself: a log goes in, scored tables and alerts come out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Environment = Annotated[
    str | None, typer.Option("--environment", "-e", help="Which pipeline, when several run here.", show_default=False)
]


class Output(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="For people or for machines.")]


class TableOutput(StrEnum):
    """How tables are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"authpulse {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def up(
    manifest: Annotated[Path, typer.Option("--file", "-f", help="The AuthPulse manifest.")],
    input_: Annotated[
        Path | None, typer.Option("--input", help="Replay this log instead of the manifest's.", show_default=False)
    ] = None,
    format_: Annotated[str | None, typer.Option("--format", help="Its format.", show_default="detected")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the local AWS.", show_default="a free one")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0, help="How long it may take until all is there.")] = 30,
    output: OutputOption = Output.TEXT,
) -> int:
    """Make one machine match a manifest, and report when everything that was replayed can be queried."""
    from authpulse.cli.up import bring_up

    return bring_up(manifest, input_=input_, format_=format_, port=port, minutes=minutes, as_json=output == Output.JSON)


@app.command()
def plan(
    manifest: Annotated[Path, typer.Option("--file", "-f", help="The AuthPulse manifest.")],
    kubeconfig: Annotated[
        Path | None, typer.Option(help="Plan against a cluster's resource, found with this file.", show_default=False)
    ] = None,
    context: Annotated[str | None, typer.Option(help="The same, of this context.", show_default=False)] = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="The same, in this namespace.", show_default=False)
    ] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End with 10 if there is something to do.")
    ] = False,
    output: OutputOption = Output.TEXT,
) -> int:
    """Show which calls a manifest would cause, in order, and what becomes of the job. Nothing is written."""
    from authpulse.cli.plan import plan_here
    from authpulse.cli.plan_report import print_plan

    if kubeconfig or context or namespace:
        from authpulse.cli.kubectl.cluster import connect
        from authpulse.cli.kubectl.planning import plan_in_cluster

        planned = plan_in_cluster(manifest, connect(kubeconfig, context=context, namespace=namespace))
    else:
        planned = plan_here(manifest)
    print_plan(planned, as_json=output == Output.JSON)
    return planned.exit_code(detailed=detailed_exitcode)


@app.command()
def down(
    environment: Environment = None,
    purge: Annotated[bool, typer.Option("--purge", help="Remove its data too.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Stop even if the job can take no snapshot.")] = False,
) -> int:
    """Stop everything that `up` started. The job stops with a snapshot; data stay unless --purge."""
    from authpulse.cli.down import bring_down

    return bring_down(environment, purge=purge, force=force)


@app.command()
def status(environment: Environment = None, output: OutputOption = Output.TEXT) -> int:
    """How the pipeline stands now; nothing is changed. Exit code 0 if it is ready, 1 if it is not."""
    from authpulse.cli.status import show_status

    return show_status(environment, as_json=output == Output.JSON)


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="A statement for Athena.", show_default=False)] = None,
    name: Annotated[
        str | None, typer.Option("--name", "-n", help="A query of lakehouse/queries instead.", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A parameter of that query, as in since=2026-03-01.", show_default=False),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Show the queries and their parameters.")] = False,
    environment: Environment = None,
    output: Annotated[
        TableOutput, typer.Option("--output", "-o", help="For people or for machines.")
    ] = TableOutput.TEXT,
) -> int:
    """Run SQL over the tables through Athena."""
    from authpulse.cli.query import list_queries, run_query

    if list_:
        return list_queries(output=output.value)
    return run_query(sql, name=name, settings=settings or (), environment=environment, output=output.value)


@app.command()
def quality(
    suite: Annotated[str, typer.Option("--suite", help="A suite of quality/suites, or a file.")] = "auth_events",
    window: Annotated[str, typer.Option("--window", help="Which rows: 24h, 2026-01-01..2026-01-03 or all.")] = "all",
    reports: Annotated[Path, typer.Option("--reports", help="Where reports are kept.")] = Path("build/dq_reports"),
    environment: Environment = None,
    output: OutputOption = Output.TEXT,
) -> int:
    """Check the tables' data. Exit code 0 if all is well, 1 for a breach, 2 for what could not be checked."""
    from authpulse.cli.quality import check_quality

    return check_quality(suite, window=window, environment=environment, reports=reports, as_json=output == Output.JSON)


@app.command()
def logs(
    environment: Environment = None,
    source: Annotated[str, typer.Option(help="job, local-aws, or the name of a replay.")] = "job",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=10_000, help="How many, newest last.")] = 50,
) -> int:
    """Show the log of the job, of the local AWS or of a replay."""
    from authpulse.cli.logs import show_logs

    return show_logs(environment, source=source, lines=lines)


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def score(context: typer.Context) -> int:
    """Score a log in one bounded run, without any AWS: `authpulse score --help` lists the options."""
    from authpulse.cli.delegates import score_log

    return score_log(context.args)


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def generate(context: typer.Context) -> int:
    """Write a synthetic log of any size: `authpulse generate --help` lists the options."""
    from authpulse.cli.delegates import generate_log

    return generate_log(context.args)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line, the process's own by default; returns the exit code."""
    bypass_proxies(os.environ)
    run: Any = app
    return exit_code_of(lambda: run(arguments, standalone_mode=False, prog_name="authpulse"))
