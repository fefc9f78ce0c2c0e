"""The list after SELECT: names, stars and their values."""

from collections.abc import Sequence
from dataclasses import dataclass

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.translate.casts import field_of
from authpulse_localstack.athena.translate.expressions import Expressions, path_of, use
from authpulse_localstack.athena.translate.scope import Field
from authpulse_localstack.athena.translate.typed import Typed, combine
from authpulse_localstack.athena.types import Row


@dataclass(frozen=True, slots=True)
class Item:
    """One output column. `node` is what it was written as; a star's columns have none."""

    name: str | None
    value: Typed
    node: nodes.Expression | None = None


def select_items(items: Sequence[nodes.SelectItem | nodes.Star], expressions: Expressions) -> list[Item]:
    """The columns in order, stars written out."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, nodes.Star):
            found.extend(_star(item, expressions))
        else:
            name = item.alias.name if item.alias else name_of(item.expression)
            found.append(Item(name, expressions.translate(item.expression), item.expression))
    return found


def name_of(node: nodes.Expression) -> str | None:
    """What an expression without an alias is called: columns and fields by their name, others not at all."""
    if isinstance(node, nodes.ColumnReference):
        return node.name.name
    return node.field.name if isinstance(node, nodes.Dereference) else None


def _star(star: nodes.Star, expressions: Expressions) -> list[Item]:
    fields = list(expressions.scope.fields)
    if star.qualifier is not None:
        path = path_of(star.qualifier)
        qualifier = tuple(p.key for p in path) if path is not None else ()
        if not (qualifier and expressions.scope.has_qualifier(qualifier)):
            return _row_star(star, expressions)
        fields = [f for f in fields if any(q[-len(qualifier) :] == qualifier for q in f.qualifiers)]
    elif not fields:
        raise QueryError("COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", star.at)
    names = _names(star, [f.name for f in fields])
    return [Item(name, _used(f, star), None) for name, f in zip(names, fields, strict=True)]


def _used(field: Field, star: nodes.Star) -> Typed:
    return use(field, star.at)


def _row_star(star: nodes.Star, expressions: Expressions) -> list[Item]:
    """row.*: one column for each field."""
    if star.qualifier is None:
        raise TypeError(star)
    try:
        row = expressions.translate(star.qualifier)
    except QueryError as error:
        path = path_of(star.qualifier)
        if error.kind != "COLUMN_NOT_FOUND" or path is None:
            raise
        shown = ".".join(p.name for p in path)
        raise QueryError("TABLE_NOT_FOUND", f"Unable to resolve reference {shown}", star.at) from None
    if not isinstance(row.type, Row):
        raise QueryError("TYPE_MISMATCH", f"Expected row type in .*, not {row.type}", star.at)
    names = _names(star, [f.name for f in row.type.fields])
    return [
        Item(name, combine(field_of(row.sql, row.type, n), f.type, star.at, row), None)
        for n, (name, f) in enumerate(zip(names, row.type.fields, strict=True))
    ]


def _names(star: nodes.Star, names: list[str | None]) -> list[str | None]:
    if not star.aliases:
        return names
    if len(star.aliases) != len(names):
        message = f"Column alias list has {len(star.aliases)} entries but relation has {len(names)} columns"
        raise QueryError("MISMATCHED_COLUMN_ALIASES", message, star.at)
    return [a.name for a in star.aliases]
