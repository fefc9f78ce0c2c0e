"""Expressions: one method for each kind of node."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate import casts, literals, moments, operators
from authpulse_localstack.athena.translate.calls import Calls
from authpulse_localstack.athena.translate.casts import anonymous_row, coerce, field_of
from authpulse_localstack.athena.translate.coercion import common_type
from authpulse_localstack.athena.translate.context import CommonTableEntry, Context
from authpulse_localstack.athena.translate.predicates import (
    Compare,
    Missing,
    OneOf,
    Predicate,
    both,
    either,
)
from authpulse_localstack.athena.translate.scope import Column, Field, Scope
from authpulse_localstack.athena.translate.type_names import type_of
from authpulse_localstack.athena.translate.typed import Typed, cast_to, combine, fail_when
from authpulse_localstack.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    REAL,
    UNKNOWN,
    VARCHAR,
    Array,
    Map,
    Row,
    Time,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    duckdb_type,
    field_name,
    is_integer,
)

if TYPE_CHECKING:
    from authpulse_localstack.athena.translate.queries import Translated

# The negation of a comparison, for what NOT says about a column.
_OPPOSITE: Final = {"=": None, "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Expressions(Calls):
    """Translates the expressions of one SELECT (or of one condition elsewhere).

    `references` collects the nodes that are columns of `source`, the query's own FROM, and not of a query around it;
    `results` is what every node became. Whether a query with GROUP BY is in order can be said when both are known.
    """

    def __init__(
        self,
        context: Context,
        scope: Scope,
        tables: Mapping[str, CommonTableEntry],
        windows: Mapping[str, nodes.Window] | None = None,
        *,
        source: Scope | None = None,
    ) -> None:
        self.context = context
        self.scope = scope
        self.source = source or scope
        self.tables = tables
        self.windows = windows or {}
        self.references: set[int] = set()
        self.results: dict[int, Typed] = {}
        self._variables: list[dict[str, Typed]] = []

    def translate(self, node: nodes.Expression) -> Typed:
        known = self.results.get(id(node))
        if known is not None and not self._variables:
            return known
        rule = _RULES.get(type(node))
        typed = rule(self, node) if rule is not None else literals.translate(node)  # type: ignore[arg-type]
        self.results[id(node)] = typed
        return typed

    def boolean(self, node: nodes.Expression, what: str) -> Typed:
        """A condition. `what` begins the message when it is none."""
        typed = self.translate(node)
        if typed.type == UNKNOWN:
            return replace(typed, sql="CAST(NULL AS BOOLEAN)", type=BOOLEAN)
        if typed.type != BOOLEAN:
            raise QueryError("TYPE_MISMATCH", f"{what} must evaluate to a boolean (actual: {typed.type})", typed.at)
        return typed

    # columns

    def column(self, node: nodes.ColumnReference) -> Typed:
        for variables in reversed(self._variables):
            if node.name.key in variables:
                return variables[node.name.key]
        return self._resolve(node, (node.name,), node.at)

    def dereference(self, node: nodes.Dereference) -> Typed:
        path = path_of(node)
        if path is None or self._is_variable(path[0]):
            return self._field(self.translate(node.base), node.field)
        return self._resolve(node, path, path[0].at)

    def _is_variable(self, name: nodes.Identifier) -> bool:
        return any(name.key in variables for variables in self._variables)

    def _resolve(self, node: nodes.Expression, path: nodes.Name, at: Position) -> Typed:
        """a.b.c may be a column c of table b, or field c of a row b: the longest qualifier is tried first."""
        for length in range(len(path), 0, -1):
            name, qualifier = path[length - 1].key, tuple(p.key for p in path[: length - 1])
            found = self.scope.find(name, qualifier, at)
            if found is None:
                continue
            field, scope = found
            if scope is self.source:
                self.references.add(id(node))
            typed = use(field, at)
            for part in path[length:]:
                typed = self._field(typed, part)
            return typed
        shown = ".".join(p.name for p in path)
        message = f"Column '{shown}' cannot be resolved or requester is not authorized to access requested resources"
        raise QueryError("COLUMN_NOT_FOUND", message, at)

    def _field(self, base: Typed, name: nodes.Identifier) -> Typed:
        if not isinstance(base.type, Row):
            raise QueryError("TYPE_MISMATCH", f"Expression is not of type ROW: {base.type}", base.at)
        found = [n for n, f in enumerate(base.type.fields) if f.name is not None and f.name.lower() == name.key]
        if not found:
            message = (
                f"Column '{name.name}' cannot be resolved or requester is not authorized to access requested resources"
            )
            raise QueryError("COLUMN_NOT_FOUND", message, name.at)
        if len(found) > 1:
            raise QueryError("AMBIGUOUS_NAME", f"Ambiguous row field reference: {name.name}", name.at)
        return combine(field_of(base.sql, base.type, found[0]), base.type.fields[found[0]].type, base.at, base)

    def parameter(self, node: nodes.Parameter) -> Typed:
        return replace(self.translate(self.context.parameter(node.index, node.at)), at=node.at)

    # operators

    def unary(self, node: nodes.Unary) -> Typed:
        operand = self.translate(node.operand)
        return operators.negate(operand, node.at) if node.operator == "-" else operand

    def arithmetic(self, node: nodes.Arithmetic) -> Typed:
        return operators.arithmetic(node.operator, self.translate(node.left), self.translate(node.right), node.at)

    def concatenation(self, node: nodes.Concatenation) -> Typed:
        return self.invoke("concat", (node.left, node.right), node.at)

    def comparison(self, node: nodes.Comparison) -> Typed:
        return operators.compare(node.operator, self.translate(node.left), self.translate(node.right), node.at)

    def distinctness(self, node: nodes.Distinctness) -> Typed:
        left, right = self.translate(node.left), self.translate(node.right)
        common = common_type(left.type, right.type)
        if common is None:
            raise operators.cannot_apply("IS DISTINCT FROM", left.type, right.type, node.at)
        operator = "IS NOT DISTINCT FROM" if node.negated else "IS DISTINCT FROM"
        sql = f"({coerce(left, common).sql} {operator} {coerce(right, common).sql})"
        return combine(sql, BOOLEAN, node.at, left, right)

    def logical(self, node: nodes.Logical) -> Typed:
        terms = [self.boolean(t, "Logical expression term") for t in node.terms]
        predicate: Predicate | None = terms[0].predicate
        for term in terms[1:]:
            joined = both if node.operator == "AND" else either
            predicate = joined(predicate, term.predicate)
        sql = f" {node.operator} ".join(t.sql for t in terms)
        return combine(f"({sql})", BOOLEAN, node.at, *terms, predicate=predicate)

    def negation(self, node: nodes.Not) -> Typed:
        operand = self.boolean(node.operand, "Value of logical NOT expression")
        return combine(f"(NOT {operand.sql})", BOOLEAN, node.at, operand, predicate=_negated(operand.predicate))

    def between(self, node: nodes.Between) -> Typed:
        value, low, high = (self.translate(n) for n in (node.operand, node.low, node.high))
        if common_type(value.type, low.type) is None or common_type(value.type, high.type) is None:
            message = f"Cannot check if {value.type} is BETWEEN {low.type} and {high.type}"
            raise QueryError("TYPE_MISMATCH", message, node.at)
        above = operators.compare(">=", value, low, node.at)
        below = operators.compare("<=", value, high, node.at)
        predicate = both(above.predicate, below.predicate)
        return combine(f"({above.sql} AND {below.sql})", BOOLEAN, node.at, value, low, high, predicate=predicate)

    def in_list(self, node: nodes.InList) -> Typed:
        value, items = self.translate(node.operand), [self.translate(i) for i in node.items]
        common = self.same_type([value, *items], "IN value and list items")
        listed = ", ".join(coerce(i, common).sql for i in items)
        sql = f"({coerce(value, common).sql} IN ({listed}))"
        column = _column(value)
        constant = column is not None and all(i.constant and i.type != UNKNOWN for i in items)
        predicate = OneOf(column, tuple(items)) if column is not None and constant else None
        return combine(sql, BOOLEAN, node.at, value, *items, predicate=predicate)

    def like(self, node: nodes.Like) -> Typed:
        value, pattern = self.translate(node.operand), self.translate(node.pattern)
        parts = [value, pattern]
        if node.escape is not None:
            parts.append(self.translate(node.escape))
        for part in parts:
            if not (isinstance(part.type, Varchar) or part.type == UNKNOWN):
                what = "Left side" if part is value else "Pattern for" if part is pattern else "Escape for"
                message = f"{what} of LIKE expression must evaluate to a varchar (actual: {part.type})"
                raise QueryError("TYPE_MISMATCH", message, part.at)
        sql = f"{coerce(value, VARCHAR).sql} LIKE {coerce(pattern, VARCHAR).sql}"
        if node.escape is not None:
            sql += f" ESCAPE {parts[2].sql}"
        return combine(f"({sql})", BOOLEAN, node.at, *parts)

    def is_null(self, node: nodes.IsNull) -> Typed:
        operand = self.translate(node.operand)
        column = _column(operand)
        predicate = Missing(column) if column is not None else None
        return combine(f"({operand.sql} IS NULL)", BOOLEAN, node.at, operand, predicate=predicate)

    # conditionals and casts

    def case(self, node: nodes.Case) -> Typed:
        operand = self.translate(node.operand) if node.operand is not None else None
        conditions = []
        for condition, _ in node.branches:
            if operand is None:
                conditions.append(self.boolean(condition, "CASE WHEN clause"))
            else:
                conditions.append(operators.compare("=", operand, self.translate(condition), condition.at))
        results = [self.translate(result) for _, result in node.branches]
        if node.default is not None:
            results.append(self.translate(node.default))
        common = self.same_type(results, "All CASE results")
        branches = " ".join(
            f"WHEN {c.sql} THEN {coerce(r, common).sql}" for c, r in zip(conditions, results, strict=False)
        )
        default = f" ELSE {coerce(results[-1], common).sql}" if node.default is not None else ""
        parts = [*conditions, *results, *([operand] if operand else [])]
        return combine(f"CASE {branches}{default} END", common, node.at, *parts)

    def same_type(self, values: list[Typed], what: str) -> Type:
        """The type they have in common, or TYPE_MISMATCH at the first that has none with those before."""
        common = values[0].type
        for value in values[1:]:
            found = common_type(common, value.type)
            if found is None:
                wanted = f"{what} must be the same type or coercible to a common type"
                message = f"{wanted}. Cannot find common type between {common} and {value.type}"
                raise QueryError("TYPE_MISMATCH", message, value.at)
            common = found
        return common

    def cast(self, node: nodes.Cast) -> Typed:
        value = self.translate(node.operand)
        result = casts.cast(value, type_of(node.type), node.at, safe=node.safe)
        column = _column(value)
        if result.type == DATE and column is not None and isinstance(value.type, Timestamp | ZonedTimestamp):
            return replace(result, day_of=column)
        return result

    # containers

    def array(self, node: nodes.ArrayConstructor) -> Typed:
        items = [self.translate(i) for i in node.items]
        if not items:
            return Typed("[]", Array(UNKNOWN), node.at, constant=True)
        element = self.same_type(items, "All ARRAY elements")
        listed = ", ".join(coerce(i, element).sql for i in items)
        return combine(f"list_value({listed})", Array(element), node.at, *items)

    def row(self, node: nodes.RowConstructor) -> Typed:
        items = [self.translate(i) for i in node.items]
        type_ = anonymous_row([i.type for i in items])
        fields = ", ".join(f"{field_name(type_, n)} := {i.sql}" for n, i in enumerate(items))
        return combine(f"struct_pack({fields})", type_, node.at, *items)

    def subscript(self, node: nodes.Subscript) -> Typed:
        base, index = self.translate(node.base), self.translate(node.index)
        if isinstance(base.type, Row):
            return self._row_subscript(base, node)
        if isinstance(base.type, Array) and is_integer(index.type):
            return _element(base, base.type, coerce(index, BIGINT), node.at)
        if isinstance(base.type, Map) and common_type(index.type, base.type.key) == base.type.key:
            key = coerce(index, base.type.key)
            missing = f"{base.sql} IS NOT NULL AND NOT map_contains({base.sql}, {key.sql})"
            shown = casts.text_of(key.sql, base.type.key) or key.sql
            message = f"'Key not present in map: ' || {shown}"
            sql = fail_when(missing, "INVALID_FUNCTION_ARGUMENT", message, f"{base.sql}[{key.sql}]")
            return combine(sql, base.type.value, node.at, base, index)
        raise QueryError("TYPE_MISMATCH", f"Cannot use {index.type} for subscript of {base.type}", index.at)

    def _row_subscript(self, base: Typed, node: nodes.Subscript) -> Typed:
        if not isinstance(base.type, Row):
            raise TypeError(base.type)
        if not isinstance(node.index, nodes.NumberLiteral) or node.index.kind != "integer":
            message = "Subscript expression on ROW requires a constant index"
            raise QueryError("EXPRESSION_NOT_CONSTANT", message, node.index.at)
        place = int(node.index.text)
        if not 1 <= place <= len(base.type.fields):
            message = f"ROW index out of bounds: {place} > {len(base.type.fields)}"
            raise QueryError("INVALID_FUNCTION_ARGUMENT", message, node.index.at)
        return combine(field_of(base.sql, base.type, place - 1), base.type.fields[place - 1].type, node.at, base)

    # time

    def at_time_zone(self, node: nodes.AtTimeZone) -> Typed:
        return self.invoke("at_timezone", (node.operand, node.zone), node.at)

    def extract(self, node: nodes.Extract) -> Typed:
        functions = {"DOW": "day_of_week", "DAY_OF_WEEK": "day_of_week", "DOY": "day_of_year", "YOW": "year_of_week"}
        name = functions.get(node.field, node.field.lower())
        return self.invoke(name, (node.operand,), node.at)

    def moment(self, node: nodes.CurrentMoment) -> Typed:
        precision = 3 if node.precision is None else node.precision
        if precision > 6:
            raise not_supported(f"{node.name}({precision})", node.at)
        sql, type_ = current_moment(self.context, node.name, precision)
        return Typed(sql, type_, node.at, constant=True)

    # subqueries

    def exists(self, node: nodes.Exists) -> Typed:
        query = self._query(node.query)
        return Typed(f"EXISTS ({query.sql})", BOOLEAN, node.at)

    def scalar_query(self, node: nodes.ScalarQuery) -> Typed:
        query = self._query(node.query)
        if len(query.columns) == 1:
            return Typed(f"({query.sql})", query.columns[0].type, node.at)
        raise not_supported("A scalar subquery of several columns", node.at)

    def in_query(self, node: nodes.InQuery) -> Typed:
        value, query = self.translate(node.operand), self._query(node.query)
        return self._against_query("IN", value, query, node.at)

    def quantified(self, node: nodes.QuantifiedComparison) -> Typed:
        value, query = self.translate(node.left), self._query(node.query)
        return self._against_query(f"{node.operator} {node.quantifier}", value, query, node.at)

    def _against_query(self, operator: str, value: Typed, query: "Translated", at: Position) -> Typed:
        if isinstance(value.type, Row):
            raise not_supported("A row compared with a subquery", at)
        if len(query.columns) != 1:
            message = "Multiple columns returned by subquery are not yet supported"
            raise QueryError("NOT_SUPPORTED", message, at)
        common = common_type(value.type, query.columns[0].type)
        if common is None:
            raise operators.cannot_apply(operator.split(maxsplit=1)[0], value.type, query.columns[0].type, at)
        sql = query.sql
        if duckdb_type(query.columns[0].type) != duckdb_type(common):
            sql = f"SELECT {cast_to('c1', common)} FROM ({sql})"
        return replace(combine(f"({coerce(value, common).sql} {operator} ({sql}))", BOOLEAN, at, value), constant=False)

    def _query(self, query: nodes.Query) -> "Translated":
        from authpulse_localstack.athena.translate.queries import Queries  # queries hold expressions

        return Queries(self.context, self.tables, outer=self.scope).translate(query)

    # lambdas

    def lambda_(self, node: nodes.Lambda) -> Typed:
        raise QueryError("TYPE_MISMATCH", "Lambda expression should always be used inside a function", node.at)

    def apply_lambda(
        self, node: nodes.Lambda, types: list[Type], bind: Callable[[str], list[str]] | None = None
    ) -> tuple[str, Typed]:
        """DuckDB's parameters and the translated body. With `bind` there is one, from which the others are made."""
        if len(node.parameters) != len(types):
            message = f"Expected a lambda that takes {len(types)} argument(s) but got {len(node.parameters)}"
            raise QueryError("INVALID_PARAMETER_USAGE", message, node.at)
        names = [self.context.fresh("v")] if bind else [self.context.fresh("v") for _ in types]
        values = bind(names[0]) if bind else names
        variables = {p.key: Typed(v, t, p.at) for p, v, t in zip(node.parameters, values, types, strict=True)}
        self._variables.append(variables)
        try:
            body = self.translate(node.body)
        finally:
            self._variables.pop()
        return ", ".join(names), body


