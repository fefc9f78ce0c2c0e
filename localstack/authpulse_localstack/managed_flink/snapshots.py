"""Snapshots of applications: savepoints, each in a folder of its own."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from authpulse_localstack.managed_flink.applications import (
    Application,
    Snapshot,
    SnapshotStatus,
    Status,
    Version,
    new_id,
)
from authpulse_localstack.managed_flink.cluster.port import NotHealthy, SnapshotFailed
from authpulse_localstack.managed_flink.errors import InvalidApplicationConfiguration, LimitExceeded, ResourceInUse
from authpulse_localstack.managed_flink.flights import Flights, Work, require

LOG = logging.getLogger(__name__)

MAX_SNAPSHOTS: Final = 1000


class Snapshots(Flights):
    """`folder_of` is the folder of an application's snapshots."""

    def __init__(self, run: Callable[[Work], None], folder_of: Callable[[Application], Path]) -> None:
        super().__init__(run)
        self._folder_of = folder_of

    def take_snapshot(self, application: Application, name: str) -> None:
        with self.lock:
            require(application, Status.RUNNING)
            if name in application.snapshots:
                raise ResourceInUse(f"application {application.name} has a snapshot {name} already")
            if len(application.snapshots) >= MAX_SNAPSHOTS:
                raise LimitExceeded(f"application {application.name} has {MAX_SNAPSHOTS} snapshots, which is the limit")
            self._check_snapshot_possible(application)
            snapshot = self._new_snapshot(application, name, application.version)
        self._run(lambda: self._take_snapshot(application, snapshot))

    def _take_snapshot(self, application: Application, snapshot: Snapshot) -> None:
        try:
            self._save(application, snapshot, stop=False)
        except SnapshotFailed as error:
            LOG.warning("%s: snapshot %s failed: %s", application.name, snapshot.name, error)

    def delete_snapshot(self, application: Application, snapshot: Snapshot) -> None:
        with self.lock:
            if snapshot.status is SnapshotStatus.CREATING:
                raise ResourceInUse(f"snapshot {snapshot.name} of application {application.name} is being created")
            snapshot.status = SnapshotStatus.DELETING

        def remove() -> None:
            shutil.rmtree(self._folder(application, snapshot), ignore_errors=True)
            with self.lock:
                application.snapshots.pop(snapshot.name, None)

        self._run(remove)

    def _stop_with_snapshot(self, application: Application, version: Version) -> Snapshot:
        """A system snapshot of the version that runs. Raises SnapshotFailed, and the job goes on."""
        with self.lock:
            snapshot = self._new_snapshot(application, new_id(), version)
        self._save(application, snapshot, stop=True)
        return snapshot

    def _new_snapshot(self, application: Application, name: str, version: Version) -> Snapshot:
        snapshot = Snapshot(name=name, version=version.number, runtime=version.settings.runtime)
        application.snapshots[name] = snapshot
        return snapshot

    def _save(self, application: Application, snapshot: Snapshot, *, stop: bool) -> None:
        """Raises SnapshotFailed; the snapshot then is FAILED."""
        folder = self._folder(application, snapshot)
        folder.mkdir(parents=True)
        try:
            cluster = self._clusters[application.arn]
            path = (cluster.stop_with_snapshot if stop else cluster.snapshot)(folder)
        except SnapshotFailed:
            snapshot.status = SnapshotStatus.FAILED
            raise
        except KeyError as error:  # killed meanwhile
            snapshot.status = SnapshotStatus.FAILED
            raise SnapshotFailed("the job does not run any more") from error
        with self.lock:
            snapshot.path, snapshot.status = path.name, SnapshotStatus.READY

    def _check_snapshot_possible(self, application: Application) -> None:
        try:
            self._clusters[application.arn].check_healthy()
        except NotHealthy as error:
            raise InvalidApplicationConfiguration(
                f"a snapshot of application {application.name} cannot be taken: {error}. "
                "Repair the job, or disable snapshots for this call."
            ) from error

    def _folder(self, application: Application, snapshot: Snapshot) -> Path:
        return self._folder_of(application) / snapshot.folder
