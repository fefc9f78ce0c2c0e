"""Arrays. Where Trino minds NULL elements and order and DuckDB does not, a macro does."""

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.functions.registry import Invocation, builder, scalar
from authpulse_localstack.athena.translate.casts import anonymous_row, coerce, text_of
from authpulse_localstack.athena.translate.coercion import common_type
from authpulse_localstack.athena.translate.typed import Typed, combine, fail_when
from authpulse_localstack.athena.types import (
    BIGINT,
    DATE,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    Array,
    Timestamp,
    Type,
    Varchar,
    field_name,
    is_integer,
)

scalar("cardinality(array(T)) -> bigint", "len({0})")
scalar("contains(array(T), T) -> boolean", "trino_contains({0}, {1})")
scalar("element_at(array(T), bigint) -> T", "trino_element_at({0}, {1})")
scalar("array_distinct(array(T)) -> array(T)", "trino_distinct({0})")
scalar("array_sort(array(T)) -> array(T)", "list_sort({0}, 'ASC', 'NULLS LAST')")
scalar("array_position(array(T), T) -> bigint", "trino_position({0}, {1})")
scalar("array_remove(array(T), T) -> array(T)", "trino_remove({0}, {1})")
scalar("array_max(array(T)) -> T", "CASE WHEN list_count({0}) = len({0}) THEN list_max({0}) END")
scalar("array_min(array(T)) -> T", "CASE WHEN list_count({0}) = len({0}) THEN list_min({0}) END")
scalar("array_intersect(array(T), array(T)) -> array(T)", "trino_intersect({0}, {1})")
scalar("array_except(array(T), array(T)) -> array(T)", "trino_except({0}, {1})")
scalar("array_union(array(T), array(T)) -> array(T)", "trino_distinct(list_concat({0}, {1}))")
scalar("array_first(array(T)) -> T", "{0}[1]")
scalar("array_last(array(T)) -> T", "{0}[-1]")
scalar("arrays_overlap(array(T), array(T)) -> boolean", "trino_overlap({0}, {1})")
scalar("flatten(array(array(T))) -> array(T)", "flatten({0})")
scalar("reverse(array(T)) -> array(T)", "list_reverse({0})")
scalar("slice(array(T), bigint, bigint) -> array(T)", "trino_slice({0}, {1}, {2})")
scalar("trim_array(array(T), bigint) -> array(T)", "trino_trim_array({0}, {1})")
scalar("repeat(T, bigint) -> array(T)", "trino_repeat({0}, {1})")
scalar("filter(array(T), function(T, boolean)) -> array(T)", "list_filter({0}, {1})")
scalar("transform(array(T), function(T, U)) -> array(U)", "list_transform({0}, {1})")
scalar("any_match(array(T), function(T, boolean)) -> boolean", "trino_any(list_transform({0}, {1}))")
scalar("all_match(array(T), function(T, boolean)) -> boolean", "trino_all(list_transform({0}, {1}))")
scalar("none_match(array(T), function(T, boolean)) -> boolean", "(NOT trino_any(list_transform({0}, {1})))")
scalar(
    "reduce(array(T), S, function(S, T, S), function(S, R)) -> R",
    "list_transform([list_reduce({0}, {2}, {1})], {3})[1]",
)
scalar(
    "zip_with(array(T), array(U), function(T, U, R)) -> array(R)",
    "list_transform(range(1, greatest(len({0}), len({1})) + 1), {2: {0}[{v}], {1}[{v}]})",
)


@builder("concat", arguments=range(2, 128))
def concat(call: Invocation) -> Typed:
    """Texts, bytes, or arrays and elements of them; NULL if any is."""
    types = [v.type for v in call.arguments]
    if any(isinstance(t, Array) for t in types):
        return _concat_arrays(call)
    for target in (VARCHAR, VARBINARY):
        if all(t == UNKNOWN or common_type(t, target) == target for t in types):
            texts = (coerce(v, target).sql for v in call.arguments)
            return combine(f"({' || '.join(texts)})", target, call.at, *call.arguments)
    shown = ", ".join(map(str, types))
    expected = "concat(varchar, …), concat(varbinary, …), concat(array(T), …), concat(array(T), T), concat(T, array(T))"
    message = f"Unexpected parameters ({shown}) for function concat. Expected: {expected}"
    raise QueryError("FUNCTION_NOT_FOUND", message, call.at)