def use(field: Field, at: Position) -> Typed:
    """A column where it is named; the scan it comes from learns that it is read."""
    if field.column is not None:
        field.column.scan.columns.add(field.column.name)
    return Typed(field.sql, field.type, at, field=field)


def current_moment(context: Context, name: str, precision: int = 3) -> tuple[str, Type]:
    """CURRENT_TIMESTAMP and its kin: the start of the query, in UTC."""
    micros = context.now.microsecond // 10 ** (6 - precision) * 10 ** (6 - precision)
    now = context.now.replace(microsecond=micros)
    match name:
        case "CURRENT_DATE":
            return f"CAST('{now:%Y-%m-%d}' AS DATE)", DATE
        case "LOCALTIMESTAMP":
            return f"CAST('{now:%Y-%m-%d %H:%M:%S.%f}' AS TIMESTAMP)", Timestamp(precision)
        case "LOCALTIME":
            return f"CAST('{now:%H:%M:%S.%f}' AS TIME)", Time(precision)
        case "CURRENT_TIMESTAMP":
            wall = f"CAST('{now:%Y-%m-%d %H:%M:%S.%f}' AS TIMESTAMP)"
            return moments.to_instant(wall, "UTC"), ZonedTimestamp(precision)
        case _:
            raise not_supported(name)


