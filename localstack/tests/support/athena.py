"""Athena as its users drive it: start, ask until it ends, fetch page by page."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from support.local_aws import LocalAws

WITHIN_SECONDS: Final = 60
ENDED: Final = ("SUCCEEDED", "FAILED", "CANCELLED")


class QueryFailed(Exception):
    """The execution ended otherwise than well; the text is Athena's reason."""


@dataclass(frozen=True)
class Answer:
    """`rows` without the header row; NULL is None. `execution` is GetQueryExecution's answer at the end."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    execution: dict[str, Any]

    @property
    def value(self) -> str | None:
        """Of an answer that is one value."""
        assert len(self.rows) == 1, self.rows
        assert len(self.rows[0]) == 1, self.rows
        return self.rows[0][0]


@dataclass
class Athena:
    """Queries with a database and a place for results."""

    aws: LocalAws
    database: str
    output: str
    work_group: str = "primary"
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.aws.client("athena")

    def start(self, sql: str, **options: Any) -> str:
        options.setdefault("QueryExecutionContext", {"Database": self.database})
        options.setdefault("ResultConfiguration", {"OutputLocation": self.output})
        started = self.client.start_query_execution(QueryString=sql, WorkGroup=self.work_group, **options)
        return str(started["QueryExecutionId"])

    def wait(self, query: str) -> dict[str, Any]:
        """The execution when it has ended, however that was."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while True:
            execution: dict[str, Any] = self.client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] in ENDED:
                return execution
            assert time.monotonic() < deadline, f"still {execution['Status']['State']}: {execution['Query']}"
            time.sleep(0.01)

    def query(self, sql: str, **options: Any) -> Answer:
        """Raises QueryFailed."""
        execution = self.wait(self.start(sql, **options))
        if execution["Status"]["State"] != "SUCCEEDED":
            raise QueryFailed(execution["Status"].get("StateChangeReason"))
        return self.fetch(execution)

    def fetch(self, execution: dict[str, Any]) -> Answer:
        """The results of an execution that succeeded."""
        rows: list[tuple[str | None, ...]] = []
        columns: list[dict[str, Any]] = []
        pages = self.client.get_paginator("get_query_results").paginate(QueryExecutionId=execution["QueryExecutionId"])
        for page in pages:
            columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            rows += [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in page["ResultSet"]["Rows"]]
        names = tuple(c["Name"] for c in columns)
        has_header = execution["StatementType"] == "DML" and rows and rows[0] == names
        return Answer(names, tuple(c["Type"] for c in columns), rows[1:] if has_header else rows, execution)

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        return self.query(sql).rows

    def value(self, expression: str) -> str | None:
        """Of one expression."""
        return self.query(f"SELECT {expression}").value


def check(athena: Athena, wanted: dict[str, str | None]) -> None:
    """Each expression has that value. All are asked at once; if that fails, one by one, to say which is the culprit."""
    try:
        row = athena.query(f"SELECT {', '.join(wanted)}").rows[0]
    except QueryFailed:
        for expression in wanted:
            try:
                athena.value(expression)
            except QueryFailed as error:
                pytest.fail(f"{expression}: {error}")
        raise
    found = dict(zip(wanted, row, strict=True))
    assert {e: v for e, v in found.items() if v != wanted[e]} == {}, "these values are wrong"


def reason(athena: Athena, sql: str) -> str:
    """Why a statement fails, when it runs or at once."""
    with pytest.raises((QueryFailed, ClientError)) as caught:
        athena.query(sql)
    if isinstance(caught.value, ClientError):
        error = caught.value.response["Error"]
        return f"{error['Code']}: {error['Message']}"
    return str(caught.value)
