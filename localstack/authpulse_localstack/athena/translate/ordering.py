"""ORDER BY, OFFSET and LIMIT."""

from collections.abc import Sequence

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.translate.calls import direction
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.expressions import Expressions
from authpulse_localstack.athena.translate.scope import Field, Scope
from authpulse_localstack.athena.translate.selection import Item
from authpulse_localstack.athena.translate.typed import Typed
from authpulse_localstack.athena.types import is_orderable


class Ordering:
    """Sort keys see the output's names first, then the columns of FROM. `keys` are those that were translated."""

    def __init__(self, select: Expressions, items: Sequence[Item], *, distinct: bool) -> None:
        self.items = items
        self.distinct = distinct
        outputs = [Field(i.name, i.value.type, i.value.sql) for i in items]
        scope = Scope(outputs, parent=select.scope.parent, fallback=select.scope)
        self.expressions = Expressions(select.context, scope, select.tables, select.windows, source=select.scope)
        self.keys: list[Typed] = []

    def clause(self, order_by: Sequence[nodes.SortItem]) -> str:
        return ", ".join(f"{self._key(item)} {direction(item)}" for item in order_by)

    def _key(self, item: nodes.SortItem) -> str:
        """The place of an output column where it is one, so that DuckDB computes it once."""
        if isinstance(item.key, nodes.NumberLiteral) and item.key.kind == "integer":
            place = int(item.key.text)
            if not 1 <= place <= len(self.items):
                message = f"ORDER BY position {place} is not in select list"
                raise QueryError("INVALID_COLUMN_REFERENCE", message, item.key.at)
            self._check(self.items[place - 1].value, item)
            return str(place)
        key = self.expressions.translate(item.key)
        self._check(key, item)
        for place, output in enumerate(self.items, start=1):
            if output.value.sql == key.sql:
                return str(place)
        if self.distinct:
            message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryError("EXPRESSION_NOT_IN_DISTINCT", message, item.at)
        self.keys.append(key)
        return key.sql

    @staticmethod
    def _check(key: Typed, item: nodes.SortItem) -> None:
        if not is_orderable(key.type):
            message = f"Type {key.type} is not orderable, and therefore cannot be used in ORDER BY"
            raise QueryError("TYPE_MISMATCH", message, item.at)


def row_count(context: Context, query: nodes.Query) -> str:
    """LIMIT and OFFSET, with a space before each."""
    text = ""
    if query.limit is not None:
        text += f" LIMIT {_number(context, query.limit, 'LIMIT')}"
    if query.offset is not None:
        text += f" OFFSET {_number(context, query.offset, 'OFFSET')}"
    return text


def _number(context: Context, node: nodes.Expression, what: str) -> int:
    if isinstance(node, nodes.Parameter):
        node = context.parameter(node.index, node.at)
    if isinstance(node, nodes.NumberLiteral) and node.kind == "integer" and int(node.text) >= 0:
        return int(node.text)
    raise QueryError("INVALID_LIMIT_CLAUSE", f"{what} must be a number that is not negative", node.at)
