"""Which names an expression can see, and what they stand for in DuckDB."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.predicates import Predicate
from authpulse_localstack.athena.translate.tables import Table
from authpulse_localstack.athena.types import Type


@dataclass(slots=True, eq=False)
class Scan:
    """One place in a statement where a table is read: which columns, and what is known of the rows that matter.

    `name` is what DuckDB will find it under.
    """

    name: str
    table: Table
    columns: set[str] = field(default_factory=set)
    predicates: list[Predicate] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a table that is scanned."""

    scan: Scan
    name: str
    type: Type


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What a name stands for. `name` is None for a column without one; `qualifiers` are the names before the dot.

    `column` is set while the value is that of a table's column unchanged; `nullable_side` when an outer join may have
    filled it with NULL.
    """

    name: str | None
    type: Type
    sql: str
    qualifiers: tuple[tuple[str, ...], ...] = ()
    column: Column | None = None
    nullable_side: bool = False

    def is_called(self, name: str, qualifier: tuple[str, ...]) -> bool:
        if self.name is None or self.name.lower() != name:
            return False
        return not qualifier or any(q[-len(qualifier) :] == qualifier for q in self.qualifiers)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Fields in sight. `fallback` is asked next (ORDER BY: the output, then FROM), `parent` last (the query around)."""

    fields: Sequence[Field]
    parent: "Scope | None" = None
    fallback: "Scope | None" = None

    def find(self, name: str, qualifier: tuple[str, ...], at: Position) -> "tuple[Field, Scope] | None":
        """The field, and the scope it was found in. Raises AMBIGUOUS_NAME."""
        found = [f for f in self.fields if f.is_called(name, qualifier)]
        if len({f.sql for f in found}) > 1:
            shown = ".".join((*qualifier, name))
            raise QueryError("AMBIGUOUS_NAME", f"Column '{shown}' is ambiguous", at)
        if found:
            return found[0], self
        if self.fallback is not None:
            deeper = self.fallback.find(name, qualifier, at)
            if deeper is not None:
                return deeper
        return self.parent.find(name, qualifier, at) if self.parent is not None else None

    def has_qualifier(self, qualifier: tuple[str, ...]) -> bool:
        """Whether a relation of that name is in sight of `t.*`."""
        return any(q[-len(qualifier) :] == qualifier for f in self.fields for q in f.qualifiers)
