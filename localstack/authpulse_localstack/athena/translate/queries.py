"""Queries: WITH, SELECT, GROUP BY, ORDER BY, VALUES and set operations.

Every output column is named c1, c2, … in DuckDB, whatever it is called: two of the same name, none at all and names
that differ in case only are no problem then, and DuckDB has no name to find that Trino would not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import common_type
from authpulse_localstack.athena.translate.context import CommonTableEntry, Context
from authpulse_localstack.athena.translate.expressions import Expressions
from authpulse_localstack.athena.translate.grouping import check_grouping, group_keys
from authpulse_localstack.athena.translate.ordering import Ordering, row_count
from authpulse_localstack.athena.translate.relations import Relations, Source, push
from authpulse_localstack.athena.translate.scope import Column, Scope
from authpulse_localstack.athena.translate.selection import Item, select_items
from authpulse_localstack.athena.translate.typed import Typed
from authpulse_localstack.athena.types import UNKNOWN, Type


@dataclass(frozen=True, slots=True)
class Output:
    """A column of a query. `column` while it is a table's column that a condition outside may prune by."""

    name: str | None
    type: Type
    column: Column | None = None
    nullable_side: bool = False


@dataclass(frozen=True, slots=True)
class Translated:
    """DuckDB's text, whose columns are c1, c2, …"""

    sql: str
    columns: tuple[Output, ...]


