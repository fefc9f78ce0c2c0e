"""The world in the core's words: what was seen of it. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Literal

from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings


class ApplicationState(StrEnum):
    """ApplicationStatus of the service."""

    READY = "READY"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    FORCE_STOPPING = "FORCE_STOPPING"
    UPDATING = "UPDATING"
    AUTOSCALING = "AUTOSCALING"
    ROLLING_BACK = "ROLLING_BACK"
    ROLLED_BACK = "ROLLED_BACK"
    MAINTENANCE = "MAINTENANCE"
    DELETING = "DELETING"
    UNKNOWN = "UNKNOWN"
    """Whatever the service has come to say since."""

    @classmethod
    def _missing_(cls, _value: object) -> "ApplicationState":
        return cls.UNKNOWN

    @property
    def is_in_flight(self) -> bool:
        """The service is at work: nothing may be started beside it."""
        return self not in (ApplicationState.READY, ApplicationState.RUNNING, ApplicationState.ROLLED_BACK)


@dataclass(frozen=True, slots=True)
class Failure:
    """Operations that the service accepted and could not finish, in a row and up to now."""

    times: int
    message: str
    """Of the newest."""
    at: datetime
    """When the newest ended."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One that the service was asked for, as it lists them."""

    id: str
    kind: str
    """As the API calls it: StartApplication, UpdateApplication …"""
    status: Literal["IN_PROGRESS", "CANCELLED", "SUCCESSFUL", "FAILED"]
    started: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Saved state of the job."""

    name: str
    status: Literal["CREATING", "READY", "DELETING", "FAILED"]
    created: datetime
    version_id: int


@dataclass(frozen=True, slots=True)
class Application:
    """An application as described by the service."""

    name: str
    state: ApplicationState
    version_id: int
    token: str
    created: datetime
    settings: Settings
    owner: str | None
    snapshots: tuple[Snapshot, ...] = ()
    """Newest first."""
    operations: tuple[Operation, ...] = ()
    """The newest ones, newest first."""
    failure: Failure | None = None
    maintenance_start: str | None = None
    """HH:MM, UTC."""

    @property
    def restorable(self) -> tuple[Snapshot, ...]:
        """What a start can go on from, newest first."""
        return tuple(s for s in self.snapshots if s.status == "READY")

    @property
    def has_snapshot(self) -> bool:
        return bool(self.restorable)


class AlarmKind(Enum):
    """The three alarms of the runbook, by the end of their names: `authpulse-ENVIRONMENT-…`."""

    ITERATOR_AGE = "kinesis-iterator-age-high"
    FAILED_CHECKPOINTS = "flink-failed-checkpoints-rate"
    INVALID_RECORDS = "dq-invalid-record-percent-high"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One that fires."""

    kind: AlarmKind
    name: str
    since: datetime
    message: str = ""


@dataclass(frozen=True, slots=True)
class ReplayProgress:
    """A run of a replay as its worker reports it."""

    state: Literal["Pending", "Running", "Completed", "Failed"]
    attempts: int = 0
    lines: int = 0
    events: int = 0
    rejected: int = 0
    ignored: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that a pass saw. Observing changes nothing."""

    missing_foundation: tuple[str, ...] = ()
    shards: int | None = None
    """Open shards of the stream; None while it is missing or changing."""
    missing_artifacts: tuple[str, ...] = ()
    """Object keys that are wanted and not there."""
    application: Application | None = None
    health: JobHealth | None = None
    replays: Mapping[str, ReplayProgress] = field(default_factory=dict)
    """By run: all that were ever started, and those of the spec."""
    outdated_replays: frozenset[str] = frozenset()
    """Runs of the spec that go on as an earlier one had it."""
    workload_obstacle: str | None = None
    """What a person has to set before any workload can be started."""
    workload_drift: tuple[str, ...] = ()
    """Scheduled work that is not as the spec says."""
    quality: Literal["Passing", "Failing"] | None = None
    """How the last run of the checks ended; None if there was none."""
    alarms: tuple[Alarm, ...] = ()
    """Those that fire."""
    lag_seconds: float | None = None
    """How far the job is behind the stream; None where nothing is measured."""
    incoming_records: int | None = None
    """Put into the stream within the minutes of the idle policy; None where nothing is measured."""
    kept_snapshots: frozenset[str] = frozenset()
    """Those that a resource refers to."""
