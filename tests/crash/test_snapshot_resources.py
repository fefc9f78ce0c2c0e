"""The operator killed at any write of an AuthPulseSnapshot's life: the same end, and nothing is asked of AWS twice.

Which writes there are an undisturbed life says by itself, as for AuthPulses. What was asked for is compared, not only
what took effect: the service refuses to take a snapshot twice, and the operator is not to rely on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NoReturn

import pytest

from authpulse.names import Names
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.snapshot import SnapshotState, SnapshotStatus
from authpulse_operator.core.errors import Unreachable
from authpulse_operator.core.world import Snapshot
from authpulse_operator.ports.recording import SnapshotStatusWriter
from authpulse_operator.ports.workloads import Workloads
from authpulse_operator.runtime.looping import Look
from authpulse_operator.runtime.resources import AwsPorts, Document, KubePorts
from authpulse_operator.runtime.snapshots import Snapshots
from doubles.cases import NAMES, application, resource
from doubles.clock import FakeClock
from doubles.flink import FakeFlink
from doubles.flink_application import Kept
from doubles.switches import Disturbance, Journal, Switches
from doubles.world import FakeArtifacts, FakeFoundations, FakeTelemetry

STALE_SECONDS = 3
SECONDS_TO_RESTART = 1
MAX_LOOKS = 200
MAX_PAUSE_SECONDS = 30
PIPELINE = resource()
NAME = "before-12345678"
ANOTHER = "old"
TAKEN_OVER = {"snapshotName": ANOTHER, "alreadyExists": True}


class Killed(BaseException):
    """The process ends here: nobody handles it, not even who tells of errors of his own."""


class Flink(FakeFlink):
    """Of which the next so many snapshots fail."""

    to_fail: int = 0

    def _take(self, kept: Kept, name: str, version: int, *, of_operation: bool) -> None:
        super()._take(kept, name, version, of_operation=of_operation)
        if self.to_fail:
            self.to_fail -= 1
            kept.break_off()


@dataclass
class StoredStatus:
    """`ports.recording.SnapshotStatusWriter`, as the API server keeps it."""

    switches: Switches = field(default_factory=Switches)
    stored: SnapshotStatus = field(default_factory=SnapshotStatus)

    def read(self) -> SnapshotStatus:
        return self.stored

    def write(self, status: SnapshotStatus) -> None:
        if status != self.stored:
            with self.switches.call("write"):
                self.stored = status


@dataclass(eq=False)
class World:
    """`runtime.resources.Worlds`, of one snapshot and the AuthPulse that it is of."""

    spec: Mapping[str, Any]
    clock: FakeClock = field(default_factory=FakeClock)
    journal: Journal = field(default_factory=Journal)
    status: StoredStatus = field(default_factory=StoredStatus)
    has_pipeline: bool = True
    is_deleted: bool = False
    is_gone: bool = False
    flink: Flink = field(init=False)

    def __post_init__(self) -> None:
        self.flink = Flink(self.clock)
        self.flink.add(application(PIPELINE))
        for part in ("flink", "status"):
            switches: Switches = getattr(self, part).switches
            switches.part, switches.journal = part, self.journal

    @property
    def document(self) -> Document:
        metadata = {"name": "before", "namespace": "security", "uid": "12345678-1234", "generation": 1}
        return {"metadata": metadata, "spec": {"authPulse": "dev", **self.spec}}

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """As they are, which nobody has asked for."""
        self.flink._settle(NAMES.application)
        return tuple(self.flink._kept[NAMES.application].snapshots.values())

    def take(self, name: str) -> None:
        """By somebody else, and it shows."""
        kept = self.flink._kept[NAMES.application]
        self.flink._take(kept, name, kept.version_id, of_operation=False)
        kept.note(self.clock.now())
        self.clock.pass_time(STALE_SECONDS)

    def release(self) -> None:
        """The finalizer is taken away."""
        with self.journal.call("resource.release", looks=False):
            self.is_gone = True

    def account(self, _resource: AuthPulse) -> str:
        return NAMES.account

    def aws(self, _resource: AuthPulse, _names: Names) -> AwsPorts:
        return AwsPorts(self.flink, FakeFoundations(), FakeArtifacts(), FakeTelemetry())

    def snapshot_status(self, _document: Document) -> SnapshotStatusWriter:
        return self.status

    def find(self, _namespace: str, _name: str) -> Document | None:
        if not self.has_pipeline:
            return None
        metadata = PIPELINE.metadata.model_dump(mode="json", by_alias=True)
        return {"metadata": metadata, "spec": {"environment": PIPELINE.spec.environment}}

    def refreshed(self, document: Document) -> Document | None:
        return document

    def kube(self, _document: Document) -> KubePorts:
        raise NotImplementedError

    def workloads(self, _resource: AuthPulse, _names: Names) -> Workloads:
        raise NotImplementedError

    def endpoint(self, _resource: AuthPulse) -> str | None:
        raise NotImplementedError


Goal = Callable[[World], bool]
Happening = Callable[[World], None]


def is_in(state: SnapshotState) -> Goal:
    return lambda world: world.status.stored.state is state


def is_gone(world: World) -> bool:
    return world.is_gone


def has_failed_once(world: World) -> bool:
    return world.status.stored.attempts > 0


def is_being_taken(world: World) -> bool:
    return bool(world.snapshots)


def nothing(_world: World) -> None:
    """Happens."""


def delete(world: World) -> None:
    world.is_deleted = True


def lose_pipeline(world: World) -> None:
    world.has_pipeline = False


def fails(times: int) -> Happening:
    def happen(world: World) -> None:
        world.flink.to_fail = times

    return happen


def takes(name: str) -> Happening:
    return lambda world: world.take(name)


COMPLETED, FAILED, ABANDONED = (
    is_in(s) for s in (SnapshotState.COMPLETED, SnapshotState.FAILED, SnapshotState.ABANDONED)
)
Step = tuple[Happening, Goal]


@dataclass(frozen=True, eq=False)
class Life:
    """Of each step something happens, and looks are taken until the goal."""

    sentence: str
    steps: Sequence[Step]
    spec: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence


LIVES: Final = (
    Life("one is taken", [(nothing, COMPLETED)]),
    Life("one that exists is taken over", [(takes(ANOTHER), COMPLETED)], TAKEN_OVER),
    Life("one is taken over once it exists", [(nothing, has_failed_once), (takes(ANOTHER), COMPLETED)], TAKEN_OVER),
    Life("one fails and is taken the second time", [(fails(1), COMPLETED)]),
    Life("every attempt fails", [(fails(9), FAILED)], {"backoffLimit": 1}),
    Life("one is deleted with its resource", [(nothing, COMPLETED), (delete, is_gone)]),
    Life("one is deleted while it is taken", [(nothing, is_being_taken), (delete, is_gone)]),
    Life("one that failed is deleted with its resource", [(fails(9), FAILED), (delete, is_gone)], {"backoffLimit": 0}),
    Life("one is kept", [(nothing, COMPLETED), (delete, is_gone)], {"disposeOnDelete": False}),
    Life("its AuthPulse goes while it is taken", [(nothing, is_being_taken), (lose_pipeline, ABANDONED)]),
)


@dataclass(frozen=True)
class Outcome:
    """All that a life leaves, times aside."""

    asked: tuple[str, ...]
    """Of AWS."""
    snapshots: tuple[tuple[str, str], ...]
    is_gone: bool
    status: Mapping[str, Any]


def live(life: Life, disturbed: tuple[int, Disturbance] | None = None, *, stale: float = 0) -> World:
    """With the operator started again after each death, knowing nothing but what the world keeps."""
    world = World(life.spec)
    world.clock.pass_time(STALE_SECONDS)  # what was there before is no news
    world.flink.seconds_until_visible = stale
    if disturbed is not None:
        world.journal.disturb_write(*disturbed)
    operator = Snapshots(world, world.find)
    for happens, goal in life.steps:
        happens(world)
        for _ in range(MAX_LOOKS):
            try:
                look = take_a_look(world, operator)
            except Killed:
                operator = Snapshots(world, world.find)
                world.clock.pass_time(SECONDS_TO_RESTART)
                continue
            if goal(world):
                break
            world.clock.pass_time(min(look.seconds, MAX_PAUSE_SECONDS))
        else:
            pytest.fail(f"not reached: {world.status.stored}; {world.journal.tried}", pytrace=False)
    world.clock.pass_time(MAX_PAUSE_SECONDS)  # what is under way comes to its end
    return world


def take_a_look(world: World, operator: Snapshots) -> Look:
    if not world.is_deleted:
        return operator.reconcile(world.document)
    look = operator.farewell(world.document)
    if look.done and not world.is_gone:
        world.release()
    return look


def outcome(world: World, *, without: int | None = None) -> Outcome:
    """`without` a write that was asked for and had no effect."""
    asked = tuple(name for n, name in enumerate(world.journal.tried) if name.startswith("flink.") and n != without)
    status = world.status.stored.model_dump(exclude={"created_at", "next_attempt_at"})
    return Outcome(asked, tuple((s.name, s.status) for s in world.snapshots), world.is_gone, status)


@cache
def undisturbed(life: Life) -> World:
    return live(life)


def compare(life: Life, disturbance: Disturbance, *, at: str, had_effect: bool, stale: float, lived: list[int]) -> None:
    """At each write of that part of the world."""
    rehearsal = undisturbed(life)
    for n, name in enumerate(rehearsal.journal.tried):
        if name.startswith(at):
            lived.append(n)
            world = live(life, (n, disturbance), stale=stale)
            found = outcome(world, without=None if had_effect else n)
            assert found == outcome(rehearsal), f"write {n} ({name}) of {rehearsal.journal.tried}"


def die() -> NoReturn:
    raise Killed


def go_unheard() -> NoReturn:
    raise Unreachable("timeout", after_seconds=5, unclear=True)


of_all_lives = pytest.mark.parametrize("life", LIVES, ids=str)
fresh_or_stale = pytest.mark.parametrize("stale", [0, STALE_SECONDS], ids=["", "descriptions are stale"])


@of_all_lives
@fresh_or_stale
def test_killed_before_a_write(life: Life, stale: float, lived: list[int]) -> None:
    compare(life, Disturbance(before=die), at="", had_effect=False, stale=stale, lived=lived)


@of_all_lives
@fresh_or_stale
def test_killed_after_a_write(life: Life, stale: float, lived: list[int]) -> None:
    compare(life, Disturbance(after=die), at="", had_effect=True, stale=stale, lived=lived)


@of_all_lives
@fresh_or_stale
def test_the_answer_of_aws_never_comes(life: Life, stale: float, lived: list[int]) -> None:
    compare(life, Disturbance(after=go_unheard), at="flink.", had_effect=True, stale=stale, lived=lived)


@of_all_lives
def test_stale_descriptions_alone_repeat_nothing(life: Life) -> None:
    assert outcome(live(life, stale=STALE_SECONDS)) == outcome(undisturbed(life))


def test_every_kind_of_write_is_disturbed() -> None:
    names = {name for life in LIVES for name in undisturbed(life).journal.tried}
    assert names == {"flink.take_snapshot", "flink.delete_snapshot", "status.write", "resource.release"}
