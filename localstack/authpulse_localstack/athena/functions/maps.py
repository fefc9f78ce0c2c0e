"""Maps."""

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.functions.registry import Invocation, builder, scalar
from authpulse_localstack.athena.translate.casts import anonymous_row, field_of
from authpulse_localstack.athena.translate.typed import Typed, combine
from authpulse_localstack.athena.types import UNKNOWN, Array, Map, Row, field_name

scalar("map() -> map(unknown, unknown)", "MAP {}")
scalar("map(array(K), array(V)) -> map(K, V)", "map({0}, {1})")
scalar("cardinality(map(K, V)) -> bigint", "CAST(cardinality({0}) AS BIGINT)")
scalar("element_at(map(K, V), K) -> V", "{0}[{1}]")
scalar("map_keys(map(K, V)) -> array(K)", "map_keys({0})")
scalar("map_values(map(K, V)) -> array(V)", "map_values({0})")
scalar("map_concat(map(K, V), map(K, V), …) -> map(K, V)", "map_concat({*})")
scalar(
    "map_filter(map(K, V), function(K, V, boolean)) -> map(K, V)",
    "map_from_entries(list_filter(map_entries({0}), {1: {v}.key, {v}.value}))",
)
scalar(
    "transform_values(map(K, V), function(K, V, R)) -> map(K, R)",
    "map(map_keys({0}), list_transform(map_entries({0}), {1: {v}.key, {v}.value}))",
)
scalar(
    "transform_keys(map(K, V), function(K, V, R)) -> map(R, V)",
    "map(list_transform(map_entries({0}), {1: {v}.key, {v}.value}), map_values({0}))",
)


@builder("map_entries", arguments=1)
def map_entries(call: Invocation) -> Typed:
    value = call.arguments[0]
    if not isinstance(value.type, Map):
        raise QueryError(
            "FUNCTION_NOT_FOUND", f"Unexpected parameters ({value.type}) for function map_entries", call.at
        )
    row = anonymous_row([value.type.key, value.type.value])
    pair = f"struct_pack({field_name(row, 0)} := e.key, {field_name(row, 1)} := e.value)"
    sql = f"list_transform(map_entries({value.sql}), lambda e: {pair})"
    return combine(sql, Array(row), call.at, value)


@builder("map_from_entries", arguments=1)
def map_from_entries(call: Invocation) -> Typed:
    value = call.arguments[0]
    row = value.type.element if isinstance(value.type, Array) else UNKNOWN
    if not isinstance(row, Row) or len(row.fields) != 2:
        message = f"Unexpected parameters ({value.type}) for function map_from_entries"
        raise QueryError("FUNCTION_NOT_FOUND", message, call.at)
    pair = f"struct_pack(key := {field_of('e', row, 0)}, value := {field_of('e', row, 1)})"
    sql = f"map_from_entries(list_transform({value.sql}, lambda e: {pair}))"
    return combine(sql, Map(row.fields[0].type, row.fields[1].type), call.at, value)
