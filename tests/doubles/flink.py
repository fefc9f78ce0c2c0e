"""Managed Flink in memory: the service's states, versions, tokens and refusals, with a clock instead of a Flink."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from authpulse.names import OWNER_TAG
from authpulse_operator.core.acts import Restore
from authpulse_operator.core.errors import Recoverable, Terminal
from authpulse_operator.core.world import Application, ApplicationState, Failure, JobHealth, Settings
from doubles.clock import FakeClock
from doubles.switches import Switches

FORCIBLE = (ApplicationState.RUNNING, ApplicationState.STARTING, ApplicationState.UPDATING, ApplicationState.STOPPING)


@dataclass
class _Running:
    since: float
    restored_from: Restore
    broken: str | None = None
    checkpoints: int = 0
    """Completed before it broke."""


@dataclass
class FakeFlink:
    """`ports.flink.FlinkService`. Operations take `seconds_per_operation` on the clock before they are through."""

    clock: FakeClock
    seconds_per_operation: float = 5
    seconds_to_first_checkpoint: float = 5
    switches: Switches = field(default_factory=Switches)
    starts: list[Restore] = field(default_factory=list)
    """What every start and every update of a running job restored, in order."""
    _applications: dict[str, Application] = field(default_factory=dict)
    _due: dict[str, tuple[float, Application | None]] = field(default_factory=dict)
    _jobs: dict[str, _Running] = field(default_factory=dict)
    _broken_codes: dict[str, str] = field(default_factory=dict)
    _broken_starts: dict[str, str] = field(default_factory=dict)
    _every_start: str | None = None

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
        for job in self._jobs.values():
            job.checkpoints = self._completed(job)
            job.broken = exception

    def mend(self, key: str) -> None:
        """What was wrong with a code no longer is."""
        self._broken_codes.pop(key, None)
        self._broken_starts.pop(key, None)

    def add(self, application: Application) -> None:
        """Somebody else's application."""
        self._applications[application.name] = application

    def describe(self, name: str) -> Application | None:
        with self.switches.call("describe"):
            self._settle(name)
            return self._applications.get(name)

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        with self.switches.call("create"):
            self._settle(name)
            if name in self._applications:
                raise Recoverable(f"creating {name}: ResourceInUseException")
            self._applications[name] = Application(
                name=name,
                state=ApplicationState.READY,
                version_id=1,
                token="token-1",
                created=self.clock.now(),
                settings=settings,
                owner=tags.get(OWNER_TAG),
                has_snapshot=False,
            )

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> None:
        with self.switches.call("update"):
            now = self._in_state(application.name, ApplicationState.READY, ApplicationState.RUNNING)
            if now.token != application.token:
                raise Recoverable(f"updating {now.name}: ConcurrentModificationException", after_seconds=1)
            version = now.version_id + 1
            changed = replace(now, settings=settings, version_id=version, token=f"token-{version}")
            if now.state is ApplicationState.READY:
                self._applications[now.name] = replace(changed, failure=None)
                return
            if self._jobs[now.name].broken and now.settings.snapshots_enabled:
                raise Terminal(f"updating {now.name}: InvalidApplicationConfigurationException: cannot snapshot")
            if now.settings.snapshots_enabled:
                changed = replace(changed, has_snapshot=True)
            self._bring_up(replace(changed, state=ApplicationState.UPDATING), restore)

    def start(self, name: str, *, restore: Restore) -> None:
        with self.switches.call("start"):
            now = self._in_state(name, ApplicationState.READY)
            if restore == "latest-snapshot" and not now.has_snapshot:
                raise Terminal(f"starting {name}: InvalidArgumentException: no snapshot")
            self._bring_up(replace(now, state=ApplicationState.STARTING), restore)

    def stop(self, name: str, *, force: bool = False) -> None:
        with self.switches.call("stop"):
            now = self._in_state(name, *(FORCIBLE if force else (ApplicationState.RUNNING,)))
            job = self._jobs.get(name)
            if job and job.broken and now.settings.snapshots_enabled and not force:
                raise Terminal(f"stopping {name}: InvalidApplicationConfigurationException: cannot snapshot")
            snapshot = now.has_snapshot or (now.settings.snapshots_enabled and not force)
            ready = replace(now, state=ApplicationState.READY, has_snapshot=snapshot, failure=None)
            transient = ApplicationState.FORCE_STOPPING if force else ApplicationState.STOPPING
            self._begin(replace(now, state=transient), ready)
            self._jobs.pop(name, None)

    def delete(self, application: Application) -> None:
        with self.switches.call("delete"):
            now = self._in_state(application.name, ApplicationState.READY)
            if now.created != application.created:
                raise Terminal(f"deleting {now.name}: InvalidArgumentException: another CreateTimestamp")
            self._begin(replace(now, state=ApplicationState.DELETING), None)

    def job_health(self, name: str) -> JobHealth | None:
        with self.switches.call("job_health"):
            self._settle(name)
            job = self._jobs.get(name)
            if job is None or self._applications[name].state is not ApplicationState.RUNNING:
                return None
            running = max(0.0, self._seconds() - job.since)
            if job.broken:
                return JobHealth("RESTARTING", 3, 0, int(running), job.checkpoints, 0, 0.0, job.broken)
            return JobHealth("RUNNING", 3, 3, 0, self._completed(job), 0, running)

    def _completed(self, job: _Running) -> int:
        return int(max(0.0, self._seconds() - job.since) // self.seconds_to_first_checkpoint)

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    def _bring_up(self, transient: Application, restore: Restore) -> None:
        self.starts.append(restore)
        error = self._broken_starts.get(transient.settings.code_key, self._every_start)
        if error is None:
            self._begin(transient, replace(transient, state=ApplicationState.RUNNING, failure=None))
            self._run(transient, restore)
            return
        self._jobs.pop(transient.name, None)
        times = transient.failure.times + 1 if transient.failure else 1
        ended = self.clock.now() + timedelta(seconds=self.seconds_per_operation)
        failure = Failure(times, error, ended)
        self._begin(transient, replace(transient, state=ApplicationState.READY, failure=failure))

    def _run(self, application: Application, restore: Restore) -> None:
        broken = self._broken_codes.get(application.settings.code_key)
        self._jobs[application.name] = _Running(self._seconds() + self.seconds_per_operation, restore, broken)

    def _begin(self, transient: Application, after: Application | None) -> None:
        self._applications[transient.name] = transient
        self._due[transient.name] = (self._seconds() + self.seconds_per_operation, after)

    def _settle(self, name: str) -> None:
        due, after = self._due.get(name, (float("inf"), None))
        if self._seconds() < due:
            return
        del self._due[name]
        if after is None:
            del self._applications[name]
        else:
            self._applications[name] = after

    def _in_state(self, name: str, *allowed: ApplicationState) -> Application:
        self._settle(name)
        application = self._applications.get(name)
        if application is None:
            raise Recoverable(f"{name}: ResourceNotFoundException", after_seconds=1)
        if application.state not in allowed:
            raise Recoverable(f"{name}: ResourceInUseException: {application.state}", after_seconds=3)
        return application
