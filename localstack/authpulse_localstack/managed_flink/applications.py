"""What is remembered of an application: plain data, pickled as it is when LocalStack stops."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from authpulse_localstack.managed_flink.errors import InvalidArgument, ResourceNotFound

Json = dict[str, Any]


class Status(StrEnum):
    """ApplicationStatus, without AUTOSCALING and MAINTENANCE, which do not happen here."""

    READY = "READY"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    FORCE_STOPPING = "FORCE_STOPPING"
    UPDATING = "UPDATING"
    ROLLING_BACK = "ROLLING_BACK"
    DELETING = "DELETING"


class Progress(StrEnum):
    """OperationStatus."""

    IN_PROGRESS = "IN_PROGRESS"
    SUCCESSFUL = "SUCCESSFUL"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class SnapshotStatus(StrEnum):
    CREATING = "CREATING"
    READY = "READY"
    DELETING = "DELETING"
    FAILED = "FAILED"


def now() -> datetime:
    """Whole seconds, as the service's timestamps are: DeleteApplication compares one with what a client read."""
    return datetime.now(UTC).replace(microsecond=0)


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a version consists of. `configuration` has the shape of CreateApplication, with every default said."""

    description: str
    runtime: str
    role_arn: str
    configuration: Json
    log_streams: tuple[tuple[str, str], ...] = ()
    """Pairs of option id and ARN of a log stream."""

    @property
    def snapshots_enabled(self) -> bool:
        return bool(self.configuration["ApplicationSnapshotConfiguration"]["SnapshotsEnabled"])

    @property
    def rollback_enabled(self) -> bool:
        return bool(self.configuration["ApplicationSystemRollbackConfiguration"]["RollbackEnabled"])

    @property
    def property_groups(self) -> dict[str, dict[str, str]]:
        groups = self.configuration["EnvironmentProperties"]["PropertyGroups"]
        return {g["PropertyGroupId"]: g["PropertyMap"] for g in groups}


@dataclass(slots=True, kw_only=True)
class Version:
    """`status` is the application's when this version was last the current one."""

    number: int
    settings: Settings
    status: Status = Status.READY
    created: datetime = field(default_factory=now)
    token: str = field(default_factory=new_id)
    updated_from: int | None = None
    rolled_back_from: int | None = None
    rolled_back_to: int | None = None


@dataclass(slots=True, kw_only=True)
class Operation:
    """`from_version` and `to_version` when it changed the version."""

    name: str
    id: str = field(default_factory=new_id)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    progress: Progress = Progress.IN_PROGRESS
    error: str | None = None
    rollback_operation: str | None = None
    from_version: int | None = None
    to_version: int | None = None

    def end(self, progress: Progress, error: str | None = None) -> None:
        self.progress, self.error, self.ended = progress, error, datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """A savepoint. `folder` is a name below the application's snapshots, `path` the savepoint below that folder."""

    name: str
    version: int
    runtime: str
    folder: str = field(default_factory=new_id)
    path: str = ""
    status: SnapshotStatus = SnapshotStatus.CREATING
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(slots=True, kw_only=True)
class Application:
    """`run_configuration` is the last one given; `resume_from` names a snapshot to go on from after a restart of
    LocalStack, and is empty at all other times.
    """

    account: str
    region: str
    arn: str
    name: str
    versions: dict[int, Version]
    status: Status = Status.READY
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    run_configuration: Json = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    maintenance_start: str = "06:00"
    resume: bool = False
    resume_from: str = ""

    @property
    def version(self) -> Version:
        """The current one: numbers only grow."""
        return self.versions[max(self.versions)]

    @property
    def settings(self) -> Settings:
        return self.version.settings

    def set_status(self, status: Status) -> None:
        self.status = self.version.status = status

    def add_version(
        self,
        settings: Settings,
        *,
        updated_from: int | None = None,
        rolled_back_from: int | None = None,
        rolled_back_to: int | None = None,
    ) -> Version:
        """A new current version."""
        version = Version(
            number=self.version.number + 1,
            settings=settings,
            status=self.status,
            updated_from=updated_from,
            rolled_back_from=rolled_back_from,
            rolled_back_to=rolled_back_to,
        )
        self.versions[version.number] = version
        self.updated = now()
        return version

    def add_operation(self, name: str) -> Operation:
        operation = Operation(name=name)
        self.operations[operation.id] = operation
        return operation

    def latest_snapshot(self) -> Snapshot | None:
        ready = [s for s in self.snapshots.values() if s.status is SnapshotStatus.READY]
        return max(ready, key=lambda s: s.created, default=None)

    def ready_snapshot(self, name: str) -> Snapshot:
        """Raises ResourceNotFound, or InvalidArgument for one that is not READY."""
        snapshot = self.snapshots.get(name)
        if snapshot is None:
            raise ResourceNotFound(f"application {self.name} has no snapshot {name}")
        if snapshot.status is not SnapshotStatus.READY:
            raise InvalidArgument(f"snapshot {name} of application {self.name} is {snapshot.status}, not READY")
        return snapshot
