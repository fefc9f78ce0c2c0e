"""What `ports.foundation.Foundations` promises."""

import json
import time

import pytest

from authpulse.foundation import Foundation
from authpulse.foundation.alarms import REPLAY_STALLED
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


def other_definitions(foundations: Foundations, names: Names, aws: RunningAws | None) -> None:
    """The role's policy and an alarm as an older program has left them."""
    if isinstance(foundations, FakeFoundations):
        foundations.outdated |= {f"role {names.job_role}", f"alarms {names.alarm('*')}"}
        return
    assert aws is not None
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    )
    aws.client("iam").put_role_policy(RoleName=names.job_role, PolicyName="job", PolicyDocument=policy)
    older = {**REPLAY_STALLED.request(names, local=True), "Threshold": 5.0}
    aws.client("cloudwatch").put_metric_alarm(**older)


@pytest.fixture
def local_aws(foundations: Foundations, request: pytest.FixtureRequest) -> RunningAws | None:
    """Not started for what is in memory."""
    return None if isinstance(foundations, FakeFoundations) else request.getfixturevalue("aws")


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


def test_alarms_and_role_of_a_foundation_of_ours_follow_the_description(
    foundations: Foundations, names: Names, local_aws: RunningAws | None
) -> None:
    foundations.make(Foundation(names, shards=1))
    other_definitions(foundations, names, local_aws)
    foundation = Foundation(names, shards=1, ours=True)
    assert foundations.missing(foundation) == (f"role {names.job_role}", f"alarms {names.alarm('*')}")
    foundations.make(foundation)
    assert foundations.missing(foundation) == ()


def test_those_of_somebody_elses_foundation_are_left_as_they_are(
    foundations: Foundations, names: Names, local_aws: RunningAws | None
) -> None:
    foundation = Foundation(names, shards=1)
    foundations.make(foundation)
    other_definitions(foundations, names, local_aws)
    assert foundations.missing(foundation) == ()
    foundations.make(foundation)
    assert foundations.missing(Foundation(names, shards=1, ours=True)) != ()


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
