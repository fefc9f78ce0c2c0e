"""Dates, times and timestamps: precision, zones, literals, text.

Trino rounds to a precision half up. DuckDB keeps microseconds always, so a timestamp(3) is one whose microseconds were
rounded when it became one.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.typed import fail_when, quote
from authpulse_localstack.athena.types import (
    DATE,
    MAX_TIMESTAMP_PRECISION,
    UTC,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
)

_DATE: Final = r"[+-]?\d{4,}-\d{1,2}-\d{1,2}"
_TIME: Final = r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ZONE: Final = r"\s*([+-]\d{1,2}:\d{2}|[A-Za-z][A-Za-z0-9_+/-]*)"
_UTC: Final = r"\s*(UTC|Z|GMT|[+-]00:?00)\s*"
_LITERAL: Final = re.compile(
    r"\s*(?P<date>[+-]?\d{4,}-\d{1,2}-\d{1,2})"
    r"(?:\s+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.(?P<fraction>\d+))?)?))?"
    rf"(?:{_ZONE.replace('(', '(?P<zone>', 1)})?\s*"
)
_OFFSET: Final = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")

Parsed = Callable[[str, str, Type, str], str]


# zones


def zone_name(text: str, at: Position | None = None) -> str:
    """A zone as Trino names it: Europe/Rome, UTC, +02:00. Raises for what is none."""
    stripped = text.strip()
    if stripped in {"UTC", "Z", "GMT", "UT", "Etc/UTC", "+00:00", "-00:00", "Etc/GMT", "Zulu", "Universal"}:
        return UTC
    offset = _OFFSET.fullmatch(stripped)
    if offset:
        return f"{offset[1]}{int(offset[2]):02d}:{offset[3] or '00'}"
    try:
        return ZoneInfo(stripped).key
    except (ZoneInfoNotFoundError, ValueError):
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{text}' is not a valid time zone", at) from None


def to_local(sql: str, zone: str) -> str:
    """The wall-clock time of an instant."""
    offset = _OFFSET.fullmatch(zone)
    if offset:
        return f"(timezone('UTC', {sql}) + to_minutes({_minutes(offset)}))"
    return f"timezone({quote(zone)}, {sql})"


def to_instant(sql: str, zone: str) -> str:
    """The instant of a wall-clock time."""
    offset = _OFFSET.fullmatch(zone)
    if offset:
        return f"timezone('UTC', {sql} - to_minutes({_minutes(offset)}))"
    return f"timezone({quote(zone)}, {sql})"


def offset_minutes(zone: str) -> int | None:
    """Of a zone that is a mere offset."""
    offset = _OFFSET.fullmatch(zone)
    return _minutes(offset) if offset else None


def _minutes(offset: re.Match[str]) -> int:
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return -minutes if offset[1] == "-" else minutes


def local(sql: str, type_: Type, at: Position | None = None) -> str:
    """A date or timestamp as DuckDB's DATE or TIMESTAMP of the wall clock."""
    if not isinstance(type_, ZonedTimestamp):
        return sql
    if type_.zone is None:
        raise not_supported("A timestamp with time zone whose zone is not known before the query runs", at)
    return to_local(sql, type_.zone)


# precision


def round_to(sql: str, precision: int, *, from_precision: int) -> str:
    """Half up, to so many digits of a second."""
    if precision >= min(from_precision, MAX_TIMESTAMP_PRECISION):
        return sql
    if precision == 3:
        return f"date_trunc('milliseconds', {sql} + to_microseconds(500))"
    if precision == 0:
        return f"date_trunc('second', {sql} + to_milliseconds(500))"
    raise not_supported(f"Rounding to timestamp({precision})")


def text(sql: str, type_: Type) -> str:
    """As CAST(… AS varchar) writes it."""
    if isinstance(type_, Time):
        return f"left(CAST({sql} AS VARCHAR) || '{'' if type_.precision == 0 else '.000000'}', {_width(8, type_)})"
    if not isinstance(type_, Timestamp | ZonedTimestamp):
        raise TypeError(type_)
    shown = local(sql, type_)
    written = f"left(strftime({shown}, '%Y-%m-%d %H:%M:%S.%f'), {_width(19, type_)})"
    return f"{written} || {quote(' ' + (type_.zone or UTC))}" if isinstance(type_, ZonedTimestamp) else written


def _width(whole: int, type_: Time | Timestamp | ZonedTimestamp) -> int:
    return whole + (1 + type_.precision if type_.precision else 0)


# conversion


