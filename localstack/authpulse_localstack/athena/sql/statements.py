"""Syntax trees of whole statements. Queries inside them are sql.nodes."""

from dataclasses import dataclass
from typing import Literal

from authpulse_localstack.athena.sql.nodes import Expression, Identifier, Name, Node, Query, Relation, TypeName


@dataclass(frozen=True, slots=True, eq=False)
class Statement(Node):
    pass


@dataclass(frozen=True, slots=True, eq=False)
class SelectStatement(Statement):
    query: Query


# DML


@dataclass(frozen=True, slots=True, eq=False)
class Insert(Statement):
    table: Name
    columns: tuple[Identifier, ...]
    query: Query


@dataclass(frozen=True, slots=True, eq=False)
class Delete(Statement):
    table: Name
    where: Expression | None


Assignment = tuple[Identifier, Expression]


@dataclass(frozen=True, slots=True, eq=False)
class Update(Statement):
    table: Name
    assignments: tuple[Assignment, ...]
    where: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class MergeCase(Node):
    """One WHEN clause. UPDATE has assignments, INSERT has columns and values, DELETE has neither."""

    matched: bool
    condition: Expression | None
    action: Literal["UPDATE", "DELETE", "INSERT"]
    assignments: tuple[Assignment, ...] = ()
    columns: tuple[Identifier, ...] = ()
    values: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Merge(Statement):
    table: Name
    alias: Identifier | None
    source: Relation
    condition: Expression
    cases: tuple[MergeCase, ...]


# DDL

Properties = tuple[tuple[str, "str | tuple[str, ...]"], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnDefinition(Node):
    name: Identifier
    type: TypeName
    comment: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PartitionTerm(Node):
    """A column, or a transform of one: day(event_time), bucket(16, user_id), truncate(4, user_id)."""

    transform: str
    column: str
    argument: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CreateTable(Statement):
    """`storage` is what only Hive tables have (ROW FORMAT, STORED AS, …), as it is written."""

    table: Name
    columns: tuple[ColumnDefinition, ...]
    if_not_exists: bool
    external: bool
    comment: str | None
    partitions: tuple[PartitionTerm | ColumnDefinition, ...]
    storage: str
    location: str | None
    properties: Properties


@dataclass(frozen=True, slots=True, eq=False)
class CreateTableAs(Statement):
    table: Name
    if_not_exists: bool
    properties: Properties
    query: Query
    with_data: bool


@dataclass(frozen=True, slots=True, eq=False)
class CreateView(Statement):
    view: Name
    or_replace: bool
    query: Query
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class CreateDatabase(Statement):
    name: Identifier
    if_not_exists: bool
    comment: str | None
    location: str | None
    properties: Properties


@dataclass(frozen=True, slots=True, eq=False)
class Drop(Statement):
    kind: Literal["TABLE", "VIEW", "DATABASE"]
    name: Name
    if_exists: bool
    cascade: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class AddColumns(Node):
    columns: tuple[ColumnDefinition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReplaceColumns(Node):
    columns: tuple[ColumnDefinition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DropColumn(Node):
    column: Identifier


@dataclass(frozen=True, slots=True, eq=False)
class ChangeColumn(Node):
    """`place` is FIRST, AFTER with a column, or nothing."""

    column: Identifier
    definition: ColumnDefinition
    first: bool
    after: Identifier | None


@dataclass(frozen=True, slots=True, eq=False)
class SetProperties(Node):
    properties: Properties


@dataclass(frozen=True, slots=True, eq=False)
class UnsetProperties(Node):
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RenameTable(Node):
    name: Name


Alteration = AddColumns | ReplaceColumns | DropColumn | ChangeColumn | SetProperties | UnsetProperties | RenameTable


@dataclass(frozen=True, slots=True, eq=False)
class AlterTable(Statement):
    table: Name
    alteration: Alteration


# Utility


@dataclass(frozen=True, slots=True, eq=False)
class Show(Statement):
    """`subject` is what is shown; `name` a table, view or database; `pattern` Hive's: * for anything, | for or."""

    subject: Literal[
        "DATABASES", "TABLES", "VIEWS", "COLUMNS", "PARTITIONS", "TBLPROPERTIES", "CREATE TABLE", "CREATE VIEW"
    ]
    name: Name = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Describe(Statement):
    table: Name
    extended: bool
    view: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Explain(Statement):
    """`options` are TYPE and FORMAT."""

    statement: Statement
    analyze: bool
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Optimize(Statement):
    table: Name
    where: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Vacuum(Statement):
    table: Name


@dataclass(frozen=True, slots=True, eq=False)
class Repair(Statement):
    """MSCK REPAIR TABLE."""

    table: Name


@dataclass(frozen=True, slots=True, eq=False)
class Unload(Statement):
    query: Query
    location: str
    properties: Properties


@dataclass(frozen=True, slots=True, eq=False)
class Prepare(Statement):
    """`statement` is text: it is parsed when it is executed too."""

    name: Identifier
    statement: str


@dataclass(frozen=True, slots=True, eq=False)
class Execute(Statement):
    """`arguments` are the texts of the expressions, as ExecutionParameters are."""

    name: Identifier
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Deallocate(Statement):
    name: Identifier
