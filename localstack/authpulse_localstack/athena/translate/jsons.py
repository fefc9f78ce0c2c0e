"""CAST to and from JSON.

JSON is kept as its text. Numbers are written as Trino writes them, which DuckDB's to_json does not do for decimals and
doubles; so the text is put together here, by type.
"""

from typing import TYPE_CHECKING

from authpulse_localstack.athena.translate import moments
from authpulse_localstack.athena.translate.typed import quote
from authpulse_localstack.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    JSON,
    REAL,
    VARCHAR,
    Array,
    Decimal,
    Map,
    Row,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    field_name,
    is_integer,
    is_numeric,
)

if TYPE_CHECKING:
    from authpulse_localstack.athena.translate.casts import Caster


def to_json(sql: str, source: Type) -> str | None:
    """CAST(value AS JSON)."""
    text = _text(sql, source, depth=0)
    return f"CAST({text} AS JSON)" if text else None


def _text(sql: str, source: Type, depth: int) -> str | None:
    """The JSON text of a value; NULL for NULL."""
    if source == JSON:
        return f"CAST({sql} AS VARCHAR)"
    if source == BOOLEAN or is_integer(source) or isinstance(source, Decimal):
        return f"CAST({sql} AS VARCHAR)"
    if source in (DOUBLE, REAL):
        return f"trino_json_number({sql})"
    if isinstance(source, Varchar):
        return f"CAST(to_json({sql}) AS VARCHAR)"
    if source == DATE:
        return f"'\"' || CAST({sql} AS VARCHAR) || '\"'"
    if isinstance(source, Timestamp | ZonedTimestamp):
        return f"'\"' || {moments.text(sql, source)} || '\"'"
    if isinstance(source, Array):
        return _array(sql, source, depth)
    if isinstance(source, Map):
        return _map(sql, source, depth)
    return _row(sql, source, depth) if isinstance(source, Row) else None


def _array(sql: str, source: Array, depth: int) -> str | None:
    name = f"j{depth}"
    element = _text(name, source.element, depth + 1)
    if element is None:
        return None
    elements = f"list_transform({sql}, lambda {name}: coalesce({element}, 'null'))"
    return f"'[' || coalesce(array_to_string({elements}, ','), '') || ']'"


def _map(sql: str, source: Map, depth: int) -> str | None:
    """Keys in order, as Trino has them."""
    name = f"j{depth}"
    key = f"{name}.key" if isinstance(source.key, Varchar) else f"CAST({name}.key AS VARCHAR)"
    value = _text(f"{name}.value", source.value, depth + 1)
    if value is None or not (isinstance(source.key, Varchar) or is_integer(source.key) or source.key == BOOLEAN):
        return None
    pair = f"CAST(to_json({key}) AS VARCHAR) || ':' || coalesce({value}, 'null')"
    entries = f"list_transform(list_sort(map_entries({sql})), lambda {name}: {pair})"
    return f"'{{' || coalesce(array_to_string({entries}, ','), '') || '}}'"


def _row(sql: str, source: Row, depth: int) -> str | None:
    parts = []
    for n, field in enumerate(source.fields):
        value = _text(f"struct_extract({sql}, {quote(field_name(source, n)[1:-1])})", field.type, depth + 1)
        if value is None:
            return None
        name = quote(f"{_quoted(field.name or '')}:")
        parts.append(f"{name} || coalesce({value}, 'null')")
    inside = " || ',' || ".join(parts)
    return f"CASE WHEN {sql} IS NOT NULL THEN '{{' || {inside} || '}}' END"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def from_json(caster: "Caster", sql: str, target: Type) -> str | None:
    """CAST(json AS target): numbers, texts and booleans into one another; arrays, maps and rows element by element."""
    if isinstance(target, Array):
        return _to_array(caster, sql, target)
    if isinstance(target, Map):
        return _to_map(caster, sql, target)
    if isinstance(target, Row):
        return _to_row(caster, sql, target)
    if not (isinstance(target, Varchar) or target in (BOOLEAN, DATE) or is_numeric(target)):
        return None if not isinstance(target, Timestamp) else _scalar(caster, sql, target)
    return _scalar(caster, sql, target)


