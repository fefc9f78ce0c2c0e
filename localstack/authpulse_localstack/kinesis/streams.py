"""A stream: its shards through splits and merges, and where a record goes."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from authpulse_localstack.kinesis.errors import InvalidArgument, ResourceInUse, ResourceNotFound
from authpulse_localstack.kinesis.shards import FIRST_SEQUENCE, HASH_KEYS, Record, Shard

DEFAULT_RETENTION_HOURS: Final = 24


@dataclass(slots=True)
class Stream:
    """One stream. Sequence numbers grow over the whole stream, so children are always above their parents."""

    name: str
    arn: str
    created: float
    mode: str = "PROVISIONED"
    retention_hours: int = DEFAULT_RETENTION_HOURS
    encryption: str = "NONE"
    key_id: str | None = None
    monitoring: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    consumers: dict[str, dict[str, Any]] = field(default_factory=dict)
    shards: list[Shard] = field(default_factory=list)
    shards_opened: int = 0
    sequence: int = FIRST_SEQUENCE
    bytes_kept: int = 0
    _open: list[Shard] = field(default_factory=list)
    """Open shards by hash key; emptied when that changes, because every put looks here."""

    def open_shards(self) -> list[Shard]:
        """In the order of their hash keys."""
        if not self._open:
            self._open = sorted((s for s in self.shards if s.is_open), key=lambda s: s.first_hash)
        return self._open

    def shard(self, shard_id: str) -> Shard:
        """Raises ResourceNotFound."""
        for shard in self.shards:
            if shard.id == shard_id:
                return shard
        raise ResourceNotFound(f"Shard {shard_id} in stream {self.name} under account {self.account} does not exist")

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    def shard_for(self, partition_key: str, explicit_hash_key: str | None) -> Shard:
        """By the MD5 of the partition key, as the service does it, or by the hash key that was given."""
        if explicit_hash_key:
            hash_key = _hash_key(explicit_hash_key)
        else:
            digest = hashlib.md5(partition_key.encode(), usedforsecurity=False).digest()
            hash_key = int.from_bytes(digest, "big")
        shards = self.open_shards()
        return shards[bisect_right(shards, hash_key, key=lambda s: s.first_hash) - 1]

    def put(self, shard: Shard, partition_key: str, data: bytes, now: float) -> Record:
        """Appends a record."""
        record = Record(self.next_sequence(), now, partition_key, data)
        shard.records.append(record)
        self.bytes_kept += record.bytes_kept
        return record

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence

    def open(self, first: int, last: int, now: float, *parents: Shard) -> Shard:
        """A new shard for a range of hash keys."""
        parent, adjacent = (*parents, None, None)[:2]
        shard = Shard(self.shards_opened, first, last, self.next_sequence(), now, parent, adjacent)
        self.shards.append(shard)
        self.shards_opened += 1
        self._open = []
        return shard

    def split(self, shard: Shard, at: int, now: float) -> tuple[Shard, Shard]:
        """Closes a shard and opens two below it; the second begins at hash key `at`."""
        if not shard.is_open:
            raise ResourceInUse(f"Shard {shard.id} in stream {self.name} is already closed")
        if not shard.first_hash < at <= shard.last_hash:
            raise InvalidArgument(f"NewStartingHashKey {at} is not within the hash key range of shard {shard.id}")
        self._close(shard, now)
        return self.open(shard.first_hash, at - 1, now, shard), self.open(at, shard.last_hash, now, shard)

    def merge(self, shard: Shard, adjacent: Shard, now: float) -> Shard:
        """Closes two neighbours and opens one below both."""
        if not (shard.is_open and adjacent.is_open):
            raise ResourceInUse(f"Shards {shard.id} and {adjacent.id} in stream {self.name} are not both open")
        low, high = sorted((shard, adjacent), key=lambda s: s.first_hash)
        if low.last_hash + 1 != high.first_hash:
            raise InvalidArgument(f"Shards {shard.id} and {adjacent.id} in stream {self.name} are not an adjacent pair")
        self._close(shard, now)
        self._close(adjacent, now)
        return self.open(low.first_hash, high.last_hash, now, shard, adjacent)

    def scale_to(self, count: int, now: float) -> None:
        """Splits and merges until there are `count` shards of equal size."""
        starts = [i * HASH_KEYS // count for i in range(count)]
        for start in starts[1:]:
            shard = next(s for s in self.open_shards() if s.covers(start))
            if shard.first_hash != start:
                self.split(shard, start, now)
        for first, last in uniform_ranges(count):
            while len(inside := [s for s in self.open_shards() if first <= s.first_hash <= last]) > 1:
                self.merge(inside[0], inside[1], now)

    def children(self, shard: Shard) -> list[Shard]:
        return [s for s in self.shards if shard in (s.parent, s.adjacent_parent)]

    def trim_before(self, time: float) -> None:
        """Retention: forgets records that arrived before `time`, and closed shards that are empty since then."""
        for shard in self.shards:
            old = shard.position_of_time(time) - shard.trimmed
            if old > 0:
                self.bytes_kept -= shard.trim(old)
        gone = [s for s in self.shards if s.closed is not None and s.closed < time and not s.records]
        if gone:
            self.shards = [s for s in self.shards if s not in gone]

    def trim_to(self, max_bytes: int) -> int:
        """Forgets the oldest records until no more than `max_bytes` are kept; returns how many records went."""
        trimmed = 0
        while self.bytes_kept > max_bytes:
            oldest = min((s for s in self.shards if s.records), key=lambda s: s.records[0].sequence)
            count = max(1, len(oldest.records) // 16)
            self.bytes_kept -= oldest.trim(count)
            trimmed += count
        return trimmed

    def _close(self, shard: Shard, now: float) -> None:
        shard.ending_sequence = self.next_sequence()
        shard.closed = now
        self._open = []


def _hash_key(text: str) -> int:
    if not text.isdecimal() or int(text) >= HASH_KEYS:
        raise InvalidArgument(f"Invalid ExplicitHashKey {text}: it must be a number below 2^128.")
    return int(text)


def uniform_ranges(count: int) -> Iterator[tuple[int, int]]:
    """The hash key space in `count` equal parts."""
    for i in range(count):
        yield i * HASH_KEYS // count, (i + 1) * HASH_KEYS // count - 1
