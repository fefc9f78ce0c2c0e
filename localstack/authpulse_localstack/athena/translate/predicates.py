"""What a condition says about single columns of a table: enough to leave out files, never more than is true.

A predicate is implied by the condition it was taken from, so rows that it excludes would be excluded anyway. `lake`
turns it into an Iceberg expression.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from authpulse_localstack.athena.translate.scope import Column
    from authpulse_localstack.athena.translate.typed import Typed

Operator = Literal["=", "<", "<=", ">", ">="]
FLIPPED: dict[str, Operator] = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True, eq=False)
class Compare:
    """`by_day` compares the day of the column, as in date(event_time) = DATE '2026-01-01'."""

    column: "Column"
    operator: Operator
    constant: "Typed"
    by_day: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    column: "Column"
    constants: tuple["Typed", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """IS NULL; `negated` for IS NOT NULL."""

    column: "Column"
    negated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    left: "Predicate"
    right: "Predicate"


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    left: "Predicate"
    right: "Predicate"


Predicate = Compare | OneOf | Missing | Both | Either


def both(left: Predicate | None, right: Predicate | None) -> Predicate | None:
    """AND: each side alone is implied too."""
    if left is None or right is None:
        return left or right
    return Both(left, right)


def either(left: Predicate | None, right: Predicate | None) -> Predicate | None:
    """OR: only when both sides say something, and about the same table."""
    if left is None or right is None or tables_of(left) != tables_of(right):
        return None
    return Either(left, right)


def columns_of(predicate: Predicate) -> "list[Column]":
    if isinstance(predicate, Both | Either):
        return [*columns_of(predicate.left), *columns_of(predicate.right)]
    return [predicate.column]


def tables_of(predicate: Predicate) -> set[int]:
    """The scans it speaks of, by identity."""
    return {id(c.scan) for c in columns_of(predicate)}


def conjuncts(predicate: Predicate | None) -> list[Predicate]:
    """The parts of AND."""
    if predicate is None:
        return []
    return [*conjuncts(predicate.left), *conjuncts(predicate.right)] if isinstance(predicate, Both) else [predicate]


def keeps_missing(predicate: Predicate) -> bool:
    """Whether it can be true for a row that an outer join filled with NULLs: then it must not prune that side."""
    if isinstance(predicate, Missing):
        return not predicate.negated
    if isinstance(predicate, Both):
        return keeps_missing(predicate.left) and keeps_missing(predicate.right)
    return isinstance(predicate, Either) and (keeps_missing(predicate.left) or keeps_missing(predicate.right))
