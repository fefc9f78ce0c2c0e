"""What a query wants to know of tables and views. `lake` answers from Glue and Iceberg."""

from dataclasses import dataclass
from typing import Protocol

from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.sql.nodes import Name, Query
from authpulse_localstack.athena.types import Type

CATALOG = "awsdatacatalog"


@dataclass(frozen=True, slots=True)
class TableName:
    """Lower case. `table` may end in $files and the like, and the database may be information_schema."""

    database: str
    table: str

    def __str__(self) -> str:
        return f"{CATALOG}.{self.database}.{self.table}"


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    name: str
    type: Type
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """Time travel: to a snapshot, or to what was current at an instant (microseconds since 1970)."""

    snapshot_id: int | None = None
    instant_us: int | None = None


class Table(Protocol):
    """A table as it was found; reading it comes later, when it is known which columns and rows are wanted."""

    @property
    def name(self) -> TableName: ...

    @property
    def columns(self) -> tuple[ColumnInfo, ...]: ...


@dataclass(frozen=True, slots=True)
class View:
    """A stored query and the database its names are looked up in."""

    name: TableName
    query: Query
    database: str
    columns: tuple[ColumnInfo, ...]


class Tables(Protocol):
    def find(self, name: TableName, version: Version | None, at: Position) -> Table | View:
        """Raises TABLE_NOT_FOUND, SCHEMA_NOT_FOUND and, for a version that is not there, INVALID_ARGUMENTS."""
        ...


def resolve_name(name: Name, database: str) -> TableName:
    """[[catalogue.]database.]table"""
    parts = [part.key for part in name]
    return TableName(parts[-2] if len(parts) > 1 else database.lower(), parts[-1])
