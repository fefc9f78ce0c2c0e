"""Views as Athena keeps them in Glue: a comment with a base64 document that has the query's text."""

import base64
import json
import re
from typing import Any, Final

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake.connection import GlueTable
from authpulse_localstack.athena.lake.schemas import hive_name
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.sql.parser import parse
from authpulse_localstack.athena.sql.statements import SelectStatement
from authpulse_localstack.athena.translate.tables import ColumnInfo, TableName, View
from authpulse_localstack.athena.types import UNKNOWN, Type

_TEXT: Final = re.compile(r"/\* Presto View: (\S+) \*/")


def is_view(glue_table: GlueTable) -> bool:
    return glue_table.get("TableType") == "VIRTUAL_VIEW"


def document(glue_table: GlueTable) -> dict[str, Any]:
    """originalSql, catalog, schema, columns. Raises INVALID_VIEW for a view that is not Presto's."""
    found = _TEXT.search(glue_table.get("ViewOriginalText") or "")
    if found is None:
        raise QueryError("INVALID_VIEW", f"View '{glue_table['Name']}' was not made by Athena")
    loaded: dict[str, Any] = json.loads(base64.b64decode(found[1]))
    return loaded


def load(name: TableName, glue_table: GlueTable, at: Position) -> View:
    stored = document(glue_table)
    statement = parse(stored["originalSql"])
    if not isinstance(statement, SelectStatement):
        raise QueryError("INVALID_VIEW", f"View '{name}' is not a query", at)
    columns = tuple(ColumnInfo(c["name"].lower(), UNKNOWN) for c in stored.get("columns", []))
    return View(name, statement.query, stored.get("schema") or name.database, columns)


def table_input(name: TableName, text: str, database: str, columns: list[tuple[str, Type]]) -> GlueTable:
    """What Glue is given for CREATE VIEW."""
    stored = {
        "originalSql": text,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": n.lower(), "type": str(t)} for n, t in columns],
    }
    encoded = base64.b64encode(json.dumps(stored).encode()).decode()
    return {
        "Name": name.table,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "ViewOriginalText": f"/* Presto View: {encoded} */",
        "ViewExpandedText": "/* Presto View */",
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": n.lower(), "Type": hive_name(t)} for n, t in columns],
            "Location": "",
            "SerdeInfo": {},
        },
    }
