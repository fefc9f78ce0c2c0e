"""Where the rows go, as SQL: Iceberg tables of the lake, or JSON lines in a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from lakehouse.tables import Table, Type

CATALOG: Final = "lake"
SQL_TYPES: Final[Mapping[Type, str]] = {
    "string": "STRING",
    "int": "INT",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP(6)",
    "date": "DATE",
    "array<string>": "ARRAY<STRING>",
}


class Sinks(Protocol):
    """A place for every table."""

    def preparations(self) -> tuple[str, ...]:
        """Statements that have to run before the first INSERT."""

    def target(self, table: Table) -> str:
        """The table's name in an INSERT."""


class LakeSinks:
    """Iceberg tables that exist already, in the Glue catalogue."""

    def __init__(self, lake: Mapping[str, str], database: str) -> None:
        self._lake = lake
        self._database = database

    def preparations(self) -> tuple[str, ...]:
        options = {
            "type": "authpulse-iceberg",  # the engine's: Iceberg's own wants Hadoop classes where the service has none
            "catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
            "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
            **self._lake,
        }
        return (f"CREATE CATALOG {CATALOG} WITH ({_options(options)})",)

    def target(self, table: Table) -> str:
        return f"{CATALOG}.{_name(self._database)}.{_name(table.name)}"


class FolderSinks:
    """One folder for each table, with JSON lines in part files. They become visible when the input ends."""

    def __init__(self, folder: Path, tables: tuple[Table, ...]) -> None:
        self._folder = folder
        self._tables = tables

    def preparations(self) -> tuple[str, ...]:
        return tuple(self._create(table) for table in self._tables)

    def target(self, table: Table) -> str:
        return _name(f"{table.name}_files")

    def _create(self, table: Table) -> str:
        columns = ", ".join(f"{_name(c.name)} {SQL_TYPES[c.type]}" for c in table.columns)
        options = {
            "connector": "filesystem",
            "path": (self._folder / table.name).as_uri(),
            "format": "json",
            "json.timestamp-format.standard": "ISO-8601",
            "sink.rolling-policy.file-size": "1gb",
            "sink.rolling-policy.rollover-interval": "1 d",
            "sink.rolling-policy.inactivity-interval": "1 d",
        }
        return f"CREATE TEMPORARY TABLE {self.target(table)} ({columns}) WITH ({_options(options)})"


def _name(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _options(options: Mapping[str, str]) -> str:
    return ", ".join(f"{_text(k)} = {_text(v)}" for k, v in options.items())


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
