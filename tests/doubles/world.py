"""The rest of the world in memory, and all of it put together."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from authpulse.foundation import Foundation
from authpulse_operator.api.spec import Replay
from authpulse_operator.api.status import Status
from authpulse_operator.core.errors import Recoverable, Terminal
from authpulse_operator.core.world import ReplayProgress
from authpulse_operator.runtime.passes import World
from doubles.clock import FakeClock
from doubles.flink import FakeFlink
from doubles.switches import Switches


@dataclass
class FakeFoundations:
    """`ports.foundation.Foundations`."""

    switches: Switches = field(default_factory=Switches)
    there: bool = False
    shards: int = 0
    retention_hours: int = 24

    def missing(self, foundation: Foundation) -> tuple[str, ...]:
        with self.switches.call("missing"):
            names = foundation.names
            if not self.there:
                return f"stream {names.stream}", f"bucket {names.bucket}"
            hours = foundation.retention_hours
            return () if hours == self.retention_hours else (f"retention of {hours} h on {names.stream}",)

    def make(self, foundation: Foundation) -> None:
        with self.switches.call("make"):
            if not self.there:
                self.there, self.shards = True, foundation.shards
            self.retention_hours = foundation.retention_hours

    def open_shards(self, foundation: Foundation) -> int | None:
        with self.switches.call("open_shards"):
            return self.shards if self.there else None

    def reshard(self, foundation: Foundation, shards: int) -> None:
        with self.switches.call("reshard"):
            if not self.there:
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
    broken: dict[str, int] = field(default_factory=dict)
    """How often the replay of that name breaks at its first look."""
    holding: set[str] = field(default_factory=set)
    """Replays that do not come on."""

    def names(self) -> frozenset[str]:
        return frozenset(self.progress)

    def replay(self, name: str) -> ReplayProgress:
        seen = self.progress.get(name, ReplayProgress("Pending"))
        if seen.state == "Running" and name not in self.holding:
            if self.broken.get(name, 0) > 0:
                self.broken[name] -= 1
                seen = replace(seen, state="Failed", message="it broke")
            else:
                lines = min(300, seen.lines + 100)
                seen = replace(seen, lines=lines, events=lines, state="Completed" if lines == 300 else "Running")
            self.progress[name] = seen
        return seen

    def start_replay(self, replay: Replay) -> None:
        with self.switches.call("start_replay"):
            before = self.progress.get(replay.name, ReplayProgress("Pending"))
            if before.state == "Running":
                return
            self.progress[replay.name] = replace(before, state="Running", attempts=before.attempts + 1, message="")

    def stop_replay(self, name: str) -> None:
        with self.switches.call("stop_replay"):
            if self.progress.get(name, ReplayProgress("Pending")).state == "Running":
                self.progress[name] = replace(self.progress[name], state="Pending", attempts=0)


@dataclass
class MemoryStatus:
    """`ports.recording.StatusWriter`; `written` is every version, as a crash at any moment would leave it."""

    written: list[Status] = field(default_factory=list)
    switches: Switches = field(default_factory=Switches)

    def read(self) -> Status:
        return self.written[-1] if self.written else Status()

    def write(self, status: Status) -> None:
        if status != self.read():
            with self.switches.call("write"):
                self.written.append(status)


@dataclass
class FakeWorld:
    """Everything, with one clock."""

    clock: FakeClock = field(default_factory=FakeClock)
    foundations: FakeFoundations = field(default_factory=FakeFoundations)
    artifacts: FakeArtifacts = field(default_factory=FakeArtifacts)
    workloads: FakeWorkloads = field(default_factory=FakeWorkloads)
    status: MemoryStatus = field(default_factory=MemoryStatus)
    flink: FakeFlink = field(init=False)

    def __post_init__(self) -> None:
        self.flink = FakeFlink(self.clock)

    def ports(self) -> World:
        return World(self.flink, self.foundations, self.artifacts, self.workloads, self.status, self.clock)