def convert(parsed: Parsed, sql: str, source: Type, target: Type) -> str | None:
    """A cast whose target is a date, time or timestamp."""
    if isinstance(source, Varchar):
        return _from_text(parsed, sql, target)
    if isinstance(target, Time):
        return f"CAST({local(sql, source)} AS TIME)" if isinstance(source, Timestamp | ZonedTimestamp) else None
    if source != DATE and not isinstance(source, Timestamp | ZonedTimestamp):
        return None
    if target == DATE:
        return f"CAST({local(sql, source)} AS DATE)"
    if isinstance(target, Timestamp):
        wall = f"CAST({sql} AS TIMESTAMP)" if source == DATE else local(sql, source)
        return round_to(wall, target.precision, from_precision=_precision(source))
    if isinstance(target, ZonedTimestamp):
        if isinstance(source, ZonedTimestamp):
            return round_to(sql, target.precision, from_precision=source.precision)
        wall = f"CAST({sql} AS TIMESTAMP)" if source == DATE else sql
        return to_instant(round_to(wall, target.precision, from_precision=_precision(source)), UTC)
    return None


def _precision(type_: Type) -> int:
    return type_.precision if isinstance(type_, Timestamp | ZonedTimestamp) else 0


def _from_text(parsed: Parsed, sql: str, target: Type) -> str | None:
    if target == DATE:
        return parsed(sql, rf"\s*{_DATE}\s*", target, f"'Value cannot be cast to date: ' || {sql}")
    if isinstance(target, Time):
        return parsed(sql, rf"\s*{_TIME}\s*", target, f"'Value cannot be cast to time: ' || {sql}")
    if isinstance(target, Timestamp):
        value = parsed(sql, rf"\s*{_DATE}( {_TIME})?\s*", target, f"'Value cannot be cast to timestamp: ' || {sql}")
        return round_to(value, target.precision, from_precision=MAX_TIMESTAMP_PRECISION)
    return _zoned_from_text(parsed, sql, target) if isinstance(target, ZonedTimestamp) else None


def _zoned_from_text(parsed: Parsed, sql: str, target: ZonedTimestamp) -> str:
    """Text in a column: its zone is not known when the statement is translated, so only UTC is taken."""
    stripped = f"regexp_replace({sql}, {quote(_UTC + '$')}, '')"
    message = f"'Value cannot be cast to timestamp with time zone: ' || {sql}"
    wall = parsed(stripped, rf"\s*{_DATE}( {_TIME})?\s*", Timestamp(MAX_TIMESTAMP_PRECISION), message)
    zoned = rf"\s*{_DATE}( {_TIME})?{_ZONE}\s*"
    elsewhere = f"regexp_full_match({sql}, {quote(zoned)}) AND NOT regexp_matches({sql}, {quote(_UTC + '$')})"
    rounded = round_to(wall, target.precision, from_precision=MAX_TIMESTAMP_PRECISION)
    reason = f"'a time zone other than UTC in text that is not a literal: ' || {sql}"
    return fail_when(elsewhere, "NOT_SUPPORTED", reason, to_instant(rounded, UTC))


# literals


def zoned_literal(text_: str, target: ZonedTimestamp, at: Position) -> tuple[str, ZonedTimestamp] | None:
    """CAST('…' AS timestamp with time zone): with the zone that is written; None for text that is no timestamp."""
    try:
        sql, written = literal(text_, at)
    except QueryError:
        return None
    if isinstance(written, ZonedTimestamp):
        rounded = round_to(sql, target.precision, from_precision=written.precision)
        return rounded, ZonedTimestamp(target.precision, written.zone)
    rounded = round_to(sql, target.precision, from_precision=_precision(written))
    return to_instant(rounded, UTC), ZonedTimestamp(target.precision, UTC)


def literal(text_: str, at: Position) -> tuple[str, Type]:
    """TIMESTAMP '2026-01-01 00:00:00.123 Europe/Rome': DuckDB's text and the type, precision as it is written."""
    found = _LITERAL.fullmatch(text_)
    if found is None:
        raise QueryError("INVALID_LITERAL", f"'{text_}' is not a valid TIMESTAMP literal", at)
    precision = len(found["fraction"] or "")
    if precision > MAX_TIMESTAMP_PRECISION:
        raise not_supported(f"timestamp({precision})", at)
    wall = f"{found['date']} {found['time'] or '00:00:00'}"
    try:
        datetime.fromisoformat(_padded(found["date"]))
    except ValueError:
        raise QueryError("INVALID_LITERAL", f"'{text_}' is not a valid TIMESTAMP literal", at) from None
    sql = f"CAST({quote(wall)} AS TIMESTAMP)"
    if not found["zone"]:
        return sql, Timestamp(precision)
    zone = zone_name(found["zone"], at)
    return to_instant(sql, zone), ZonedTimestamp(precision, zone)


def wall_of(text_: str) -> str:
    """The date and time of a timestamp literal, in ISO's form and without its zone."""
    found = _LITERAL.fullmatch(text_)
    if found is None:
        raise ValueError(text_)
    hours, _, rest = (found["time"] or "00:00").partition(":")
    return f"{_padded(found['date'])} {int(hours):02d}:{rest}"


def _padded(date: str) -> str:
    year, month, day = date.rsplit("-", 2)
    return f"{year}-{int(month):02d}-{int(day):02d}"
