"""One execution of a query as the API sees it: its states, what it cost, why it failed.

QUEUED ──▶ RUNNING ──▶ SUCCEEDED | FAILED
   └──────────┴──────▶ CANCELLED
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, Self

from authpulse_localstack.athena.errors import CANCELED_BY_USER, USER, QueryError

State = Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]
FINAL: Final = ("SUCCEEDED", "FAILED", "CANCELLED")
ENGINE: Final = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


@dataclass(slots=True)
class Statistics:
    """Milliseconds, bytes and rows."""

    queue_ms: int = 0
    planning_ms: int = 0
    execution_ms: int = 0
    publishing_ms: int = 0
    total_ms: int = 0
    scanned_bytes: int = 0
    scanned_rows: int = 0
    output_rows: int = 0
    output_bytes: int = 0

    def timeline(self) -> dict[str, int]:
        return {
            "EngineExecutionTimeInMillis": self.execution_ms,
            "QueryPlanningTimeInMillis": self.planning_ms,
            "QueryQueueTimeInMillis": self.queue_ms,
            "ServicePreProcessingTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": self.publishing_ms,
            "TotalExecutionTimeInMillis": self.total_ms,
        }


@dataclass(slots=True)
class Execution:
    """`output_location` is the object that the result is in; `result_configuration` the rest of what was asked for."""

    id: str
    query: str
    work_group: str
    statement_type: str
    output_location: str
    query_context: dict[str, str] = field(default_factory=dict)
    result_configuration: dict[str, Any] = field(default_factory=dict)
    parameters: Sequence[str] = ()
    substatement: str | None = None
    state: State = "QUEUED"
    reason: str | None = None
    error: dict[str, Any] | None = None
    submitted: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    statistics: Statistics = field(default_factory=Statistics)
    update_count: int | None = None
    manifest_location: str | None = None

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    def finish(self, state: State, reason: str | None = None) -> None:
        self.state, self.reason = state, reason
        self.completed = datetime.now(UTC)
        self.statistics.total_ms = round((self.completed - self.submitted).total_seconds() * 1000)

    def fail(self, error: QueryError) -> None:
        self.finish("FAILED", str(error))
        self.error = _athena_error(error.category, error.error_type, str(error))

    def cancel(self, reason: str) -> None:
        self.finish("CANCELLED", reason)
        self.error = _athena_error(USER, CANCELED_BY_USER, reason)

    def shape(self) -> dict[str, Any]:
        """QueryExecution of the API."""
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.reason is not None:
            status["StateChangeReason"] = self.reason
        if self.error is not None:
            status["AthenaError"] = self.error
        if self.completed is not None:
            status["CompletionDateTime"] = self.completed
        shape: dict[str, Any] = {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "ResultConfiguration": {**self.result_configuration, "OutputLocation": self.output_location},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": self.query_context,
            "Status": status,
            "Statistics": self._statistics(),
            "WorkGroup": self.work_group,
            "EngineVersion": ENGINE,
        }
        if self.substatement is not None:
            shape["SubstatementType"] = self.substatement
        if self.parameters:
            shape["ExecutionParameters"] = list(self.parameters)
        return shape

    def _statistics(self) -> dict[str, Any]:
        if not self.is_final:
            return {}
        statistics: dict[str, Any] = {
            **self.statistics.timeline(),
            "DataScannedInBytes": self.statistics.scanned_bytes,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        if self.manifest_location is not None:
            statistics["DataManifestLocation"] = self.manifest_location
        return statistics

    # what survives a restart

    def saved(self) -> dict[str, Any]:
        """As JSON has it. Only finished executions are saved."""
        values = {name: getattr(self, name) for name in _PLAIN}
        values["parameters"] = list(self.parameters)
        values["submitted"] = self.submitted.isoformat()
        values["completed"] = self.completed.isoformat() if self.completed else None
        values["statistics"] = {name: getattr(self.statistics, name) for name in Statistics.__slots__}
        return values

    @classmethod
    def restored(cls, values: dict[str, Any]) -> Self:
        return cls(
            **{name: values[name] for name in _PLAIN},
            parameters=tuple(values["parameters"]),
            submitted=datetime.fromisoformat(values["submitted"]),
            completed=datetime.fromisoformat(values["completed"]) if values["completed"] else None,
            statistics=Statistics(**values["statistics"]),
        )


_PLAIN: Final = (
    "id",
    "query",
    "work_group",
    "statement_type",
    "output_location",
    "query_context",
    "result_configuration",
    "substatement",
    "state",
    "reason",
    "error",
    "update_count",
    "manifest_location",
)


def _athena_error(category: int, error_type: int, message: str) -> dict[str, Any]:
    return {"ErrorCategory": category, "ErrorType": error_type, "Retryable": False, "ErrorMessage": message}
