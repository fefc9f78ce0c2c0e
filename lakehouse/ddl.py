"""The tables as Athena SQL (engine version 3): `python -m lakehouse.ddl` writes iceberg_ddl.sql; a test finds drift.

For people who make the tables by hand or by another tool; AuthPulse itself makes them through PyIceberg.
"""

import sys
from pathlib import Path
from typing import Final

from lakehouse.tables import TABLES, Column, Table

FILE: Final = Path(__file__).with_name("iceberg_ddl.sql")
HEADER: Final = """\
-- The AuthPulse tables for Athena engine version 3. Generated from lakehouse/tables.py by `make generate`; do not edit.
-- Put your database for ${database} and s3://YOUR-BUCKET/warehouse for ${warehouse}; run one statement at a time.
-- Athena's Iceberg DDL has no NOT NULL: required columns are marked in their comments.
"""
PROPERTIES: Final = {"table_type": "ICEBERG", "format": "parquet", "write_compression": "zstd"}


def statement(table: Table) -> str:
    """CREATE TABLE of one table."""
    columns = ",\n".join(f"  {c.name} {c.type} COMMENT {_quote(_comment(c))}" for c in table.columns)
    properties = ", ".join(f"{_quote(k)} = {_quote(v)}" for k, v in PROPERTIES.items())
    return (
        f"-- {table.meaning}\n"
        f"CREATE TABLE IF NOT EXISTS ${{database}}.{table.name} (\n{columns}\n)\n"
        f"PARTITIONED BY (day({table.day_of}))\n"
        f"LOCATION '${{warehouse}}/{table.name}'\n"
        f"TBLPROPERTIES ({properties});\n"
    )


def document() -> str:
    """The whole file."""
    return "\n".join([HEADER, *(statement(t) for t in TABLES)])


def _comment(column: Column) -> str:
    return column.meaning if not column.required else f"Required. {column.meaning}"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
