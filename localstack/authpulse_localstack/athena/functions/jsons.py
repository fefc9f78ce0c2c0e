"""JSON, in text or parsed. What is no JSON gives NULL, as in Trino; only json_parse fails."""

import re
from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.functions.registry import Invocation, builder, scalar
from authpulse_localstack.athena.translate.typed import Typed, combine, fail_when, quote
from authpulse_localstack.athena.types import BIGINT, JSON, UNKNOWN, VARCHAR, Type, Varchar

scalar("json_parse(varchar) -> json", "CAST(trino_json_parse({0}) AS JSON)")
scalar("json_format(json) -> varchar", "CAST({0} AS VARCHAR)")
scalar("json_array_length(json) -> bigint", "trino_json_length(CAST({0} AS VARCHAR))")
scalar("json_array_length(varchar) -> bigint", "trino_json_length({0})")
for type_name in ("json", "varchar"):
    scalar(f"is_json_scalar({type_name}) -> boolean", "trino_is_json_scalar(CAST({0} AS VARCHAR))")
    for value in ("boolean", "bigint", "double", "varchar"):
        text = "trino_json_contains(CAST({0} AS VARCHAR), {1})"
        scalar(f"json_array_contains({type_name}, {value}) -> boolean", text)
    text = "CAST(trino_json_at(CAST({0} AS VARCHAR), {1}) AS JSON)"
    scalar(f"json_array_get({type_name}, bigint) -> json", text)

_STEP: Final = re.compile(r"""\.([A-Za-z0-9_:@/-]+)|\[(-?\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]""")


def path_steps(path: str) -> list[str | int] | None:
    """The keys and places of $.a[0]["b c"]; None for what Trino does not take as a path."""
    if not path.startswith("$"):
        return None
    steps: list[str | int] = []
    offset = 1
    while offset < len(path):
        found = _STEP.match(path, offset)
        if found is None:
            return None
        key, place, double, single = found.groups()
        quoted = double if double is not None else single
        if place is not None:
            steps.append(int(place))
        else:
            steps.append(key if key is not None else re.sub(r"\\(.)", r"\1", quoted))
        offset = found.end()
    return steps


def duckdb_path(steps: list[str | int]) -> str | None:
    """The same in DuckDB's form; None if a key cannot be written in it."""
    parts = ["$"]
    for step in steps:
        if isinstance(step, str) and '"' in step:
            return None
        parts.append(f'."{step}"' if isinstance(step, str) else f"[{step}]")
    return "".join(parts)


def _path(call: Invocation) -> str:
    """The path as a DuckDB literal."""
    given = call.arguments[1]
    if given.text is None:
        raise not_supported(f"{call.name} with a path that is not a literal", given.at)
    steps = path_steps(given.text.strip())
    path = duckdb_path(steps) if steps is not None else None
    if steps is None:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Invalid JSON path: '{given.text}'", given.at)
    if path is None:
        raise not_supported(f"the JSON path {given.text}", given.at)
    return quote(path)


def _document(call: Invocation) -> str:
    """Valid JSON text, or NULL."""
    value = call.arguments[0]
    if value.type == JSON:
        return f"CAST({value.sql} AS VARCHAR)"
    if isinstance(value.type, Varchar) or value.type == UNKNOWN:
        return f"CASE WHEN json_valid({value.sql}) THEN {value.sql} END"
    message = f"Unexpected parameters ({value.type}) for function {call.name}. Expected: {call.name}(json or varchar)"
    raise QueryError("FUNCTION_NOT_FOUND", message, call.at)


def _result(call: Invocation, sql: str, type_: Type) -> Typed:
    return combine(sql, type_, call.at, *call.arguments)


@builder("json_extract", arguments=2)
def json_extract(call: Invocation) -> Typed:
    return _result(call, f"json_extract({_document(call)}, {_path(call)})", JSON)


@builder("json_extract_scalar", arguments=2)
def json_extract_scalar(call: Invocation) -> Typed:
    """Numbers as they are written; NULL for objects, arrays and null."""
    return _result(call, f"trino_json_scalar_at({_document(call)}, {_path(call)})", VARCHAR)


@builder("json_size", arguments=2)
def json_size(call: Invocation) -> Typed:
    return _result(call, f"trino_json_size({_document(call)}, {_path(call)})", BIGINT)


@builder("json_value", arguments=2)
def json_value(call: Invocation) -> Typed:
    """JSON_VALUE(text, 'lax $.a') without clauses: NULL for what is missing or not a scalar."""
    given = call.arguments[1]
    mode, _, path = (given.text or "").partition("$")
    if given.text is None or mode.strip() not in {"", "lax"}:
        raise not_supported("JSON_VALUE in strict mode, or with a path that is not a literal", given.at)
    steps = path_steps(f"${path}")
    where = duckdb_path(steps) if steps is not None else None
    if where is None or any(isinstance(s, int) for s in steps or []):
        raise not_supported(f"the SQL/JSON path {given.text}", given.at)  # lax paths look into arrays by themselves
    document, found = _document(call), quote(where)
    arrays = [
        f"json_type({document}, {quote(duckdb_path((steps or [])[:n]) or '$')}) = 'ARRAY'"
        for n in range(len(steps or []))
    ]
    reason = "'JSON_VALUE that looks into an array'"
    value = f"trino_json_scalar_at({document}, {found})"
    sql = fail_when(" OR ".join(arrays), "NOT_SUPPORTED", reason, value) if arrays else value
    return _result(call, sql, VARCHAR)
