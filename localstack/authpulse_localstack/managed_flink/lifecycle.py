"""What may happen to an application, and what then does: the service's state machine.

    READY ── start ──▶ STARTING ──▶ RUNNING          a job that never came to be: READY again, the operation FAILED
    RUNNING ── stop ──▶ STOPPING ──▶ READY           with a snapshot if snapshots are enabled
    … ── stop, forced ──▶ FORCE_STOPPING ──▶ READY   from everything that is up or on its way; never with a snapshot
    RUNNING ── update ──▶ UPDATING ──▶ RUNNING       snapshot, new Flink, restored; failing, see `_update`
    RUNNING, UPDATING ── rollback ──▶ ROLLING_BACK ──▶ RUNNING
    READY ── delete ──▶ DELETING ──▶ gone

RUNNING says that Flink took the job, not that the job is well. Calls return at once, work goes on behind them; a
forced stop cancels whatever is under way. Which versions there are is the caller's business.
"""

import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from authpulse_localstack.managed_flink import restoring, validation
from authpulse_localstack.managed_flink.applications import (
    Application,
    Operation,
    Progress,
    Settings,
    Snapshot,
    SnapshotStatus,
    Status,
    Version,
    new_id,
)
from authpulse_localstack.managed_flink.cluster.port import (
    Cluster,
    ClusterError,
    Deployment,
    Launcher,
    NotHealthy,
    SnapshotFailed,
)
from authpulse_localstack.managed_flink.errors import (
    InvalidApplicationConfiguration,
    InvalidRequest,
    LimitExceeded,
    ResourceInUse,
)

LOG = logging.getLogger(__name__)

Json = dict[str, Any]
Work = Callable[[], None]

MAX_SNAPSHOTS: Final = 1000
CANCEL_SECONDS: Final = 60
COMING_UP: Final = (Status.STARTING, Status.UPDATING, Status.ROLLING_BACK)
FORCIBLE: Final = (*COMING_UP, Status.RUNNING, Status.STOPPING)


@dataclass(slots=True)
class Flight:
    """An operation under way."""

    operation: Operation
    cancelled: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


def in_background(work: Work) -> None:
    threading.Thread(target=work, name="managed-flink", daemon=True).start()


