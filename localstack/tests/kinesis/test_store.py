"""What takes hours or gigabytes at the service: retention, bounds and limits, by a clock of one's own."""

from dataclasses import dataclass, field

import pytest

from authpulse_localstack.kinesis.errors import (
    ExpiredIterator,
    InvalidArgument,
    ProvisionedThroughputExceeded,
    ResourceNotFound,
)
from authpulse_localstack.kinesis.limits import Limits
from authpulse_localstack.kinesis.store import Entry, Store
from authpulse_localstack.kinesis.streams import Stream

HOUR = 3600.0


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Kinesis:
    """One stream with one shard, and a clock."""

    limits: bool = False
    max_bytes: int = 2**30
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.store = Store(now=self.clock, limits=Limits(enforced=self.limits), max_bytes=self.max_bytes)
        self.stream: Stream = self.store.create("account", "region", "stream", 1)

    def put(self, data: bytes = b"x") -> None:
        self.store.put(self.stream, Entry("k", None, data))

    def iterator(self, position: int = 0) -> str:
        return self.store.iterator(self.stream, self.stream.shards[0], position)

    def read(self, iterator: str | None = None, limit: int | None = None) -> list[bytes]:
        batch = self.store.read("account", "region", iterator or self.iterator(), limit)
        return [r.data for r in batch.records]


def test_records_are_kept_for_the_retention_time() -> None:
    kinesis = Kinesis()
    kinesis.put(b"old")
    kinesis.clock.now += 20 * HOUR
    kinesis.put(b"new")
    kinesis.clock.now += 3.9 * HOUR
    assert kinesis.read() == [b"old", b"new"]
    kinesis.clock.now += 0.2 * HOUR
    assert kinesis.read() == [b"new"]
    kinesis.store.change_retention(kinesis.stream, 48, increase=True)
    kinesis.clock.now += 24 * HOUR
    assert kinesis.read() == [b"new"]


def test_a_closed_shard_goes_with_its_last_record_and_its_number_is_not_used_again() -> None:
    kinesis = Kinesis()
    kinesis.put(b"old")
    kinesis.stream.split(kinesis.stream.shards[0], 5, kinesis.clock())
    kinesis.clock.now += 25 * HOUR
    kinesis.store.trim(kinesis.stream)
    assert [s.number for s in kinesis.stream.shards] == [1, 2]
    kinesis.stream.split(kinesis.stream.shards[1], 2**100, kinesis.clock())
    assert [s.number for s in kinesis.stream.shards] == [1, 2, 3, 4]
    with pytest.raises(ResourceNotFound):
        kinesis.stream.shard("shardId-000000000000")


def test_an_iterator_lives_five_minutes() -> None:
    kinesis = Kinesis()
    kinesis.put()
    iterator = kinesis.iterator()
    kinesis.clock.now += 299
    assert kinesis.read(iterator) == [b"x"]
    kinesis.clock.now += 2
    with pytest.raises(ExpiredIterator, match="more than 300 seconds ago"):
        kinesis.read(iterator)
    with pytest.raises(InvalidArgument):
        kinesis.read("nonsense")


def test_how_far_behind_a_reader_is() -> None:
    kinesis = Kinesis()
    kinesis.put()
    kinesis.clock.now += 3
    kinesis.put()
    kinesis.clock.now += 7
    batch = kinesis.store.read("account", "region", kinesis.iterator(), 1)
    assert batch.millis_behind == 7000
    assert kinesis.store.read("account", "region", batch.next_iterator or "", None).millis_behind == 0


def test_the_oldest_records_go_when_memory_is_full(caplog: pytest.LogCaptureFixture) -> None:
    kinesis = Kinesis(max_bytes=100_000)
    for number in range(2000):
        kinesis.put(b"%04d" % number)
    kinesis.store.trim(kinesis.stream)
    kept = kinesis.read()
    assert kinesis.stream.bytes_kept <= 100_000
    assert kept[-1] == b"1999"
    assert kept == [b"%04d" % n for n in range(2000 - len(kept), 2000)]
    assert "AUTHPULSE_LOCAL_KINESIS_MEGABYTES raises the bound" in caplog.text


def test_limits_are_met_by_those_who_ask_for_them() -> None:
    kinesis = Kinesis(limits=True)
    for _ in range(1000):
        kinesis.put()
    with pytest.raises(ProvisionedThroughputExceeded, match="Rate exceeded for shard shardId-000000000000 in stream"):
        kinesis.put()
    kinesis.clock.now += 1
    kinesis.put(bytes(700_000))
    with pytest.raises(ProvisionedThroughputExceeded):
        kinesis.put(bytes(700_000))
    for _ in range(5):
        kinesis.read(limit=1)
    with pytest.raises(ProvisionedThroughputExceeded):
        kinesis.read()
    kinesis.clock.now += 1
    assert len(kinesis.read()) == 1001


def test_nobody_meets_limits_unasked() -> None:
    kinesis = Kinesis()
    for _ in range(5000):
        kinesis.put()
    for _ in range(20):
        assert len(kinesis.read()) == 5000
