"""A Managed Flink that watches its user: what must never be asked of it, whatever the user believes, is an error.

The checks look at what is true, which is more than a description shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from authpulse.names import OWNER_TAG
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core import acts
from authpulse_operator.core.acts import Restore
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, Snapshot
from authpulse_operator.ports.flink import OperationId
from doubles.cases import NAMES
from doubles.flink import FakeFlink
from doubles.flink_application import Job, Kept


class Forbidden(AssertionError):
    """What no operator may do."""


@dataclass
class WatchedFlink(FakeFlink):
    """`resource`, `status` and `referred` say for whom it is done: the test sets them before each pass."""

    resource: AuthPulse | None = None
    status: Status = field(default_factory=Status)
    referred: frozenset[str] = frozenset()
    _last_scheduled: datetime | None = None
    _saved: Kept | None = None
    """An application whose job has completed a checkpoint."""
    _recovered: list[Job] = field(default_factory=list)
    """Jobs that went on from a checkpoint of themselves."""

    def note_progress(self, known: Status) -> None:
        """To be called after each pass: what the operator knows to run, and runs, may have saved something. What came
        and went between two passes nobody can know of."""
        kept = self._there(NAMES.application)
        if kept is None or kept.job is None or kept.owner != self._of.identity:
            return
        if known.application is not None and known.application.status == kept.state and self._has_saved(kept.job):
            self._saved = kept

    def forget_progress(self) -> None:
        """A resource that is made anew knows nothing of what a job before it has saved."""
        self._saved = None

    def mend_running(self) -> None:
        """A job that has completed a checkpoint goes on from it, and says so."""
        saved = [kept for kept in self._kept.values() if kept.job and kept.job.broken and self._has_saved(kept.job)]
        super().mend_running()
        self._recovered += [kept.job for kept in saved if kept.job is not None]

    def job_health(self, name: str) -> JobHealth | None:
        health = super().job_health(name)
        job = self._kept[name].job if health is not None else None
        return replace(health, restored_checkpoint=self._is_recovered(job)) if health and job else health

    def _has_saved(self, job: Job) -> bool:
        return self._is_recovered(job) or (job.checkpoints if job.broken else self._completed(job)) > 0

    def _is_recovered(self, job: Job) -> bool:
        return any(job is recovered for recovered in self._recovered)

    def forget_schedule(self) -> None:
        """Somebody has deleted snapshots: the next may be taken sooner."""
        self._last_scheduled = None

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        self._forbid_failed(settings)
        super().create(name, settings, tags=tags)

    def adopt(self, application: Application, *, tags: Mapping[str, str]) -> None:
        kept = self._there(application.name)
        if kept is not None:
            _forbid(kept.owner is not None, f"adopting {kept.name}, which belongs to {kept.owner}")
            _forbid(not self._of.spec.adopt, "adopting, and the spec does not say so")
        super().adopt(application, tags=tags)

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> OperationId | None:
        kept = self._ours_at_rest(application.name, "update")
        if kept is not None and kept.token == application.token:
            _forbid(not kept.settings.differences(settings), "an update that changes nothing")
            self._forbid_failed(settings)
            if kept.job is not None:
                self._forbid_forgetting(kept, restore)
        return super().update(application, settings, restore=restore)

    def start(self, name: str, *, restore: Restore) -> OperationId | None:
        kept = self._ours_at_rest(name, "start")
        if kept is not None:
            self._forbid_failed(kept.settings)
            self._forbid_forgetting(kept, restore)
        return super().start(name, restore=restore)

    def stop(self, name: str, *, force: bool = False) -> OperationId | None:
        self._ours(name, "stop") if force else self._ours_at_rest(name, "stop")
        return super().stop(name, force=force)

    def roll_back(self, application: Application) -> OperationId | None:
        self._ours(application.name, "roll_back")
        return super().roll_back(application)

    def delete(self, application: Application) -> OperationId | None:
        self._ours_at_rest(application.name, "delete")
        _forbid(self._of.spec.deletion_policy != "Delete", "deleting, and the policy is another")
        return super().delete(application)

    def take_snapshot(self, name: str, snapshot: str) -> None:
        self._ours_at_rest(name, "take_snapshot")
        now, last = self.clock.now(), self._last_scheduled
        every = timedelta(minutes=self._of.spec.flink.snapshots.every_minutes or 0)
        _forbid(last is not None and now - last < every, f"a snapshot {now - last if last else ''} after the last one")
        super().take_snapshot(name, snapshot)
        self._last_scheduled = now

    def delete_snapshot(self, name: str, snapshot: Snapshot) -> None:
        kept = self._ours(name, "delete_snapshot")
        if kept is not None:
            good, redeploy = kept.latest_snapshot, self._of.spec.flink.redeploy
            sacred = self.referred | ({good.name} if good else set()) | ({redeploy.snapshot} if redeploy else set())
            _forbid(snapshot.name in sacred, f"deleting {snapshot.name}, which is kept")
            _forbid(not snapshot.name.startswith("scheduled-"), f"deleting {snapshot.name}, which somebody took")
            there = kept.snapshots.get(snapshot.name)
            _forbid(there is None or there.status == "DELETING", f"deleting {snapshot.name} twice")
        super().delete_snapshot(name, snapshot)

    def set_maintenance_window(self, name: str, start: str) -> None:
        kept = self._ours(name, "set_maintenance_window")
        _forbid(kept is not None and kept.maintenance_start == start, "setting the window that is set")
        super().set_maintenance_window(name, start)

    @property
    def _of(self) -> AuthPulse:
        assert self.resource is not None
        return self.resource

    def _there(self, name: str) -> Kept | None:
        self._settle(name)
        kept = self._kept.get(name)
        return None if kept is None or kept.gone else kept

    def _ours(self, name: str, doing: str) -> Kept | None:
        kept = self._there(name)
        if kept is not None:
            _forbid(kept.owner != self._of.identity, f"{doing} of {kept.tags.get(OWNER_TAG, kept.owner)}'s application")
        return kept

    def _ours_at_rest(self, name: str, doing: str) -> Kept | None:
        kept = self._ours(name, doing)
        _forbid(kept is not None and kept.state.is_in_flight, f"{doing} beside {kept.state if kept else ''}")
        return kept

    def _forbid_failed(self, settings: Settings) -> None:
        failed = self.status.failed
        _forbid(failed is not None and failed.id == settings.id, "deploying once more what failed the gate")

    def _forbid_forgetting(self, kept: Kept, restore: Restore) -> None:
        flink = self._of.spec.flink
        if restore != acts.NOTHING or flink.upgrade_mode == "stateless":
            return
        _forbid(kept.latest_snapshot is not None, "starting from nothing beside a snapshot")
        had_state = self.status.last_stable is not None or self._saved is kept
        _forbid(had_state and flink.snapshots.enabled, "starting a job from nothing that has had state")


def _forbid(condition: bool, what: str) -> None:
    if condition:
        raise Forbidden(what)
