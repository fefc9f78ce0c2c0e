"""Passes over what lies below the job: the stream follows the spec, definitions the description."""

from authpulse_operator.api.status import ConditionType
from authpulse_operator.core.acts import NOTHING
from authpulse_operator.runtime.embedded import is_ready, run_until
from doubles.cases import NAMES, plan, resource
from doubles.reaching import REPLAYS, WITHIN, ready, writes
from doubles.world import FakeWorld


def test_the_stream_follows_the_spec_while_the_job_runs() -> None:
    world = FakeWorld()
    ready(world)
    run_until(is_ready, plan(resource(replays=REPLAYS, stream={"shards": 4})), world.ports(), within=WITHIN)
    assert world.foundations.shards == 4
    assert world.flink.starts == [NOTHING]


def test_many_more_shards_come_in_steps() -> None:
    world = FakeWorld()
    ready(world)
    ready(world, resource(replays=REPLAYS, stream={"shards": 10}))
    assert world.foundations.shards == 10
    assert writes(world).count("reshard") == 3


def test_retention_follows_the_spec() -> None:
    world = FakeWorld()
    ready(world)
    ready(world, resource(replays=REPLAYS, stream={"retentionHours": 48}))
    assert world.foundations.retention_hours == 48
    assert writes(world).count("make") == 2


OLDER = {f"role {NAMES.job_role}", f"alarms {NAMES.alarm('*')}"}


def test_definitions_that_an_older_program_made_follow_the_description_once() -> None:
    world = FakeWorld()
    ready(world)
    world.foundations.outdated |= OLDER
    before = writes(world)
    ready(world)
    ready(world)
    assert world.foundations.outdated == set()
    assert writes(world) == [*before[:1], "make", *before[1:]]  # and nothing of the application
    assert world.status.read().is_true(ConditionType.READY)


def test_definitions_that_others_make_are_theirs() -> None:
    world = FakeWorld()
    world.foundations.there, world.foundations.shards = True, 2
    expecting = resource(replays=REPLAYS, foundation="Expect")
    ready(world, expecting)
    world.foundations.outdated |= OLDER
    ready(world, expecting)
    assert "make" not in writes(world)
    assert world.foundations.outdated == OLDER
