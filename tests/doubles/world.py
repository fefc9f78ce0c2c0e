"""The rest of the world in memory, and all of it put together."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.spec import Replay
from authpulse_operator.api.status import Status
from authpulse_operator.core.errors import Recoverable, Terminal
from authpulse_operator.core.measuring import STALE_AFTER_SECONDS, Measured, Progress, freshness_seconds
from authpulse_operator.core.world import Alarm, AlarmKind, ReplayProgress
from authpulse_operator.runtime.passes import World
from doubles.clock import FakeClock
from doubles.flink import FakeFlink
from doubles.switches import Journal, Switches


@dataclass
class FakeFoundations:
    """`ports.foundation.Foundations`."""

    switches: Switches = field(default_factory=Switches)
    there: bool = False
    """All of it. Made, it is made part by part."""
    shards: int = 0
    retention_hours: int = 24
    outdated: set[str] = field(default_factory=set)
    """Parts that are there and say something else than is described."""
    _parts: set[str] = field(default_factory=set)

    def missing(self, foundation: Foundation) -> tuple[str, ...]:
        with self.switches.call("missing"):
            return tuple(part for part in self._all(foundation) if not self._is_there(part, foundation))

    def make(self, foundation: Foundation) -> None:
        with self.switches.call("make", in_steps=True):
            for part in self._all(foundation):
                if self._is_there(part, foundation):
                    continue
                with self.switches.step("make", part):
                    self._make(part, foundation)
            self.there = True

    def _all(self, foundation: Foundation) -> tuple[str, ...]:
        stream, *rest = foundation.parts
        retention = f"retention of {foundation.retention_hours} h on {foundation.names.stream}"
        return stream, retention, *rest

    def _is_there(self, part: str, foundation: Foundation) -> bool:
        if part.startswith("retention"):  # of a stream that is not there nothing is missing but itself
            return not self._has_stream(foundation) or foundation.retention_hours == self.retention_hours
        if foundation.ours and part in self.outdated:
            return False
        return self.there or part in self._parts

    def _has_stream(self, foundation: Foundation) -> bool:
        return self.there or f"stream {foundation.names.stream}" in self._parts

    def _make(self, part: str, foundation: Foundation) -> None:
        if part.startswith("retention"):
            self.retention_hours = foundation.retention_hours
            return
        self._parts.add(part)
        self.outdated.discard(part)
        if part.startswith("stream"):
            self.shards = foundation.shards

    def open_shards(self, foundation: Foundation) -> int | None:
        with self.switches.call("open_shards"):
            return self.shards if self._has_stream(foundation) else None

    def reshard(self, foundation: Foundation, shards: int) -> None:
        with self.switches.call("reshard"):
            if not self._has_stream(foundation):
                raise Recoverable(f"resharding {foundation.names.stream}: ResourceNotFoundException", after_seconds=1)
            if not self.shards / 2 <= shards <= self.shards * 2:
                raise Terminal(f"resharding {foundation.names.stream}: InvalidArgumentException: {shards}")
            self.shards = shards


@dataclass
class FakeArtifacts:
    """`ports.foundation.ArtifactStore`."""

    switches: Switches = field(default_factory=Switches)
    keys: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        with self.switches.call("has"):
            return key in self.keys

    def put(self, key: str, source: Path) -> None:
        with self.switches.call("put"):
            if not source.is_file():
                raise Terminal(f"{source}: cannot be read: No such file or directory")
            self.keys.add(key)


@dataclass
class FakeWorkloads:
    """`ports.workloads.Workloads`: a replay sends 100 lines each time somebody looks, and 300 in all."""

    switches: Switches = field(default_factory=Switches)
    progress: dict[str, ReplayProgress] = field(default_factory=dict)
    started: dict[str, Replay] = field(default_factory=dict)
    """As what each run was started last."""
    broken: dict[str, int] = field(default_factory=dict)
    """How often the replay of that name breaks at its first look."""
    holding: set[str] = field(default_factory=set)
    """Replays that do not come on."""
    scheduled: dict[str, object] = field(default_factory=dict)
    """Work on a schedule, as it was applied."""
    verdict: Literal["Passing", "Failing"] | None = None
    in_the_way: str | None = None
    """Why nothing can be started."""

    def obstacle(self) -> str | None:
        return self.in_the_way

    def runs(self) -> frozenset[str]:
        with self.switches.look("runs"):
            return frozenset(self.progress)

    def replay(self, run: str) -> ReplayProgress:
        with self.switches.look("replay"):
            return self._come_on(run)

    def _come_on(self, run: str) -> ReplayProgress:
        seen = self.progress.get(run, ReplayProgress("Pending"))
        if seen.state == "Running" and run not in self.holding:
            if self.broken.get(run, 0) > 0:
                self.broken[run] -= 1
                seen = replace(seen, state="Failed", message="it broke")
            else:
                lines = min(300, seen.lines + 100)
                seen = replace(seen, lines=lines, events=lines, state="Completed" if lines == 300 else "Running")
            self.progress[run] = seen
        return seen

    def is_outdated(self, replay: Replay, run: str) -> bool:
        with self.switches.look("is_outdated"):
            is_running = self.progress.get(run, ReplayProgress("Pending")).state == "Running"
            return is_running and self.started.get(run, replay) != replay

    def start_replay(self, replay: Replay, run: str) -> None:
        with self.switches.call("start_replay"):
            before = self.progress.get(run, ReplayProgress("Pending"))
            if before.state == "Running":
                return
            self.started[run] = replay
            self.progress[run] = replace(before, state="Running", attempts=before.attempts + 1, message="")

    def stop_replay(self, run: str) -> None:
        with self.switches.call("stop_replay"):
            if self.progress.get(run, ReplayProgress("Pending")).state == "Running":
                self.progress[run] = replace(self.progress[run], state="Pending", attempts=0)

    def drift(self, resource: AuthPulse) -> tuple[str, ...]:
        with self.switches.look("drift"):
            return self._drift(resource)

    def _drift(self, resource: AuthPulse) -> tuple[str, ...]:
        wanted = self._scheduled(resource)
        return tuple(sorted(k for k in wanted.keys() | self.scheduled.keys() if wanted.get(k) != self.scheduled.get(k)))

    def apply(self, resource: AuthPulse) -> None:
        wanted = self._scheduled(resource)
        with self.switches.call("apply", in_steps=True):
            for name in self._drift(resource):
                with self.switches.step("apply", name):
                    self.scheduled.pop(name, None)
                    self.scheduled |= {k: v for k, v in wanted.items() if k == name}

    def quality(self) -> Literal["Passing", "Failing"] | None:
        with self.switches.look("quality"):
            return self.verdict

    @staticmethod
    def _scheduled(resource: AuthPulse) -> dict[str, object]:
        parts = {"quality": resource.spec.quality, "aggregates": resource.spec.aggregates}
        return {k: v for k, v in parts.items() if v is not None}


@dataclass
class FakeTelemetry:
    """`ports.telemetry.Telemetry`: alarms that a test fires, and measurements that it makes up."""

    switches: Switches = field(default_factory=Switches)
    alarms: dict[AlarmKind, Alarm] = field(default_factory=dict)
    lag: float | None = None
    """Seconds; None as long as nothing is measured."""
    incoming: int | None = None
    """Records within whatever minutes are asked for; None as long as nothing is measured."""
    came_in: list[datetime] = field(default_factory=list)
    """The minutes in which records came in."""
    published: dict[str, float] = field(default_factory=dict)
    """The newest value of each metric. A put is no write of an intent, so no switch disturbs it: it never raises, and
    once more or less makes no difference."""
    _told: datetime | None = None
    _until: datetime | None = None
    _progress: Progress = field(default_factory=Progress)

    def fire(self, kind: AlarmKind, since: datetime, message: str = "Threshold Crossed") -> None:
        self.alarms[kind] = Alarm(kind, f"authpulse-dev-{kind.value}", since, message)

    def quiet(self, kind: AlarmKind) -> None:
        self.alarms.pop(kind, None)

    def firing(self, names: Names) -> tuple[Alarm, ...]:
        with self.switches.call("firing"):
            return tuple(self.alarms[kind] for kind in AlarmKind if kind in self.alarms)

    def lag_seconds(self, names: Names, application: str) -> float | None:
        with self.switches.call("lag_seconds"):
            return self.lag

    def incoming_records(self, names: Names, *, minutes: int) -> int | None:
        with self.switches.call("incoming_records"):
            return self.incoming

    def publish(self, names: Names, measured: Measured) -> None:
        if self._told is not None and measured.at - self._told < timedelta(minutes=1):
            return
        self._told, self._until = measured.at, measured.queryable_until or self._until
        until, is_running = self._until or measured.assumed_until, measured.queryable_until is not None
        seconds = freshness_seconds(measured.at, until, self.came_in, is_running=is_running)
        self.published |= {
            "FreshnessSeconds": seconds,
            "FreshMinutes": float(seconds < STALE_AFTER_SECONDS),
            "ReplayStalled": float(self._progress.stalled(measured)),
        }


@dataclass
class FakeEvents:
    """`ports.telemetry.Events`."""

    told: list[tuple[str, Reason, str]] = field(default_factory=list)

    def tell(self, kind: Literal["Normal", "Warning"], reason: Reason, message: str) -> None:
        self.told.append((kind, reason, message))


@dataclass
class FakeReferences:
    """`ports.references.SnapshotReferences`."""

    names: frozenset[str] = frozenset()
    switches: Switches = field(default_factory=Switches)

    def kept(self) -> frozenset[str]:
        with self.switches.call("kept"):
            return self.names


@dataclass
class MemoryStatus:
    """`ports.recording.StatusWriter`; `written` is every version, as a crash at any moment would leave it."""

    written: list[Status] = field(default_factory=list)
    switches: Switches = field(default_factory=Switches)
    noted: Status | None = None
    """What the process knows beside, and takes with it when it dies."""
    notes_last: bool = False
    """As in a file, where what is noted is written: a crash leaves it."""

    def forget(self) -> None:
        """The process dies."""
        if not self.notes_last:
            self.noted = None

    def read(self) -> Status:
        if self.noted is not None:
            return self.noted
        return self.written[-1] if self.written else Status()

    def write(self, status: Status) -> None:
        if status != self.read():
            with self.switches.call("write"):
                self.written.append(status)
            self.noted = None

    def note(self, status: Status) -> None:
        self.noted = status


@dataclass
class FakeWorld:
    """Everything, with one clock."""

    clock: FakeClock = field(default_factory=FakeClock)
    foundations: FakeFoundations = field(default_factory=FakeFoundations)
    artifacts: FakeArtifacts = field(default_factory=FakeArtifacts)
    workloads: FakeWorkloads = field(default_factory=FakeWorkloads)
    telemetry: FakeTelemetry = field(default_factory=FakeTelemetry)
    references: FakeReferences = field(default_factory=FakeReferences)
    status: MemoryStatus = field(default_factory=MemoryStatus)
    events: FakeEvents = field(default_factory=FakeEvents)
    journal: Journal = field(default_factory=Journal)
    flink: FakeFlink = field(init=False)

    def __post_init__(self) -> None:
        self.flink = FakeFlink(self.clock)
        for part in ("flink", "foundations", "artifacts", "workloads", "telemetry", "references", "status"):
            switches: Switches = getattr(self, part).switches
            switches.part, switches.journal = part, self.journal

    def ports(self) -> World:
        return World(
            flink=self.flink,
            foundations=self.foundations,
            artifacts=self.artifacts,
            workloads=self.workloads,
            telemetry=self.telemetry,
            references=self.references,
            status=self.status,
            events=self.events,
            clock=self.clock,
        )
