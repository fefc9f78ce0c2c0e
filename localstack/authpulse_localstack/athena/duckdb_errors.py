"""DuckDB's errors in Trino's words. What no value of the user's can cause is a fault of ours, and is called that."""

import re
from collections.abc import Callable
from typing import Final

import duckdb

from authpulse_localstack.athena.errors import AthenaFailure, QueryCancelledError, QueryError
from authpulse_localstack.athena.translate.typed import FAILURE_MARK

_TYPES: Final = {
    "INT8": "tinyint",
    "INT16": "smallint",
    "INT32": "integer",
    "INT64": "bigint",
    "INT128": "decimal",
    "FLOAT": "real",
    "DOUBLE": "double",
}
_OURS: Final = re.compile(rf"{FAILURE_MARK}(\w+): (.*)' to BOOL", re.DOTALL)
_OVERFLOW: Final = re.compile(r"Overflow in (\w+) of (\w+)(?:\(\d+\))? \((.*?)\)!?", re.DOTALL)
_RANGE: Final = re.compile(r"with value (\S+) can't be cast .* destination type (\w+)")
_DECIMAL: Final = re.compile(r"Cast(?:ing)? value \"?(\S+?)\"? to type (DECIMAL\([\d, ]+\))")
_DECIMAL_TOO: Final = re.compile(r"Could not cast value (\S+) to (DECIMAL\([\d, ]+\))")
_PYTHON: Final = re.compile(r"occurred while executing the UDF: (\w+): (.*)", re.DOTALL)

# What TRY turns into NULL (https://trino.io/docs/current/functions/conditional.html#try).
CAUGHT_BY_TRY: Final = frozenset(
    {"DIVISION_BY_ZERO", "INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT", "NUMERIC_VALUE_OUT_OF_RANGE"}
)


def translate(error: duckdb.Error) -> AthenaFailure:
    """The same error as Athena would have it."""
    message = str(error)
    ours = _OURS.search(message)
    if ours:
        return QueryError(ours[1], ours[2])
    for pattern, build in _KNOWN:
        found = re.search(pattern, message, re.DOTALL) if isinstance(pattern, str) else pattern.search(message)
        if found:
            return build(found)
    if isinstance(error, duckdb.InterruptException):
        return QueryCancelledError("Query was canceled by the user")
    first = message.splitlines()[0].partition("Error: ")[2] or message
    if isinstance(error, duckdb.OutOfMemoryException):
        message = "Query exhausted resources at this scale factor"
        return QueryError("EXCEEDED_LOCAL_MEMORY_LIMIT", message)
    if isinstance(error, duckdb.InvalidInputException | duckdb.OutOfRangeException | duckdb.ConversionException):
        return QueryError("INVALID_FUNCTION_ARGUMENT", first)
    return QueryError("GENERIC_INTERNAL_ERROR", f"the local Athena wrote SQL that DuckDB refuses: {first}")


def _overflow(found: re.Match[str]) -> QueryError:
    operation, type_, terms = found.groups()
    shown = _TYPES.get(type_, type_.lower())
    if shown == "decimal":
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow")
    return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"{shown} {operation} overflow: {terms}")


def _out_of_range(found: re.Match[str]) -> QueryError:
    shown = _TYPES.get(found[2], found[2].lower())
    return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"Out of range for {shown}: {found[1]}")


def _decimal(found: re.Match[str]) -> QueryError:
    return QueryError("INVALID_CAST_ARGUMENT", f"Cannot cast '{found[1]}' to {found[2]}")


def _python(found: re.Match[str]) -> QueryError:
    kind, message = found.groups()
    if kind == "ValueError":
        return QueryError("INVALID_FUNCTION_ARGUMENT", message.strip())
    return QueryError("GENERIC_INTERNAL_ERROR", f"{kind}: {message.strip()}")


def _fixed(kind: str, message: str) -> Callable[[re.Match[str]], QueryError]:
    return lambda _: QueryError(kind, message)


_KNOWN: Final[tuple[tuple[str | re.Pattern[str], Callable[[re.Match[str]], QueryError]], ...]] = (
    ("Division by zero", _fixed("DIVISION_BY_ZERO", "Division by zero")),
    (_OVERFLOW, _overflow),
    (
        r"Overflow on abs\((\S+)\)",
        lambda m: QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"Value {m[1]} is out of range for abs"),
    ),
    (_RANGE, _out_of_range),
    (_DECIMAL, _decimal),
    (_DECIMAL_TOO, _decimal),
    (
        "More than one row returned by a subquery",
        _fixed("SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows"),
    ),
    ("Map keys must be unique", _fixed("INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed")),
    ("[Mm]ap keys can not be NULL", _fixed("INVALID_FUNCTION_ARGUMENT", "map key cannot be null")),
    (
        "key list does not align",
        _fixed("INVALID_FUNCTION_ARGUMENT", "Key and value arrays must be the same length"),
    ),
    (_PYTHON, _python),
)


def of_arrow(error: Exception) -> AthenaFailure:
    """An error that came while rows were read: Arrow has DuckDB's message in its own."""
    message = str(error)
    if "Interrupted" in message:
        return QueryCancelledError("Query was canceled by the user")
    known = ("Error: " in message) or FAILURE_MARK in message
    return translate(duckdb.InvalidInputException(message)) if known else QueryError("GENERIC_INTERNAL_ERROR", message)
