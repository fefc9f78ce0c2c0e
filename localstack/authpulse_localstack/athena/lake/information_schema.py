"""information_schema: databases, tables, views and columns of the catalogue, from Glue."""

from collections.abc import Iterator
from typing import Any, Final

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake import views
from authpulse_localstack.athena.lake.connection import GlueTable, Lake, is_iceberg
from authpulse_localstack.athena.lake.memory import MemoryTable, Row
from authpulse_localstack.athena.lake.schemas import from_hive, from_iceberg
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.tables import CATALOG, TableName
from authpulse_localstack.athena.types import BIGINT, VARCHAR, Type

INFORMATION_SCHEMA: Final = "information_schema"

_COLUMNS: Final[dict[str, dict[str, Type]]] = {
    "schemata": {"catalog_name": VARCHAR, "schema_name": VARCHAR},
    "tables": {"table_catalog": VARCHAR, "table_schema": VARCHAR, "table_name": VARCHAR, "table_type": VARCHAR},
    "views": {
        "table_catalog": VARCHAR,
        "table_schema": VARCHAR,
        "table_name": VARCHAR,
        "view_definition": VARCHAR,
    },
    "columns": {
        "table_catalog": VARCHAR,
        "table_schema": VARCHAR,
        "table_name": VARCHAR,
        "column_name": VARCHAR,
        "ordinal_position": BIGINT,
        "column_default": VARCHAR,
        "is_nullable": VARCHAR,
        "data_type": VARCHAR,
        "comment": VARCHAR,
        "extra_info": VARCHAR,
    },
}


def information_table(lake: Lake, name: TableName, at: Position) -> MemoryTable:
    columns = _COLUMNS.get(name.table)
    if columns is None:
        raise QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist", at)
    return MemoryTable(name, columns, lambda: _ROWS[name.table](lake))


def databases(lake: Lake) -> Iterator[dict[str, Any]]:
    for page in lake.glue.get_paginator("get_databases").paginate():
        yield from page["DatabaseList"]


def tables_of(lake: Lake, database: str) -> Iterator[GlueTable]:
    for page in lake.glue.get_paginator("get_tables").paginate(DatabaseName=database):
        yield from page["TableList"]


def _schemata(lake: Lake) -> Iterator[Row]:
    yield CATALOG, INFORMATION_SCHEMA
    for database in databases(lake):
        yield CATALOG, database["Name"]


def _tables(lake: Lake) -> Iterator[Row]:
    for database in databases(lake):
        for table in tables_of(lake, database["Name"]):
            kind = "VIEW" if views.is_view(table) else "BASE TABLE"
            yield CATALOG, database["Name"], table["Name"], kind


def _views(lake: Lake) -> Iterator[Row]:
    for database in databases(lake):
        for table in tables_of(lake, database["Name"]):
            if views.is_view(table):
                yield CATALOG, database["Name"], table["Name"], views.document(table)["originalSql"]


def _columns(lake: Lake) -> Iterator[Row]:
    for database in databases(lake):
        for table in tables_of(lake, database["Name"]):
            for place, (name, type_, comment, extra) in enumerate(_columns_of(lake, table), start=1):
                yield CATALOG, database["Name"], table["Name"], name, place, None, "YES", type_, comment, extra


def _columns_of(lake: Lake, table: GlueTable) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Name, type as Trino calls it, comment, and "partition key" for those of Hive tables."""
    if views.is_view(table):
        for column in views.document(table).get("columns", []):
            yield column["name"].lower(), column["type"], None, None
        return
    if is_iceberg(table) and "metadata_location" in table.get("Parameters", {}):
        for field in lake.iceberg(table).schema().fields:
            yield field.name.lower(), _shown(field.field_type), field.doc, None
        return
    for column in (table.get("StorageDescriptor") or {}).get("Columns", []):
        yield column["Name"], str(from_hive(column.get("Type", "string"))), column.get("Comment"), None
    for column in table.get("PartitionKeys") or []:
        yield column["Name"], str(from_hive(column.get("Type", "string"))), column.get("Comment"), "partition key"


def _shown(type_: Any) -> str:
    try:
        return str(from_iceberg(type_))
    except QueryError:  # a type that cannot be read here can still be named
        return str(type_)


_ROWS: Final = {"schemata": _schemata, "tables": _tables, "views": _views, "columns": _columns}
