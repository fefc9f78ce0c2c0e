"""Columns of a result: Athena's name for a type, and the few figures it gives with it."""

from dataclasses import dataclass
from typing import Any, Final

from authpulse_localstack.athena.types import (
    VARCHAR,
    Array,
    Decimal,
    Map,
    Row,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
)

UNBOUNDED: Final = 2_147_483_647
_PRECISIONS: Final = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "float": 17,
    "double": 17,
    "timestamp": 3,
    "timestamp with time zone": 3,
    "time": 3,
}


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """What GetQueryResults tells of a column, and the .metadata object beside the result."""

    name: str
    type: str
    precision: int = 0
    scale: int = 0
    nullable: str = "UNKNOWN"
    case_sensitive: bool = False

    def shape(self) -> dict[str, Any]:
        return {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.name,
            "Type": self.type,
            "Precision": self.precision,
            "Scale": self.scale,
            "Nullable": self.nullable,
            "CaseSensitive": self.case_sensitive,
        }


def column(name: str, type_: Type) -> ResultColumn:
    athena = _name(type_)
    if isinstance(type_, Decimal):
        return ResultColumn(name, athena, type_.precision, type_.scale)
    if isinstance(type_, Varchar):
        length = UNBOUNDED if type_.length is None else type_.length
        return ResultColumn(name, athena, length, case_sensitive=True)
    return ResultColumn(name, athena, _PRECISIONS.get(athena, 0))


def text_columns(*names: str) -> tuple[ResultColumn, ...]:
    """The columns of SHOW and its kin."""
    return tuple(ResultColumn(name, "string") for name in names)


def _name(type_: Type) -> str:
    match type_:
        case Varchar():
            return "varchar"
        case Decimal():
            return "decimal"
        case Time():
            return "time"
        case Timestamp():
            return "timestamp"
        case ZonedTimestamp():
            return "timestamp with time zone"
        case Array():
            return "array"
        case Map():
            return "map"
        case Row():
            return "row"
        case _:
            return "float" if str(type_) == "real" else str(type_)


ROWS: Final = (ResultColumn("rows", "bigint", 19),)
PLAN: Final = (column("Query Plan", VARCHAR),)
