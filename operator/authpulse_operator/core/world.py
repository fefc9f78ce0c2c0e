"""The world in the core's words: what is wanted of an application, and what was seen. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

PropertyGroups = Mapping[str, Mapping[str, str]]


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
class Settings:
    """What of an application is ours to set: wanted by a spec, or found in a description. Equal means nothing to do."""

    runtime: str
    role_arn: str
    bucket: str
    code_key: str
    property_groups: PropertyGroups
    parallelism: int
    parallelism_per_kpu: int
    checkpoint_interval_ms: int
    checkpoint_min_pause_ms: int
    snapshots_enabled: bool
    log_stream_arn: str | None
    """Set once: UpdateApplication can change a logging option, not add one, and the name never changes."""

    def differences(self, wanted: "Settings") -> list[str]:
        """Names of the settings that differ, property groups as group.key. Only what an update can change counts."""
        compared = [n for n in self.__slots__ if n not in ("property_groups", "log_stream_arn")]
        plain = [n for n in compared if getattr(self, n) != getattr(wanted, n)]
        groups = self.property_groups.keys() | wanted.property_groups.keys()
        keys = []
        for group in sorted(groups):
            mine, theirs = self.property_groups.get(group, {}), wanted.property_groups.get(group, {})
            keys += [f"{group}.{k}" for k in sorted(mine.keys() | theirs.keys()) if mine.get(k) != theirs.get(k)]
        return plain + keys


@dataclass(frozen=True, slots=True)
class Failure:
    """Operations that the service accepted and could not finish, in a row and up to now."""

    times: int
    message: str
    """Of the newest."""
    at: datetime
    """When the newest ended."""


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
    has_snapshot: bool
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class JobHealth:
    """What the job says of itself through Flink's REST API."""

    state: str
    vertices: int
    vertices_running: int
    restarts: int
    checkpoints_completed: int
    checkpoints_failed: int
    running_seconds: float
    """Since the job last began to run, restarts included."""
    last_exception: str | None = None
    dashboard: str | None = None
    restored_checkpoint: bool = False
    """It goes on from a checkpoint of itself (its JobManager was lost), not from a snapshot or from nothing."""

    @property
    def is_failing(self) -> bool:
        """It does not run, or only starts over and over."""
        return self.state in ("RESTARTING", "FAILING", "FAILED")

    @property
    def has_no_progress(self) -> bool:
        """It fails, and has saved nothing since it was started: force-stopping it loses nothing."""
        has_saved = self.checkpoints_completed > 0 or self.restored_checkpoint
        return self.is_failing and self.restarts > 0 and not has_saved

    def is_healthy(self, *, stable_for_seconds: float) -> bool:
        """All vertices run and have for long enough, and a checkpoint has completed: data is being committed."""
        return (
            self.state == "RUNNING"
            and self.vertices_running == self.vertices > 0
            and self.checkpoints_completed > 0
            and self.running_seconds >= stable_for_seconds
        )

    @property
    def summary(self) -> str:
        """One line for a condition's message. Nothing in it moves while nothing happens: a status is no heartbeat."""
        vertices = f"{self.vertices_running}/{self.vertices} vertices running"
        checkpoints = "checkpoints complete" if self.checkpoints_completed else "no checkpoint has completed yet"
        failed = f" ({self.checkpoints_failed} failed)" if self.checkpoints_failed else ""
        cause = f"; last exception: {self.last_exception}" if self.last_exception else ""
        return f"job {self.state}, {vertices}, {self.restarts} restarts, {checkpoints}{failed}{cause}"


@dataclass(frozen=True, slots=True)
class ReplayProgress:
    """A replay as its worker reports it."""

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
    """All that were ever started, and those of the spec."""