def path_of(node: nodes.Expression) -> nodes.Name | None:
    """The names of a.b.c, if that is all it is."""
    if isinstance(node, nodes.ColumnReference):
        return (node.name,)
    if isinstance(node, nodes.Dereference):
        base = path_of(node.base)
        return (*base, node.field) if base is not None else None
    return None


def _column(typed: Typed) -> Column | None:
    return typed.field.column if typed.field is not None else None


def _negated(predicate: Predicate | None) -> Predicate | None:
    if isinstance(predicate, Missing):
        return Missing(predicate.column, negated=not predicate.negated)
    if isinstance(predicate, Compare) and predicate.column.type not in (REAL, DOUBLE):  # NOT (NaN < 5) is true
        opposite = _OPPOSITE[predicate.operator]
        if opposite is not None:
            return replace(predicate, operator=opposite)  # type: ignore[arg-type] # the table has operators only
    return None


def _element(base: Typed, type_: Array, index: Typed, at: Position) -> Typed:
    """array[n]: errors where DuckDB has NULL."""
    n = index.sql
    wrong = f"{n} < 1 OR {n} > len({base.sql})"
    message = (
        f"CASE WHEN {n} = 0 THEN 'SQL array indices start at 1' "
        f"WHEN {n} < 0 THEN 'Array subscript is negative: ' || {n} "
        f"ELSE 'Array subscript must be less than or equal to array length: ' || {n} || ' > ' || len({base.sql}) END"
    )
    sql = fail_when(wrong, "INVALID_FUNCTION_ARGUMENT", message, f"{base.sql}[{n}]")
    return combine(sql, type_.element, at, base, index)


