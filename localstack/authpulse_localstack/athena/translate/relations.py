"""FROM: tables, views, subqueries, joins, UNNEST. Each becomes a DuckDB text and the fields that can be named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate import operators
from authpulse_localstack.athena.translate.casts import field_of
from authpulse_localstack.athena.translate.context import MAX_VIEW_DEPTH, CommonTableEntry, Context
from authpulse_localstack.athena.translate.expressions import Expressions, use
from authpulse_localstack.athena.translate.predicates import Predicate, columns_of, conjuncts, keeps_missing
from authpulse_localstack.athena.translate.scope import Column, Field, Scan, Scope
from authpulse_localstack.athena.translate.tables import CATALOG, ColumnInfo, Table, Version, View, resolve_name
from authpulse_localstack.athena.translate.travel import version_of
from authpulse_localstack.athena.translate.typed import Typed
from authpulse_localstack.athena.types import BIGINT, UNKNOWN, Array, Map, Row, Type, quote_name

if TYPE_CHECKING:
    from authpulse_localstack.athena.translate.queries import Translated


@dataclass(frozen=True, slots=True)
class Source:
    """A relation: what stands in FROM, and its fields. `lateral` when it uses what stands to its left."""

    sql: str
    fields: tuple[Field, ...]
    lateral: bool = False


class Relations:
    """The FROM clause of one query. `outer` is what its subqueries may refer to beyond it."""

    def __init__(self, context: Context, tables: Mapping[str, CommonTableEntry], outer: Scope | None) -> None:
        self.context = context
        self.tables = tables
        self.outer = outer

    def translate(self, node: nodes.Relation, left: Sequence[Field] = ()) -> Source:
        """`left` are the fields that LATERAL and UNNEST can see."""
        return _RULES[type(node)](self, node, left)

    def table(self, node: nodes.TableReference, _left: Sequence[Field]) -> Source:
        entry = self.tables.get(node.name[0].key) if len(node.name) == 1 else None
        if entry is not None:
            return self._common_table(node.name[0].key, entry)
        if len(node.name) > 3:
            raise QueryError("SYNTAX_ERROR", f"Too many parts in table name: {_shown(node.name)}", node.at)
        if len(node.name) == 3 and node.name[0].key != CATALOG:
            raise QueryError("CATALOG_NOT_FOUND", f"Catalog '{node.name[0].name}' does not exist", node.at)
        version: Version | None = None
        if node.travel is not None:
            version = version_of(node.travel, Expressions(self.context, Scope(()), {}))
        found = self.context.tables.find(resolve_name(node.name, self.context.database), version, node.at)
        return self._view(found, node.at) if isinstance(found, View) else self.scan(found)

    def _common_table(self, name: str, entry: CommonTableEntry) -> Source:
        alias = self.context.fresh("r")
        fields = tuple(
            Field(column, type_, f'"{alias}"."c{n}"', ((name,),))
            for n, (column, type_) in enumerate(entry.columns, start=1)
        )
        return Source(f'"{entry.sql_name}" AS "{alias}"', fields)

    def scan(self, table: Table) -> Source:
        """A table of the catalogue."""
        scan, alias = self.context.scan(table), self.context.fresh("r")
        qualifier = (CATALOG, table.name.database, table.name.table)
        fields = tuple(_column_field(scan, alias, qualifier, info) for info in table.columns)
        return Source(f'"{scan.name}" AS "{alias}"', fields)

    def _view(self, view: View, at: Position) -> Source:
        from authpulse_localstack.athena.translate.queries import Queries  # queries hold relations

        if self.context.view_depth >= MAX_VIEW_DEPTH:
            raise QueryError("VIEW_IS_RECURSIVE", f"Statement would create a recursive view: {view.name}", at)
        database = self.context.database
        self.context.view_depth += 1
        self.context.database = view.database
        try:
            translated = Queries(self.context, {}, outer=None).translate(view.query)
        finally:
            self.context.database = database
            self.context.view_depth -= 1
        if [c.name for c in view.columns] != [(c.name or "").lower() for c in translated.columns]:
            message = f"View '{view.name}' is stale or in invalid state: its columns have changed; create it again"
            raise QueryError("VIEW_IS_STALE", message, at)
        return self._derived(translated, (CATALOG, view.name.database, view.name.table))

    def derived(self, node: nodes.Derived, left: Sequence[Field]) -> Source:
        from authpulse_localstack.athena.translate.queries import Queries

        outer = Scope(left, parent=self.outer) if node.lateral else self.outer
        translated = Queries(self.context, self.tables, outer=outer).translate(node.query)
        source = self._derived(translated, ())
        return replace(source, sql=f"LATERAL {source.sql}", lateral=True) if node.lateral else source

    def _derived(self, translated: "Translated", qualifier: tuple[str, ...]) -> Source:
        alias = self.context.fresh("r")
        fields = tuple(
            Field(
                c.name,
                c.type,
                f'"{alias}"."c{n}"',
                (qualifier,) if qualifier else (),
                column=c.column,
                nullable_side=c.nullable_side,
            )
            for n, c in enumerate(translated.columns, start=1)
        )
        return Source(f'({translated.sql}) AS "{alias}"', fields)

    def aliased(self, node: nodes.Aliased, left: Sequence[Field]) -> Source:
        source = self.translate(node.relation, left)
        names: Sequence[str | None] = [f.name for f in source.fields]
        if node.columns:
            if len(node.columns) != len(source.fields):
                available = f"'{node.alias.name}' has {len(source.fields)} columns available"
                message = f"Column alias list has {len(node.columns)} entries but {available}"
                raise QueryError("MISMATCHED_COLUMN_ALIASES", message, node.at)
            names = [c.name for c in node.columns]
        qualifiers = ((node.alias.key,),)
        fields = tuple(
            replace(f, name=name, qualifiers=qualifiers) for f, name in zip(source.fields, names, strict=True)
        )
        return replace(source, fields=fields)

    def sample(self, node: nodes.Sample, left: Sequence[Field]) -> Source:
        source = self.translate(node.relation, left)
        if not isinstance(node.percentage, nodes.NumberLiteral):
            raise not_supported("A sample percentage that is not a number", node.at)
        percentage = float(node.percentage.text)
        if not 0 <= percentage <= 100:
            raise QueryError("NUMERIC_VALUE_OUT_OF_RANGE", "Sample percentage must be between 0 and 100", node.at)
        return replace(source, sql=f"{source.sql} TABLESAMPLE BERNOULLI({percentage} PERCENT)")

    # UNNEST

    def unnest(self, node: nodes.Unnest, left: Sequence[Field]) -> Source:
        expressions = Expressions(self.context, Scope(left, parent=self.outer), self.tables)
        values = [expressions.translate(item) for item in node.items]
        alias = self.context.fresh("r")
        inner: list[str] = []
        outer: list[tuple[str, str | None, Type]] = []
        lengths = [_unnest_one(value, inner, outer) for value in values]
        if node.ordinality:
            longest = f"greatest({', '.join(f'coalesce({length}, 0)' for length in lengths)})"
            inner.append(f"unnest(range(1, {longest} + 1))")
            outer.append((f'"u{len(inner)}"', None, BIGINT))
        rows = ", ".join(f'{sql} AS "u{n}"' for n, sql in enumerate(inner, start=1))
        columns = ", ".join(f'{sql} AS "c{n}"' for n, (sql, _, _) in enumerate(outer, start=1))
        fields = tuple(Field(name, type_, f'"{alias}"."c{n}"') for n, (_, name, type_) in enumerate(outer, start=1))
        correlated = not all(v.constant for v in values)
        sql = f'(SELECT {columns} FROM (SELECT {rows})) AS "{alias}"'
        return Source(f"LATERAL {sql}" if correlated else sql, fields, lateral=correlated)

    # joins

    def join(self, node: nodes.Join, left: Sequence[Field]) -> Source:
        one = self.translate(node.left, left)
        other = self.translate(node.right, (*left, *one.fields))
        if other.lateral and node.kind in {"RIGHT", "FULL"}:
            message = f"{node.kind} JOIN involving UNNEST or LATERAL is not supported"
            raise QueryError("INVALID_JOIN", message, node.at)
        fields = (
            *_outer(one.fields, nullable=node.kind in {"RIGHT", "FULL"}),
            *_outer(other.fields, nullable=node.kind in {"LEFT", "FULL"}),
        )
        right = f"({other.sql})" if isinstance(node.right, nodes.Join) else other.sql
        if node.kind == "CROSS":
            return Source(f"{one.sql} CROSS JOIN {right}", fields, one.lateral)
        if node.using:
            return self._join_using(node, one, other, right)
        if node.condition is None:
            raise TypeError(node)
        expressions = Expressions(self.context, Scope(fields, parent=self.outer), self.tables)
        condition = expressions.boolean(node.condition, "JOIN ON clause")
        if condition.aggregate or condition.window:
            message = "JOIN clause cannot contain aggregations, window functions or grouping operations"
            raise QueryError("EXPRESSION_NOT_SCALAR", message, condition.at)
        pruned = {"INNER": fields, "LEFT": other.fields, "RIGHT": one.fields}.get(node.kind, ())
        push(condition.predicate, pruned)
        return Source(f"{one.sql} {node.kind} JOIN {right} ON {condition.sql}", fields, one.lateral)

    def _join_using(self, node: nodes.Join, one: Source, other: Source, right: str) -> Source:
        """The columns named come first and once, of whichever side has them."""
        conditions, merged = [], []
        taken: set[int] = set()
        for name in node.using:
            a, b = _only(one.fields, name), _only(other.fields, name)
            taken |= {id(a), id(b)}
            equal = operators.compare("=", use(a, name.at), use(b, name.at), name.at)
            conditions.append(equal.sql)
            merged.append(_merged(node.kind, a, b))
        rest = [
            f
            for side, nulls in ((one, {"RIGHT", "FULL"}), (other, {"LEFT", "FULL"}))
            for original, f in zip(side.fields, _outer(side.fields, nullable=node.kind in nulls), strict=True)
            if id(original) not in taken
        ]
        sql = f"{one.sql} {node.kind} JOIN {right} ON {' AND '.join(conditions)}"
        return Source(sql, (*merged, *rest), one.lateral)


def push(predicate: Predicate | None, fields: Sequence[Field]) -> None:
    """Tells the scans behind these fields which of their rows matter."""
    nullable: dict[int, bool] = {id(f.column): f.nullable_side for f in fields if f.column is not None}
    for part in conjuncts(predicate):
        columns = columns_of(part)
        scans = {id(c.scan): c.scan for c in columns}
        if len(scans) != 1 or any(id(c) not in nullable for c in columns):
            continue
        if keeps_missing(part) and any(nullable[id(c)] for c in columns):
            continue
        next(iter(scans.values())).predicates.append(part)


def _column_field(scan: Scan, alias: str, qualifier: tuple[str, ...], info: ColumnInfo) -> Field:
    column = Column(scan, info.name, info.type)
    return Field(info.name, info.type, f'"{alias}".{quote_name(info.name)}', (qualifier,), column=column)


def _unnest_one(value: Typed, inner: list[str], outer: list[tuple[str, str | None, Type]]) -> str:
    """Adds what one argument of UNNEST gives; returns its length."""

    def add(sql: str, type_: Type, name: str | None = None) -> str:
        inner.append(f"unnest({sql})")
        outer.append((f'"u{len(inner)}"', name, type_))
        return outer[-1][0]

    if isinstance(value.type, Map):
        add(f"map_keys({value.sql})", value.type.key)
        add(f"map_values({value.sql})", value.type.value)
        return f"cardinality({value.sql})"
    if not isinstance(value.type, Array):
        if value.type == UNKNOWN:
            add("CAST(NULL AS INTEGER[])", UNKNOWN)
            return "0"
        raise QueryError("TYPE_MISMATCH", f"Cannot unnest type: {value.type}", value.at)
    element = value.type.element
    row = add(value.sql, element)
    if isinstance(element, Row):
        outer.pop()
        outer.extend((field_of(row, element, n), f.name, f.type) for n, f in enumerate(element.fields))
    return f"len({value.sql})"


def _outer(fields: Sequence[Field], *, nullable: bool) -> Sequence[Field]:
    return [replace(f, nullable_side=True) for f in fields] if nullable else fields


def _only(fields: Sequence[Field], name: nodes.Identifier) -> Field:
    found = [f for f in fields if f.is_called(name.key, ())]
    if not found:
        message = f"Column '{name.name}' is missing from one side of join"
        raise QueryError("COLUMN_NOT_FOUND", message, name.at)
    if len(found) > 1:
        raise QueryError("AMBIGUOUS_NAME", f"Column '{name.name}' is ambiguous", name.at)
    return found[0]


def _merged(kind: str, a: Field, b: Field) -> Field:
    if kind == "RIGHT":
        return replace(b, qualifiers=())
    if kind == "FULL":
        return replace(a, sql=f"coalesce({a.sql}, {b.sql})", qualifiers=(), column=None)
    return replace(a, qualifiers=())


def _shown(name: nodes.Name) -> str:
    return ".".join(part.name for part in name)


Rule = Callable[[Relations, Any, Sequence[Field]], Source]
_RULES: Final[dict[type[nodes.Relation], Rule]] = {
    nodes.TableReference: Relations.table,
    nodes.Derived: Relations.derived,
    nodes.Aliased: Relations.aliased,
    nodes.Sample: Relations.sample,
    nodes.Unnest: Relations.unnest,
    nodes.Join: Relations.join,
}