class Lifecycle:
    """Carries out operations on applications. Thread-safe; `lock` guards the applications as well.

    `deployment` makes a Deployment of an application's version (and fetches its code: it may raise ClusterError);
    `snapshots` is the folder of an application's snapshots; `forget` removes all of one that was deleted.
    """

    def __init__(
        self,
        launcher: Launcher,
        deployment: Callable[[Application, Version], Deployment],
        *,
        snapshots: Callable[[Application], Path],
        forget: Callable[[Application], None],
        run: Callable[[Work], None] = in_background,
    ) -> None:
        self.lock = threading.RLock()
        self._launcher, self._deployment, self._run = launcher, deployment, run
        self._snapshots, self._forget = snapshots, forget
        self._clusters: dict[str, Cluster] = {}
        self._flights: dict[str, Flight] = {}

    def cluster(self, application: Application) -> Cluster | None:
        return self._clusters.get(application.arn)

    # -- start and stop

    def start(self, application: Application, request: Json | None) -> Operation:
        with self.lock:
            _require(application, Status.READY)
            run_configuration = restoring.completed(request)
            restoring.check_latest_exists(application, request)
            snapshot = restoring.snapshot_for(application, run_configuration)
            validation.run_options(application.settings.property_groups)
            application.run_configuration = run_configuration
            application.set_status(Status.STARTING)
            return self._begin(application, "StartApplication", lambda f: self._start(application, f, snapshot))

    def _start(self, application: Application, flight: Flight, snapshot: Snapshot | None) -> None:
        try:
            self._launch(application, flight, application.version, snapshot)
        except ClusterError as error:
            self._kill(application)
            self._end(application, flight, Status.READY, str(error))
        else:
            self._end(application, flight, Status.RUNNING)

    def stop(self, application: Application, *, force: bool) -> Operation:
        with self.lock:
            if force:
                _require(application, *FORCIBLE)
                interrupted = self._flights.get(application.arn)
                application.set_status(Status.FORCE_STOPPING)
                return self._begin(
                    application, "StopApplication", lambda f: self._force_stop(application, f, interrupted)
                )
            _require(application, Status.RUNNING)
            if application.settings.snapshots_enabled:
                self._check_snapshot_possible(application)
            application.set_status(Status.STOPPING)
            return self._begin(application, "StopApplication", lambda f: self._stop(application, f))

    def _stop(self, application: Application, flight: Flight) -> None:
        try:
            if application.settings.snapshots_enabled:
                self._stop_with_snapshot(application, application.version)
        except SnapshotFailed as error:
            self._end(application, flight, Status.RUNNING, f"the snapshot failed: {error}")
        else:
            self._kill(application)
            self._end(application, flight, Status.READY)

    def _force_stop(self, application: Application, flight: Flight, interrupted: Flight | None) -> None:
        if interrupted is not None:
            interrupted.cancelled.set()
            self._kill(application)
            interrupted.done.wait(CANCEL_SECONDS)
        self._kill(application)
        self._end(application, flight, Status.READY)

    # -- update and rollback

    def update(self, application: Application, settings: Settings, request: Json | None) -> Operation:
        """Makes a new version of the settings the current one; a job that runs is redeployed with it."""
        with self.lock:
            _require(application, Status.READY, Status.RUNNING)
            run_configuration = restoring.completed(request)
            chosen = restoring.snapshot_for(application, run_configuration)
            is_running = application.status is Status.RUNNING
            if is_running:
                validation.run_options(settings.property_groups)
                if settings.snapshots_enabled:
                    self._check_snapshot_possible(application)
            before = application.version
            after = application.add_version(settings, updated_from=before.number)
            if is_running or request is not None:
                application.run_configuration = run_configuration
            if not is_running:
                operation = application.add_operation("UpdateApplication")
                operation.end(Progress.SUCCESSFUL)
            else:
                application.set_status(Status.UPDATING)
                operation = self._begin(
                    application, "UpdateApplication", lambda f: self._update(application, f, before, chosen)
                )
            operation.from_version, operation.to_version = before.number, after.number
            return operation

    def _update(self, application: Application, flight: Flight, before: Version, chosen: Snapshot | None) -> None:
        """A failed snapshot leaves the old job running under the old settings. A new job that cannot be started is
        rolled back if that is enabled; otherwise the application ends READY, for somebody to repair.
        """
        own = None
        try:
            if application.settings.snapshots_enabled:
                own = self._stop_with_snapshot(application, before)
        except SnapshotFailed as error:
            self._take_back(application, before)
            self._end(application, flight, Status.RUNNING, f"the snapshot failed: {error}")
            return
        self._kill(application)
        restore = application.run_configuration["ApplicationRestoreConfiguration"]["ApplicationRestoreType"]
        snapshot = (own or chosen) if restore == restoring.LATEST else chosen
        try:
            self._launch(application, flight, application.version, snapshot)
        except ClusterError as error:
            self._kill(application)
            if application.settings.rollback_enabled and not flight.cancelled.is_set():
                self._roll_back_failed_update(application, flight, before, own or application.latest_snapshot(), error)
            else:
                self._end(application, flight, Status.READY, str(error))
        else:
            self._end(application, flight, Status.RUNNING)

    def _roll_back_failed_update(
        self, application: Application, flight: Flight, before: Version, snapshot: Snapshot | None, error: ClusterError
    ) -> None:
        with self.lock:
            if not self._is_current(application, flight):
                return
            rollback = application.add_operation("RollbackApplication")
            flight.operation.rollback_operation = rollback.id
            flight.operation.end(Progress.FAILED, str(error))
            following = Flight(rollback, flight.cancelled)
            self._flights[application.arn] = following
            self._take_back(application, before)
            application.set_status(Status.ROLLING_BACK)
        self._land(application, following, lambda f: self._start(application, f, snapshot))

    def rollback(self, application: Application) -> Operation:
        """Back to the version that was current before the last update, from the latest snapshot."""
        with self.lock:
            _require(application, Status.RUNNING, Status.UPDATING)
            previous = application.version.updated_from
            if previous is None:
                raise InvalidRequest(f"application {application.name} was not updated: there is nothing to go back to")
            snapshot = application.latest_snapshot()
            if snapshot is None:
                raise InvalidRequest(f"application {application.name} has no snapshot to roll back with")
            interrupted = self._flights.get(application.arn)
            self._take_back(application, application.versions[previous])
            application.set_status(Status.ROLLING_BACK)

            def roll_back(flight: Flight) -> None:
                if interrupted is not None:
                    interrupted.cancelled.set()
                    self._kill(application)
                    interrupted.done.wait(CANCEL_SECONDS)
                self._kill(application)
                self._start(application, flight, snapshot)

            operation = self._begin(application, "RollbackApplication", roll_back)
            version = application.version
            operation.from_version, operation.to_version = version.rolled_back_from, version.number
            return operation

    def _take_back(self, application: Application, before: Version) -> None:
        """Old settings become a new version: ids and tokens only go forward."""
        with self.lock:
            undone = application.version.number
            application.add_version(before.settings, rolled_back_from=undone, rolled_back_to=before.number)

    # -- delete and snapshots

    def delete(self, application: Application) -> None:
        with self.lock:
            _require(application, Status.READY)
            application.set_status(Status.DELETING)
        self._run(lambda: self._forget(application))

    def take_snapshot(self, application: Application, name: str) -> None:
        with self.lock:
            _require(application, Status.RUNNING)
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
            shutil.rmtree(self._snapshots(application) / snapshot.folder, ignore_errors=True)
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
        folder = self._snapshots(application) / snapshot.folder
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

    # -- around LocalStack's own end

    def suspend_all(self, applications: list[Application]) -> None:
        """Stops every job with a snapshot, and remembers that it ran: `resume` starts it again from there."""
        for application in applications:
            self._await_flight(application)
            is_up = application.status is Status.RUNNING
            if is_up and application.arn in self._clusters:
                try:
                    application.resume_from = self._stop_with_snapshot(application, application.version).name
                except SnapshotFailed as error:
                    LOG.warning("%s: stopped without a snapshot: %s", application.name, error)
            self._kill(application)
            application.resume = is_up or application.status in COMING_UP
            if application.resume:
                application.set_status(Status.READY)

    def _await_flight(self, application: Application) -> None:
        """An operation under way may be taking a snapshot: it gets its time, and is cancelled then."""
        flight = self._flights.get(application.arn)
        if flight is not None and not flight.done.wait(CANCEL_SECONDS):
            flight.cancelled.set()
            self._kill(application)
            flight.done.wait(CANCEL_SECONDS)

    def resume(self, application: Application) -> None:
        """After a restart of LocalStack: what ran, runs again."""
        with self.lock:
            if not application.resume:
                return
            name, application.resume, application.resume_from = application.resume_from, False, ""
            snapshot = application.snapshots.get(name) or restoring.snapshot_for(
                application, application.run_configuration
            )
            application.set_status(Status.STARTING)
            self._begin(application, "StartApplication", lambda f: self._start(application, f, snapshot))

    def kill_all(self) -> None:
        for arn in list(self._clusters):
            self._clusters.pop(arn).kill()

    # -- the machinery

    def _begin(self, application: Application, name: str, work: Callable[[Flight], None]) -> Operation:
        operation = application.add_operation(name)
        if (before := self._flights.get(application.arn)) is not None:
            before.operation.end(Progress.CANCELLED)
        flight = self._flights[application.arn] = Flight(operation)
        self._run(lambda: self._land(application, flight, work))
        return operation

    def _land(self, application: Application, flight: Flight, work: Callable[[Flight], None]) -> None:
        try:
            work(flight)
        except Exception as error:
            LOG.exception("%s: %s", application.name, flight.operation.name)
            self._kill(application)
            self._end(application, flight, Status.READY, f"{type(error).__name__}: {error}")
            raise
        finally:
            flight.done.set()

    def _end(self, application: Application, flight: Flight, status: Status, error: str | None = None) -> None:
        """Says nothing of the status for an operation that was cancelled: who cancelled it decides."""
        with self.lock:
            if not self._is_current(application, flight):
                return
            del self._flights[application.arn]
            if flight.cancelled.is_set():
                flight.operation.end(Progress.CANCELLED)
            else:
                flight.operation.end(Progress.FAILED if error else Progress.SUCCESSFUL, error)
                application.set_status(status)

    def _is_current(self, application: Application, flight: Flight) -> bool:
        return self._flights.get(application.arn) is flight

    def _launch(self, application: Application, flight: Flight, version: Version, snapshot: Snapshot | None) -> None:
        """Raises ClusterError. Returns when the job was taken, or when the flight was cancelled."""
        deployment = self._deployment(application, version)
        if snapshot is not None:
            path = self._snapshots(application) / snapshot.folder / snapshot.path
            deployment = _restored(deployment, path, application)
        with self.lock:
            if flight.cancelled.is_set():
                return
            cluster = self._launcher.launch(deployment, on_finished=lambda: self._finished(application, cluster))
            self._clusters[application.arn] = cluster
        cluster.await_accepted(cancelled=flight.cancelled.is_set)

    def _finished(self, application: Application, cluster: Cluster) -> None:
        """A bounded job is done: READY by itself, as on the service."""
        with self.lock:
            if self._clusters.get(application.arn) is cluster and application.status is Status.RUNNING:
                application.set_status(Status.READY)
                self._kill(application)

    def _kill(self, application: Application) -> None:
        cluster = self._clusters.pop(application.arn, None)
        if cluster is not None:
            cluster.kill()

    def _check_snapshot_possible(self, application: Application) -> None:
        try:
            self._clusters[application.arn].check_healthy()
        except NotHealthy as error:
            raise InvalidApplicationConfiguration(
                f"a snapshot of application {application.name} cannot be taken: {error}. "
                "Repair the job, or disable snapshots for this call."
            ) from error


def _require(application: Application, *allowed: Status) -> None:
    if application.status not in allowed:
        raise ResourceInUse(
            f"application {application.name} is {application.status}; this operation needs it {' or '.join(allowed)}"
        )


def _restored(deployment: Deployment, path: Path, application: Application) -> Deployment:
    allowed = restoring.allows_non_restored_state(application.run_configuration)
    return replace(deployment, restore_from=path, allow_non_restored_state=allowed)