def _scalar(caster: "Caster", sql: str, target: Type) -> str | None:
    kind = f"json_type({sql})"
    text = f"trino_json_scalar(CAST({sql} AS VARCHAR))"
    if is_integer(target):  # 1.5 is rounded, as from a double
        number = caster.convert(f"CAST({text} AS DOUBLE)", DOUBLE, target)
        whole = caster.convert(text, VARCHAR, target)
        truth = caster.convert(f"CAST({text} AS BOOLEAN)", BOOLEAN, target)
        value = f"CASE {kind} WHEN 'DOUBLE' THEN {number} WHEN 'BOOLEAN' THEN {truth} ELSE {whole} END"
    elif target == BOOLEAN:
        number = f"(CAST({text} AS DOUBLE) <> 0)"
        read = caster.convert(text, VARCHAR, target)
        value = f"CASE WHEN {kind} IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN {number} ELSE {read} END"
    elif is_numeric(target):
        truth = caster.convert(f"CAST({text} AS BOOLEAN)", BOOLEAN, BIGINT)
        value = f"CASE {kind} WHEN 'BOOLEAN' THEN {truth} ELSE {caster.convert(text, VARCHAR, target)} END"
    else:
        converted = caster.convert(text, VARCHAR, target)
        if converted is None:
            return None
        value = converted
    message = f"'Cannot cast to {target}. Expected a scalar, but got ' || CAST({sql} AS VARCHAR)"
    return caster.fail_when(f"{kind} IN ('OBJECT', 'ARRAY')", message, value)


def _wrong(caster: "Caster", sql: str, wanted: str, target: Type, value: str) -> str:
    kind = f"json_type({sql})"
    message = f"'Cannot cast to {target}. Expected a json {wanted.lower()}, but got ' || CAST({sql} AS VARCHAR)"
    present = f"CASE WHEN {kind} = 'NULL' THEN NULL ELSE {value} END"
    return caster.fail_when(f"{kind} NOT IN ('{wanted}', 'NULL')", message, present)


def _to_array(caster: "Caster", sql: str, target: Array) -> str | None:
    name = f"j{caster.depth}"
    element = _deeper(caster).convert(name, JSON, target.element)
    if element is None:
        return None
    values = f"list_transform(TRY_CAST({sql} AS JSON[]), lambda {name}: {element})"
    return _wrong(caster, sql, "ARRAY", target, values)


def _to_map(caster: "Caster", sql: str, target: Map) -> str | None:
    name = f"j{caster.depth}"
    key = _deeper(caster).convert(f"{name}.key", VARCHAR, target.key)
    value = _deeper(caster).convert(f"{name}.value", JSON, target.value)
    if key is None or value is None:
        return None
    entries = f"map_entries(TRY_CAST({sql} AS MAP(VARCHAR, JSON)))"
    pair = f"struct_pack(key := {key}, value := {value})"
    return _wrong(caster, sql, "OBJECT", target, f"map_from_entries(list_transform({entries}, lambda {name}: {pair}))")


def _to_row(caster: "Caster", sql: str, target: Row) -> str | None:
    """From an object by name, from an array by place."""
    by_name, by_place = [], []
    for n, field in enumerate(target.fields):
        path = quote(f"$.{_quoted(field.name or '')}")
        named = _deeper(caster).convert(f"json_extract({sql}, {path})", JSON, field.type)
        placed = _deeper(caster).convert(f"json_extract({sql}, '$[{n}]')", JSON, field.type)
        if named is None or placed is None:
            return None
        by_name.append(f"{field_name(target, n)} := {named}")
        by_place.append(f"{field_name(target, n)} := {placed}")
    kind = f"json_type({sql})"
    rows = f"WHEN 'OBJECT' THEN struct_pack({', '.join(by_name)}) WHEN 'ARRAY' THEN struct_pack({', '.join(by_place)})"
    message = f"'Cannot cast to {target}. Expected a json array or object, but got ' || CAST({sql} AS VARCHAR)"
    return caster.fail_when(
        f"{kind} NOT IN ('OBJECT', 'ARRAY', 'NULL')", message.replace('"', ""), f"CASE {kind} {rows} END"
    )


def _deeper(caster: "Caster") -> "Caster":
    return type(caster)(safe=caster.safe, depth=caster.depth + 1)
