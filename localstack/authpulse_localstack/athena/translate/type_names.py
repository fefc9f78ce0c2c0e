"""From the name of a type in SQL, Trino's or Hive's, to the type."""

from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    JSON,
    MAX_DECIMAL,
    MAX_TIMESTAMP_PRECISION,
    REAL,
    SMALLINT,
    TINYINT,
    UNKNOWN,
    UUID,
    VARBINARY,
    VARCHAR,
    Array,
    Char,
    Decimal,
    Map,
    Row,
    RowField,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
)

_SIMPLE: Final[dict[str, Type]] = {
    "bigint": BIGINT,
    "binary": VARBINARY,
    "boolean": BOOLEAN,
    "date": DATE,
    "double": DOUBLE,
    "float": REAL,
    "int": INTEGER,
    "integer": INTEGER,
    "interval day to second": INTERVAL_DAY,
    "interval year to month": INTERVAL_MONTH,
    "json": JSON,
    "real": REAL,
    "smallint": SMALLINT,
    "string": VARCHAR,
    "tinyint": TINYINT,
    "unknown": UNKNOWN,
    "uuid": UUID,
    "varbinary": VARBINARY,
}
# Types that Trino has and nothing here can hold.
_BEYOND: Final = frozenset(
    {"bingtile", "color", "geometry", "hyperloglog", "ipaddress", "ipprefix", "p4hyperloglog", "qdigest", "setdigest"}
    | {"sphericalgeography", "tdigest", "time with time zone"}
)


def type_of(name: nodes.TypeName) -> Type:
    """Raises TYPE_NOT_FOUND, or NOT_SUPPORTED for a type of Trino's that is not there."""
    simple = _SIMPLE.get(name.name)
    if simple is not None and not name.parameters:
        return simple
    if name.name in _BEYOND:
        raise not_supported(f"The type {name.name}", name.at)
    sizes = [p for p in name.parameters if isinstance(p, int)]
    parametric = _sized(name, sizes) if len(sizes) == len(name.parameters) else _container(name)
    if parametric is None:
        raise QueryError("TYPE_NOT_FOUND", f"Unknown type: {name.name}", name.at)
    return parametric


def _sized(name: nodes.TypeName, sizes: list[int]) -> Type | None:
    first = sizes[0] if sizes else None
    match name.name:
        case "varchar":
            return Varchar(first)
        case "char":
            return Char(first or 1)
        case "decimal" | "numeric" | "dec":
            return _decimal(name, sizes)
        case "time":
            return Time(_precision(name, first))
        case "timestamp":
            return Timestamp(_precision(name, first))
        case "timestamp with time zone":
            return ZonedTimestamp(_precision(name, first))
        case _:
            return None


def _decimal(name: nodes.TypeName, sizes: list[int]) -> Decimal:
    precision = sizes[0] if sizes else MAX_DECIMAL
    scale = sizes[1] if len(sizes) > 1 else 0
    if not 0 < precision <= MAX_DECIMAL:
        message = f"DECIMAL precision must be in range [1, 38]: {precision}"
        raise QueryError("INVALID_FUNCTION_ARGUMENT", message, name.at)
    if scale > precision:
        message = f"DECIMAL scale must be in range [0, precision ({precision})]: {scale}"
        raise QueryError("INVALID_FUNCTION_ARGUMENT", message, name.at)
    return Decimal(precision, scale)


def _precision(name: nodes.TypeName, given: int | None) -> int:
    if given is not None and given > MAX_TIMESTAMP_PRECISION:
        raise not_supported(f"{name.name}({given})", name.at)
    return 3 if given is None else given


def _container(name: nodes.TypeName) -> Type | None:
    pairs = [(p if isinstance(p, tuple) else (None, p)) for p in name.parameters if not isinstance(p, int)]
    if len(pairs) != len(name.parameters):
        return None
    types = [type_of(t) for _, t in pairs]
    if name.name == "array" and len(types) == 1:
        return Array(types[0])
    if name.name == "map" and len(types) == 2:
        return Map(types[0], types[1])
    if name.name == "row":
        return Row(tuple(RowField(n, t) for (n, _), t in zip(pairs, types, strict=True)))
    return None
