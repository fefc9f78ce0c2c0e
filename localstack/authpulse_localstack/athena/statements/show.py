"""SHOW and DESCRIBE, line by line as Athena writes them."""

import re
from collections.abc import Callable
from typing import Final

from botocore.exceptions import ClientError

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake import views
from authpulse_localstack.athena.lake.connection import GlueTable, is_iceberg
from authpulse_localstack.athena.lake.information_schema import databases, tables_of
from authpulse_localstack.athena.lake.schemas import from_iceberg, hive_name
from authpulse_localstack.athena.lake.tables import error_code
from authpulse_localstack.athena.results.columns import text_columns
from authpulse_localstack.athena.sql.nodes import Name
from authpulse_localstack.athena.sql.statements import Describe, Show
from authpulse_localstack.athena.statements.outcome import Outcome, text
from authpulse_localstack.athena.statements.partitioning import written
from authpulse_localstack.athena.statements.properties import shown_properties
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.tables import TableName, resolve_name

_EMPTY: Final = "\t \t "


def show(session: Session, statement: Show) -> Outcome:
    return _SHOWN[statement.subject](session, statement)


def _matches(name: str, pattern: str | None) -> bool:
    """Hive's pattern: * for anything, | between alternatives."""
    if pattern is None:
        return True
    expression = "|".join(".*".join(map(re.escape, part.split("*"))) for part in pattern.split("|"))
    return re.fullmatch(expression, name, re.IGNORECASE) is not None


def _databases(session: Session, statement: Show) -> Outcome:
    names = sorted(d["Name"] for d in databases(session.lake) if _matches(d["Name"], statement.pattern))
    return text("SHOW_DATABASES", text_columns("database_name"), names)


def _tables(session: Session, statement: Show) -> Outcome:
    database = statement.name[-1].key if statement.name else session.database
    only_views = statement.subject == "VIEWS"
    try:
        found = [t for t in tables_of(session.lake, database) if views.is_view(t) or not only_views]
    except ClientError as error:
        if error_code(error) != "EntityNotFoundException":
            raise
        raise QueryError(
            None, f"FAILED: SemanticException [Error 10072]: Database does not exist: {database}"
        ) from None
    names = sorted(t["Name"] for t in found if _matches(t["Name"], statement.pattern))
    kind, column = ("SHOW_VIEWS", "views") if only_views else ("SHOW_TABLES", "tab_name")
    return text(kind, text_columns(column), names)


def _entry(session: Session, name: Name) -> tuple[TableName, GlueTable]:
    resolved = resolve_name(name, session.database)
    try:
        return resolved, session.tables.entry(resolved)
    except QueryError as error:
        if error.kind not in {"TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND"}:
            raise
        message = f"FAILED: SemanticException [Error 10001]: Table not found {resolved.database}.{resolved.table}"
        raise QueryError(None, message) from None


def columns_of(session: Session, entry: GlueTable) -> list[tuple[str, str, str]]:
    """Name, Hive type and comment; of Iceberg tables from their own metadata, which Glue only repeats."""
    if is_iceberg(entry):
        fields = session.lake.iceberg(entry).schema().fields
        return [(f.name.lower(), hive_name(from_iceberg(f.field_type)), f.doc or "") for f in fields]
    listed = [*(entry.get("StorageDescriptor") or {}).get("Columns", []), *(entry.get("PartitionKeys") or [])]
    return [(c["Name"], c.get("Type", "string"), c.get("Comment", "")) for c in listed]


def _columns(session: Session, statement: Show) -> Outcome:
    _, entry = _entry(session, statement.name)
    lines = [f"{name:<20}" for name, _, _ in columns_of(session, entry)]
    return text("SHOW_COLUMNS", text_columns("field"), lines)


def _partitions(session: Session, statement: Show) -> Outcome:
    name, entry = _entry(session, statement.name)
    keys = [k["Name"] for k in entry.get("PartitionKeys") or []]
    if not keys:
        hint = f'; its partitions are in "{name.table}$partitions"' if is_iceberg(entry) else ""
        message = f"FAILED: SemanticException Table {name.database}.{name.table} is not a partitioned table{hint}"
        raise QueryError(None, message)
    pages = session.lake.glue.get_paginator("get_partitions").paginate(DatabaseName=name.database, TableName=name.table)
    lines = [
        "/".join(f"{k}={v}" for k, v in zip(keys, p["Values"], strict=True))
        for page in pages
        for p in page["Partitions"]
    ]
    return text("SHOW_PARTITIONS", text_columns("partition"), lines)


def _properties(session: Session, entry: GlueTable) -> dict[str, str]:
    if is_iceberg(entry):
        return shown_properties(session.lake.iceberg(entry).properties)
    return dict(entry.get("Parameters") or {})


