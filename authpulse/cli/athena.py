"""SQL through Athena: start, wait, fetch. The same on AWS and on the local one."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from authpulse.errors import AuthPulseError
from authpulse_operator.adapters.aws.errors import translated
from authpulse_operator.adapters.aws.session import Session

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

POLL_SECONDS: Final = 0.1


class QueryFailedError(AuthPulseError):
    """Athena refused or failed a query; the message is Athena's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows as text; NULL is None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int
    seconds: float

    def dicts(self) -> list[dict[str, str | None]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Athena:
    """Queries in one database and work group."""

    def __init__(self, session: Session, *, database: str, work_group: str) -> None:
        self._client: AthenaClient = session.client("athena")
        self._database = database
        self._work_group = work_group

    def query(self, sql: str, *, within_seconds: float = 300) -> Answer:
        """Runs one statement. Raises QueryFailedError with Athena's reason, or when it takes too long."""
        with translated("querying Athena"):
            query = self._client.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": self._database},
                WorkGroup=self._work_group,
            )["QueryExecutionId"]
            execution = self._wait(query, within_seconds)
            columns, rows = self._fetch(query)
        statistics = execution.get("Statistics", {})
        return Answer(
            columns=columns,
            rows=rows,
            scanned_bytes=statistics.get("DataScannedInBytes", 0),
            seconds=statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
        )

    def _wait(self, query: str, within_seconds: float) -> Any:
        deadline = time.monotonic() + within_seconds
        while True:
            execution = self._client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            state = execution["Status"]["State"]
            if state == "SUCCEEDED":
                return execution
            if state in ("FAILED", "CANCELLED"):
                raise QueryFailedError(execution["Status"].get("StateChangeReason", state))
            if time.monotonic() > deadline:
                self._client.stop_query_execution(QueryExecutionId=query)
                raise QueryFailedError(f"no answer after {within_seconds:.0f} s")
            time.sleep(POLL_SECONDS)

    def _fetch(self, query: str) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        columns: tuple[str, ...] = ()
        rows: list[tuple[str | None, ...]] = []
        for page in self._client.get_paginator("get_query_results").paginate(QueryExecutionId=query):
            columns = tuple(c["Name"] for c in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
            rows += self._rows(page["ResultSet"]["Rows"])
        # the first row of a SELECT repeats the columns' names
        return columns, tuple(rows[1:] if rows and rows[0] == columns else rows)

    @staticmethod
    def _rows(found: Any) -> Iterator[tuple[str | None, ...]]:
        for row in found:
            yield tuple(cell.get("VarCharValue") for cell in row["Data"])
