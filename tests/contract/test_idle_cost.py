"""What an idle look at a whole pipeline costs in calls of AWS."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from authpulse.names import OWNER_TAG
from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.aws.telemetry import AwsTelemetry
from authpulse_operator.api.status import Status
from authpulse_operator.runtime.observing import observe
from doubles.cases import NAMES, plan, resource
from doubles.clock import FakeClock
from doubles.world import FakeWorld
from support.local_aws import REGION, RunningAws

LOOKS, SECONDS_BETWEEN = 120, 30


def test_an_idle_look_is_hardly_more_than_a_description(aws: RunningAws) -> None:
    calls: Counter[str] = Counter()

    def count(_service: str, operation: str, _status: str) -> None:
        calls[operation] += 1

    clock = FakeClock(datetime.now(UTC))
    session, of = Session(REGION, aws.endpoint, on_call=count), resource(suspend=True)
    world = replace(
        FakeWorld().ports(),
        flink=AwsFlinkService(session, now=clock.now),
        foundations=AwsFoundations(session, now=clock.now),
        artifacts=AwsArtifactStore(session, NAMES.bucket),
        telemetry=AwsTelemetry(session, now=clock.now),
    )
    planned = plan(of)
    world.foundations.make(planned.foundation)
    for key, source in planned.artifacts.items():
        world.artifacts.put(key, source)
    world.flink.create(planned.application, planned.wanted, tags={OWNER_TAG: of.identity})
    clock.pass_time(60)
    calls.clear()
    for _ in range(LOOKS):
        seen = observe(planned, world, Status())
        assert (seen.missing_foundation, seen.missing_artifacts, seen.shards) == ((), (), 2)
        clock.pass_time(SECONDS_BETWEEN)
    assert calls["DescribeApplication"] == LOOKS
    assert sum(calls.values()) <= 2 * LOOKS, calls
