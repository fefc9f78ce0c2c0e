"""Passes while code cannot start, or a job only fails: how often it is tried, and what may replace it."""

import pytest

from authpulse_operator.core.acts import NOTHING
from authpulse_operator.runtime.embedded import NotReachedError
from doubles.cases import plan, resource
from doubles.reaching import ready, writes
from doubles.world import FakeWorld


def test_code_that_cannot_start_is_tried_three_times_and_said_with_its_error() -> None:
    world = FakeWorld()
    key = plan(resource()).wanted.code_key
    world.flink.break_start(key, "KeyError: 'database'")
    with pytest.raises(NotReachedError, match="starting from nothing: failed 3 times: KeyError: 'database'"):
        ready(world)
    assert world.flink.starts == [NOTHING] * 3


def test_code_that_could_not_start_is_tried_again_later() -> None:
    world = FakeWorld()
    key = plan(resource()).wanted.code_key
    world.flink.break_start(key, "no room")
    with pytest.raises(NotReachedError):
        ready(world)
    world.flink.mend(key)
    with pytest.raises(NotReachedError):
        ready(world)
    world.clock.pass_time(60)
    ready(world)
    assert world.flink.starts == [NOTHING] * 4


def test_code_that_could_not_start_is_replaced_without_waiting() -> None:
    world = FakeWorld()
    world.flink.break_start(plan(resource()).wanted.code_key, "no room")
    with pytest.raises(NotReachedError):
        ready(world)
    ready(world, code="b" * 64)
    assert world.flink.starts == [NOTHING] * 4


def test_a_job_that_only_fails_makes_room_for_code_that_works() -> None:
    world = FakeWorld()
    world.flink.break_code(plan(resource()).wanted.code_key, "ValueError")
    with pytest.raises(NotReachedError):
        ready(world)
    ready(world, code="b" * 64)
    assert world.flink.starts == [NOTHING, NOTHING]
    assert writes(world).count("stop") == 1


def test_a_job_that_has_state_is_not_replaced_without_it() -> None:
    world = FakeWorld()
    ready(world)
    world.flink.break_running("ValueError")
    with pytest.raises(NotReachedError, match=r"SnapshotRefused: .* there is no earlier snapshot"):
        ready(world, code="b" * 64)
    assert world.flink.starts == [NOTHING]
