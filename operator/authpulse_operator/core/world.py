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

    def differences(self, wanted: "Settings") -> list[str]:
        """Names of the settings that differ, property groups as group.key."""
        plain = [n for n in self.__slots__ if n != "property_groups" and getattr(self, n) != getattr(wanted, n)]
        groups = self.property_groups.keys() | wanted.property_groups.keys()
        keys = []
        for group in sorted(groups):
            mine, theirs = self.property_groups.get(group, {}), wanted.property_groups.get(group, {})
            keys += [f"{group}.{k}" for k in sorted(mine.keys() | theirs.keys()) if mine.get(k) != theirs.get(k)]
        return plain + keys


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
        """One line for a condition's message."""
        vertices = f"{self.vertices_running}/{self.vertices} vertices running for {self.running_seconds:.0f} s"
        checkpoints = f"{self.checkpoints_completed} checkpoints completed, {self.checkpoints_failed} failed"
        cause = f"; last exception: {self.last_exception}" if self.last_exception else ""
        return f"job {self.state}, {vertices}, {self.restarts} restarts, {checkpoints}{cause}"


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
