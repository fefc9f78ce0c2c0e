"""Syntax trees of expressions and queries. Nodes are compared by identity: two equal texts are two nodes."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

from authpulse_localstack.athena.sql.lexer import Position


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Identifier(Node):
    """A name as written. Names are compared without case, quoted or not, as Trino does."""

    name: str
    quoted: bool = False

    @property
    def key(self) -> str:
        return self.name.lower()


Name = tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TypeName(Node):
    """`parameters` are numbers (varchar(3)), types (array(bigint)) or, in a row, pairs of a name and a type."""

    name: str
    parameters: tuple["int | TypeName | tuple[str | None, TypeName]", ...] = ()


# Expressions


@dataclass(frozen=True, slots=True, eq=False)
class Expression(Node):
    pass


@dataclass(frozen=True, slots=True, eq=False)
class NullLiteral(Expression):
    pass


@dataclass(frozen=True, slots=True, eq=False)
class BooleanLiteral(Expression):
    value: bool


@dataclass(frozen=True, slots=True, eq=False)
class NumberLiteral(Expression):
    """`text` is digits; the kind decides the type: integer or bigint, decimal, double."""

    kind: Literal["integer", "decimal", "double"]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class StringLiteral(Expression):
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class BinaryLiteral(Expression):
    value: bytes


@dataclass(frozen=True, slots=True, eq=False)
class TypedLiteral(Expression):
    """DATE '2026-01-01', BIGINT '1', …"""

    type: TypeName
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class IntervalLiteral(Expression):
    value: str
    negative: bool
    start: str
    end: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Expression):
    """A question mark: the number of its place, from 0."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
class ColumnReference(Expression):
    name: Identifier


@dataclass(frozen=True, slots=True, eq=False)
class Dereference(Expression):
    """`base.field`: a column of a relation, or a field of a row."""

    base: Expression
    field: Identifier


@dataclass(frozen=True, slots=True, eq=False)
class Subscript(Expression):
    base: Expression
    index: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Expression):
    operator: Literal["+", "-"]
    operand: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Expression):
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Concatenation(Expression):
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Expression):
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class QuantifiedComparison(Expression):
    operator: str
    quantifier: Literal["ALL", "ANY"]
    left: Expression
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class Distinctness(Expression):
    """IS [NOT] DISTINCT FROM."""

    left: Expression
    right: Expression
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Logical(Expression):
    operator: Literal["AND", "OR"]
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Expression):
    operand: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Between(Expression):
    operand: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True, eq=False)
class InList(Expression):
    operand: Expression
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class InQuery(Expression):
    operand: Expression
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class Like(Expression):
    operand: Expression
    pattern: Expression
    escape: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class IsNull(Expression):
    operand: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Exists(Expression):
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class ScalarQuery(Expression):
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class Case(Expression):
    operand: Expression | None
    branches: tuple[tuple[Expression, Expression], ...]
    default: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Cast(Expression):
    operand: Expression
    type: TypeName
    safe: bool


@dataclass(frozen=True, slots=True, eq=False)
class ArrayConstructor(Expression):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RowConstructor(Expression):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AtTimeZone(Expression):
    operand: Expression
    zone: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Extract(Expression):
    field: str
    operand: Expression


@dataclass(frozen=True, slots=True, eq=False)
class CurrentMoment(Expression):
    """CURRENT_DATE, CURRENT_TIMESTAMP(p), LOCALTIMESTAMP, … by that name."""

    name: str
    precision: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Lambda(Expression):
    parameters: tuple[Identifier, ...]
    body: Expression


@dataclass(frozen=True, slots=True, eq=False)
class SortItem(Node):
    """Nulls are last in both directions unless it is said otherwise (Trino's rule)."""

    key: Expression
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True, eq=False)
class FrameBound(Node):
    """`value` only for n PRECEDING and n FOLLOWING."""

    kind: Literal["UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING"]
    value: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Window(Node):
    """`name` alone is a reference to the WINDOW clause."""

    name: Identifier | None = None
    partition_by: tuple[Expression, ...] = ()
    order_by: tuple[SortItem, ...] = ()
    unit: Literal["ROWS", "RANGE", "GROUPS"] | None = None
    start: FrameBound | None = None
    end: FrameBound | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """A function call, special forms such as COALESCE and TRY included. `star` is count(*)."""

    name: str
    arguments: tuple[Expression, ...] = ()
    distinct: bool = False
    star: bool = False
    order_by: tuple[SortItem, ...] = ()
    filter: Expression | None = None
    window: Window | None = None
    ignore_nulls: bool = False


# Relations and queries


@dataclass(frozen=True, slots=True, eq=False)
class Relation(Node):
    pass


@dataclass(frozen=True, slots=True, eq=False)
class TimeTravel(Node):
    kind: Literal["TIMESTAMP", "VERSION"]
    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class TableReference(Relation):
    name: Name
    travel: TimeTravel | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Derived(Relation):
    """A query in parentheses; LATERAL sees what stands to its left."""

    query: "Query"
    lateral: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Unnest(Relation):
    items: tuple[Expression, ...]
    ordinality: bool


@dataclass(frozen=True, slots=True, eq=False)
class Aliased(Relation):
    relation: Relation
    alias: Identifier
    columns: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Join(Relation):
    kind: Literal["CROSS", "INNER", "LEFT", "RIGHT", "FULL"]
    left: Relation
    right: Relation
    condition: Expression | None = None
    using: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sample(Relation):
    relation: Relation
    method: Literal["BERNOULLI", "SYSTEM"]
    percentage: Expression


@dataclass(frozen=True, slots=True, eq=False)
class SelectItem(Node):
    expression: Expression
    alias: Identifier | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Star(Node):
    """`*`, `t.*`, or the fields of a row: `row_expression.*`."""

    qualifier: Expression | None = None
    aliases: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class GroupingElement(Node):
    """`sets` are the grouping sets it stands for, ROLLUP and CUBE already written out; a plain key is one of one."""

    sets: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Body(Node):
    """What may stand between UNION, EXCEPT and INTERSECT."""


@dataclass(frozen=True, slots=True, eq=False)
class Select(Body):
    items: tuple[SelectItem | Star, ...]
    distinct: bool = False
    source: Relation | None = None
    where: Expression | None = None
    group_by: tuple[GroupingElement, ...] | None = None
    group_distinct: bool = False
    having: Expression | None = None
    windows: tuple[tuple[Identifier, Window], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Values(Body):
    rows: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SetOperation(Body):
    operator: Literal["UNION", "EXCEPT", "INTERSECT"]
    all: bool
    left: Body
    right: Body


@dataclass(frozen=True, slots=True, eq=False)
class Nested(Body):
    """A query in parentheses as an operand."""

    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class CommonTable(Node):
    name: Identifier
    columns: tuple[Identifier, ...]
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class Query(Node):
    body: Body
    recursive: bool = False
    tables: tuple[CommonTable, ...] = ()
    order_by: tuple[SortItem, ...] = ()
    offset: Expression | None = None
    limit: Expression | None = None
    with_ties: bool = False


def parts(node: Node) -> Iterator[Node]:
    """The nodes right under this one."""
    for slot in fields(node):
        yield from _nodes_in(getattr(node, slot.name))


def children(node: Node) -> Iterator[Node]:
    """The same without queries, which are scopes of their own, and without names."""
    return (part for part in parts(node) if not isinstance(part, Query | Identifier | TypeName))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)
    elif isinstance(value, Node):
        yield value
