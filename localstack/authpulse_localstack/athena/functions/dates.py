"""Dates, timestamps, intervals. Fields and units are those of the zone that a value is shown in."""

from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.functions.registry import Invocation, builder, scalar
from authpulse_localstack.athena.translate import moments
from authpulse_localstack.athena.translate.casts import cast, coerce
from authpulse_localstack.athena.translate.coercion import common_type
from authpulse_localstack.athena.translate.expressions import current_moment
from authpulse_localstack.athena.translate.typed import Typed, combine
from authpulse_localstack.athena.types import (
    BIGINT,
    DATE,
    DOUBLE,
    INTERVAL_DAY,
    INTERVAL_MONTH,
    UTC,
    VARCHAR,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    is_integer,
    is_numeric,
)

DATE_UNITS: Final = ("day", "week", "month", "quarter", "year")
TIME_UNITS: Final = ("millisecond", "second", "minute", "hour")
_MILLIS: Final = {"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000}
_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_FIELDS: Final = {
    "year": "year({0})",
    "quarter": "quarter({0})",
    "month": "month({0})",
    "day": "day({0})",
    "day_of_month": "day({0})",
    "day_of_week": "isodow({0})",
    "dow": "isodow({0})",
    "day_of_year": "dayofyear({0})",
    "doy": "dayofyear({0})",
    "week": "weekofyear({0})",
    "week_of_year": "weekofyear({0})",
    "year_of_week": "isoyear({0})",
    "yow": "isoyear({0})",
}
_TIME_FIELDS: Final = {
    "hour": "hour({0})",
    "minute": "minute({0})",
    "second": "second({0})",
    "millisecond": "(millisecond({0}) % 1000)",
}

scalar("to_milliseconds(interval_day) -> bigint", "{0}")
scalar("current_timezone() -> varchar", "'UTC'")


def wrong(call: Invocation) -> QueryError:
    shown = ", ".join(str(v.type) for v in call.arguments)
    return QueryError("FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function {call.name}", call.at)


def is_moment(type_: Type) -> bool:
    return type_ == DATE or isinstance(type_, Timestamp | ZonedTimestamp)


def _result(call: Invocation, sql: str, type_: Type) -> Typed:
    return combine(sql, type_, call.at, *call.arguments)


@builder(*_FIELDS, arguments=1)
def date_field(call: Invocation) -> Typed:
    value = call.arguments[0]
    if value.type == INTERVAL_MONTH and call.name in {"year", "month"}:
        text = f"({value.sql} // 12)" if call.name == "year" else f"({value.sql} % 12)"
        return _result(call, f"CAST({text} AS BIGINT)", BIGINT)
    if value.type == INTERVAL_DAY and call.name == "day":
        return _result(call, f"({value.sql} // 86400000)", BIGINT)
    if not is_moment(value.type):
        raise wrong(call)
    return _result(call, _FIELDS[call.name].format(moments.local(value.sql, value.type, value.at)), BIGINT)


@builder(*_TIME_FIELDS, arguments=1)
def time_field(call: Invocation) -> Typed:
    value = call.arguments[0]
    if value.type == INTERVAL_DAY:
        unit = _MILLIS[call.name]
        above = {"millisecond": 1000, "second": 60, "minute": 60, "hour": 24}[call.name]
        return _result(call, f"({value.sql} // {unit} % {above})", BIGINT)
    if isinstance(value.type, Time) or (is_moment(value.type) and value.type != DATE):
        local = moments.local(value.sql, value.type, value.at)
        return _result(call, f"CAST({_TIME_FIELDS[call.name].format(local)} AS BIGINT)", BIGINT)
    raise wrong(call)


@builder("timezone_hour", "timezone_minute", arguments=1)
def zone_field(call: Invocation) -> Typed:
    value = call.arguments[0]
    if not isinstance(value.type, ZonedTimestamp):
        raise wrong(call)
    offset = f"(epoch_us(timezone('UTC', {moments.local(value.sql, value.type, value.at)})) - epoch_us({value.sql}))"
    minutes = f"({offset} // 60000000)"
    return _result(call, f"({minutes} // 60)" if call.name == "timezone_hour" else f"({minutes} % 60)", BIGINT)


@builder("now", arguments=0)
def now(call: Invocation) -> Typed:
    sql, type_ = current_moment(call.context, "CURRENT_TIMESTAMP")
    return Typed(sql, type_, call.at, constant=True)


@builder("date", arguments=1)
def date(call: Invocation) -> Typed:
    """CAST(x AS date)."""
    value = call.arguments[0]
    result = cast(value, DATE, call.at)
    column = value.field.column if value.field is not None else None
    if column is not None and isinstance(value.type, Timestamp | ZonedTimestamp):
        return Typed(result.sql, DATE, call.at, day_of=column)
    return result


@builder("last_day_of_month", arguments=1)
def last_day_of_month(call: Invocation) -> Typed:
    value = call.arguments[0]
    if not is_moment(value.type):
        raise wrong(call)
    return _result(call, f"last_day({moments.local(value.sql, value.type, value.at)})", DATE)


def _unit(call: Invocation, type_: Type) -> str:
    """The unit of date_add and the like, which must be a literal here."""
    given = call.arguments[0]
    if not isinstance(given.type, Varchar):
        raise wrong(call)
    if given.text is None:
        raise not_supported(f"{call.name} with a unit that is not a literal", given.at)
    unit = given.text.lower()
    if type_ == DATE and unit not in DATE_UNITS:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{given.text}' is not a valid DATE field", given.at)
    if unit not in (*DATE_UNITS, *TIME_UNITS):
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{given.text}' is not a valid TIMESTAMP field", given.at)
    return unit


@builder("date_trunc", arguments=2)
def date_trunc(call: Invocation) -> Typed:
    value = call.arguments[1]
    if not is_moment(value.type):
        raise wrong(call)
    unit = _unit(call, value.type)
    local = f"date_trunc('{unit}', {moments.local(value.sql, value.type, value.at)})"
    if value.type == DATE:
        return _result(call, f"CAST({local} AS DATE)", DATE)
    if isinstance(value.type, ZonedTimestamp):
        local = moments.to_instant(local, value.type.zone or UTC)
    return _result(call, local, value.type)


@builder("date_add", arguments=3)
def date_add(call: Invocation) -> Typed:
    amount, value = call.arguments[1], call.arguments[2]
    if not is_moment(value.type) or not is_integer(amount.type):
        raise wrong(call)
    unit = _unit(call, value.type)
    count = coerce(amount, BIGINT).sql
    if unit in _MILLIS:
        sql = f"({value.sql} + to_milliseconds({count} * {_MILLIS[unit]}))"
        return _result(call, sql, _with_millis(value.type) if unit == "millisecond" else value.type)
    many = _MONTHS.get(unit) or _DAYS[unit]
    shift = (
        f"to_months(CAST({count} * {many} AS INTEGER))"
        if unit in _MONTHS
        else f"to_days(CAST({count} * {many} AS INTEGER))"
    )
    shifted = f"({moments.local(value.sql, value.type, value.at)} + {shift})"
    if value.type == DATE:
        return _result(call, f"CAST({shifted} AS DATE)", DATE)
    if isinstance(value.type, ZonedTimestamp):
        shifted = moments.to_instant(shifted, value.type.zone or UTC)
    return _result(call, shifted, value.type)


def _with_millis(type_: Type) -> Type:
    if isinstance(type_, Timestamp):
        return Timestamp(max(3, type_.precision))
    return ZonedTimestamp(max(3, type_.precision), type_.zone) if isinstance(type_, ZonedTimestamp) else type_


@builder("date_diff", arguments=3)
def date_diff(call: Invocation) -> Typed:
    """Whole units between two moments."""
    first, second = call.arguments[1], call.arguments[2]
    common = common_type(first.type, second.type)
    if common is None or not is_moment(common):
        raise wrong(call)
    unit = _unit(call, common)
    one, other = coerce(first, common), coerce(second, common)
    if isinstance(common, ZonedTimestamp) and unit in _MILLIS:
        zone: Type = ZonedTimestamp(common.precision, UTC)  # hours are as long in every zone
    else:
        zone = common
    texts = (moments.local(v.sql, zone, v.at) for v in (one, other))
    return _result(call, f"date_sub('{unit}', {', '.join(texts)})", BIGINT)


@builder("at_timezone", "with_timezone", arguments=2)
def at_timezone(call: Invocation) -> Typed:
    """The same instant shown in another zone, or the same wall clock taken in one."""
    value, zone = call.arguments
    if zone.text is None:
        raise not_supported(f"{call.name} with a zone that is not a literal", zone.at)
    name = moments.zone_name(zone.text, zone.at)
    if call.name == "with_timezone":
        if not isinstance(value.type, Timestamp):
            raise wrong(call)
        return _result(call, moments.to_instant(value.sql, name), ZonedTimestamp(value.type.precision, name))
    if isinstance(value.type, Timestamp):
        value = coerce(value, ZonedTimestamp(value.type.precision))
    if not isinstance(value.type, ZonedTimestamp):
        raise wrong(call)
    return _result(call, value.sql, ZonedTimestamp(value.type.precision, name))


@builder("from_unixtime", arguments=range(1, 3))
def from_unixtime(call: Invocation) -> Typed:
    """timestamp(3) with time zone, rounded to milliseconds."""
    value = call.arguments[0]
    if not is_numeric(value.type):
        raise wrong(call)
    zone = UTC
    if len(call.arguments) == 2:
        given = call.arguments[1]
        if given.text is None:
            raise not_supported("from_unixtime with a zone that is not a literal", given.at)
        zone = moments.zone_name(given.text, given.at)
    sql = f"make_timestamptz(CAST(floor({coerce(value, DOUBLE).sql} * 1000 + 0.5) AS BIGINT) * 1000)"
    return _result(call, sql, ZonedTimestamp(3, zone))


@builder("to_unixtime", arguments=1)
def to_unixtime(call: Invocation) -> Typed:
    value = call.arguments[0]
    if value.type == DATE or not is_moment(value.type):
        raise wrong(call)
    return _result(call, f"(epoch_us({value.sql}) / 1000000)", DOUBLE)


@builder("from_iso8601_date", arguments=1)
def from_iso8601_date(call: Invocation) -> Typed:
    value = call.arguments[0]
    if not isinstance(value.type, Varchar):
        raise wrong(call)
    return _result(call, f"trino_iso_date({value.sql})", DATE)


@builder("from_iso8601_timestamp", arguments=1)
def from_iso8601_timestamp(call: Invocation) -> Typed:
    """The zone is the text's: known for a literal; text in a column has to be in UTC."""
    value = call.arguments[0]
    if not isinstance(value.type, Varchar):
        raise wrong(call)
    zone = UTC
    if value.text is not None:
        tail = value.text.strip().upper().partition("T")[2]
        sign = max(tail.find("+"), tail.find("-"))
        zone = moments.zone_name(tail[sign:], value.at) if sign >= 0 else UTC
    only_utc = "true" if value.text is None else "false"
    return _result(call, f"trino_iso_timestamp({value.sql}, {only_utc})", ZonedTimestamp(3, zone))


@builder("to_iso8601", arguments=1)
def to_iso8601(call: Invocation) -> Typed:
    value = call.arguments[0]
    if value.type == DATE:
        return _result(call, f"CAST({value.sql} AS VARCHAR)", VARCHAR)
    if not isinstance(value.type, Timestamp | ZonedTimestamp):
        raise wrong(call)
    digits = value.type.precision
    local = moments.local(value.sql, value.type, value.at)
    text = f"left(strftime({local}, '%Y-%m-%dT%H:%M:%S.%f'), {19 + (digits + 1 if digits else 0)})"
    if isinstance(value.type, Timestamp):
        return _result(call, text, VARCHAR)
    return _result(call, f"({text} || {_offset(value, value.type)})", VARCHAR)


def _offset(value: Typed, type_: ZonedTimestamp) -> str:
    """Z or +01:00, whatever holds in the zone at that instant."""
    if type_.zone == UTC:
        return "'Z'"
    offset = f"(epoch_us(timezone('UTC', {moments.local(value.sql, type_, value.at)})) - epoch_us({value.sql}))"
    return f"trino_offset_text({offset} // 60000000)"
