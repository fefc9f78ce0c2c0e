"""All streams, by account and region, under one lock; time comes from outside.

What the API promises is kept here: names, retention, memory, iterators. What it looks like on the wire is `provider`'s.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from authpulse_localstack.kinesis.errors import ExpiredIterator, InvalidArgument, ResourceInUse, ResourceNotFound
from authpulse_localstack.kinesis.errors import ProvisionedThroughputExceeded as TooFast
from authpulse_localstack.kinesis.iterators import Iterator as ShardIterator
from authpulse_localstack.kinesis.limits import Limits
from authpulse_localstack.kinesis.shards import Record, Shard
from authpulse_localstack.kinesis.streams import Stream, uniform_ranges

LOG = logging.getLogger(__name__)

MAX_REPLY_BYTES: Final = 10 * 1024 * 1024
MAX_REPLY_RECORDS: Final = 10_000
MIN_RETENTION_HOURS, MAX_RETENTION_HOURS = 24, 8760
PUTS_BETWEEN_TRIMS: Final = 256

Key = tuple[str, str, str]  # account, region, name
Placed = tuple[Shard, Record]


class Entry(NamedTuple):
    """A record to put."""

    partition_key: str
    hash_key: str | None
    """Instead of the partition key's own."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What a read gave. `next_iterator` is None at the end of a closed shard."""

    records: list[Record]
    next_iterator: str | None
    millis_behind: int
    children: list[Shard]


@dataclass(slots=True)
class Reads:
    """What was read of a stream since somebody asked."""

    calls: int = 0
    records: int = 0
    millis_behind: int = 0
    """At most."""