def _table_properties(session: Session, statement: Show) -> Outcome:
    _, entry = _entry(session, statement.name)
    properties = _properties(session, entry)
    columns = text_columns("prpt_name", "prpt_value")
    if statement.pattern is not None:
        value = properties.get(statement.pattern)
        missing = f"Table {entry['Name']} does not have property: {statement.pattern}"
        return text("SHOW_TABLE_PROPERTIES", columns, [f"{statement.pattern}\t{value}" if value else missing])
    return text("SHOW_TABLE_PROPERTIES", columns, [f"{k}\t{v}" for k, v in properties.items()])


def _create_table(session: Session, statement: Show) -> Outcome:
    name, entry = _entry(session, statement.name)
    if views.is_view(entry):
        raise QueryError(None, f"FAILED: SemanticException {name.table} is a view: use SHOW CREATE VIEW")
    columns = text_columns("createtab_stmt")
    return text("SHOW_CREATE_TABLE", columns, _ddl(session, name, entry))


def _ddl(session: Session, name: TableName, entry: GlueTable) -> list[str]:
    location = entry["StorageDescriptor"]["Location"]
    properties = [f"  {_quoted(k)}={_quoted(v)}" for k, v in _properties(session, entry).items()]
    listed = columns_of(session, entry)
    keys = {k["Name"] for k in entry.get("PartitionKeys") or []}
    written_columns = [f"  {n} {t}{f' COMMENT {_quoted(c)}' if c else ''}" for n, t, c in listed if n not in keys]
    iceberg = is_iceberg(entry)
    head = f"CREATE TABLE {name.database}.{name.table} (" if iceberg else f"CREATE EXTERNAL TABLE `{name.table}`("
    lines = [head, *_comma_separated(written_columns, last=")")]
    lines += _partitioned_by(session, entry)
    if not iceberg:
        lines += ["STORED AS PARQUET"]
    return [*lines, f"LOCATION {_quoted(location)}", "TBLPROPERTIES (", *_comma_separated(properties, last=")")]


def _partitioned_by(session: Session, entry: GlueTable) -> list[str]:
    if is_iceberg(entry):
        table = session.lake.iceberg(entry)
        terms = [written(f, str(table.schema().find_column_name(f.source_id))) for f in table.spec().fields]
        return [f"PARTITIONED BY ({', '.join(terms)})"] if terms else []
    keys = [f"  `{k['Name']}` {k['Type']}" for k in entry.get("PartitionKeys") or []]
    return ["PARTITIONED BY (", *_comma_separated(keys, last=")")] if keys else []


def _comma_separated(lines: list[str], *, last: str) -> list[str]:
    return [f"{line}," for line in lines[:-1]] + [f"{lines[-1]}{last}"] if lines else [last]


def _quoted(value: str) -> str:
    return "'" + str(value).replace("'", "\\'") + "'"


def _create_view(session: Session, statement: Show) -> Outcome:
    name, entry = _entry(session, statement.name)
    if not views.is_view(entry):
        raise QueryError(None, f"FAILED: SemanticException {name.table} is not a view")
    body = views.document(entry)["originalSql"]
    lines = [f"CREATE VIEW {name.database}.{name.table} AS", *body.splitlines()]
    return text("SHOW_CREATE_VIEW", text_columns("Create View"), lines)


_SHOWN: Final[dict[str, Callable[[Session, Show], Outcome]]] = {
    "DATABASES": _databases,
    "TABLES": _tables,
    "VIEWS": _tables,
    "COLUMNS": _columns,
    "PARTITIONS": _partitions,
    "TBLPROPERTIES": _table_properties,
    "CREATE TABLE": _create_table,
    "CREATE VIEW": _create_view,
}


def describe(session: Session, statement: Describe) -> Outcome:
    """An Iceberg table's schema and partition spec; of other tables a line for each column, filled up with spaces."""
    _, entry = _entry(session, statement.table)
    listed = columns_of(session, entry)
    columns = text_columns("col_name", "data_type", "comment")
    if not is_iceberg(entry):
        lines = [f"{name:<20}\t{type_:<20}\t{comment:<20}" for name, type_, comment in listed]
        return text("DESCRIBE_VIEW" if views.is_view(entry) else "DESCRIBE", columns, lines)
    table = session.lake.iceberg(entry)
    lines = ["# Table schema:" + _EMPTY, "# col_name\tdata_type\tcomment"]
    lines += [f"{name}\t{type_}\t{comment}" for name, type_, comment in listed]
    lines += [_EMPTY.strip("\t"), "# Partition spec:" + _EMPTY, "# field_name\tfield_transform\tcolumn_name"]
    for f in table.spec().fields:
        lines.append(f"{f.name}\t{f.transform}\t{table.schema().find_column_name(f.source_id)}")
    if statement.extended:
        lines += [_EMPTY.strip("\t"), "# Location:" + _EMPTY, f"{table.location()}{_EMPTY}"]
    return text("DESCRIBE", columns, lines)
