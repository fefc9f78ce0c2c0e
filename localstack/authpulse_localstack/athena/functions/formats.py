"""date_format and date_parse have MySQL's format letters, format_datetime and parse_datetime Joda's.

A format must be a literal, so that letters that are not known here are refused before the query runs.
"""

import re
from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.functions.dates import is_moment, wrong
from authpulse_localstack.athena.functions.registry import Invocation, builder
from authpulse_localstack.athena.translate import moments
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.typed import Typed, combine, quote
from authpulse_localstack.athena.types import DATE, UTC, VARCHAR, Timestamp, Varchar, ZonedTimestamp

# https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
MYSQL: Final = {
    "a": "%a",
    "b": "%b",
    "c": "%-m",
    "d": "%d",
    "e": "%-d",
    "f": "%f",
    "H": "%H",
    "h": "%I",
    "I": "%I",
    "i": "%M",
    "j": "%j",
    "k": "%-H",
    "l": "%-I",
    "M": "%B",
    "m": "%m",
    "p": "%p",
    "r": "%I:%M:%S %p",
    "S": "%S",
    "s": "%S",
    "T": "%H:%M:%S",
    "v": "%V",
    "W": "%A",
    "x": "%G",
    "Y": "%Y",
    "y": "%y",
    "%": "%%",
}
# https://www.joda.org/joda-time/key_format.html
JODA: Final = {
    "yyyy": "%Y",
    "YYYY": "%Y",
    "yy": "%y",
    "xxxx": "%G",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "DDD": "%j",
    "D": "%-j",
    "EEEE": "%A",
    "EEE": "%a",
    "EE": "%a",
    "E": "%a",
    "e": "%u",
    "ww": "%V",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "m": "%-M",
    "ss": "%S",
    "s": "%-S",
    "SSS": "%g",
    "SSSSSS": "%f",
    "a": "%p",
}
_JODA_PART: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def from_mysql(text: str, given: Typed) -> str:
    """A format of MySQL's in DuckDB's letters."""

    def letter(found: re.Match[str]) -> str:
        known = MYSQL.get(found[1])
        if known is None:
            raise not_supported(f"'%{found[1]}' in a date format", given.at)
        return known

    return re.sub(r"%(.)", letter, text)


def from_joda(text: str, given: Typed) -> str:
    """A format of Joda's in DuckDB's letters; a zone (Z, ZZ, ZZZ) is not known here."""
    written, offset = [], 0
    while offset < len(text):
        found = _JODA_PART.match(text, offset)
        if found is None:
            raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Invalid format: '{text}'", given.at)
        if found[1] is not None:
            written.append((found[1].replace("''", "'") or "'").replace("%", "%%"))
        elif found[2] is not None:
            known = JODA.get(found[0])
            if known is None:
                raise not_supported(f"'{found[0]}' in a date format", given.at)
            written.append(known)
        else:
            written.append(found[0].replace("%", "%%"))
        offset = found.end()
    return "".join(written)


def _format(call: Invocation) -> str:
    given = call.arguments[1]
    if not isinstance(given.type, Varchar):
        raise wrong(call)
    if given.text is None:
        raise not_supported(f"{call.name} with a format that is not a literal", given.at)
    return (from_mysql if call.name.startswith("date_") else from_joda)(given.text, given)


@builder("date_format", "format_datetime", arguments=2)
def date_format(call: Invocation) -> Typed:
    value = call.arguments[0]
    if not is_moment(value.type):
        raise wrong(call)
    if value.type == DATE:
        value = coerce(value, Timestamp(0))
    local = moments.local(value.sql, value.type, value.at)
    return combine(f"strftime({local}, {quote(_format(call))})", VARCHAR, call.at, *call.arguments)


@builder("date_parse", "parse_datetime", arguments=2)
def date_parse(call: Invocation) -> Typed:
    """timestamp(3), or in UTC with its zone."""
    value = call.arguments[0]
    if not isinstance(value.type, Varchar):
        raise wrong(call)
    parsed = f"trino_parse_time({value.sql}, {quote(_format(call))})"
    if call.name == "date_parse":
        return combine(parsed, Timestamp(3), call.at, *call.arguments)
    return combine(moments.to_instant(parsed, UTC), ZonedTimestamp(3, UTC), call.at, *call.arguments)
