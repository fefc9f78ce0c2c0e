"""Managed Flink in memory: the service's states, versions, tokens and refusals, with a clock instead of a Flink."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from authpulse.names import OWNER_TAG
from authpulse_operator.core import acts
from authpulse_operator.core.acts import Restore
from authpulse_operator.core.errors import Recoverable, SnapshotRefused, Terminal
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Snapshot
from authpulse_operator.ports.flink import OperationId
from doubles.clock import FakeClock
from doubles.flink_application import Due, Ended, Job, Kept
from doubles.switches import Switches

READY, RUNNING, UPDATING = ApplicationState.READY, ApplicationState.RUNNING, ApplicationState.UPDATING
ROLLING_BACK, AUTOSCALING = ApplicationState.ROLLING_BACK, ApplicationState.AUTOSCALING
FORCIBLE = (RUNNING, ApplicationState.STARTING, UPDATING, ApplicationState.STOPPING, AUTOSCALING)


@dataclass
class FakeFlink:
    """`ports.flink.FlinkService`.

    Operations take `seconds_per_operation` on the clock before they are through, snapshots `seconds_per_snapshot`.
    Descriptions are `seconds_until_visible` old, as an eventually consistent service's are; writes meet what is true. A
    call to create is answered after `seconds_to_create`.
    """

    clock: FakeClock
    seconds_per_operation: float = 5
    seconds_per_snapshot: float = 2
    seconds_to_first_checkpoint: float = 5
    seconds_until_visible: float = 0
    seconds_to_create: float = 0
    switches: Switches = field(default_factory=Switches)
    starts: list[Restore] = field(default_factory=list)
    """What every start and every update or rollback of a running job was told to restore, in order."""
    _kept: dict[str, Kept] = field(default_factory=dict)
    _operations: int = 0
    _own_snapshots: int = 0
    _broken_codes: dict[str, str] = field(default_factory=dict)
    _broken_starts: dict[str, str] = field(default_factory=dict)
    _every_start: str | None = None
    _stuck: set[str] = field(default_factory=set)

    # -- what tests do to it

    def break_code(self, key: str, exception: str) -> None:
        """A job of that code restarts for ever; the application is RUNNING all the same."""
        self._broken_codes[key] = exception

    def break_start(self, key: str, error: str) -> None:
        """A job of that code never comes to be: the application is READY again, and its operation has failed."""
        self._broken_starts[key] = error

    def break_start_of_everything(self, error: str) -> None:
        """No job comes to be, whatever its code."""
        self._every_start = error

    def break_running(self, exception: str) -> None:
        """Jobs that run begin to fail."""
        for kept in self._kept.values():
            if kept.job is not None:
                kept.job.checkpoints = self._completed(kept.job)
                kept.job.broken = exception

    def mend(self, key: str) -> None:
        """What was wrong with a code no longer is."""
        self._broken_codes.pop(key, None)
        self._broken_starts.pop(key, None)

    def mend_running(self) -> None:
        """Jobs that failed run again from now on."""
        for kept in self._kept.values():
            if kept.job is not None and kept.job.broken:
                kept.job = Job(since=self.clock.now())

    def get_stuck(self, kind: str) -> None:
        """From now on operations of that kind (as the API calls it) never end by themselves."""
        self._stuck.add(kind)

    def get_unstuck(self) -> None:
        """From now on operations end again; those that got stuck stay so."""
        self._stuck.clear()

    def add(self, application: Application) -> None:
        """Somebody else's application. One that is RUNNING has a healthy job."""
        kept = Kept(application.name, application.created, application.settings, {}, application.owner)
        kept.state, kept.version_id = application.state, application.version_id
        kept.snapshots = {s.name: s for s in reversed(application.snapshots)}
        kept.operations = list(reversed(application.operations))
        said = application.failure.message if application.failure else ""
        kept.ends = {o.id: Ended(o.started, said) for o in kept.operations if o.status != "IN_PROGRESS"}
        kept.job = Job(since=self.clock.now()) if application.state is RUNNING else None
        self._kept[application.name] = kept
        kept.note(min(application.created, self.clock.now()))

    # -- what the port promises

    def describe(self, name: str) -> Application | None:
        with self.switches.call("describe"):
            self._settle(name)
            kept = self._kept.get(name)
            return kept.seen_at(self.clock.now() - timedelta(seconds=self.seconds_until_visible)) if kept else None

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        with self.switches.call("create"):
            self._settle(name)
            before = self._kept.get(name)
            if before is not None and not before.gone:
                raise Recoverable(f"creating {name}: ResourceInUseException")
            kept = Kept(name, self.clock.now(), settings, dict(tags), tags.get(OWNER_TAG))
            kept.views = before.views if before else []
            self._kept[name] = kept
            kept.note(self.clock.now())
            if self.seconds_to_create:
                self.clock.sleep(self.seconds_to_create)

    def adopt(self, application: Application, *, tags: Mapping[str, str]) -> None:
        with self.switches.call("adopt"), self._writing(application.name) as kept:
            kept.tags |= tags
            kept.owner = kept.tags.get(OWNER_TAG, kept.owner)

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> OperationId | None:
        with self.switches.call("update"), self._writing(application.name, READY, RUNNING) as kept:
            _check_current(kept, application, f"updating {kept.name}")
            self._check_restore(kept, restore, f"updating {kept.name}")
            if kept.state is READY:
                kept.change(settings)
                operation = self._begin(kept, "UpdateApplication")
                kept.end(operation, "SUCCESSFUL", self.clock.now())
                return operation
            snapshots = kept.settings.snapshots_enabled
            if snapshots:
                _check_snapshot_possible(kept, f"updating {kept.name}")
            version = kept.version_id
            kept.change(settings)
            operation = self._begin(kept, "UpdateApplication")
            if snapshots:
                self._take_own_snapshot(kept, version)
            self._bring_up(kept, operation, UPDATING, restore)
            return operation

    def start(self, name: str, *, restore: Restore) -> OperationId | None:
        with self.switches.call("start"), self._writing(name, READY) as kept:
            self._check_restore(kept, restore, f"starting {name}")
            if restore == acts.LATEST and kept.latest_snapshot is None:
                raise Terminal(f"starting {name}: InvalidArgumentException: no snapshot to restore from")
            operation = self._begin(kept, "StartApplication")
            self._bring_up(kept, operation, ApplicationState.STARTING, restore)
            return operation

    def stop(self, name: str, *, force: bool = False) -> OperationId | None:
        with self.switches.call("stop"), self._writing(name, *(FORCIBLE if force else (RUNNING,))) as kept:
            snapshots = kept.settings.snapshots_enabled and not force
            if snapshots:
                _check_snapshot_possible(kept, f"stopping {name}")
            kept.break_off()
            operation = self._begin(kept, "StopApplication")
            if snapshots:
                self._take_own_snapshot(kept, kept.version_id)
            kept.job = None
            kept.state = ApplicationState.FORCE_STOPPING if force else ApplicationState.STOPPING
            self._end_later(kept, operation, READY)
            return operation

    def roll_back(self, application: Application) -> OperationId | None:
        doing = f"rolling back {application.name}"
        with self.switches.call("roll_back"), self._writing(application.name, RUNNING, UPDATING, AUTOSCALING) as kept:
            _check_current(kept, application, doing)
            if kept.before is None:
                raise Terminal(f"{doing}: InvalidRequestException: it was not updated")
            if kept.latest_snapshot is None:
                raise Terminal(f"{doing}: InvalidRequestException: no snapshot to roll back with")
            kept.break_off()
            kept.change(kept.before)
            kept.before = None
            operation = self._begin(kept, "RollbackApplication")
            self._bring_up(kept, operation, ROLLING_BACK, acts.LATEST)
            return operation

    def delete(self, application: Application) -> OperationId | None:
        with self.switches.call("delete"), self._writing(application.name, READY) as kept:
            if kept.created != application.created:
                raise Terminal(f"deleting {kept.name}: InvalidArgumentException: another CreateTimestamp")
            operation = self._begin(kept, "DeleteApplication")
            kept.state = ApplicationState.DELETING

            def go() -> None:
                kept.gone = True

            self._later(kept, self.seconds_per_operation, go, unless_stuck=operation)
            return None  # the service lists it, and does not say its id

    def take_snapshot(self, name: str, snapshot: str) -> None:
        with self.switches.call("take_snapshot"), self._writing(name, RUNNING) as kept:
            doing = f"taking snapshot {snapshot} of {name}"
            if snapshot in kept.snapshots:
                raise Recoverable(f"{doing}: ResourceInUseException: it is there already", after_seconds=3)
            if kept.job is not None and kept.job.broken:
                raise Recoverable(f"{doing}: InvalidApplicationConfigurationException: the job does not run")
            self._take(kept, snapshot, kept.version_id, of_operation=False)

    def delete_snapshot(self, name: str, snapshot: Snapshot) -> None:
        with self.switches.call("delete_snapshot"), self._writing(name) as kept:
            doing, there = f"deleting snapshot {snapshot.name} of {name}", kept.snapshots.get(snapshot.name)
            if there is None:
                return
            if there.created != snapshot.created:
                raise Terminal(f"{doing}: InvalidArgumentException: another SnapshotCreationTimestamp")
            if there.status == "CREATING":
                raise Recoverable(f"{doing}: ResourceInUseException: it is being taken", after_seconds=3)
            kept.snapshots[there.name] = replace(there, status="DELETING")

            def go() -> None:
                kept.snapshots.pop(snapshot.name, None)

            self._later(kept, self.seconds_per_snapshot, go)

    def set_maintenance_window(self, name: str, start: str) -> None:
        with self.switches.call("set_maintenance_window"), self._writing(name, READY, RUNNING) as kept:
            kept.maintenance_start = start

    def job_health(self, name: str) -> JobHealth | None:
        with self.switches.call("job_health"):
            self._settle(name)
            kept = self._kept.get(name)
            if kept is None or kept.job is None or kept.state is not RUNNING:
                return None
            running = max(0.0, (self.clock.now() - kept.job.since).total_seconds())
            if kept.job.broken:
                return JobHealth("RESTARTING", 3, 0, int(running), kept.job.checkpoints, 0, 0.0, kept.job.broken)
            return JobHealth("RUNNING", 3, 3, 0, self._completed(kept.job), 0, running)

    # -- how it does it

    @contextmanager
    def _writing(self, name: str, *allowed: ApplicationState) -> Iterator[Kept]:
        """The application in one of the states (any, without); what is done to it can be seen afterwards."""
        self._settle(name)
        kept = self._kept.get(name)
        if kept is None or kept.gone:
            raise Recoverable(f"{name}: ResourceNotFoundException", after_seconds=1)
        if allowed and kept.state not in allowed:
            raise Recoverable(f"{name}: ResourceInUseException: {kept.state}", after_seconds=3)
        yield kept
        kept.note(self.clock.now())

    def _begin(self, kept: Kept, kind: str) -> OperationId:
        self._operations += 1
        return kept.begin(f"op-{self._operations}", kind, self.clock.now())

    def _bring_up(self, kept: Kept, operation: str, transient: ApplicationState, restore: Restore) -> None:
        self.starts.append(restore)
        kept.state, kept.job = transient, None
        error = self._broken_starts.get(kept.settings.code_key, self._every_start)
        if error is not None:
            self._end_later(kept, operation, READY, error)
            return

        def run(at: datetime) -> None:
            kept.job = Job(at, self._broken_codes.get(kept.settings.code_key))

        self._end_later(kept, operation, RUNNING, also=run)

    def _end_later(
        self,
        kept: Kept,
        operation: str,
        state: ApplicationState,
        error: str | None = None,
        also: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        at = self._after(self.seconds_per_operation)

        def end() -> None:
            kept.state = state
            kept.end(operation, "FAILED" if error else "SUCCESSFUL", at, error or "")
            also(at)

        self._later(kept, self.seconds_per_operation, end, unless_stuck=operation)

    def _take_own_snapshot(self, kept: Kept, version: int) -> None:
        """The service's, before it stops a job. Its names say nothing."""
        self._own_snapshots += 1
        self._take(kept, f"{self._own_snapshots:032x}", version, of_operation=True)

    def _take(self, kept: Kept, name: str, version: int, *, of_operation: bool) -> None:
        kept.snapshots[name] = Snapshot(name, "CREATING", self.clock.now(), version)

        def ready() -> None:
            if kept.snapshots[name].status == "CREATING":  # it fails with a job that is stopped meanwhile
                kept.snapshots[name] = replace(kept.snapshots[name], status="READY")

        seconds = min(self.seconds_per_snapshot, self.seconds_per_operation)
        kept.due.append(Due(self._after(seconds), ready, of_operation))

    def _later(
        self, kept: Kept, seconds: float, happen: Callable[[], None], *, unless_stuck: str | None = None
    ) -> None:
        operation = next((o for o in kept.operations if o.id == unless_stuck), None)
        if operation is None or operation.kind not in self._stuck:
            kept.due.append(Due(self._after(seconds), happen, of_operation=operation is not None))

    def _check_restore(self, kept: Kept, restore: Restore, doing: str) -> None:
        if restore.kind != "snapshot":
            return
        there = kept.snapshots.get(restore.name or "")
        if there is None or there.status != "READY":
            raise Terminal(f"{doing}: there is no snapshot {restore.name} to restore")

    def _completed(self, job: Job) -> int:
        running = max(0.0, (self.clock.now() - job.since).total_seconds())
        return int(running // self.seconds_to_first_checkpoint)

    def _after(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)

    def _settle(self, name: str) -> None:
        if (kept := self._kept.get(name)) is not None:
            kept.settle(self.clock.now())


def _check_current(kept: Kept, application: Application, doing: str) -> None:
    if kept.token != application.token:
        raise Recoverable(f"{doing}: ConcurrentModificationException", after_seconds=1)


def _check_snapshot_possible(kept: Kept, doing: str) -> None:
    if kept.job is not None and kept.job.broken:
        raise SnapshotRefused(f"{doing}: InvalidApplicationConfigurationException: the job can take no snapshot")
