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
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from authpulse_localstack.managed_flink import restoring, validation
from authpulse_localstack.managed_flink.applications import (
    Application,
    Operation,
    Progress,
    Settings,
    Snapshot,
    Status,
    Version,
)
from authpulse_localstack.managed_flink.cluster.port import (
    Cluster,
    ClusterError,
    Deployment,
    Launcher,
    SnapshotFailed,
)
from authpulse_localstack.managed_flink.errors import InvalidRequest
from authpulse_localstack.managed_flink.flights import Flight, Work, in_background, require
from authpulse_localstack.managed_flink.snapshots import Snapshots

LOG = logging.getLogger(__name__)

Json = dict[str, Any]

COMING_UP: Final = (Status.STARTING, Status.UPDATING, Status.ROLLING_BACK)
FORCIBLE: Final = (*COMING_UP, Status.RUNNING, Status.STOPPING)


class Lifecycle(Snapshots):
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
        super().__init__(run, snapshots)
        self._launcher, self._deployment, self._forget = launcher, deployment, forget

    # -- start and stop

    def start(self, application: Application, request: Json | None) -> Operation:
        with self.lock:
            require(application, Status.READY)
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
                require(application, *FORCIBLE)
                interrupted = self._flights.get(application.arn)
                application.set_status(Status.FORCE_STOPPING)
                return self._begin(
                    application, "StopApplication", lambda f: self._force_stop(application, f, interrupted)
                )
            require(application, Status.RUNNING)
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
        self._interrupt(application, interrupted)
        self._end(application, flight, Status.READY)

    # -- update and rollback

    def update(self, application: Application, settings: Settings, request: Json | None) -> Operation:
        """Makes a new version of the settings the current one; a job that runs is redeployed with it."""
        with self.lock:
            require(application, Status.READY, Status.RUNNING)
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
            require(application, Status.RUNNING, Status.UPDATING)
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
                self._interrupt(application, interrupted)
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
            require(application, Status.READY)
            application.set_status(Status.DELETING)
            application.add_operation("DeleteApplication")
        self._run(lambda: self._forget(application))

    # -- around LocalStack's own end

    def suspend_all(self, applications: list[Application]) -> None:
        """Stops every job with a snapshot, and remembers that it ran: `resume` starts it again from there.

        Harmless when it was done before.
        """
        for application in applications:
            self._await_flight(application)
            was_up = application.status is Status.RUNNING
            if was_up and application.arn in self._clusters:
                application.set_status(Status.STOPPING)  # or its end would be taken for that of a bounded job
                try:
                    application.resume_from = self._stop_with_snapshot(application, application.version).name
                except SnapshotFailed as error:
                    LOG.warning("%s: stopped without a snapshot: %s", application.name, error)
            self._kill(application)
            if was_up or application.status in COMING_UP:
                application.resume = True
                application.set_status(Status.READY)

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

    def _launch(self, application: Application, flight: Flight, version: Version, snapshot: Snapshot | None) -> None:
        """Raises ClusterError. Returns when the job was taken, or when the flight was cancelled."""
        deployment = self._deployment(application, version)
        if snapshot is not None:
            path = self._folder(application, snapshot) / snapshot.path
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


def _restored(deployment: Deployment, path: Path, application: Application) -> Deployment:
    allowed = restoring.allows_non_restored_state(application.run_configuration)
    return replace(deployment, restore_from=path, allow_non_restored_state=allowed)
