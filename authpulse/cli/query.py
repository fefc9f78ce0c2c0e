"""`authpulse query`: SQL in, a table, JSON or CSV out."""

import csv
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from authpulse.cli import places
from authpulse.cli.athena import Answer
from authpulse.cli.pipeline import running_pipeline
from authpulse.ending import STDERR
from authpulse.errors import InputError

QUERIES = places.ROOT / "lakehouse/queries"


def run_query(sql: str | None, *, name: str | None, environment: str | None, output: str) -> int:
    """Runs a statement, or the query of that name."""
    statement = _statement(sql, name)
    answer = running_pipeline(environment).athena().query(statement)
    match output:
        case "json":
            json.dump(answer.dicts(), sys.stdout, indent=2)
            sys.stdout.write("\n")
        case "csv":
            writer = csv.writer(sys.stdout)
            writer.writerow(answer.columns)
            writer.writerows(answer.rows)
        case _:
            Console().print(as_table(answer))
            STDERR.print(
                f"[dim]{len(answer.rows)} rows, {answer.scanned_bytes:,} bytes scanned, {answer.seconds:.1f} s"
            )
    return 0


def as_table(answer: Answer, title: str | None = None) -> Table:
    """A table for people; NULL shows as an empty cell."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in answer.columns:
        table.add_column(Text(column), overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(cell or "") for cell in row))  # as it is: brackets in it are not markup
    return table


def named(name: str) -> str:
    """The text of a query in lakehouse/queries. Raises InputError for a name that is not there."""
    known = {p.stem: p for p in sorted(QUERIES.glob("*.sql"))}
    if name not in known:
        raise InputError(f"no query {name!r}; there are {', '.join(known)}")
    return Path(known[name]).read_text(encoding="utf-8")


def _statement(sql: str | None, name: str | None) -> str:
    if (sql is None) == (name is None):
        raise InputError('give either a statement, as in authpulse query "SELECT 1", or --name')
    return named(name) if name else str(sql)
