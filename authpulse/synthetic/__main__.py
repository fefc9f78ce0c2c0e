"""`authpulse generate`: the options, the progress, and a summary on stderr."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from authpulse.ending import STDERR, exit_code_of
from authpulse.errors import InputError
from authpulse.synthetic.files import STDOUT
from authpulse.synthetic.generating import Campaign, Generator, Made, Request, write_labels


class Format(StrEnum):
    """The names of the shapes."""

    LANL_CYBER1 = "lanl-cyber1"
    LANL_AUTH = "lanl-auth"
    WINDOWS_SECURITY = "windows-security"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def generate(  # noqa: PLR0917 - a command's options are its signature
    context: typer.Context,
    rows: Annotated[int, typer.Option(min=1, help="Lines of the log, planted ones included.")] = 1_000_000,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", help="The log; .gz, .bz2 and .zst are compressed, - is standard output.", show_default=False
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How lines are written.")] = Format.LANL_CYBER1,
    seed: Annotated[int, typer.Option(help="The same seed and options make the same log.")] = 0,
    start_second: Annotated[
        int, typer.Option(min=0, max=1_000_000_000, help="When it begins; 0 is the midnight before a Wednesday.")
    ] = 1,
    scale: Annotated[float, typer.Option(min=0.001, max=4, help="Size of the network; 1 is LANL's.")] = 1.0,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=10_000, help="Rows per second of log, in the mean.", show_default="as LANL's, scaled"
        ),
    ] = None,
    campaign: Annotated[Campaign, typer.Option(help="Attacks to plant.")] = Campaign.NONE,
    redteam: Annotated[
        Path | None, typer.Option(help="Place the labelled logons of LANL's redteam.txt.", show_default=False)
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Write which lines are planted (CSV).", show_default=False)
    ] = None,
    popularity: Annotated[
        Path | None, typer.Option(help="Write how many accounts use each host (CSV).", show_default=False)
    ] = None,
) -> None:
    """Write a synthetic authentication log of any size, calibrated on LANL's published counts."""
    if context.invoked_subcommand is not None:
        return
    if output is None:
        raise typer.BadParameter("name the file to write, or - for standard output", param_hint="--output")
    request = Request(
        rows=rows,
        seed=seed,
        format=format_.value,
        start_second=start_second,
        scale=scale,
        rows_per_second=rate,
        campaign=campaign,
        redteam=redteam,
    )
    _refuse_one_file_twice(output, redteam, labels, popularity)
    generator = Generator(request)
    made = _written(generator, output)
    if labels is not None:
        write_labels(labels, made.labels)
    if popularity is not None:
        generator.write_popularity(popularity)
    _say_what_was_planted(made)


@app.command()
def census(
    log: Annotated[Path, typer.Argument(help="A log with LANL's nine columns, compressed or not.")],
) -> None:
    """Count a log beside what is published of LANL's; its first million rows are what compares."""
    from authpulse.formats import open_lines
    from authpulse.synthetic.census import as_table, take_census

    counted = take_census(line for _, line in open_lines(log))
    if not counted.rows:
        raise InputError(f"{log}: has no line with nine columns")
    typer.echo(as_table(counted.figures()))


@app.command()
def sample(output: Annotated[Path, typer.Option(help="The folder.")] = Path("data/sample")) -> None:
    """Write the small logs that the project ships, with a list of what is planted in them."""
    from authpulse.synthetic.sample import write_sample

    write_sample(output)


def _refuse_one_file_twice(*paths: Path | None) -> None:
    named = [path.resolve() for path in paths if path is not None]
    if len(set(named)) < len(named):
        raise InputError("two options name the same file; give each its own")


def _written(generator: Generator, output: Path) -> Made:
    rows = generator.request.rows
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=STDERR, disable=not STDERR.is_terminal) as bar:
        task = bar.add_task("rows", total=rows)
        made = generator.write(output, lambda done, _: bar.update(task, completed=done))
    where = "standard output" if output == STDOUT else str(output)
    span = made.last_second - generator.request.start_second + 1
    STDERR.print(f"{made.rows:,} rows over {span:,} s of log → {where}", markup=False)
    return made


def _say_what_was_planted(made: Made) -> None:
    if not made.wanted:
        return
    STDERR.print(f"{len(made.labels):,} of {made.wanted:,} rows planted", markup=False)
    if len(made.labels) < made.wanted:
        STDERR.print("the others lie outside the log's time: more --rows or a lower --rate reach them", markup=False)


def main() -> int:
    """Runs the command line; returns the exit code."""
    run: Any = app
    return exit_code_of(lambda: run(standalone_mode=False, prog_name="authpulse generate"))


if __name__ == "__main__":
    sys.exit(main())