def _concat_arrays(call: Invocation) -> Typed:
    element: Type | None = UNKNOWN
    for value in call.arguments:
        part = value.type.element if isinstance(value.type, Array) else value.type
        element = common_type(element, part) if element is not None else None
        if element is None:
            shown = ", ".join(str(v.type) for v in call.arguments)
            raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function concat", call.at)
    target = Array(element or UNKNOWN)
    texts = [
        coerce(v, target).sql if isinstance(v.type, Array) else f"[{coerce(v, target.element).sql}]"
        for v in call.arguments
    ]
    return combine(f"({' || '.join(texts)})", target, call.at, *call.arguments)


@builder("array_join", arguments=range(2, 4))
def array_join(call: Invocation) -> Typed:
    """NULL elements are left out, or written as the third argument."""
    values, delimiter = call.arguments[0], call.arguments[1]
    if not isinstance(values.type, Array) or not isinstance(delimiter.type, Varchar):
        shown = ", ".join(str(v.type) for v in call.arguments)
        raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function array_join", call.at)
    element = values.type.element
    text = (
        "e" if isinstance(element, Varchar) else text_of("e", element) if element != UNKNOWN else "CAST(e AS VARCHAR)"
    )
    if text is None:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Input type {element} not supported", call.at)
    missing = f"coalesce({text}, {coerce(call.arguments[2], VARCHAR).sql})" if len(call.arguments) == 3 else text
    texts = f"list_transform({values.sql}, lambda e: {missing})"
    sql = f"trino_join({texts}, {delimiter.sql})"
    return combine(sql, VARCHAR, call.at, *call.arguments)


@builder("zip", arguments=range(2, 6))
def zip_(call: Invocation) -> Typed:
    """Rows of the elements at the same place; the shorter arrays are filled up with NULL."""
    elements = []
    for value in call.arguments:
        if not isinstance(value.type, Array):
            shown = ", ".join(str(v.type) for v in call.arguments)
            raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function zip", call.at)
        elements.append(value.type.element)
    row = anonymous_row(elements)
    fields = ", ".join(f"{field_name(row, n)} := {v.sql}[i]" for n, v in enumerate(call.arguments))
    longest = f"greatest({', '.join(f'len({v.sql})' for v in call.arguments)})"
    missing = " OR ".join(f"{v.sql} IS NULL" for v in call.arguments)
    rows = f"list_transform(range(1, {longest} + 1), lambda i: struct_pack({fields}))"
    return combine(f"CASE WHEN NOT ({missing}) THEN {rows} END", Array(row), call.at, *call.arguments)


@builder("sequence", arguments=range(2, 4))
def sequence(call: Invocation) -> Typed:
    """Of integers, dates or timestamps; at most 10,000 entries, as on AWS."""
    start, stop = call.arguments[0], call.arguments[1]
    if is_integer(start.type) and is_integer(stop.type):
        return _numbers(call)
    common = common_type(start.type, stop.type)
    step = call.arguments[2] if len(call.arguments) == 3 else None
    if common == DATE and step is None:
        days = f"to_days(CASE WHEN {start.sql} <= {stop.sql} THEN 1 ELSE -1 END)"
        return _moments(call, common, days)
    if step is None or not (common == DATE or isinstance(common, Timestamp)):
        shown = ", ".join(str(v.type) for v in call.arguments)
        raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function sequence", call.at)
    if step.type == INTERVAL_DAY:
        return _moments(call, common, f"to_milliseconds({step.sql})")
    if step.type == INTERVAL_MONTH:
        return _moments(call, common, f"to_months({step.sql})")
    raise QueryError("TYPE_MISMATCH", f"sequence of {common} needs an interval, not {step.type}", step.at)


def _numbers(call: Invocation) -> Typed:
    start, stop = (coerce(v, BIGINT).sql for v in call.arguments[:2])
    step = (
        coerce(call.arguments[2], BIGINT).sql
        if len(call.arguments) == 3
        else f"CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END"
    )
    return combine(f"trino_sequence({start}, {stop}, {step})", Array(BIGINT), call.at, *call.arguments)


def _moments(call: Invocation, type_: Type, step: str) -> Typed:
    start, stop = (coerce(v, type_).sql for v in call.arguments[:2])
    series = f"generate_series({start}, {stop}, {step})"
    if type_ == DATE:
        series = f"CAST({series} AS DATE[])"
    message = "'result of sequence function must not have more than 10000 entries'"
    sql = fail_when(f"len({series}) > 10000", "INVALID_FUNCTION_ARGUMENT", message, series)
    return combine(sql, Array(type_), call.at, *call.arguments)


@builder("shuffle", arguments=1)
def shuffle(call: Invocation) -> Typed:
    raise not_supported("The function shuffle", call.at)
