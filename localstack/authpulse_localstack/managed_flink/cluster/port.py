"""A running application as the lifecycle needs it. `flink` has the real one; tests have one without processes.

ClusterError
├── StartFailed      the job never came to be: Python failed, no jar, a snapshot that does not fit
├── NotHealthy       the job does not run, so no snapshot can be taken of it
└── SnapshotFailed   Flink tried and could not
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

PropertyGroups = Mapping[str, Mapping[str, str]]


class ClusterError(Exception):
    """Base; the message is fit for a person."""


class StartFailed(ClusterError):
    pass


class NotHealthy(ClusterError):
    pass


class SnapshotFailed(ClusterError):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Group `kinesis.analytics.flink.run.options`: paths within the zip."""

    python: str
    jarfile: str | None = None
    python_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """All that one run of an application is made of. `home` is the application's folder."""

    application_arn: str
    application: str
    version: int
    home: Path
    code: bytes = field(repr=False)
    options: RunOptions
    property_groups: PropertyGroups
    parallelism: int
    slots: int
    checkpointing: bool
    checkpoint_interval_ms: int
    checkpoint_min_pause_ms: int
    log_level: str
    environment: Mapping[str, str] = field(repr=False)
    log_stream_arn: str | None = None
    restore_from: Path | None = None
    allow_non_restored_state: bool = False


class Cluster(Protocol):
    """One run of one application."""

    @property
    def dashboard(self) -> str:
        """Where Flink's REST API and dashboard answer."""

    def await_accepted(self, *, cancelled: Callable[[], bool]) -> None:
        """Returns once Flink has taken the job and it has come to run or to fail, or once `cancelled` says so.

        Raises StartFailed for a job that never came to be.
        """

    def check_healthy(self) -> None:
        """Raises NotHealthy when not all of the job's tasks run."""

    def snapshot(self, target: Path) -> Path:
        """Takes a savepoint below `target` while the job goes on; returns its place. Raises SnapshotFailed."""

    def stop_with_snapshot(self, target: Path) -> Path:
        """The same, and the job ends with it. Raises SnapshotFailed, and the job goes on."""

    def job_plan(self) -> str:
        """The job's plan as JSON, empty while it is not to be had."""

    def kill(self) -> None:
        """Ends all processes at once. Harmless when they ended already."""


class Launcher(Protocol):
    """Starts runs."""

    def launch(self, deployment: Deployment, *, on_finished: Callable[[], None]) -> Cluster:
        """Starts the processes. `on_finished` is called when a bounded job is done.

        Raises StartFailed for what can be seen before.
        """


Json = dict[str, Any]
