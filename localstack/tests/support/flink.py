"""Managed Flink's lifecycle over a Flink that exists in memory, and applications to try it with."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from authpulse_localstack.managed_flink import configuration, validation
from authpulse_localstack.managed_flink.applications import Application, Operation, Settings, Version
from authpulse_localstack.managed_flink.cluster.port import Deployment, NotHealthy, SnapshotFailed, StartFailed
from authpulse_localstack.managed_flink.lifecycle import Lifecycle

RUN_OPTIONS = {"PropertyGroupId": validation.RUN_OPTIONS, "PropertyMap": {"python": "main.py"}}


def settings(**changes: Any) -> Settings:
    """`snapshots`, `rollback` and `groups` are short for their parts of the configuration."""
    given = {
        "ApplicationCodeConfiguration": {"CodeContentType": "ZIPFILE", "CodeContent": {"ZipFileContent": b"zip"}},
        "EnvironmentProperties": {"PropertyGroups": changes.pop("groups", [RUN_OPTIONS])},
        "ApplicationSnapshotConfiguration": {"SnapshotsEnabled": changes.pop("snapshots", True)},
        "ApplicationSystemRollbackConfiguration": {"RollbackEnabled": changes.pop("rollback", False)},
    }
    return replace(
        Settings(description="", runtime="FLINK-2_2", role_arn="arn:r", configuration=configuration.completed(given)),
        **changes,
    )


@dataclass
class FakeCluster:
    """Does what it is told to: `start_error` and `snapshot_error` fail, `health` is why it is not well."""

    deployment: Deployment
    on_finished: Callable[[], None]
    start_error: str | None = None
    snapshot_error: str | None = None
    health: str | None = None
    stopped: bool = False
    killed: bool = False
    dashboard: str = "http://127.0.0.1:1"

    def await_accepted(self, *, cancelled: Callable[[], bool]) -> None:
        if self.start_error and not cancelled():
            raise StartFailed(self.start_error)

    def check_healthy(self) -> None:
        if self.health:
            raise NotHealthy(self.health)

    def snapshot(self, target: Path) -> Path:
        if self.snapshot_error or self.killed or self.stopped:
            raise SnapshotFailed(self.snapshot_error or "gone")
        path = target / "savepoint-1"
        path.mkdir()
        (path / "_metadata").write_text(f"version {self.deployment.version}")
        return path

    def stop_with_snapshot(self, target: Path) -> Path:
        """As with Flink, the job is FINISHED then, and whoever watches it may say so before this returns."""
        path = self.snapshot(target)
        self.stopped = True
        self.on_finished()
        if self.killed:
            raise SnapshotFailed("killed before it could tell where the savepoint is")
        return path

    def job_plan(self) -> str:
        return '{"nodes": []}'

    def kill(self) -> None:
        self.killed = True


@dataclass
class World:
    """Work waits until `settle`, so that a test sees every transient status."""

    folder: Path
    clusters: list[FakeCluster] = field(default_factory=list)
    start_errors: dict[int, str] = field(default_factory=dict)
    """By version: how its start fails."""
    launch_error: str | None = None
    forgotten: list[str] = field(default_factory=list)
    _work: list[Callable[[], None]] = field(default_factory=list)
    lifecycle: Lifecycle = field(init=False)

    def __post_init__(self) -> None:
        self.lifecycle = Lifecycle(
            self,
            self._deployment,
            snapshots=lambda application: self.folder / application.name / "snapshots",
            forget=lambda application: self.forgotten.append(application.name),
            run=self._work.append,
        )

    @property
    def cluster(self) -> FakeCluster:
        """The latest."""
        return self.clusters[-1]

    def settle(self) -> None:
        while self._work:
            self._work.pop(0)()

    def application(self, **changes: Any) -> Application:
        version = Version(number=1, settings=settings(**changes))
        return Application(account="1", region="r", arn="arn:app", name="app", versions={1: version})

    def running(self, **changes: Any) -> Application:
        application = self.application(**changes)
        self.start(application)
        return application

    def start(self, application: Application, request: Any = None) -> Operation:
        operation = self.lifecycle.start(application, request)
        self.settle()
        return operation

    def stop(self, application: Application, *, force: bool = False) -> Operation:
        operation = self.lifecycle.stop(application, force=force)
        self.settle()
        return operation

    def update(self, application: Application, request: Any = None, **changes: Any) -> Operation:
        operation = self.lifecycle.update(application, settings(**changes), request)
        self.settle()
        return operation

    def snapshot(self, application: Application, name: str) -> None:
        self.lifecycle.take_snapshot(application, name)
        self.settle()

    def restored(self) -> str | None:
        """What the latest run was restored from: the text of its savepoint, None for nothing."""
        path = self.cluster.deployment.restore_from
        return (path / "_metadata").read_text() if path else None

    # port.Launcher

    def launch(self, deployment: Deployment, *, on_finished: Callable[[], None]) -> FakeCluster:
        if self.launch_error:
            raise StartFailed(self.launch_error)
        error = self.start_errors.get(deployment.version)
        self.clusters.append(FakeCluster(deployment, on_finished, start_error=error))
        return self.clusters[-1]

    def _deployment(self, application: Application, version: Version) -> Deployment:
        return Deployment(
            application_arn=application.arn,
            application=application.name,
            version=version.number,
            home=self.folder / application.name,
            code=b"",
            options=validation.run_options(version.settings.property_groups),
            property_groups=version.settings.property_groups,
            parallelism=1,
            slots=1,
            checkpointing=True,
            checkpoint_interval_ms=60_000,
            checkpoint_min_pause_ms=5_000,
            log_level="INFO",
            environment={},
        )
