"""GROUP BY: the keys, and whether everything selected is a key or an aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.queries import expand
from authpulse_localstack.athena.translate.calls import is_aggregate
from authpulse_localstack.athena.translate.expressions import Expressions, path_of
from authpulse_localstack.athena.translate.ordering import Ordering
from authpulse_localstack.athena.translate.selection import Item
from authpulse_localstack.athena.translate.typed import Typed
from authpulse_localstack.athena.types import is_comparable


@dataclass(frozen=True, slots=True)
class Keys:
    """`texts` are the keys as DuckDB sees them: an expression with the same text is that key."""

    clause: str
    texts: frozenset[str]


def group_keys(node: nodes.Select, items: Sequence[Item], expressions: Expressions) -> Keys:
    """The GROUP BY clause; a number stands for the select item at that place."""
    if node.group_distinct:
        raise not_supported("GROUP BY DISTINCT", node.at)
    sets = [[_key(key, items, expressions) for key in keys] for keys in expand(node.group_by or ())]
    texts = frozenset(key.sql for keys in sets for key in keys)
    if len(sets) == 1 and sets[0]:
        return Keys(f"GROUP BY {', '.join(_unique(sets[0]))}", texts)
    written = ", ".join(f"({', '.join(_unique(keys))})" for keys in sets)
    return Keys(f"GROUP BY GROUPING SETS ({written})", texts)


def _unique(keys: Sequence[Typed]) -> list[str]:
    return list(dict.fromkeys(key.sql for key in keys))


def _key(node: nodes.Expression, items: Sequence[Item], expressions: Expressions) -> Typed:
    if isinstance(node, nodes.NumberLiteral) and node.kind == "integer":
        place = int(node.text)
        if not 1 <= place <= len(items):
            message = f"GROUP BY position {place} is not in select list"
            raise QueryError("INVALID_COLUMN_REFERENCE", message, node.at)
        key = items[place - 1].value
    else:
        key = expressions.translate(node)
    if key.aggregate or key.window:
        message = "GROUP BY clause cannot contain aggregations, window functions or grouping operations"
        raise QueryError("EXPRESSION_NOT_SCALAR", message, node.at)
    if not is_comparable(key.type):
        message = f"{key.type} is not comparable, and therefore cannot be used in GROUP BY"
        raise QueryError("TYPE_MISMATCH", message, node.at)
    return key


def check_grouping(
    keys: frozenset[str],
    node: nodes.Select,
    items: Sequence[Item],
    expressions: Expressions,
    ordering: Ordering,
    order_by: Sequence[nodes.SortItem],
) -> None:
    """Raises EXPRESSION_NOT_AGGREGATE at the first column that is neither a key nor inside an aggregate."""
    for item in items:
        if item.node is not None:
            _check(item.node, keys, expressions)
        elif item.value.sql not in keys:
            raise _not_aggregate(item.name or "*", item.value)
    if node.having is not None:
        _check(node.having, keys, expressions)
    for sort in order_by:
        _check(sort.key, keys, ordering.expressions)


def _check(node: nodes.Node, keys: frozenset[str], expressions: Expressions) -> None:
    typed = expressions.results.get(id(node))
    if typed is not None and typed.sql in keys:
        return
    if isinstance(node, nodes.Expression):
        if is_aggregate(node):
            return
        if id(node) in expressions.references and typed is not None:
            path = path_of(node)
            raise _not_aggregate(".".join(p.name for p in path) if path else "?", typed)
    for child in nodes.children(node):
        _check(child, keys, expressions)


def _not_aggregate(name: str, typed: Typed) -> QueryError:
    message = f"'{name}' must be an aggregate expression or appear in GROUP BY clause"
    return QueryError("EXPRESSION_NOT_AGGREGATE", message, typed.at)