Rule = Callable[[Expressions, Any], Typed]
_RULES: Final[dict[type[nodes.Expression], Rule]] = {
    nodes.Parameter: Expressions.parameter,
    nodes.ColumnReference: Expressions.column,
    nodes.Dereference: Expressions.dereference,
    nodes.Subscript: Expressions.subscript,
    nodes.Unary: Expressions.unary,
    nodes.Arithmetic: Expressions.arithmetic,
    nodes.Concatenation: Expressions.concatenation,
    nodes.Comparison: Expressions.comparison,
    nodes.QuantifiedComparison: Expressions.quantified,
    nodes.Distinctness: Expressions.distinctness,
    nodes.Logical: Expressions.logical,
    nodes.Not: Expressions.negation,
    nodes.Between: Expressions.between,
    nodes.InList: Expressions.in_list,
    nodes.InQuery: Expressions.in_query,
    nodes.Like: Expressions.like,
    nodes.IsNull: Expressions.is_null,
    nodes.Exists: Expressions.exists,
    nodes.ScalarQuery: Expressions.scalar_query,
    nodes.Case: Expressions.case,
    nodes.Cast: Expressions.cast,
    nodes.ArrayConstructor: Expressions.array,
    nodes.RowConstructor: Expressions.row,
    nodes.AtTimeZone: Expressions.at_time_zone,
    nodes.Extract: Expressions.extract,
    nodes.CurrentMoment: Expressions.moment,
    nodes.Lambda: Expressions.lambda_,
    nodes.Call: Expressions.call,
}
