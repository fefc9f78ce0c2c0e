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
from authpulse_operator.core.measuring import Measured
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
    came_in: Callable[[datetime], None]
    """Records came in within the minute of that time."""
    told: Callable[[str], float | None]
    """The newest value of a metric of the pipeline."""

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

    def came_in(at: datetime) -> None:
        fake.came_in.append(at.replace(second=0, microsecond=0))

    return Site(lambda: fake, names, fire, fake.quiet, report_lag, put, came_in, fake.published.get)


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

    def came_in(at: datetime) -> None:
        dimensions = [{"Name": "StreamName", "Value": names.stream}]
        datum = {"MetricName": "IncomingRecords", "Dimensions": dimensions, "Value": 5.0, "Timestamp": at}
        cloudwatch.put_metric_data(Namespace="AWS/Kinesis", MetricData=[datum])

    def told(name: str) -> float | None:
        now = datetime.now(UTC)
        metric = {
            "Namespace": "Authpulse/Pipeline",
            "MetricName": name,
            "Dimensions": [{"Name": "Environment", "Value": names.environment}],
        }
        query: Any = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 1, "Stat": "Maximum"}}
        found = cloudwatch.get_metric_data(
            MetricDataQueries=[query],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=1),
            ScanBy="TimestampDescending",
        )["MetricDataResults"][0]["Values"]
        return found[0] if found else None

    session = aws.session
    fire, quiet = (lambda kind: put_into("ALARM", kind)), (lambda kind: put_into("OK", kind))
    return Site(lambda: AwsTelemetry(session), names, fire, quiet, report_lag, put, came_in, told)


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


def test_what_waits_is_told_with_its_age_and_whether_that_is_fresh(site: Site) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    site.came_in(now - timedelta(minutes=20))
    site.new().publish(site.names, Measured(now, now - timedelta(minutes=10), now))
    assert (site.told("FreshnessSeconds"), site.told("FreshMinutes"), site.told("ReplayStalled")) == (0.0, 1.0, 0.0)


def test_what_has_waited_for_too_long_is_not_fresh(site: Site) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    site.came_in(now - timedelta(minutes=8))
    site.new().publish(site.names, Measured(now, now - timedelta(minutes=10), now))
    found = site.told("FreshnessSeconds")
    assert found is not None
    assert 420 < found <= 540
    assert site.told("FreshMinutes") == 0.0


def test_nothing_is_told_twice_within_a_minute(site: Site) -> None:
    now, telemetry = datetime.now(UTC).replace(microsecond=0), site.new()
    site.came_in(now - timedelta(minutes=8))
    telemetry.publish(site.names, Measured(now, now, now))
    telemetry.publish(site.names, Measured(now + timedelta(seconds=59), now - timedelta(minutes=10), now))
    assert site.told("FreshMinutes") == 1.0


def test_a_job_that_says_nothing_is_where_it_was_seen_last(site: Site) -> None:
    now, telemetry = datetime.now(UTC).replace(microsecond=0), site.new()
    site.came_in(now - timedelta(minutes=8))
    telemetry.publish(site.names, Measured(now, now - timedelta(minutes=10), now))
    assert site.told("FreshMinutes") == 0.0
    telemetry.publish(site.names, Measured(now + timedelta(minutes=1), None, now))
    assert site.told("FreshMinutes") == 0.0


def test_being_measured_hinders_nothing(aws: RunningAws, names: Names) -> None:
    now = datetime.now(UTC)
    with aws.failing("cloudwatch", "PutMetricData", "AccessDenied"):
        AwsTelemetry(aws.session).publish(names, Measured(now, now, now))


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
