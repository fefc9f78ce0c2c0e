"""`authpulse query`: SQL in, a table, JSON or CSV out."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from authpulse.cli import places
from authpulse.cli.pipeline import running_pipeline
from authpulse.ending import STDERR
from authpulse.errors import InputError
from lakehouse.athena import Answer
from lakehouse.statements import Statement

QUERIES = places.ROOT / "lakehouse/queries"


def run_query(
    sql: str | None, *, name: str | None, settings: Sequence[str], environment: str | None, output: str
) -> int:
    """Runs a statement, or the query of that name with parameters given as NAME=VALUE."""
    statement = _statement(sql, name, settings)
    answer = running_pipeline(environment).athena().query(statement)
    match output:
        case "json":
            _print_json(answer.dicts())
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


def list_queries(*, output: str) -> int:
    """What can be asked by name, with the parameters and their defaults."""
    found = [
        {"name": q.name, "question": q.question, "parameters": {p.name: p.default for p in q.parameters}}
        for q in _queries().values()
    ]
    match output:
        case "json":
            _print_json(found)
        case "csv":
            writer = csv.writer(sys.stdout)
            writer.writerow(("name", "question", "parameters"))
            writer.writerows((q["name"], q["question"], json.dumps(q["parameters"])) for q in found)
        case _:
            for query in _queries().values():
                console = Console(highlight=False, soft_wrap=True)
                console.print(Text(query.name, style="bold"))
                console.print(Text(f"  {query.question}"))
                if query.parameters:
                    settings = " ".join(f"{p.name}={p.default}" for p in query.parameters)
                    console.print(Text(f"  --set {settings}", style="dim"))
    return 0


def as_table(answer: Answer, title: str | None = None) -> Table:
    """A table for people; NULL shows as an empty cell."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in answer.columns:
        table.add_column(Text(column), overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(cell or "") for cell in row))  # as it is: brackets in it are not markup
    return table


def named(name: str, values: Mapping[str, str] | None = None) -> str:
    """A query of lakehouse/queries with its parameters filled in. Raises InputError for what there is not."""
    known = _queries()
    if name not in known:
        raise InputError(f"no query {name!r}; there are {', '.join(known)}")
    return known[name].fill(values or {})


def _queries() -> dict[str, Statement]:
    return {p.stem: Statement.read(p) for p in sorted(QUERIES.glob("*.sql"))}


def _statement(sql: str | None, name: str | None, settings: Sequence[str]) -> str:
    if (sql is None) == (name is None):
        raise InputError('give either a statement, as in authpulse query "SELECT 1", or --name, or --list')
    if name is None:
        if settings:
            raise InputError("--set fills in a parameter of a query with a --name")
        return str(sql)
    values = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise InputError(f"--set {setting}: wanted NAME=VALUE")
        values[key] = value
    return named(name, values)


def _print_json(document: object) -> None:
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")
