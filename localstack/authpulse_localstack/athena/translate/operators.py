"""Arithmetic and comparison, by Trino's rules for types, division, overflow and NaN."""

from typing import Final, cast

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate import moments
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import as_decimal, common_type
from authpulse_localstack.athena.translate.predicates import FLIPPED, Compare, Operator, Predicate
from authpulse_localstack.athena.translate.typed import Typed, cast_to, combine, fail_when
from authpulse_localstack.athena.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    MAX_DECIMAL,
    REAL,
    UNKNOWN,
    Decimal,
    Map,
    Timestamp,
    Type,
    ZonedTimestamp,
    is_comparable,
    is_integer,
    is_numeric,
    is_orderable,
)

INTERVALS: Final = (INTERVAL_DAY, INTERVAL_MONTH)
DAY_IN_MILLIS: Final = 86_400_000


def cannot_apply(operator: str, left: Type, right: Type, at: Position) -> QueryError:
    return QueryError("TYPE_MISMATCH", f"Cannot apply operator: {left} {operator} {right}", at)


# arithmetic


def arithmetic(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    """+ - * / % of numbers, moments and intervals."""
    if UNKNOWN in (left.type, right.type):
        return _with_null(operator, left, right, at)
    if is_numeric(left.type) and is_numeric(right.type):
        return _numbers(operator, left, right, at)
    result = _moments(operator, left, right, at) or _intervals(operator, left, right, at)
    if result is None:
        raise cannot_apply(operator, left.type, right.type, at)
    return result


def _with_null(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    known = left.type if right.type == UNKNOWN else right.type
    if not is_numeric(known):
        raise cannot_apply(operator, left.type, right.type, at)
    return combine(cast_to("NULL", known), known, at, left, right)


def _numbers(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    common = common_type(left.type, right.type)
    if common is None:
        raise cannot_apply(operator, left.type, right.type, at)
    if isinstance(common, Decimal):
        return _decimals(operator, left, right, at)
    one, other = coerce(left, common), coerce(right, common)
    sign = "//" if operator == "/" and is_integer(common) else operator
    sql = f"({one.sql} {sign} {other.sql})"
    return combine(f"CAST({sql} AS FLOAT)" if common == REAL else sql, common, at, left, right)


def decimal_result(operator: str, left: Decimal, right: Decimal) -> Decimal:
    """Precision and scale of a result (https://trino.io/docs/current/functions/decimal.html)."""
    digits = max(left.precision - left.scale, right.precision - right.scale)
    scale = max(left.scale, right.scale)
    if operator in "+-":
        return Decimal(min(MAX_DECIMAL, digits + scale + 1), scale)
    if operator == "*":
        return Decimal(min(MAX_DECIMAL, left.precision + right.precision), left.scale + right.scale)
    if operator == "/":
        grown = left.precision + right.scale + max(0, right.scale - left.scale)
        return Decimal(min(MAX_DECIMAL, grown), scale)
    fewer = min(left.precision - left.scale, right.precision - right.scale)
    return Decimal(min(MAX_DECIMAL, fewer + scale), scale)


def _decimals(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    one, other = as_decimal(left.type), as_decimal(right.type)
    if one is None or other is None:
        raise cannot_apply(operator, left.type, right.type, at)
    result = decimal_result(operator, one, other)
    if result.scale > MAX_DECIMAL:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"DECIMAL scale must be in range [0, precision ({result})]", at)
    a, b = coerce(left, one).sql, coerce(right, other).sql
    if operator == "/":
        shift = result.scale - one.scale + other.scale
        sql = cast_to(f"trino_decimal_quotient({a}, {b}, {shift}, {result.scale})", result)
    else:
        sql = cast_to(f"({a} {operator} {b})", result)
    return combine(sql, result, at, left, right)


def _moments(operator: str, left: Typed, right: Typed, at: Position) -> Typed | None:
    if operator == "+" and left.type in INTERVALS and right.type not in INTERVALS:
        left, right = right, left
    if operator not in "+-" or not _is_moment(left.type):
        return None
    if right.type == INTERVAL_DAY:
        return _shift_millis(operator, left, right, at)
    if right.type == INTERVAL_MONTH:
        return _shift_months(operator, left, right, at)
    if operator == "-" and _is_moment(right.type):
        common = common_type(left.type, right.type)
        if common is None:
            return None
        one, other = coerce(left, common), coerce(right, common)
        if common == DATE:
            sql = f"(CAST({one.sql} - {other.sql} AS BIGINT) * {DAY_IN_MILLIS})"
        else:
            sql = f"CAST(round((epoch_us({one.sql}) - epoch_us({other.sql})) / 1000) AS BIGINT)"
        return combine(sql, INTERVAL_DAY, at, left, right)
    return None


def _is_moment(type_: Type) -> bool:
    return type_ == DATE or isinstance(type_, Timestamp | ZonedTimestamp)


def _shift_millis(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    if left.type == DATE:
        days = f"CAST({right.sql} // {DAY_IN_MILLIS} AS INTEGER)"
        partial = f"{right.sql} % {DAY_IN_MILLIS} <> 0"
        message = "'Cannot add hour, minutes or seconds to a date'"
        sql = fail_when(partial, "INVALID_FUNCTION_ARGUMENT", message, f"{left.sql} {operator} {days}")
        return combine(f"({sql})", DATE, at, left, right)
    return combine(f"({left.sql} {operator} to_milliseconds({right.sql}))", _millis(left.type), at, left, right)


def _millis(type_: Type) -> Type:
    """A timestamp(0) plus milliseconds has milliseconds."""
    if isinstance(type_, Timestamp):
        return Timestamp(max(type_.precision, 3))
    return ZonedTimestamp(max(type_.precision, 3), type_.zone) if isinstance(type_, ZonedTimestamp) else type_


def _shift_months(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    shifted = f"({moments.local(left.sql, left.type, at)} {operator} to_months({right.sql}))"
    if left.type == DATE:
        shifted = f"CAST({shifted} AS DATE)"
    elif isinstance(left.type, ZonedTimestamp) and left.type.zone:
        shifted = moments.to_instant(shifted, left.type.zone)
    return combine(shifted, left.type, at, left, right)


def _intervals(operator: str, left: Typed, right: Typed, at: Position) -> Typed | None:
    if left.type in INTERVALS and left.type == right.type and operator in "+-":
        return combine(f"({left.sql} {operator} {right.sql})", left.type, at, left, right)
    if operator == "*" and is_numeric(left.type) and right.type in INTERVALS:
        left, right = right, left
    if left.type not in INTERVALS or not is_numeric(right.type) or operator not in "*/":
        return None
    if is_integer(right.type):
        sql = f"({left.sql} {'*' if operator == '*' else '//'} {right.sql})"
    else:
        sql = f"trunc({left.sql} {operator} {coerce(right, DOUBLE).sql})"
    return combine(cast_to(sql, left.type), left.type, at, left, right)


def negate(operand: Typed, at: Position) -> Typed:
    """Unary minus."""
    if not (is_numeric(operand.type) or operand.type in INTERVALS):
        raise QueryError("TYPE_MISMATCH", f"Cannot negate {operand.type}", at)
    sql = f"(-{operand.sql})"
    return combine(cast_to(sql, operand.type) if is_integer(operand.type) else sql, operand.type, at, operand)


# comparison


def compare(operator: str, left: Typed, right: Typed, at: Position) -> Typed:
    """= <> < <= > >= of any two values that have a common type."""
    common = common_type(left.type, right.type)
    ordered = operator not in {"=", "<>"}
    if common is None or not (is_orderable(common) if ordered else is_comparable(common)):
        raise cannot_apply(operator, left.type, right.type, at)
    one, other = coerce(left, common), coerce(right, common)
    sql = _compared(operator, one, other, common)
    return combine(sql, BOOLEAN, at, left, right, predicate=_predicate(operator, left, right))


def _compared(operator: str, left: Typed, right: Typed, common: Type) -> str:
    if isinstance(common, Map):  # DuckDB's maps are lists of entries: their order must not count
        return f"(list_sort(map_entries({left.sql})) {operator} list_sort(map_entries({right.sql})))"
    plain = f"({left.sql} {operator} {right.sql})"
    return _with_nan(operator, left, right, plain) if common in (REAL, DOUBLE) else plain


def _with_nan(operator: str, left: Typed, right: Typed, plain: str) -> str:
    """For DuckDB NaN is equal to itself and above all numbers; for Trino every comparison with it is false, but <>."""
    above = right if operator in {"<", "<="} else left
    if operator in {"=", "<>"} and left.constant:
        above = right
    if above.constant:
        return plain
    return f"({plain} OR isnan({above.sql}))" if operator == "<>" else f"({plain} AND NOT isnan({above.sql}))"


def _predicate(operator: str, left: Typed, right: Typed) -> Predicate | None:
    if operator not in FLIPPED:
        return None
    if left.constant and not right.constant:
        left, right, operator = right, left, FLIPPED[operator]
    if not right.constant:
        return None
    if left.day_of is not None and right.type == DATE:
        return Compare(left.day_of, cast("Operator", operator), right, by_day=True)
    column = left.field.column if left.field else None
    return Compare(column, cast("Operator", operator), right) if column is not None else None
