"""Trino's types, by the names that Trino gives them, and what DuckDB keeps their values in.

A `timestamp with time zone` is an instant and the zone it is shown in. DuckDB keeps the instant alone, so the zone is
part of the type here: known when the statement is translated (a literal, AT TIME ZONE 'Europe/Rome'; UTC for columns),
or not known, and then such a value can be compared but not shown.

Intervals are numbers, as in Trino: milliseconds, or months.
"""

from dataclasses import dataclass, field
from typing import Final

UTC: Final = "UTC"
MAX_DECIMAL: Final = 38
MAX_TIMESTAMP_PRECISION: Final = 6  # DuckDB's timestamps are microseconds; Trino's go to picoseconds


@dataclass(frozen=True, slots=True)
class Type:
    """Base of all types; `str()` is the name in error messages and of typeof()."""


@dataclass(frozen=True, slots=True)
class Simple(Type):
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Varchar(Type):
    length: int | None = None

    def __str__(self) -> str:
        return "varchar" if self.length is None else f"varchar({self.length})"


@dataclass(frozen=True, slots=True)
class Char(Type):
    """Only to be named: no value of it exists here."""

    length: int

    def __str__(self) -> str:
        return f"char({self.length})"


@dataclass(frozen=True, slots=True)
class Decimal(Type):
    precision: int
    scale: int

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})"


@dataclass(frozen=True, slots=True)
class Time(Type):
    precision: int = 3

    def __str__(self) -> str:
        return f"time({self.precision})"


@dataclass(frozen=True, slots=True)
class Timestamp(Type):
    precision: int = 3

    def __str__(self) -> str:
        return f"timestamp({self.precision})"


@dataclass(frozen=True, slots=True)
class ZonedTimestamp(Type):
    """`zone` is None when rows have different ones, or it is not known which."""

    precision: int = 3
    zone: str | None = field(default=UTC, compare=False)

    def __str__(self) -> str:
        return f"timestamp({self.precision}) with time zone"


@dataclass(frozen=True, slots=True)
class Array(Type):
    element: Type

    def __str__(self) -> str:
        return f"array({self.element})"


@dataclass(frozen=True, slots=True)
class Map(Type):
    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map({self.key}, {self.value})"


@dataclass(frozen=True, slots=True)
class RowField:
    name: str | None
    type: Type


@dataclass(frozen=True, slots=True)
class Row(Type):
    fields: tuple[RowField, ...]

    def __str__(self) -> str:
        return f"row({', '.join(f'{f.name} {f.type}' if f.name else str(f.type) for f in self.fields)})"


@dataclass(frozen=True, slots=True)
class Function(Type):
    """What a lambda is, in signatures and error messages."""

    arguments: tuple[Type, ...]
    result: Type

    def __str__(self) -> str:
        return f"function({', '.join(map(str, (*self.arguments, self.result)))})"


BOOLEAN: Final = Simple("boolean")
TINYINT: Final = Simple("tinyint")
SMALLINT: Final = Simple("smallint")
INTEGER: Final = Simple("integer")
BIGINT: Final = Simple("bigint")
REAL: Final = Simple("real")
DOUBLE: Final = Simple("double")
VARCHAR: Final = Varchar()
VARBINARY: Final = Simple("varbinary")
DATE: Final = Simple("date")
JSON: Final = Simple("json")
JSON_PATH: Final = Simple("JsonPath")
UUID: Final = Simple("uuid")
INTERVAL_DAY: Final = Simple("interval day to second")
INTERVAL_MONTH: Final = Simple("interval year to month")
UNKNOWN: Final = Simple("unknown")

INTEGERS: Final = (TINYINT, SMALLINT, INTEGER, BIGINT)
DIGITS_OF_INTEGERS: Final = {TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19}

_DUCKDB: Final = {
    BOOLEAN: "BOOLEAN",
    TINYINT: "TINYINT",
    SMALLINT: "SMALLINT",
    INTEGER: "INTEGER",
    BIGINT: "BIGINT",
    REAL: "FLOAT",
    DOUBLE: "DOUBLE",
    VARBINARY: "BLOB",
    DATE: "DATE",
    JSON: "JSON",
    UUID: "UUID",
    INTERVAL_DAY: "BIGINT",
    INTERVAL_MONTH: "INTEGER",
    UNKNOWN: '"NULL"',
}


def is_integer(type_: Type) -> bool:
    return type_ in INTEGERS


def is_numeric(type_: Type) -> bool:
    return is_integer(type_) or isinstance(type_, Decimal) or type_ in (REAL, DOUBLE)


def duckdb_type(type_: Type) -> str:
    """The DuckDB type that keeps values of this one."""
    match type_:
        case Simple():
            return _DUCKDB[type_]
        case Varchar() | Char():
            return "VARCHAR"
        case Decimal():
            return f"DECIMAL({type_.precision}, {type_.scale})"
        case Time():
            return "TIME"
        case Timestamp():
            return "TIMESTAMP"
        case ZonedTimestamp():
            return "TIMESTAMPTZ"
        case Array():
            return f"{duckdb_type(type_.element)}[]"
        case Map():
            return f"MAP({duckdb_type(type_.key)}, {duckdb_type(type_.value)})"
        case Row():
            fields = (f"{field_name(type_, n)} {duckdb_type(f.type)}" for n, f in enumerate(type_.fields))
            return f"STRUCT({', '.join(fields)})"
        case _:
            raise TypeError(f"no DuckDB type for {type_}")


def field_name(row: Row, index: int) -> str:
    """A row's field in DuckDB: by its name, or by a made one where Trino has none or has it twice."""
    names = [f.name.lower() if f.name else None for f in row.fields]
    own = row.fields[index].name
    if own is None or names.count(own.lower()) > 1:
        return f'"__{index + 1}"'
    return quote_name(own)


def quote_name(name: str) -> str:
    """An identifier for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def is_comparable(type_: Type) -> bool:
    """Whether = works."""
    match type_:
        case Array():
            return is_comparable(type_.element)
        case Map():
            return is_comparable(type_.value)
        case Row():
            return all(is_comparable(f.type) for f in type_.fields)
        case Function():
            return False
        case _:
            return True


def is_orderable(type_: Type) -> bool:
    """Whether < and ORDER BY work."""
    match type_:
        case Array():
            return is_orderable(type_.element)
        case Row():
            return all(is_orderable(f.type) for f in type_.fields)
        case Map() | Function():
            return False
        case _:
            return type_ != JSON


def has_unknown_zone(type_: Type) -> bool:
    """Whether values cannot be shown, because it is not known in which zone."""
    match type_:
        case ZonedTimestamp():
            return type_.zone is None
        case Array():
            return has_unknown_zone(type_.element)
        case Map():
            return has_unknown_zone(type_.key) or has_unknown_zone(type_.value)
        case Row():
            return any(has_unknown_zone(f.type) for f in type_.fields)
        case _:
            return False