@dataclass
class Store:
    """Thread-safe. `max_bytes` bounds each stream; the oldest records go first, with a warning."""

    now: Callable[[], float] = time.time
    limits: Limits = field(default_factory=lambda: Limits(enforced=False))
    max_bytes: int = 4096 * 1024 * 1024
    streams: dict[Key, Stream] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _puts: int = 0
    _reads: dict[Key, Reads] = field(default_factory=dict)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._lock:
            yield

    def create(self, account: str, region: str, name: str, shards: int, *, mode: str = "PROVISIONED") -> Stream:
        """Raises ResourceInUse for a name that is taken."""
        with self._lock:
            if (account, region, name) in self.streams:
                raise ResourceInUse(f"Stream {name} under account {account} already exists.")
            arn = f"arn:aws:kinesis:{region}:{account}:stream/{name}"
            stream = Stream(name, arn, created=self.now(), mode=mode)
            for first, last in uniform_ranges(shards):
                stream.open(first, last, stream.created)
            self.streams[account, region, name] = stream
            return stream

    def delete(self, account: str, region: str, name: str) -> None:
        with self._lock:
            self.find(account, region, name)
            del self.streams[account, region, name]

    def find(self, account: str, region: str, name: str) -> Stream:
        """Raises ResourceNotFound."""
        stream = self.streams.get((account, region, name))
        if stream is None:
            raise ResourceNotFound(f"Stream {name} under account {account} not found.")
        return stream

    def named(self, account: str, region: str, request: Mapping[str, Any]) -> Stream:
        """The stream that a request names: by name, or by ARN under one of its two names."""
        arn = request.get("StreamARN") or request.get("ResourceARN") or ""
        name = request.get("StreamName") or arn.rpartition("stream/")[2]
        if not name:
            raise InvalidArgument("Either StreamName or StreamARN must be given.")
        return self.find(account, region, name)

    def names(self, account: str, region: str) -> list[str]:
        return sorted(n for a, r, n in self.streams if (a, r) == (account, region))

    def put(self, stream: Stream, entry: Entry) -> Placed:
        """Raises ProvisionedThroughputExceeded where limits are enforced."""
        (placed,) = self.put_all(stream, [entry])
        if isinstance(placed, TooFast):
            raise placed
        return placed

    def put_all(self, stream: Stream, entries: Sequence[Entry]) -> list[Placed | TooFast]:
        """In order. Raises InvalidArgument, before anything is put, for a hash key that cannot be."""
        with self._lock:
            now, enforced = self.now(), self.limits.enforced
            shards = [stream.shard_for(e.partition_key, e.hash_key) for e in entries]
            placed: list[Placed | TooFast] = []
            for shard, entry in zip(shards, entries, strict=True):
                if enforced and not self._may_put(stream, shard, entry, now):
                    placed.append(self._too_fast(stream, shard))
                else:
                    placed.append((shard, stream.put(shard, entry.partition_key, entry.data, now)))
            self._puts += len(entries)
            if self._puts >= PUTS_BETWEEN_TRIMS:
                self._puts = 0
                self.trim(stream)
            return placed

    def _may_put(self, stream: Stream, shard: Shard, entry: Entry, now: float) -> bool:
        return self.limits.may_put(f"{stream.arn}/{shard.id}", len(entry.data) + len(entry.partition_key), now)

    @staticmethod
    def _too_fast(stream: Stream, shard: Shard) -> TooFast:
        return TooFast(f"Rate exceeded for shard {shard.id} in stream {stream.name} under account {stream.account}.")

    def trim(self, stream: Stream) -> None:
        """Retention, and the bound on memory."""
        with self._lock:
            stream.trim_before(self.now() - stream.retention_hours * 3600)
            if lost := stream.trim_to(self.max_bytes):
                LOG.warning(
                    "stream %s: %d records dropped before their retention time to stay below %d MiB; "
                    "AUTHPULSE_LOCAL_KINESIS_MEGABYTES raises the bound",
                    stream.name,
                    lost,
                    self.max_bytes // 2**20,
                )

    def iterator(self, stream: Stream, shard: Shard, position: int) -> str:
        return ShardIterator(stream.name, stream.created, shard.id, position, self.now()).encode()

    def read(self, account: str, region: str, iterator: str, limit: int | None) -> Batch:
        """Raises ExpiredIterator, InvalidArgument, ResourceNotFound, ProvisionedThroughputExceeded."""
        with self._lock:
            now = self.now()
            place = ShardIterator.decode(iterator, now)
            stream = self.find(account, region, place.stream)
            if stream.created != place.created:
                raise ExpiredIterator(f"Iterator expired: stream {stream.name} was created anew since.")
            shard = stream.shard(place.shard)
            key = f"{stream.arn}/{shard.id}"
            if not self.limits.may_read(key, now):
                raise self._too_fast(stream, shard)
            stream.trim_before(now - stream.retention_hours * 3600)
            position = max(place.position, shard.trimmed)
            records = shard.read(position, min(limit or MAX_REPLY_RECORDS, MAX_REPLY_RECORDS), MAX_REPLY_BYTES)
            self.limits.was_read(key, sum(len(r.data) for r in records))
            position += len(records)
            at_end = position >= shard.tip
            ended = at_end and not shard.is_open
            behind = 0 if at_end else max(0, int((now - shard.read(position, 1, 1)[0].arrival) * 1000))
            reads = self._reads.setdefault((account, region, stream.name), Reads())
            reads.calls += 1
            reads.records += len(records)
            reads.millis_behind = max(reads.millis_behind, behind)
            return Batch(
                records=records,
                next_iterator=None if ended else self.iterator(stream, shard, position),
                millis_behind=behind,
                children=stream.children(shard) if ended else [],
            )

    def take_reads(self) -> dict[Key, Reads]:
        """What was read of each stream since the last call."""
        with self._lock:
            taken, self._reads = self._reads, {}
            return taken

    def change_retention(self, stream: Stream, hours: int, *, increase: bool) -> None:
        """Raises InvalidArgument for a period out of range, or in the other direction."""
        with self._lock:
            if not MIN_RETENTION_HOURS <= hours <= MAX_RETENTION_HOURS:
                raise InvalidArgument(f"Retention of {hours} hours is not within 24 and 8760.")
            if (hours < stream.retention_hours) if increase else (hours > stream.retention_hours):
                verb = "Minimum" if increase else "Maximum"
                raise InvalidArgument(
                    f"{verb} allowed retention period is {stream.retention_hours} hours, not {hours}."
                )
            stream.retention_hours = hours
            self.trim(stream)
