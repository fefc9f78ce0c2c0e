"""CAST and TRY_CAST, as Trino defines them for each pair of types (https://trino.io/docs/current/functions/conversion.html).

Where DuckDB's cast is more generous (it reads ' 1 ' and '1.5' as integers, 'yes' as a boolean) the value is looked at
first; where it rounds to even, Trino's half-up is written out. TRY_CAST is the same with NULL for what would fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate import jsons, moments
from authpulse_localstack.athena.translate.typed import Typed, cast_to, combine, fail_when, quote
from authpulse_localstack.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    JSON,
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
    duckdb_type,
    field_name,
    is_integer,
    is_numeric,
)

_INTEGER_NAMES: Final = {TINYINT: "TINYINT", SMALLINT: "SMALLINT", INTEGER: "INT", BIGINT: "BIGINT"}
_DOUBLE_TEXT: Final = r"\s*[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)[dDfF]?\s*"


def cast(value: Typed, target: Type, at: Position, *, safe: bool = False) -> Typed:
    """The value as the target type. Raises TYPE_MISMATCH for pairs of types that have no cast."""
    if isinstance(target, ZonedTimestamp) and value.text is not None:
        zoned = moments.zoned_literal(value.text, target, at)
        if zoned is not None:
            return combine(*zoned, at, value)
    caster = Caster(safe=safe)
    sql = caster.convert(value.sql, value.type, target)
    if sql is None:
        raise QueryError("TYPE_MISMATCH", f"Cannot cast {value.type} to {target}", at)
    return combine(sql, caster.result(value.type, target), at, value)


def coerce(value: Typed, target: Type) -> Typed:
    """An implicit cast: `coercion.can_coerce` has said that it cannot fail."""
    if value.type == target:
        return value
    sql = Caster(safe=False).convert(value.sql, value.type, target)
    if sql is None:
        raise QueryError("TYPE_MISMATCH", f"Cannot cast {value.type} to {target}", value.at)
    coerced = combine(sql, target, value.at, value)
    return coerced if value.text is None else _with_text(coerced, value.text)


def _with_text(value: Typed, text: str) -> Typed:
    return Typed(value.sql, value.type, value.at, constant=True, text=text)


@dataclass(frozen=True, slots=True)
class Caster:
    """One direction of failing: an error, or NULL."""

    safe: bool
    depth: int = 0

    def result(self, source: Type, target: Type) -> Type:
        """The target, with the zone that the value is shown in."""
        if isinstance(target, ZonedTimestamp) and isinstance(source, ZonedTimestamp):
            return ZonedTimestamp(target.precision, source.zone)
        return target

    def convert(self, sql: str, source: Type, target: Type) -> str | None:
        """DuckDB's text, or None if there is no such cast."""
        if source == target:
            return sql
        if source == UNKNOWN:
            return cast_to(sql, target)
        if isinstance(source, Char) or isinstance(target, Char):
            raise not_supported("The type char(n)")
        if target == JSON:
            return jsons.to_json(sql, source)
        if source == JSON:
            return jsons.from_json(self, sql, target)
        if isinstance(source, Array | Map | Row) or isinstance(target, Array | Map | Row):
            return self._container(sql, source, target)
        rule = _TARGETS.get(target if target in _TARGETS else type(target))
        return rule(self, sql, source, target) if rule else None

    def fail_when(self, condition: str, message: str, otherwise: str, kind: str = "INVALID_CAST_ARGUMENT") -> str:
        if self.safe:
            return f"CASE WHEN NOT ({condition}) THEN {otherwise} END"
        return fail_when(condition, kind, message, otherwise)

    def checked(self, sql: str, target: Type) -> str:
        """DuckDB's cast: its own error for what is out of range, or NULL."""
        return f"{'TRY_CAST' if self.safe else 'CAST'}({sql} AS {duckdb_type(target)})"

    def parsed(self, sql: str, pattern: str, target: Type, message: str) -> str:
        """Text that must have a form, and a value of that type."""
        attempt = f"TRY_CAST({sql} AS {duckdb_type(target)})"
        bad = f"{sql} IS NOT NULL AND (NOT regexp_full_match({sql}, {quote(pattern)}) OR {attempt} IS NULL)"
        return self.fail_when(bad, message, attempt)

    # targets

    def to_boolean(self, sql: str, source: Type, _target: Type) -> str | None:
        if is_numeric(source):
            return f"({sql} <> 0)"
        if not isinstance(source, Varchar):
            return None
        known = f"lower({sql}) IN ('t', 'true', '1', 'f', 'false', '0')"
        truth = f"(lower({sql}) IN ('t', 'true', '1'))"
        return self.fail_when(f"NOT ({known})", f"'Cannot cast ''' || {sql} || ''' to BOOLEAN'", truth)

    def to_integer(self, sql: str, source: Type, target: Type) -> str | None:
        name = _INTEGER_NAMES[target]  # type: ignore[index] # the table below sends only these
        if source == BOOLEAN or is_integer(source) or isinstance(source, Decimal):
            return self.checked(sql, target)
        if source in (REAL, DOUBLE):
            message = quote(f"Cannot cast {source} NaN to {target}")
            return self.fail_when(f"isnan({sql})", message, self.checked(f"round({sql})", target))
        if isinstance(source, Varchar):
            return self.parsed(sql, "[+-]?[0-9]+", target, f"'Cannot cast ''' || {sql} || ''' to {name}'")
        return None

    def to_decimal(self, sql: str, source: Type, target: Type) -> str | None:
        if source == BOOLEAN or is_integer(source) or isinstance(source, Decimal) or source in (REAL, DOUBLE):
            return self.checked(sql, target)
        if isinstance(source, Varchar):
            message = f"'Cannot cast VARCHAR ''' || {sql} || ''' to {str(target).upper()}. Value is not a number.'"
            return self.parsed(sql, r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", target, message)
        return None

    def to_approximate(self, sql: str, source: Type, target: Type) -> str | None:
        if source == BOOLEAN:
            return f"CAST(CAST({sql} AS INTEGER) AS {duckdb_type(target)})"
        if is_numeric(source):
            return self.checked(sql, target)
        if isinstance(source, Varchar):
            digits = f"rtrim(trim({sql}, e' \\t\\n\\r\\f'), 'dDfF')"
            message = f"'Cannot cast ''' || {sql} || ''' to {str(target).upper()}'"
            bad = f"NOT regexp_full_match({sql}, {quote(_DOUBLE_TEXT)})"
            return self.fail_when(bad, message, f"TRY_CAST({digits} AS {duckdb_type(target)})")
        return None

    def to_varchar(self, sql: str, source: Type, target: Type) -> str | None:
        length = target.length if isinstance(target, Varchar) else None
        if isinstance(source, Varchar):
            fits = length is None or (source.length is not None and source.length <= length)
            return sql if fits else f"left({sql}, {length})"
        text = text_of(sql, source)
        if text is None or length is None:
            return text
        message = f"'Value ' || {text} || ' cannot be represented as varchar({length})'"
        return self.fail_when(f"length({text}) > {length}", message, text)

    def to_varbinary(self, sql: str, source: Type, _target: Type) -> str | None:
        return f"encode({sql})" if isinstance(source, Varchar) else None

    def to_uuid(self, sql: str, source: Type, target: Type) -> str | None:
        pattern = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        if isinstance(source, Varchar):
            return self.parsed(sql, pattern, target, f"'Cannot cast value to UUID: ' || {sql}")
        return None

    def to_moment(self, sql: str, source: Type, target: Type) -> str | None:
        return moments.convert(self.parsed, sql, source, target)

    # containers

    def _container(self, sql: str, source: Type, target: Type) -> str | None:
        inner = Caster(safe=self.safe, depth=self.depth + 1)
        match source, target:
            case Array(), Array():
                return inner.array(sql, source, target)
            case Map(), Map():
                return inner.map(sql, source, target)
            case Row(), Row():
                return inner.row(sql, source, target)
            case _:
                return None

    def array(self, sql: str, source: Array, target: Array) -> str | None:
        name = f"e{self.depth}"
        element = self.convert(name, source.element, target.element)
        if element is None or element == name:
            return None if element is None else sql
        return f"list_transform({sql}, lambda {name}: {element})"

    def map(self, sql: str, source: Map, target: Map) -> str | None:
        name = f"e{self.depth}"
        key = self.convert(f"{name}.key", source.key, target.key)
        value = self.convert(f"{name}.value", source.value, target.value)
        if key is None or value is None:
            return None
        pair = f"struct_pack(key := {key}, value := {value})"
        return f"map_from_entries(list_transform(map_entries({sql}), lambda {name}: {pair}))"

    def row(self, sql: str, source: Row, target: Row) -> str | None:
        if len(source.fields) != len(target.fields):
            return None
        fields = []
        for n, (old, new) in enumerate(zip(source.fields, target.fields, strict=True)):
            value = self.convert(field_of(sql, source, n), old.type, new.type)
            if value is None:
                return None
            fields.append(f"{field_name(target, n)} := {value}")
        return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"


def field_of(sql: str, row: Row, index: int) -> str:
    """A row's field."""
    return f"struct_extract({sql}, {quote(field_name(row, index)[1:-1])})"


def anonymous_row(types: list[Type]) -> Row:
    """The type of ROW(a, b)."""
    return Row(tuple(RowField(None, t) for t in types))


def text_of(sql: str, source: Type) -> str | None:
    """How CAST(… AS varchar) writes a value; None for types that have no text."""
    if source == DOUBLE:
        return f"trino_double_text({sql})"
    if source == REAL:
        return f"trino_real_text({sql})"
    if source in (BOOLEAN, DATE, UUID) or is_integer(source) or isinstance(source, Decimal):
        return f"CAST({sql} AS VARCHAR)"
    if isinstance(source, Time | Timestamp | ZonedTimestamp):
        return moments.text(sql, source)
    if source == INTERVAL_DAY:
        return f"trino_interval_day_text({sql})"
    if source == INTERVAL_MONTH:
        return f"trino_interval_month_text({sql})"
    return None


Rule = Callable[[Caster, str, Type, Type], str | None]
_TARGETS: Final[dict[Type | type[Type], Rule]] = {
    BOOLEAN: Caster.to_boolean,
    TINYINT: Caster.to_integer,
    SMALLINT: Caster.to_integer,
    INTEGER: Caster.to_integer,
    BIGINT: Caster.to_integer,
    Decimal: Caster.to_decimal,
    REAL: Caster.to_approximate,
    DOUBLE: Caster.to_approximate,
    Varchar: Caster.to_varchar,
    VARCHAR: Caster.to_varchar,
    VARBINARY: Caster.to_varbinary,
    UUID: Caster.to_uuid,
    DATE: Caster.to_moment,
    Time: Caster.to_moment,
    Timestamp: Caster.to_moment,
    ZonedTimestamp: Caster.to_moment,
}
