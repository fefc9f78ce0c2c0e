"""Numbers. Integers, decimals and doubles keep their kind, as in Trino."""

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.functions.registry import Invocation, builder, scalar
from authpulse_localstack.athena.translate import operators
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import common_type
from authpulse_localstack.athena.translate.typed import Typed, cast_to, combine
from authpulse_localstack.athena.types import (
    DOUBLE,
    INTEGER,
    MAX_DECIMAL,
    REAL,
    Decimal,
    Type,
    is_integer,
    is_numeric,
    is_orderable,
)

scalar("abs(N) -> N", "abs({0})")
scalar("sign(N) -> N", "CAST(sign({0}) AS {N})")
for name in ("pow", "power"):
    scalar(f"{name}(double, double) -> double", "pow({0}, {1})")
for name in ("sqrt", "exp", "ln", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"):
    scalar(f"{name}(double) -> double", f"{name}({{0}})")
for name in ("degrees", "radians"):
    scalar(f"{name}(double) -> double", f"{name}({{0}})")
scalar("cbrt(double) -> double", "trino_cbrt({0})")
scalar("atan2(double, double) -> double", "atan2({0}, {1})")
scalar("log(double, double) -> double", "(ln({1}) / ln({0}))")
scalar("pi() -> double", "pi()")
scalar("e() -> double", "exp(1.0::DOUBLE)")
scalar("nan() -> double", "'NaN'::DOUBLE")
scalar("infinity() -> double", "'Infinity'::DOUBLE")
scalar("is_nan(double) -> boolean", "isnan({0})")
scalar("is_nan(real) -> boolean", "isnan({0})")
scalar("is_finite(double) -> boolean", "isfinite({0})")
scalar("is_infinite(double) -> boolean", "isinf({0})")
for name in ("rand", "random"):
    scalar(f"{name}() -> double", "random()")
    scalar(f"{name}(integer) -> integer", "CAST(floor(random() * {0}) AS INTEGER)")
    scalar(f"{name}(bigint) -> bigint", "CAST(floor(random() * {0}) AS BIGINT)")
    scalar(f"{name}(integer, integer) -> integer", "CAST({0} + floor(random() * ({1} - {0})) AS INTEGER)")
    scalar(f"{name}(bigint, bigint) -> bigint", "CAST({0} + floor(random() * ({1} - {0})) AS BIGINT)")
scalar("bitwise_and(bigint, bigint) -> bigint", "({0} & {1})")
scalar("bitwise_or(bigint, bigint) -> bigint", "({0} | {1})")
scalar("bitwise_xor(bigint, bigint) -> bigint", "xor({0}, {1})")
scalar("bitwise_not(bigint) -> bigint", "(~{0})")
scalar("bitwise_left_shift(bigint, bigint) -> bigint", "trino_shift_left({0}, {1})")
scalar("bitwise_right_shift(bigint, bigint) -> bigint", "trino_shift_right({0}, {1})")
scalar("bitwise_right_shift_arithmetic(bigint, bigint) -> bigint", "({0} >> least({1}, 63))")
scalar("bit_count(bigint, bigint) -> bigint", "trino_bit_count({0}, {1})")
scalar("width_bucket(double, double, double, bigint) -> bigint", "trino_width_bucket({0}, {1}, {2}, {3})")
scalar("width_bucket(double, array(double)) -> bigint", "CAST(len(list_filter({1}, lambda b: b <= {0})) AS BIGINT)")
scalar("from_base(varchar, bigint) -> bigint", "trino_from_base({0}, {1})")
scalar("to_base(bigint, bigint) -> varchar", "trino_to_base({0}, {1})")


def _number(call: Invocation) -> Typed:
    value = call.arguments[0]
    if not is_numeric(value.type):
        message = f"Unexpected parameters ({value.type}) for function {call.name}"
        raise QueryError("FUNCTION_NOT_FOUND", message, call.at)
    return value


def _whole(type_: Decimal) -> Decimal:
    """A decimal without its fraction; rounding may add a digit."""
    return Decimal(min(MAX_DECIMAL, type_.precision - type_.scale + min(type_.scale, 1)), 0)


def _same(call: Invocation, sql: str, type_: Type) -> Typed:
    return combine(sql, type_, call.at, *call.arguments)


@builder("ceil", "ceiling", "floor", arguments=1)
def ceil_floor(call: Invocation) -> Typed:
    value = _number(call)
    if is_integer(value.type):
        return value
    function = "floor" if call.name == "floor" else "ceil"
    type_ = _whole(value.type) if isinstance(value.type, Decimal) else value.type
    return _same(call, cast_to(f"{function}({value.sql})", type_), type_)


@builder("round", arguments=range(1, 3))
def round_(call: Invocation) -> Typed:
    """Half up, away from zero; a decimal keeps its scale when digits are given."""
    value = _number(call)
    if len(call.arguments) == 1:
        if is_integer(value.type):
            return value
        type_ = _whole(value.type) if isinstance(value.type, Decimal) else value.type
        return _same(call, cast_to(f"round({value.sql})", type_), type_)
    digits = coerce(call.arguments[1], INTEGER)
    wider = value.type
    if isinstance(value.type, Decimal):
        wider = Decimal(min(MAX_DECIMAL, value.type.precision + 1), value.type.scale)
    return _same(call, cast_to(f"round({value.sql}, {digits.sql})", wider), wider)


@builder("truncate", arguments=range(1, 3))
def truncate(call: Invocation) -> Typed:
    value = _number(call)
    if isinstance(value.type, Decimal) and len(call.arguments) == 1:
        whole = Decimal(max(1, value.type.precision - value.type.scale), 0)
        return _same(call, cast_to(f"trunc({value.sql})", whole), whole)
    if isinstance(value.type, Decimal):
        digits = coerce(call.arguments[1], INTEGER)
        return _same(call, cast_to(f"trunc({value.sql}, {digits.sql})", value.type), value.type)
    type_ = REAL if value.type == REAL else DOUBLE
    return _same(call, cast_to(f"trunc({coerce(value, type_).sql})", type_), type_)


@builder("mod", arguments=2)
def mod(call: Invocation) -> Typed:
    return operators.arithmetic("%", call.arguments[0], call.arguments[1], call.at)


@builder("greatest", "least", arguments=range(1, 128))
def extreme(call: Invocation) -> Typed:
    """NULL if any argument is."""
    common: Type | None = call.arguments[0].type
    for value in call.arguments[1:]:
        common = common_type(common, value.type) if common is not None else None
    if common is None or not is_orderable(common):
        shown = ", ".join(str(v.type) for v in call.arguments)
        raise QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function {call.name}", call.at)
    texts = [coerce(v, common).sql for v in call.arguments]
    missing = " OR ".join(f"{v.sql} IS NULL" for v in call.arguments)
    sql = f"CASE WHEN NOT ({missing}) THEN {call.name}({', '.join(texts)}) END"
    return combine(sql, common, call.at, *call.arguments)
