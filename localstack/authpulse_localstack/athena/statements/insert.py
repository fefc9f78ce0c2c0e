"""INSERT INTO, and rows of a query for a table in general."""

from collections.abc import Sequence

from pyiceberg.table import Table

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake.iceberg import IcebergTable
from authpulse_localstack.athena.lake.writing import Written, append
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.sql.statements import Insert
from authpulse_localstack.athena.statements.outcome import Outcome, changed
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import can_coerce
from authpulse_localstack.athena.translate.queries import Output
from authpulse_localstack.athena.translate.tables import ColumnInfo, TableName, resolve_name
from authpulse_localstack.athena.translate.typed import Typed, cast_to


def insert(session: Session, statement: Insert) -> Outcome:
    name = resolve_name(statement.table, session.database)
    table = session.tables.iceberg(name, statement.table[0].at)
    wanted = _columns(statement, table)
    translated, context = session.translate(statement.query)
    check_types(wanted, translated.columns, statement.at)
    values = _values(wanted, translated.columns, statement.at)
    columns = ", ".join(values.get(c.name, cast_to("NULL", c.type)) for c in table.columns)
    session.bind(context.scans)
    written = Written(table.table)
    written.write(session.batches(session.stream(f"SELECT {columns} FROM ({translated.sql})")))
    if written.files:
        append(lambda: current(session, name), written, session.check)
    return changed("INSERT", written.rows, [f.file_path for f in written.files])


def current(session: Session, name: TableName) -> Table:
    """The table as it is now, for a commit."""
    session.tables.forget(name)
    return session.tables.iceberg(name).table


def _columns(statement: Insert, table: IcebergTable) -> list[ColumnInfo]:
    """The columns that the query's are for, in its order."""
    if not statement.columns:
        return list(table.columns)
    known = {c.name: c for c in table.columns}
    wanted: list[ColumnInfo] = []
    for column in statement.columns:
        if column.key not in known:
            message = f"Insert column name does not exist in target table: {column.name}"
            raise QueryError("COLUMN_NOT_FOUND", message, column.at)
        if known[column.key] in wanted:
            raise QueryError(
                "DUPLICATE_COLUMN_NAME", f"Insert column name is specified more than once: {column.name}", column.at
            )
        wanted.append(known[column.key])
    return wanted


def check_types(wanted: Sequence[ColumnInfo], given: Sequence[Output], at: Position) -> None:
    """Every column must become the table's by itself; there are no casts in INSERT."""
    fits = len(wanted) == len(given) and all(can_coerce(g.type, w.type) for g, w in zip(given, wanted, strict=True))
    if not fits:
        table, query = (", ".join(str(c.type) for c in columns) for columns in (wanted, given))
        message = f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]"
        raise QueryError("TYPE_MISMATCH", message, at)


def _values(wanted: Sequence[ColumnInfo], given: Sequence[Output], at: Position) -> dict[str, str]:
    return {
        w.name: coerce(Typed(f"c{n}", g.type, at), w.type).sql
        for n, (w, g) in enumerate(zip(wanted, given, strict=True), start=1)
    }
