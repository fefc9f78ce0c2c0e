"""The operator killed at any moment of a pipeline's life, and started again: no write twice, none left out."""

from datetime import timedelta

import pytest

from authpulse_operator.api.status import Intent
from authpulse_operator.runtime.embedded import is_ready, is_suspended, run_until
from doubles.cases import plan, resource
from doubles.switches import Crash
from doubles.world import FakeWorld

REPLAYS = [{"name": name, "input": name, "format": "lanl-auth"} for name in ("first", "second")]
OLD, NEW = "a" * 64, "b" * 64
LIFE = (
    (resource(replays=REPLAYS), OLD, is_ready),
    (resource(replays=REPLAYS), NEW, is_ready),
    (resource(replays=REPLAYS, suspend=True), NEW, is_suspended),
    (resource(replays=REPLAYS, stream={"shards": 4}), NEW, is_ready),
)
"""What a person wants, one after the other: a pipeline, other code, rest, and more shards."""


def live(world: FakeWorld) -> list[Intent | None]:
    """The whole life; where the operator crashes it is started again. Returns the intents that its crashes left."""
    left = []
    for of, code, goal in LIFE:
        reached = False
        while not reached:
            try:
                run_until(goal, plan(of, code=code), world.ports(), within=timedelta(minutes=20))
                reached = True
            except Crash:
                left.append(world.status.read().intent)
    return left


def writes(world: FakeWorld) -> list[str]:
    looks = {"describe", "job_health", "missing", "open_shards", "has"}
    parts = (world.foundations, world.artifacts, world.flink, world.workloads)
    return [c for part in parts for c in part.switches.calls if c not in looks]


UNDISTURBED = FakeWorld()
live(UNDISTURBED)
WRITES = writes(UNDISTURBED)


def test_the_life_has_every_kind_of_write() -> None:
    assert sorted(WRITES) == sorted(
        ["make", "put", "put", "create", "start", "start_replay", "start_replay", "update", "stop", "start", "reshard"]
    )


@pytest.mark.parametrize("moment", range(len(UNDISTURBED.status.written)))
@pytest.mark.parametrize("written", [False, True], ids=["before it is written", "once it is written"])
def test_a_crash_at_a_write_of_the_status(moment: int, written: bool) -> None:
    world = FakeWorld()
    world.status.switches.fail("write", Crash(), skip=moment, after_effect=written)
    assert len(live(world)) == 1
    assert writes(world) == WRITES
    assert world.flink.starts == UNDISTURBED.flink.starts
    assert world.status.read().intent is None


@pytest.mark.parametrize(("part", "operation", "act"), [
    ("foundations", "make", "MakeFoundation"),
    ("artifacts", "put", "Upload"),
    ("flink", "create", "CreateApplication"),
    ("flink", "start", "StartApplication"),
    ("flink", "update", "UpdateApplication"),
    ("flink", "stop", "StopApplication"),
    ("foundations", "reshard", "Reshard"),
    ("workloads", "start_replay", "StartReplay"),
])  # fmt: skip
@pytest.mark.parametrize("after_effect", [False, True], ids=["before its effect", "after its effect"])
def test_a_crash_in_a_write(part: str, operation: str, act: str, after_effect: bool) -> None:
    world = FakeWorld()
    getattr(world, part).switches.fail(operation, Crash(), after_effect=after_effect)
    (left,) = live(world)
    assert left is not None
    assert left.act == act
    assert writes(world).count(operation) == WRITES.count(operation) + (not after_effect)
    assert world.flink.starts == UNDISTURBED.flink.starts
    assert world.status.read().intent is None
