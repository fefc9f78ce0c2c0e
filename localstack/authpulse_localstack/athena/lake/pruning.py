"""What a query says about rows, as an Iceberg filter: it leaves out partitions, files and row groups.

Only what is exactly the same in Iceberg's terms is translated; the rest of the condition is DuckDB's work anyway.
"""

import math
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal as Number
from typing import Any, Final

from pyiceberg import expressions as iceberg
from pyiceberg.schema import Schema

from authpulse_localstack.athena.translate.predicates import Both, Compare, Either, Missing, OneOf, Predicate
from authpulse_localstack.athena.translate.typed import Typed
from authpulse_localstack.athena.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    REAL,
    Decimal,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    is_integer,
)

Evaluate = Callable[[str], Any]
Filter = iceberg.BooleanExpression

# PyIceberg's constructors take names and values, whatever its annotations say.
_COMPARISONS: Final[dict[str, Any]] = {
    "=": iceberg.EqualTo,
    "<": iceberg.LessThan,
    "<=": iceberg.LessThanOrEqual,
    ">": iceberg.GreaterThan,
    ">=": iceberg.GreaterThanOrEqual,
    "in": iceberg.In,
}
_NULLNESS: Final[dict[bool, Any]] = {False: iceberg.IsNull, True: iceberg.NotNull}


class NotTranslatableError(Exception):
    """A part that Iceberg cannot say."""


def to_filter(predicates: Iterable[Predicate], schema: Schema, evaluate: Evaluate) -> Filter:
    """All of them together. `evaluate` gives the Python value of a constant DuckDB expression."""
    result: Filter = iceberg.AlwaysTrue()
    for predicate in predicates:
        try:
            result = iceberg.And(result, _translate(predicate, schema, evaluate))
        except NotTranslatableError:
            continue
    return result


def _translate(predicate: Predicate, schema: Schema, evaluate: Evaluate) -> Filter:
    result: Filter
    match predicate:
        case Both():
            return iceberg.And(
                _translate(predicate.left, schema, evaluate), _translate(predicate.right, schema, evaluate)
            )
        case Either():
            return iceberg.Or(
                _translate(predicate.left, schema, evaluate), _translate(predicate.right, schema, evaluate)
            )
        case Missing():
            name = _name(schema, predicate.column.name)
            result = _NULLNESS[predicate.negated](name)
        case OneOf():
            values = [_value(c, predicate.column.type, evaluate) for c in predicate.constants]
            result = _COMPARISONS["in"](_name(schema, predicate.column.name), values)
        case Compare(by_day=True):
            return _by_day(predicate, _name(schema, predicate.column.name), evaluate)
        case Compare():
            value = _value(predicate.constant, predicate.column.type, evaluate)
            result = _COMPARISONS[predicate.operator](_name(schema, predicate.column.name), value)
    return result


def _name(schema: Schema, name: str) -> str:
    """The column's name as the table spells it."""
    return schema.find_field(name, case_sensitive=False).name


def _value(constant: Typed, column: Type, evaluate: Evaluate) -> Any:
    """The constant in the form that PyIceberg wants for the column: microseconds for timestamps, text for dates."""
    sql, type_ = constant.sql, constant.type
    if isinstance(column, Timestamp | ZonedTimestamp):
        if type_ == DATE:
            sql = f"CAST({sql} AS TIMESTAMP)"
        elif not isinstance(type_, Timestamp | ZonedTimestamp):
            raise NotTranslatableError
        return _known(evaluate(f"epoch_us({sql})"))
    if column == DATE and type_ == DATE:
        return _known(evaluate(f"CAST({sql} AS VARCHAR)"))
    same = (
        (is_integer(column) and is_integer(type_))
        or (isinstance(column, Varchar) and isinstance(type_, Varchar))
        or (column == type_ == BOOLEAN)
    )
    if same:
        return _known(evaluate(sql))
    if column == DOUBLE and (is_integer(type_) or isinstance(type_, Decimal) or type_ in (REAL, DOUBLE)):
        return float(_known(evaluate(sql)))
    if isinstance(column, Decimal) and (is_integer(type_) or isinstance(type_, Decimal)):
        return _decimal(_known(evaluate(sql)), column)
    raise NotTranslatableError


def _known(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        raise NotTranslatableError
    return value


def _decimal(value: Any, column: Decimal) -> Number:
    exact = Number(value)
    scaled = exact.quantize(Number(1).scaleb(-column.scale))
    if scaled != exact:
        raise NotTranslatableError
    return scaled


def _by_day(predicate: Compare, name: str, evaluate: Evaluate) -> Filter:
    day = date.fromisoformat(_known(evaluate(f"CAST({predicate.constant.sql} AS VARCHAR)")))
    start, following = _micros(day), _micros(day + timedelta(days=1))
    bounds = {
        "=": ((">=", start), ("<", following)),
        "<": (("<", start),),
        "<=": (("<", following),),
        ">": ((">=", following),),
        ">=": ((">=", start),),
    }
    result: Filter = iceberg.AlwaysTrue()
    for operator, value in bounds[predicate.operator]:
        result = iceberg.And(result, _COMPARISONS[operator](name, value))
    return result


def _micros(day: date) -> int:
    return (day - date(1970, 1, 1)) // timedelta(microseconds=1)
