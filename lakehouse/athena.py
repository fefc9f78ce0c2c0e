"""SQL through Athena, the same on AWS and on the local one: a short answer as text, a long one as typed columns.

A long answer is read from the CSV file that Athena leaves in S3, not page by page: a page has a thousand rows.
"""

import io
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError
from pyarrow import csv

from authpulse.errors import AuthPulseError
from lakehouse.clients import Clients

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef
    from mypy_boto3_s3 import S3Client

FIRST_WAIT_SECONDS: Final = 0.05
LONGEST_WAIT_SECONDS: Final = 1.0


class QueryFailedError(AuthPulseError):
    """Athena refused or failed a statement; the message is Athena's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows as text; NULL is None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int
    seconds: float

    def dicts(self) -> list[dict[str, str | None]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Athena:
    """Statements in one database and work group."""

    clients: Clients
    database: str
    work_group: str

    def query(self, sql: str, *, within_seconds: float = 300) -> Answer:
        """A short answer. Raises as `table` does."""
        with self.clients.translated("querying Athena"):
            execution = self._run(sql, within_seconds)
            columns, rows = self._pages(execution["QueryExecutionId"])
        statistics = execution.get("Statistics", {})
        return Answer(
            columns=columns,
            rows=rows,
            scanned_bytes=statistics.get("DataScannedInBytes", 0),
            seconds=statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
        )

    def table(self, sql: str, schema: pa.Schema, *, within_seconds: float = 1800) -> pa.Table:
        """The answer of a SELECT, with the columns of the schema in their order.

        Raises QueryFailedError with Athena's reason or when it takes too long, and what `Clients.translated` raises.
        """
        with self.clients.translated("querying Athena"):
            execution = self._run(sql, within_seconds)
            location = urlsplit(execution["ResultConfiguration"]["OutputLocation"])
            s3: S3Client = self.clients.get("s3")
            body = s3.get_object(Bucket=location.netloc, Key=location.path.lstrip("/"))["Body"].read()
        return read_csv(body, schema)

    def _run(self, sql: str, within_seconds: float) -> "QueryExecutionTypeDef":
        """The execution that succeeded."""
        athena: AthenaClient = self.clients.get("athena")
        query = athena.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": self.database}, WorkGroup=self.work_group
        )["QueryExecutionId"]
        try:
            return self._wait(athena, query, within_seconds)
        except BaseException:
            with suppress(ClientError, BotoCoreError):  # it has ended already, or there is nobody to tell
                athena.stop_query_execution(QueryExecutionId=query)
            raise

    def _pages(self, query: str) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
        athena: AthenaClient = self.clients.get("athena")
        columns: tuple[str, ...] = ()
        rows: list[tuple[str | None, ...]] = []
        for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=query):
            columns = tuple(column["Name"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
            rows += (tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in page["ResultSet"]["Rows"])
        # the first row of a SELECT repeats the columns' names
        return columns, tuple(rows[1:] if rows and rows[0] == columns else rows)

    @staticmethod
    def _wait(athena: "AthenaClient", query: str, within_seconds: float) -> "QueryExecutionTypeDef":
        deadline, wait = time.monotonic() + within_seconds, FIRST_WAIT_SECONDS
        while True:
            execution = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            state = execution["Status"]["State"]
            if state == "SUCCEEDED":
                return execution
            if state in ("FAILED", "CANCELLED"):
                raise QueryFailedError(f"Athena: {execution['Status'].get('StateChangeReason', state)}")
            if time.monotonic() > deadline:
                raise QueryFailedError(f"Athena: no answer after {within_seconds:.0f} s")
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)


def read_csv(body: bytes, schema: pa.Schema) -> pa.Table:
    """Athena's CSV: every value in quotes; NULL is nothing at all, which an empty text is not."""
    read = csv.read_csv(
        io.BytesIO(body),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={f.name: f.type for f in schema},
            include_columns=schema.names,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return read.cast(schema)
