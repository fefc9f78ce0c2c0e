"""A translated expression: DuckDB's text, Trino's type, and what is known of the value."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.types import Type, duckdb_type

if TYPE_CHECKING:
    from authpulse_localstack.athena.translate.predicates import Predicate
    from authpulse_localstack.athena.translate.scope import Column, Field


@dataclass(frozen=True, slots=True)
class Typed:
    """`text` is the value of a string literal; `constant` says that no column is in it; `field` is a bare column's.

    `predicate` is what a condition says about single columns, for pruning; `day_of` is set for the day of a column.
    `aggregate` and `window` say that such a function is somewhere inside.
    """

    sql: str
    type: Type
    at: Position
    constant: bool = False
    text: str | None = None
    field: "Field | None" = None
    predicate: "Predicate | None" = None
    day_of: "Column | None" = None
    aggregate: bool = False
    window: bool = False

    def become(self, sql: str, type_: Type) -> "Typed":
        """The same place and nature, another text and type."""
        return replace(self, sql=sql, type=type_, text=None, field=None, predicate=None, day_of=None)


def combine(sql: str, type_: Type, at: Position, *parts: Typed, predicate: "Predicate | None" = None) -> Typed:
    """An expression made of others."""
    return Typed(
        sql,
        type_,
        at,
        constant=all(p.constant for p in parts),
        predicate=predicate,
        aggregate=any(p.aggregate for p in parts),
        window=any(p.window for p in parts),
    )


def quote(text: str) -> str:
    """A string literal for DuckDB."""
    if "\0" in text:
        raise QueryError("NOT_SUPPORTED", "The character NUL in a string is not supported by the local Athena")
    return "'" + text.replace("'", "''") + "'"


def cast_to(sql: str, type_: Type) -> str:
    """DuckDB's own cast, for where it is known to mean the same."""
    return f"CAST({sql} AS {duckdb_type(type_)})"


FAILURE_MARK = "~athena~"


def fail_when(condition: str, kind: str, message: str, otherwise: str) -> str:
    """`otherwise`, unless the condition is true for a row: then the statement fails with that error.

    `message` is a DuckDB expression. The failure is a cast that cannot succeed: error() would do, but it makes TRY and
    GROUP BY impossible. There is nothing to cast unless the condition holds, because DuckDB works constants out before
    it looks at the CASE around them.
    """
    text = f"CASE WHEN {condition} THEN {quote(f'{FAILURE_MARK}{kind}: ')} || {message} END"
    return f"CASE WHEN {condition} THEN CASE WHEN CAST({text} AS BOOLEAN) THEN NULL END ELSE {otherwise} END"
