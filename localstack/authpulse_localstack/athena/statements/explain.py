"""EXPLAIN: the plan is DuckDB's, with the files each table would read. EXPLAIN ANALYZE runs the query too."""

from typing import Any, Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.lake.iceberg import IcebergTable
from authpulse_localstack.athena.lake.pruning import to_filter
from authpulse_localstack.athena.results.columns import PLAN, column
from authpulse_localstack.athena.sql.statements import Explain, SelectStatement
from authpulse_localstack.athena.statements.outcome import Outcome, text
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.scope import Scan
from authpulse_localstack.athena.types import BOOLEAN

_TYPES: Final = ("LOGICAL", "DISTRIBUTED", "VALIDATE", "IO")


def explain(session: Session, statement: Explain) -> Outcome:
    options = dict(statement.options)
    kind, form = options.get("TYPE", "DISTRIBUTED"), options.get("FORMAT", "TEXT")
    if kind not in _TYPES or form not in {"TEXT", "JSON", "GRAPHVIZ"}:
        raise QueryError("SYNTAX_ERROR", f"Unknown EXPLAIN option {kind} {form}", statement.at)
    if kind == "IO" or form != "TEXT":
        raise not_supported(f"EXPLAIN (TYPE {kind}, FORMAT {form})", statement.at)
    if not isinstance(statement.statement, SelectStatement):
        raise not_supported("EXPLAIN of another statement than a query", statement.at)
    translated, context = session.translate(statement.statement.query)
    if kind == "VALIDATE":
        return text("EXPLAIN", (column("Valid", BOOLEAN),), ["true"])
    lines = [line for scan in context.scans for line in _scanned(session, scan)]
    session.bind(context.scans)
    session.check()
    keyword = "EXPLAIN ANALYZE" if statement.analyze else "EXPLAIN"
    with session.errors():
        plan = session.connection.execute(f"{keyword} {translated.sql}").fetchall()
    return text("EXPLAIN", PLAN, [*lines, *str(plan[0][1]).splitlines()])


def _scanned(session: Session, scan: Scan) -> list[str]:
    """Which files of a table are read, and by which filter they were chosen."""
    table: Any = scan.table
    if not isinstance(table, IcebergTable):
        return [f"TableScan[{scan.name} = {scan.table.name}]"]
    row_filter = to_filter(scan.predicates, table.schema, session.evaluate)
    tasks = table.plan(row_filter)
    total = sum(t.file.file_size_in_bytes for t in tasks)
    columns = ", ".join(sorted(scan.columns)) or "none"
    return [
        f"TableScan[{scan.name} = {table.name}]",
        f"    columns: {columns}",
        f"    files: {len(tasks)} of {_all_files(table)}, {total} bytes; filter: {row_filter}",
    ]


def _all_files(table: IcebergTable) -> str:
    snapshot = table.table.current_snapshot()
    summary = snapshot.summary if snapshot is not None else None
    return str(summary.additional_properties.get("total-data-files", "?")) if summary is not None else "0"
