"""Queries: WITH, SELECT, VALUES, set operations, and what stands in FROM."""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Final, Literal, cast

from authpulse_localstack.athena.errors import not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.expressions import ExpressionParser
from authpulse_localstack.athena.sql.lexer import Kind
from authpulse_localstack.athena.sql.nodes import Expression, Identifier

# Words that may be names, but never an alias that is written without AS: they begin what follows.
NO_ALIAS: Final = frozenset({"FETCH", "LIMIT", "MATCH_RECOGNIZE", "OFFSET", "SET", "TABLESAMPLE", "WINDOW"})
JOIN_KINDS: Final = ("INNER", "LEFT", "RIGHT", "FULL")


class QueryParser(ExpressionParser):
    """Everything that has rows."""

    def query(self) -> nodes.Query:
        at = self.at
        recursive = False
        tables: tuple[nodes.CommonTable, ...] = ()
        if self.accepts("WITH"):
            recursive = self.accepts("RECURSIVE")
            tables = self.listed(self._common_table)
        body = self._union()
        order_by = self.order_by()
        offset = None
        if self.accepts("OFFSET"):
            offset = self._row_count()
            self.accepts("ROWS") or self.accepts("ROW")
        limit, with_ties = self._limit()
        return nodes.Query(at, body, recursive, tables, order_by, offset, limit, with_ties)

    def _common_table(self) -> nodes.CommonTable:
        at = self.at
        name = self.identifier()
        columns = self.parenthesized(self.identifier) if self.sees_symbol("(") else ()
        self.expect("AS")
        return nodes.CommonTable(at, name, columns, self.subquery())

    def _row_count(self) -> Expression:
        if self.token.kind is Kind.INTEGER or self.sees_symbol("?"):
            return self.primary()
        raise self.fail("<integer>")

    def _limit(self) -> tuple[Expression | None, bool]:
        if self.accepts("LIMIT"):
            return (None if self.accepts("ALL") else self._row_count()), False
        if not self.accepts("FETCH"):
            return None, False
        if not (self.accepts("FIRST") or self.accepts("NEXT")):
            raise self.fail("'FIRST'", "'NEXT'")
        at = self.at
        count = nodes.NumberLiteral(at, "integer", "1") if self.sees_one_of(("ROW", "ROWS")) else self._row_count()
        if not (self.accepts("ROWS") or self.accepts("ROW")):
            raise self.fail("'ROW'", "'ROWS'")
        if self.accepts("WITH", "TIES"):
            return count, True
        self.expect("ONLY")
        return count, False

    # set operations

    def _union(self) -> nodes.Body:
        return self._operations(("UNION", "EXCEPT"), lambda: self._operations(("INTERSECT",), self._body))

    def _operations(self, operators: tuple[str, ...], operand: Callable[[], nodes.Body]) -> nodes.Body:
        left = operand()
        while self.sees_one_of(operators):
            token = self.advance()
            operator = cast("Literal['UNION', 'EXCEPT', 'INTERSECT']", token.word)
            every = self.accepts("ALL")
            if not every:
                self.accepts("DISTINCT")
            left = nodes.SetOperation(token.at, operator, every, left, operand())
        return left

    def _body(self) -> nodes.Body:
        at = self.at
        if self.sees("SELECT"):
            return self._select()
        if self.accepts("VALUES"):
            return nodes.Values(at, self.listed(self.expression))
        if self.accepts("TABLE"):
            table = nodes.TableReference(self.at, self.qualified_name())
            return nodes.Select(at, (nodes.Star(at),), source=table)
        if self.sees_symbol("("):
            return nodes.Nested(at, self.subquery())
        raise self.fail("'SELECT'", "'TABLE'", "'VALUES'", "'WITH'", "'('")

    # SELECT

    def _select(self) -> nodes.Select:
        at = self.expect("SELECT")
        distinct = self.accepts("DISTINCT")
        if not distinct:
            self.accepts("ALL")
        items = self.listed(self._select_item)
        source = self.relations() if self.accepts("FROM") else None
        where = self.expression() if self.accepts("WHERE") else None
        group_by, group_distinct = None, False
        if self.accepts("GROUP", "BY"):
            group_distinct = self.accepts("DISTINCT")
            if not group_distinct:
                self.accepts("ALL")
            group_by = self.listed(self._grouping_element)
        having = self.expression() if self.accepts("HAVING") else None
        windows = self.listed(self._named_window) if self.accepts("WINDOW") else ()
        return nodes.Select(at, items, distinct, source, where, group_by, group_distinct, having, windows)

    def _select_item(self) -> nodes.SelectItem | nodes.Star:
        at = self.at
        if self.accepts_symbol("*"):
            return nodes.Star(at)
        expression = self.expression()
        if self.sees_symbol(".") and self.sees_symbol("*", 1):
            self.advance()
            self.advance()
            return nodes.Star(at, expression, self.parenthesized(self.identifier) if self.accepts("AS") else ())
        return nodes.SelectItem(at, expression, self.alias())

    def alias(self) -> Identifier | None:
        if self.accepts("AS"):
            return self.identifier()
        return self.identifier() if self.sees_name() and self.token.word not in NO_ALIAS else None

    def _named_window(self) -> tuple[Identifier, nodes.Window]:
        name = self.identifier()
        self.expect("AS")
        return name, self.window_specification()

    def _grouping_element(self) -> nodes.GroupingElement:
        at = self.at
        if self.accepts("GROUPING", "SETS"):
            return nodes.GroupingElement(at, self.parenthesized(self._grouping_set))
        if self.sees("ROLLUP") and self.sees_symbol("(", 1):
            self.advance()
            keys = self.parenthesized(self.expression)
            return nodes.GroupingElement(at, tuple(keys[:n] for n in range(len(keys), -1, -1)))
        if self.sees("CUBE") and self.sees_symbol("(", 1):
            self.advance()
            keys = self.parenthesized(self.expression)
            return nodes.GroupingElement(at, tuple(s for n in range(len(keys), -1, -1) for s in combinations(keys, n)))
        return nodes.GroupingElement(at, (self._grouping_set(),))

    def _grouping_set(self) -> tuple[Expression, ...]:
        if self.sees_symbol("(") and self.sees_symbol(")", 1):
            self.advance()
            self.advance()
            return ()
        key = self.expression()
        return key.items if isinstance(key, nodes.RowConstructor) else (key,)

    # FROM

    def relations(self) -> nodes.Relation:
        """a, b, c is a CROSS JOIN b CROSS JOIN c."""
        relation = self.relation()
        while self.sees_symbol(","):
            at = self.advance().at
            relation = nodes.Join(at, "CROSS", relation, self.relation())
        return relation

    def relation(self) -> nodes.Relation:
        left = self._sampled()
        while True:
            joined = self._join(left)
            if joined is None:
                return left
            left = joined

    def _join(self, left: nodes.Relation) -> nodes.Relation | None:
        at = self.at
        if self.accepts("CROSS", "JOIN"):
            return nodes.Join(at, "CROSS", left, self._sampled())
        if self.sees("NATURAL"):
            raise not_supported("NATURAL JOIN", at)  # nor by Trino
        kind = self.token.word if self.sees_one_of(JOIN_KINDS) else "INNER"
        if self.sees_one_of(JOIN_KINDS):
            self.advance()
            self.accepts("OUTER")
            self.expect("JOIN")
        elif not self.accepts("JOIN"):
            return None
        right = self._sampled()
        while not self.sees_one_of(("ON", "USING")):  # a JOIN b JOIN c ON … ON …: the second ON is the first JOIN's
            nested = self._join(right)
            if nested is None:
                break
            right = nested
        named = cast("Literal['INNER', 'LEFT', 'RIGHT', 'FULL']", kind)
        if self.accepts("USING"):
            return nodes.Join(at, named, left, right, using=self.parenthesized(self.identifier))
        self.expect("ON")
        return nodes.Join(at, named, left, right, condition=self.expression())

    def _sampled(self) -> nodes.Relation:
        relation = self._aliased()
        if not self.sees("TABLESAMPLE"):
            return relation
        at = self.advance().at
        method = self.token.word
        if method not in {"BERNOULLI", "SYSTEM"}:
            raise self.fail("'BERNOULLI'", "'SYSTEM'")
        self.advance()
        self.expect_symbol("(")
        percentage = self.expression()
        self.expect_symbol(")")
        return nodes.Sample(at, relation, cast("Literal['BERNOULLI', 'SYSTEM']", method), percentage)

    def _aliased(self) -> nodes.Relation:
        at = self.at
        relation = self._relation_primary()
        if self.sees("MATCH_RECOGNIZE"):
            raise not_supported("MATCH_RECOGNIZE", self.at)
        alias = self.alias()
        if alias is None:
            return relation
        columns = self.parenthesized(self.identifier) if self.sees_symbol("(") else ()
        return nodes.Aliased(at, relation, alias, columns)

    def _relation_primary(self) -> nodes.Relation:
        at = self.at
        if self.accepts("UNNEST"):
            items = self.parenthesized(self.expression)
            return nodes.Unnest(at, items, ordinality=self.accepts("WITH", "ORDINALITY"))
        if self.accepts("LATERAL"):
            return nodes.Derived(at, self.subquery(), lateral=True)
        if self.sees("TABLE") and self.sees_symbol("(", 1):
            raise not_supported("TABLE( … ), a table function,", at)
        if self.sees_query():
            query = self.attempt(self.subquery)
            if query is not None:
                return nodes.Derived(at, query)
        if self.accepts_symbol("("):
            relation = self.relation()
            self.expect_symbol(")")
            return relation
        return nodes.TableReference(at, self.qualified_name(), self._travel())

    def _travel(self) -> nodes.TimeTravel | None:
        at = self.at
        for kind in ("TIMESTAMP", "VERSION"):
            if self.accepts("FOR", kind, "AS", "OF"):
                return nodes.TimeTravel(at, kind, self.value())
        return None


def expand(elements: Iterable[nodes.GroupingElement]) -> tuple[tuple[Expression, ...], ...]:
    """The grouping sets of GROUP BY a, ROLLUP (b, c): every choice of one set of each element, put together."""
    sets: tuple[tuple[Expression, ...], ...] = ((),)
    for element in elements:
        sets = tuple(before + one for before in sets for one in element.sets)
    return sets