class Queries:
    """Translates queries that see the WITH tables given, and the fields of `outer` if they are correlated."""

    def __init__(self, context: Context, tables: Mapping[str, CommonTableEntry], outer: Scope | None = None) -> None:
        self.context = context
        self.tables = dict(tables)
        self.outer = outer

    def translate(self, query: nodes.Query) -> Translated:
        prefix = self._common_tables(query)
        if query.with_ties:
            raise not_supported("FETCH FIRST … WITH TIES", query.at)
        limits = row_count(self.context, query)
        if isinstance(query.body, nodes.Select):
            body = self._select(query.body, query.order_by, limited=bool(limits))
        else:
            body = self._body(query.body)
            if query.order_by:
                body = self._ordered(body, query.order_by)
            elif limits:
                body = replace(body, sql=f"SELECT * FROM ({body.sql})")
        return Translated(f"{prefix}{body.sql}{limits}", body.columns)

    # WITH

    def _common_tables(self, query: nodes.Query) -> str:
        texts = []
        for table in query.tables:
            recursive = query.recursive and _mentions(table.query, table.name.key)
            name = self.context.fresh("w")
            translated = self._recursive(table, name) if recursive else self._plain(table)
            self._enter(table, name, translated.columns)
            texts.append(f'"{name}" AS ({translated.sql})')
        keyword = "WITH RECURSIVE" if query.recursive else "WITH"
        return f"{keyword} {', '.join(texts)} " if texts else ""

    def _plain(self, table: nodes.CommonTable) -> Translated:
        return Queries(self.context, self.tables, self.outer).translate(table.query)

    def _enter(self, table: nodes.CommonTable, name: str, columns: Sequence[Output]) -> None:
        names: list[str | None] = [c.name for c in columns]
        if table.columns:
            if len(table.columns) != len(columns):
                message = (
                    f"WITH column alias list has {len(table.columns)} entries but WITH query has {len(columns)} columns"
                )
                raise QueryError("MISMATCHED_COLUMN_ALIASES", message, table.at)
            names = [c.name for c in table.columns]
        entry = CommonTableEntry(name, tuple(zip(names, (c.type for c in columns), strict=True)))
        self.tables[table.name.key] = entry

    def _recursive(self, table: nodes.CommonTable, name: str) -> Translated:
        """The first operand of UNION decides the columns; the second may mention the table."""
        body = table.query.body
        if not isinstance(body, nodes.SetOperation) or body.operator != "UNION":
            raise QueryError("INVALID_RECURSIVE_REFERENCE", "Recursive query must be a UNION", table.at)
        if not table.columns:
            raise QueryError("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query", table.at)
        anchor = Queries(self.context, self.tables, self.outer)._body(body.left)
        inner = Queries(self.context, self.tables, self.outer)
        inner._enter(table, name, anchor.columns)
        step = inner._body(body.right)
        targets = [c.type for c in anchor.columns]
        for place, (have, want) in enumerate(zip(step.columns, targets, strict=False), start=1):
            if common_type(have.type, want) != want:
                message = (
                    f"recursion step relation output type ({have.type}) is not coercible to recursion base relation "
                    f"output type ({want}) at column {place}"
                )
                raise QueryError("TYPE_MISMATCH", message, body.right.at)
        union = "UNION ALL" if body.all else "UNION"
        return Translated(f"{anchor.sql} {union} {_coerced(step, targets)}", anchor.columns)

    # bodies

    def _body(self, body: nodes.Body) -> Translated:
        match body:
            case nodes.Select():
                return self._select(body, ())
            case nodes.Values():
                return self._values(body)
            case nodes.SetOperation():
                return self._set_operation(body)
            case nodes.Nested():
                return Queries(self.context, self.tables, self.outer).translate(body.query)
            case _:
                raise TypeError(body)

    def _values(self, body: nodes.Values) -> Translated:
        expressions = Expressions(self.context, Scope((), parent=self.outer), self.tables)
        rows = [
            [expressions.translate(i) for i in (row.items if isinstance(row, nodes.RowConstructor) else (row,))]
            for row in body.rows
        ]
        if len({len(row) for row in rows}) > 1:
            raise QueryError("TYPE_MISMATCH", "Values rows have mismatched sizes", body.at)
        types = [expressions.same_type(list(column), "Values rows") for column in zip(*rows, strict=True)]
        texts = (", ".join(coerce(v, t).sql for v, t in zip(row, types, strict=True)) for row in rows)
        names = ", ".join(f"c{n}" for n, _ in enumerate(types, start=1))
        sql = f"SELECT * FROM (VALUES {', '.join(f'({text})' for text in texts)}) AS v({names})"
        return Translated(sql, tuple(Output(None, t) for t in types))

    def _set_operation(self, body: nodes.SetOperation) -> Translated:
        left, right = self._body(body.left), self._body(body.right)
        if len(left.columns) != len(right.columns):
            message = f"{body.operator} query has different number of fields: {len(left.columns)}, {len(right.columns)}"
            raise QueryError("TYPE_MISMATCH", message, body.at)
        types = []
        for place, (a, b) in enumerate(zip(left.columns, right.columns, strict=True), start=1):
            common = common_type(a.type, b.type)
            if common is None:
                message = f"column {place} in {body.operator} query has incompatible types: {a.type}, {b.type}"
                raise QueryError("TYPE_MISMATCH", message, body.at)
            types.append(common)
        operator = f"{body.operator} ALL" if body.all else body.operator
        sql = f"({_coerced(left, types)}) {operator} ({_coerced(right, types)})"
        return Translated(sql, tuple(Output(c.name, t) for c, t in zip(left.columns, types, strict=True)))

    def _ordered(self, body: Translated, order_by: tuple[nodes.SortItem, ...]) -> Translated:
        """ORDER BY of what is no SELECT: only its output can be named."""
        items = [
            Item(c.name, Typed(f'"o"."c{n}"', c.type, order_by[0].at)) for n, c in enumerate(body.columns, start=1)
        ]
        scope = Scope((), parent=self.outer)
        ordering = Ordering(Expressions(self.context, scope, self.tables), items, distinct=True)
        return replace(body, sql=f'SELECT * FROM ({body.sql}) AS "o" ORDER BY {ordering.clause(order_by)}')

    # SELECT

    def _select(self, node: nodes.Select, order_by: tuple[nodes.SortItem, ...], *, limited: bool = False) -> Translated:
        source = Source("", ())
        if node.source is not None:
            source = Relations(self.context, self.tables, self.outer).translate(node.source)
        scope = Scope(source.fields, parent=self.outer)
        windows = {name.key: window for name, window in node.windows}
        expressions = Expressions(self.context, scope, self.tables, windows)
        where = self._where(node, expressions)
        items = select_items(node.items, expressions)
        keys = group_keys(node, items, expressions) if node.group_by is not None else None
        having = expressions.boolean(node.having, "HAVING clause") if node.having is not None else None
        ordering = Ordering(expressions, items, distinct=node.distinct)
        order = ordering.clause(order_by) if order_by else ""
        used = [*(i.value for i in items), *ordering.keys, *([having] if having else [])]
        aggregated = keys is not None or having is not None or any(v.aggregate for v in used)
        if aggregated:
            check_grouping(keys.texts if keys else frozenset(), node, items, expressions, ordering, order_by)
        sql = self._text(node, source, items, where, keys.clause if keys else "", having, order)
        transparent = not (aggregated or limited or node.distinct or any(i.value.window for i in items))
        return Translated(sql, tuple(_output(i, transparent=transparent) for i in items))

    def _where(self, node: nodes.Select, expressions: Expressions) -> Typed | None:
        if node.where is None:
            return None
        where = expressions.boolean(node.where, "WHERE clause")
        if where.aggregate or where.window:
            message = "WHERE clause cannot contain aggregations, window functions or grouping operations"
            raise QueryError("EXPRESSION_NOT_SCALAR", message, where.at)
        push(where.predicate, expressions.scope.fields)
        return where

    def _text(
        self,
        node: nodes.Select,
        source: Source,
        items: Sequence[Item],
        where: Typed | None,
        group_by: str,
        having: Typed | None,
        order: str,
    ) -> str:
        columns = ", ".join(f"{i.value.sql} AS c{n}" for n, i in enumerate(items, start=1))
        clauses = [f"SELECT {'DISTINCT ' if node.distinct else ''}{columns}"]
        if source.sql:
            clauses.append(f"FROM {source.sql}")
        if where is not None:
            clauses.append(f"WHERE {where.sql}")
        if group_by:
            clauses.append(group_by)
        if having is not None:
            clauses.append(f"HAVING {having.sql}")
        if order:
            clauses.append(f"ORDER BY {order}")
        return " ".join(clauses)


def _output(item: Item, *, transparent: bool) -> Output:
    """What can be seen from outside. A condition there may prune a table inside only if every row stands for itself."""
    field = item.value.field
    if field is None or not transparent:
        return Output(item.name, item.value.type)
    return Output(item.name, item.value.type, field.column, field.nullable_side)


def _coerced(query: Translated, types: Sequence[Type]) -> str:
    """The query with its columns of these types."""
    if all(c.type == t for c, t in zip(query.columns, types, strict=True)):
        return query.sql
    at = Position(1, 1)
    columns = (
        f"{coerce(Typed(f'c{n}', c.type, at), t).sql if c.type != UNKNOWN else f'c{n}'} AS c{n}"
        for n, (c, t) in enumerate(zip(query.columns, types, strict=True), start=1)
    )
    return f"SELECT {', '.join(columns)} FROM ({query.sql})"


def _mentions(node: object, name: str) -> bool:
    """Whether a table of that name is read anywhere inside."""
    if isinstance(node, nodes.TableReference):
        return len(node.name) == 1 and node.name[0].key == name
    if isinstance(node, tuple):
        return any(_mentions(part, name) for part in node)
    if isinstance(node, nodes.Node):
        return any(_mentions(part, name) for part in nodes.parts(node))
    return False
