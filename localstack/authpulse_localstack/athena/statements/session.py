"""One statement while it runs: its tables, its connection to DuckDB, what it has read so far."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from authpulse_localstack.athena import duckdb_errors
from authpulse_localstack.athena.errors import QueryCancelledError, QueryError
from authpulse_localstack.athena.lake.connection import Lake
from authpulse_localstack.athena.lake.iceberg import Read
from authpulse_localstack.athena.lake.tables import GlueTables
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.nodes import Expression
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.predicates import Predicate
from authpulse_localstack.athena.translate.queries import Queries, Translated
from authpulse_localstack.athena.translate.scope import Scan

BATCH_ROWS = 100_000


class Bindable(Protocol):
    """A table that can be read; all tables of `lake` are."""

    def bind(
        self,
        connection: duckdb.DuckDBPyConnection,
        view: str,
        columns: set[str],
        predicates: Sequence[Predicate],
        evaluate: Any,
    ) -> Read: ...


@dataclass
class Session:
    """`output` is the prefix of this query's results, without a slash; `connect` opens one to the shared DuckDB.

    `byte_limit` is the work group's: a query that would scan more is cancelled before it does.
    """

    query_id: str
    lake: Lake
    connect: Callable[[], duckdb.DuckDBPyConnection]
    database: str
    output: str
    parameters: Sequence[Expression] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    reads: list[Read] = field(default_factory=list)
    byte_limit: int | None = None
    planning_ms: int = 0
    cancelled: bool = False

    def __post_init__(self) -> None:
        self.tables = GlueTables(self.lake)
        self.connection = self.connect()

    def restart(self) -> None:
        """As if nothing had been looked up or read: a commit that lost its race begins again."""
        self.close()
        self.connection = self.connect()
        self.tables = GlueTables(self.lake)
        self.reads.clear()
        self.check()

    def close(self) -> None:
        """Frees what DuckDB holds for it."""
        self.connection.close()

    # cancelling

    def cancel(self) -> None:
        """From another thread: DuckDB stops, and so does the next step outside it."""
        self.cancelled = True
        with suppress(duckdb.ConnectionException):  # it has just ended by itself
            self.connection.interrupt()

    def check(self) -> None:
        """Raises if the statement was cancelled: between files, batches and commits."""
        if self.cancelled:
            raise QueryCancelledError("Query was canceled by the user")

    # translating and reading

    def context(self) -> Context:
        return Context(self.tables, self.database, self.now, self.parameters, self.constant_fails)

    def translate(self, query: nodes.Query, context: Context | None = None) -> tuple[Translated, Context]:
        context = context or self.context()
        with self.planning():
            return Queries(context, {}).translate(query), context

    def bind(self, scans: Sequence[Scan]) -> None:
        """Makes every table that a translated statement reads."""
        with self.planning():
            for scan in scans:
                self.check()
                table: Any = scan.table
                bindable: Bindable = table
                read = bindable.bind(self.connection, scan.name, scan.columns, scan.predicates, self.evaluate)
                self.reads.append(read)
        if self.byte_limit is not None and self.bytes_scanned > self.byte_limit:
            raise QueryCancelledError("Bytes scanned limit was exceeded")

    def stream(self, sql: str) -> pa.RecordBatchReader:
        """Runs a query; the rows come as they are asked for."""
        with self.errors():
            return self.connection.sql(sql).to_arrow_reader(BATCH_ROWS)

    def batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """The same with DuckDB's errors translated and cancelling looked at."""
        while True:
            self.check()
            with self.errors():
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
            yield batch

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Runs a statement to its end; for few rows of plain types."""
        self.check()
        with self.errors():
            return self.connection.execute(sql).fetchall()

    def evaluate(self, sql: str) -> Any:
        """The Python value of a constant expression."""
        with self.errors():
            return self.connection.execute(f"SELECT {sql}").fetchall()[0][0]

    def constant_fails(self, sql: str) -> bool:
        """Whether a constant ends in an error that TRY catches."""
        try:
            self.evaluate(sql)
        except QueryError as error:
            if error.kind in duckdb_errors.CAUGHT_BY_TRY:
                return True
            raise
        return False

    # bookkeeping

    @contextmanager
    def planning(self) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.planning_ms += round((time.monotonic() - started) * 1000)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """DuckDB's errors become ours. Arrow wraps those that happen while rows are read."""
        try:
            yield
        except duckdb.Error as error:
            raise duckdb_errors.translate(error) from error
        except pa.ArrowException as error:
            if self.cancelled:
                raise QueryCancelledError("Query was canceled by the user") from error
            raise duckdb_errors.of_arrow(error) from error

    @property
    def bytes_scanned(self) -> int:
        return sum(r.bytes for r in self.reads)

    @property
    def rows_scanned(self) -> int:
        return sum(r.rows for r in self.reads)
