"""What `ports.foundation.Foundations` promises."""

import time

import pytest

from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.adapters.aws.foundations import COMPLETE_FOR_SECONDS, AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.errors import Recoverable, Terminal
from authpulse_operator.ports.foundation import Foundations
from doubles.clock import FakeClock
from doubles.world import FakeFoundations
from support.local_aws import REGION, RunningAws

SECONDS = 30


@pytest.fixture(params=["in memory", "over AWS"])
def foundations(request: pytest.FixtureRequest) -> Foundations:
    if request.param == "in memory":
        return FakeFoundations()
    return AwsFoundations(request.getfixturevalue("aws").session)


def settled(foundations: Foundations, foundation: Foundation, shards: int) -> int | None:
    """Open shards, once there are so many or time is up."""
    deadline = time.monotonic() + SECONDS
    while (found := foundations.open_shards(foundation)) != shards and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_before_it_is_made_its_parts_are_missing_by_name(foundations: Foundations, names: Names) -> None:
    foundation = Foundation(names, shards=2)
    assert foundations.missing(foundation) == foundation.parts
    assert foundations.open_shards(foundation) is None


def test_once_made_nothing_is_missing(foundations: Foundations, names: Names) -> None:
    foundation = Foundation(names, shards=2)
    foundations.make(foundation)
    assert foundations.missing(foundation) == ()
    assert settled(foundations, foundation, 2) == 2


def test_making_it_again_leaves_the_shards_as_they_are(foundations: Foundations, names: Names) -> None:
    foundations.make(Foundation(names, shards=1))
    again = Foundation(names, shards=2)
    foundations.make(again)
    assert foundations.missing(again) == ()
    assert settled(foundations, again, 1) == 1


@pytest.mark.parametrize("shards", [4, 1], ids=["doubled", "halved"])
def test_a_stream_gets_other_shards(foundations: Foundations, names: Names, shards: int) -> None:
    foundation = Foundation(names, shards=2)
    foundations.make(foundation)
    settled(foundations, foundation, 2)
    foundations.reshard(foundation, shards)
    assert settled(foundations, foundation, shards) == shards


@pytest.mark.parametrize("shards", [5, 0], ids=["more than double", "none"])
def test_what_kinesis_does_not_do_in_one_step_is_terminal(foundations: Foundations, names: Names, shards: int) -> None:
    foundation = Foundation(names, shards=2)
    foundations.make(foundation)
    settled(foundations, foundation, 2)
    with pytest.raises(Terminal, match=names.stream):
        foundations.reshard(foundation, shards)
    assert foundations.open_shards(foundation) == 2


def test_resharding_a_stream_that_has_gone_is_worth_another_look(foundations: Foundations, names: Names) -> None:
    with pytest.raises(Recoverable, match="ResourceNotFoundException"):
        foundations.reshard(Foundation(names, shards=2), 4)


def test_retention_follows_the_foundation_up_and_down(foundations: Foundations, names: Names) -> None:
    day, longer = Foundation(names, shards=1), Foundation(names, shards=1, retention_hours=48)
    foundations.make(day)
    assert foundations.missing(longer) == (f"retention of 48 h on {names.stream}",)
    foundations.make(longer)
    assert foundations.missing(longer) == ()
    foundations.make(day)
    assert foundations.missing(day) == ()


def test_what_is_all_there_is_not_looked_at_again_for_some_time(aws: RunningAws, names: Names) -> None:
    calls: list[str] = []
    clock = FakeClock()
    session = Session(REGION, aws.endpoint, on_call=lambda _service, operation, _status: calls.append(operation))
    foundations, foundation = AwsFoundations(session, now=clock.now), Foundation(names, shards=1)
    foundations.make(foundation)
    foundations.open_shards(foundation)

    def look() -> int:
        calls.clear()
        assert foundations.missing(foundation) == ()
        assert foundations.open_shards(foundation) == 1
        return len(calls)

    look()
    assert look() == 0
    aws.client("logs").delete_log_group(logGroupName=names.log_group)
    assert look() == 0
    clock.pass_time(COMPLETE_FOR_SECONDS)
    assert foundations.missing(foundation) == (f"log stream {names.log_group}:{names.log_stream}",)
    foundations.make(foundation)
    assert foundations.missing(foundation) == ()


def test_a_stream_that_was_just_resharded_is_looked_at_each_time(aws: RunningAws, names: Names) -> None:
    calls: list[str] = []
    clock = FakeClock()
    session = Session(REGION, aws.endpoint, on_call=lambda _service, operation, _status: calls.append(operation))
    foundations, foundation = AwsFoundations(session, now=clock.now), Foundation(names, shards=1)
    foundations.make(foundation)
    foundations.reshard(foundation, 2)
    calls.clear()
    for _ in range(3):
        foundations.open_shards(foundation)
        clock.pass_time(10)
    assert calls == ["DescribeStreamSummary"] * 3
