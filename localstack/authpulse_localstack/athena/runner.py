"""Runs executions: a few at a time, each on a connection of its own to one shared DuckDB."""

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from authpulse_localstack.athena.engine import open_database
from authpulse_localstack.athena.errors import MalformedQueryError, QueryCancelledError, QueryError
from authpulse_localstack.athena.executions import Execution
from authpulse_localstack.athena.lake.connection import Lake
from authpulse_localstack.athena.results.output import store as store_result
from authpulse_localstack.athena.sql.nodes import Expression
from authpulse_localstack.athena.sql.statements import Statement
from authpulse_localstack.athena.statements.run import run
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.store import Store

LOG = logging.getLogger(__name__)
CANCELLED = "Query cancelled by user"


@dataclass(frozen=True, slots=True)
class Job:
    """An execution and all it needs to run. `output` is the prefix of its results, without a slash at its end."""

    execution: Execution
    statement: Statement
    parameters: tuple[Expression, ...]
    lake: Lake
    store: Store
    output: str
    byte_limit: int | None


class Runner:
    """AUTHPULSE_LOCAL_ATHENA_THREADS queries at a time (4); DuckDB has AUTHPULSE_LOCAL_ATHENA_MEMORY (2GB) in all."""

    def __init__(self) -> None:
        threads = int(os.environ.get("AUTHPULSE_LOCAL_ATHENA_THREADS") or 4)
        self._pool = ThreadPoolExecutor(threads, "athena")
        self._sessions: dict[str, Session] = {}
        self._database: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()

    def start(self, job: Job) -> None:
        self._pool.submit(self._run, job)

    def cancel(self, job_store: Store, execution: Execution) -> None:
        """Has an effect until the execution has ended by itself."""
        with job_store.lock:
            if execution.is_final:
                return
            execution.cancel(CANCELLED)
            session = self._sessions.get(execution.id)
        if session is not None:
            session.cancel()

    def stop(self) -> None:
        """Ends what runs and starts nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for session in list(self._sessions.values()):
            session.cancel()
        self._pool.shutdown(wait=True)
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _connect(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._database is None:
                memory = os.environ.get("AUTHPULSE_LOCAL_ATHENA_MEMORY") or "2GB"
                self._database = open_database(memory_limit=memory, spill=_spill_folder())
            return self._database.cursor()

    def _run(self, job: Job) -> None:
        execution = job.execution
        with job.store.lock:
            if execution.is_final:
                return
            execution.state = "RUNNING"
            waited = datetime.now(UTC) - execution.submitted
            execution.statistics.queue_ms = round(waited.total_seconds() * 1000)
        finish: Callable[[], None]
        try:
            finish = self._carry_out(job)
        except QueryCancelledError as error:
            finish = partial(execution.cancel, str(error))
        except QueryError as error:
            finish = partial(execution.fail, error)
        except MalformedQueryError as error:
            finish = partial(execution.fail, QueryError("SYNTAX_ERROR", str(error)))
        except Exception as error:
            LOG.exception("athena: execution %s", execution.id)
            internal = QueryError("GENERIC_INTERNAL_ERROR", f"{type(error).__name__}: {error}")
            finish = partial(execution.fail, internal)
        with job.store.lock:
            if not execution.is_final:
                finish()

    def _carry_out(self, job: Job) -> Callable[[], None]:
        """Runs the statement and stores its result; what is returned makes the success known."""
        execution = job.execution
        started = time.monotonic()
        database = (execution.query_context.get("Database") or "default").lower()
        session = Session(
            execution.id, job.lake, self._connect, database, job.output, job.parameters, byte_limit=job.byte_limit
        )
        self._sessions[execution.id] = session
        try:
            if execution.is_final:  # cancelled before there was anything to interrupt
                session.cancelled = True
            session.check()
            outcome = run(session, job.statement)
            computed = time.monotonic()
            stored = store_result(job.lake.s3, execution.output_location, outcome)
            session.check()
        finally:
            del self._sessions[execution.id]
            statistics = execution.statistics
            statistics.planning_ms = session.planning_ms
            statistics.execution_ms = round((time.monotonic() - started) * 1000)
            statistics.scanned_bytes, statistics.scanned_rows = session.bytes_scanned, session.rows_scanned
            session.close()

        def succeed() -> None:
            execution.substatement = outcome.substatement
            execution.statement_type = outcome.kind
            execution.update_count = outcome.update_count
            execution.manifest_location = stored.manifest_location
            statistics.publishing_ms = round((time.monotonic() - computed) * 1000) if outcome.batches is None else 0
            statistics.output_rows, statistics.output_bytes = stored.rows, stored.bytes
            execution.finish("SUCCEEDED")

        return succeed


def _spill_folder() -> Path:
    """Where DuckDB may put what does not fit into memory."""
    state = os.environ.get("AUTHPULSE_LOCAL_STATE")
    return Path(state) / "athena" / "spill" if state else Path(tempfile.mkdtemp(prefix="athena-"))
