"""What one statement is translated with, and what the translation finds out on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.sql.nodes import Expression
from authpulse_localstack.athena.translate.scope import Scan
from authpulse_localstack.athena.translate.tables import Table, Tables
from authpulse_localstack.athena.types import Type

MAX_VIEW_DEPTH = 32


@dataclass(frozen=True, slots=True)
class CommonTableEntry:
    """A WITH table that is in sight: its name in DuckDB, its columns' names and types."""

    sql_name: str
    columns: tuple[tuple[str | None, Type], ...]


@dataclass(slots=True)
class Context:
    """`now` is the start of the query, the same wherever it is asked for; `parameters` fill the question marks.

    `fails` says whether a constant expression of DuckDB's ends in an error that a value can cause.
    """

    tables: Tables
    database: str
    now: datetime
    parameters: Sequence[Expression] = ()
    fails: Callable[[str], bool] = lambda _: False
    scans: list[Scan] = field(default_factory=list)
    view_depth: int = 0
    _counters: dict[str, int] = field(default_factory=dict)

    def fresh(self, prefix: str) -> str:
        """A name that no other thing in the statement has."""
        self._counters[prefix] = self._counters.get(prefix, 0) + 1
        return f"{prefix}{self._counters[prefix]}"

    def scan(self, table: Table) -> Scan:
        scan = Scan(self.fresh("t"), table)
        self.scans.append(scan)
        return scan

    def parameter(self, index: int, at: Position) -> Expression:
        if index >= len(self.parameters):
            raise QueryError("INVALID_PARAMETER_USAGE", "Incorrect number of parameters", at)
        return self.parameters[index]
