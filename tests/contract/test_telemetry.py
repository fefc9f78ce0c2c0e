"""What `ports.telemetry.Telemetry` promises."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from authpulse.names import Names
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.aws.telemetry import AwsTelemetry
from authpulse_operator.core.world import AlarmKind
from authpulse_operator.ports.telemetry import Telemetry
from doubles.clock import FakeClock
from doubles.world import FakeTelemetry
from support.local_aws import REGION, RunningAws

SECONDS = 60


@dataclass
class Site:
    """Telemetry, and what there is to be measured."""

    new: Callable[[], Telemetry]
    """One that has not looked yet."""
    names: Names
    fire: Callable[[AlarmKind], None]
    quiet: Callable[[AlarmKind], None]
    report_lag: Callable[[float], None]
    """Milliseconds, as a job's source does."""
    put: Callable[[int], None]
    """So many records into the stream."""

    def until[T](self, wanted: T, look: Callable[[], T]) -> None:
        deadline = time.monotonic() + SECONDS
        while (found := look()) != wanted:
            assert time.monotonic() < deadline, f"{found}, not {wanted}"
            time.sleep(0.2)


@pytest.fixture(params=["in memory", "over AWS"])
def site(request: pytest.FixtureRequest, names: Names) -> Site:
    return _in_memory(names) if request.param == "in memory" else _over_aws(request.getfixturevalue("aws"), names)


def _in_memory(names: Names) -> Site:
    fake = FakeTelemetry()

    def fire(kind: AlarmKind) -> None:
        fake.fire(kind, datetime.now(UTC), "for a test")

    def report_lag(milliseconds: float) -> None:
        fake.lag = milliseconds / 1000 if milliseconds >= 0 else None

    def put(count: int) -> None:
        fake.incoming = (fake.incoming or 0) + count

    return Site(lambda: fake, names, fire, fake.quiet, report_lag, put)


def _over_aws(aws: RunningAws, names: Names) -> Site:
    cloudwatch, kinesis = aws.client("cloudwatch"), aws.client("kinesis")
    metric: dict[str, Any] = {
        "Namespace": "AuthPulse",
        "MetricName": "nothing",
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }

    def put_into(state: str, kind: AlarmKind) -> None:
        name = names.alarm(kind.value)
        if not cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]:
            cloudwatch.put_metric_alarm(AlarmName=name, ActionsEnabled=False, **metric)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="for\na test")

    def report_lag(milliseconds: float) -> None:
        dimensions = [{"Name": "Application", "Value": names.application}]
        datum = {"MetricName": "millisBehindLatest", "Dimensions": dimensions, "Value": milliseconds}
        cloudwatch.put_metric_data(Namespace="AWS/KinesisAnalytics", MetricData=[datum])

    def put(count: int) -> None:
        if names.stream not in kinesis.list_streams()["StreamNames"]:
            kinesis.create_stream(StreamName=names.stream, ShardCount=1)
        records: Any = [{"PartitionKey": str(n), "Data": b"data"} for n in range(count)]
        kinesis.put_records(StreamName=names.stream, Records=records)

    session = aws.session
    fire, quiet = (lambda kind: put_into("ALARM", kind)), (lambda kind: put_into("OK", kind))
    return Site(lambda: AwsTelemetry(session), names, fire, quiet, report_lag, put)


def test_of_what_nobody_measures_nothing_is_said(site: Site) -> None:
    assert site.new().firing(site.names) == ()
    assert site.new().lag_seconds(site.names, site.names.application) is None
    assert site.new().incoming_records(site.names, minutes=5) is None


def test_alarms_that_fire_are_told_by_kind_and_in_the_runbooks_order(site: Site) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    site.fire(AlarmKind.ITERATOR_AGE)
    site.fire(AlarmKind.INVALID_RECORDS)
    first, second = site.new().firing(site.names)
    assert (first.kind, second.kind) == (AlarmKind.ITERATOR_AGE, AlarmKind.INVALID_RECORDS)
    assert first.name.endswith("-kinesis-iterator-age-high")
    assert before <= first.since <= datetime.now(UTC) + timedelta(seconds=1)
    assert first.message == "for a test"


def test_an_alarm_that_is_over_does_not_fire(site: Site) -> None:
    site.fire(AlarmKind.FAILED_CHECKPOINTS)
    site.quiet(AlarmKind.FAILED_CHECKPOINTS)
    assert site.new().firing(site.names) == ()


def test_lag_is_what_the_source_says_in_seconds(site: Site) -> None:
    site.report_lag(4500)
    assert site.new().lag_seconds(site.names, site.names.application) == 4.5


def test_minus_one_says_that_lag_is_not_reported(site: Site) -> None:
    site.report_lag(-1)
    assert site.new().lag_seconds(site.names, site.names.application) is None


def test_records_that_come_in_are_counted(site: Site) -> None:
    site.put(7)
    site.until(7, lambda: site.new().incoming_records(site.names, minutes=5))
    site.put(3)
    site.until(10, lambda: site.new().incoming_records(site.names, minutes=5))


def test_where_the_source_says_nothing_lag_is_how_old_records_are_when_they_are_read(
    aws: RunningAws, names: Names
) -> None:
    dimensions = [{"Name": "StreamName", "Value": names.stream}]
    datum = {"MetricName": "GetRecords.IteratorAgeMilliseconds", "Dimensions": dimensions, "Value": 9000.0}
    aws.client("cloudwatch").put_metric_data(Namespace="AWS/Kinesis", MetricData=[datum])
    assert AwsTelemetry(aws.session).lag_seconds(names, names.application) == 9.0


def test_a_stream_that_has_had_records_and_has_none_now_has_none(aws: RunningAws, names: Names) -> None:
    dimensions = [{"Name": "StreamName", "Value": names.stream}]
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    datum = {"MetricName": "IncomingRecords", "Dimensions": dimensions, "Value": 5.0, "Timestamp": long_ago}
    aws.client("cloudwatch").put_metric_data(Namespace="AWS/Kinesis", MetricData=[datum])
    assert AwsTelemetry(aws.session).incoming_records(names, minutes=5) == 0


def test_what_was_looked_up_is_good_for_some_time(aws: RunningAws, names: Names) -> None:
    calls: list[str] = []
    clock = FakeClock(datetime.now(UTC))
    session = Session(REGION, aws.endpoint, on_call=lambda _service, operation, _status: calls.append(operation))
    telemetry = AwsTelemetry(session, now=clock.now)

    def look() -> list[str]:
        calls.clear()
        telemetry.firing(names)
        telemetry.lag_seconds(names, names.application)
        return list(calls)

    assert look() == ["DescribeAlarms", "GetMetricData"]
    assert look() == []
    clock.pass_time(30)
    assert look() == ["DescribeAlarms"]
    clock.pass_time(30)
    assert look() == ["DescribeAlarms", "GetMetricData"]
