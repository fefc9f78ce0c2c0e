"""What streams tell CloudWatch."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from authpulse_localstack.kinesis import reporting
from authpulse_localstack.kinesis.reporting import QUIET_SECONDS, Reporter
from authpulse_localstack.kinesis.store import Entry, Store
from authpulse_localstack.kinesis.streams import Stream
from support.flink_job import until
from support.local_aws import LocalAws

INCOMING, BYTES, UNREAD = "IncomingRecords", "IncomingBytes", "IncomingRecordsWithoutReader"
AGE, READS, READ = "GetRecords.IteratorAgeMilliseconds", "GetRecords.Success", "GetRecords.Records"


@dataclass
class Site:
    """A store with a clock, and what was sent."""

    now: float = 1_800_000_000.0
    sent: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(now=lambda: self.now)
        self.reporter = self.new_reporter()

    def new_reporter(self) -> Reporter:
        return Reporter(self.store, send=lambda _account, _region, data: self.sent.extend(data))

    def stream(self, name: str = "stream", shards: int = 1) -> Stream:
        return self.store.create("account", "region", name, shards)

    def put(self, stream: Stream, *data: bytes) -> None:
        self.store.put_all(stream, [Entry(str(n), None, d) for n, d in enumerate(data)])

    def report(self) -> dict[str, float]:
        self.sent.clear()
        self.reporter.report()
        return {datum["MetricName"]: datum["Value"] for datum in self.sent}


@pytest.fixture
def site() -> Site:
    return Site()


def test_what_came_in_is_said_once(site: Site) -> None:
    stream = site.stream(shards=3)
    site.put(stream, b"one", b"three", b"")
    assert site.report() == {INCOMING: 3, BYTES: 8, UNREAD: 0}
    assert site.sent[0]["Dimensions"] == [{"Name": "StreamName", "Value": "stream"}]
    assert site.report() == {}


def test_a_stream_in_which_nothing_happens_says_so_every_minute(site: Site) -> None:
    site.stream()
    assert site.report() == {}
    site.now += QUIET_SECONDS
    assert site.report() == {INCOMING: 0, BYTES: 0, UNREAD: 0}
    assert site.report() == {}


def test_resharding_and_trimming_change_no_count(site: Site) -> None:
    stream = site.stream(shards=2)
    site.put(stream, *[b"x"] * 20)
    site.report()
    stream.scale_to(3, site.now)
    stream.trim_to(0)
    site.put(stream, *[b"x"] * 5)
    assert site.report()[INCOMING] == 5


def test_records_that_are_trimmed_before_they_were_counted_are_counted(site: Site) -> None:
    stream = site.stream()
    site.put(stream, *[b"xx"] * 20)
    stream.trim_to(400)
    assert site.report() == {INCOMING: 20, BYTES: 40, UNREAD: 0}


def test_the_size_of_very_many_records_is_an_estimate(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "SAMPLED", 10)
    site.put(site.stream(), *[b"xxxx"] * 100)
    assert site.report() == {INCOMING: 100, BYTES: 400, UNREAD: 0}


def test_what_was_there_before_did_not_come_in_now(site: Site) -> None:
    stream = site.stream()
    site.put(stream, b"x")
    site.now += 1
    site.reporter = site.new_reporter()
    assert site.report() == {}
    site.put(stream, b"x")
    assert site.report()[INCOMING] == 1


def test_a_stream_that_was_made_anew_is_another(site: Site) -> None:
    site.put(site.stream(), b"x", b"x")
    site.report()
    site.store.delete("account", "region", "stream")
    site.now += 1
    site.put(site.stream(), b"x")
    assert site.report()[INCOMING] == 1


def test_the_age_of_what_is_read_is_the_greatest_since_the_last_report(site: Site) -> None:
    stream = site.stream()
    site.put(stream, b"x", b"x", b"x")
    site.report()
    site.now += 7
    read = site.store.read("account", "region", site.store.iterator(stream, stream.shards[0], 0), 1)
    assert read.next_iterator is not None
    site.store.read("account", "region", read.next_iterator, 2)
    assert site.report() == {AGE: 7000, READS: 2, READ: 3}
    assert site.report() == {}


def test_records_that_nobody_reads_are_told_apart(site: Site) -> None:
    stream = site.stream()

    def minute(*, reading: bool) -> float:
        for _ in range(6):
            site.now += 10
            site.put(stream, b"x", b"x")
            if reading:
                site.store.read("account", "region", site.store.iterator(stream, stream.shards[0], 0), 1)
            told = site.report()[UNREAD]
        return told

    assert minute(reading=True) == 0
    assert minute(reading=False) == 12
    assert minute(reading=False) == 12
    assert minute(reading=True) == 0


def test_a_stream_that_nobody_reads_and_nobody_writes_to_lacks_no_reader(site: Site) -> None:
    site.stream()
    site.report()
    site.now += 3 * QUIET_SECONDS
    assert site.report()[UNREAD] == 0


def test_metrics_are_in_cloudwatch_soon(aws: LocalAws, unique: str) -> None:
    kinesis, cloudwatch = aws.client("kinesis"), aws.client("cloudwatch")
    kinesis.create_stream(StreamName=unique, ShardCount=2)
    records = [{"PartitionKey": str(n), "Data": b"data"} for n in range(10)]
    kinesis.put_records(StreamName=unique, Records=records)

    def came_in() -> float:
        now = datetime.now(UTC)
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/Kinesis",
            MetricName=INCOMING,
            Dimensions=[{"Name": "StreamName", "Value": unique}],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in found["Datapoints"])

    until(lambda: came_in() == 10, "ten records in CloudWatch")
