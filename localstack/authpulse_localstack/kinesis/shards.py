"""Shards and records: a range of hash keys, and what was put into it, in order.

Positions count the records of a shard from its beginning and never change, also when old records are trimmed away.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

HASH_KEYS: Final = 1 << 128
FIRST_SEQUENCE: Final = 49 * 10**54  # as long as the service's own, so that nobody builds on short ones
RECORD_OVERHEAD_BYTES: Final = 300  # of the objects around the data, for the memory bound


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was put. `arrival` is epoch seconds."""

    sequence: int
    arrival: float
    partition_key: str
    data: bytes

    @property
    def bytes_kept(self) -> int:
        return len(self.data) + len(self.partition_key) + RECORD_OVERHEAD_BYTES


@dataclass(slots=True)
class Shard:
    """`ending_sequence` is None while the shard is open."""

    number: int
    first_hash: int
    last_hash: int
    starting_sequence: int
    opened: float
    parent: "Shard | None" = None
    adjacent_parent: "Shard | None" = None
    ending_sequence: int | None = None
    closed: float | None = None
    trimmed: int = 0
    records: list[Record] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"shardId-{self.number:012d}"

    @property
    def is_open(self) -> bool:
        return self.ending_sequence is None

    @property
    def tip(self) -> int:
        """The position after the last record."""
        return self.trimmed + len(self.records)

    def covers(self, hash_key: int) -> bool:
        return self.first_hash <= hash_key <= self.last_hash

    def position_of_sequence(self, sequence: int, *, after: bool) -> int:
        """The position of the first record at, or after, a sequence number."""
        find = bisect_right if after else bisect_left
        return self.trimmed + find(self.records, sequence, key=lambda r: r.sequence)

    def position_of_time(self, time: float) -> int:
        """The position of the first record that arrived at that time or later."""
        return self.trimmed + bisect_left(self.records, time, key=lambda r: r.arrival)

    def read(self, position: int, limit: int, max_bytes: int) -> list[Record]:
        """At most `limit` records from a position on, and no more than `max_bytes` of data beyond the first."""
        start = max(0, position - self.trimmed)
        found = self.records[start : start + limit]
        total = 0
        for count, record in enumerate(found):
            total += len(record.data)
            if total > max_bytes and count > 0:
                return found[:count]
        return found

    def trim(self, count: int) -> int:
        """Forgets the oldest records; returns how many bytes that frees."""
        freed = sum(r.bytes_kept for r in self.records[:count])
        del self.records[:count]
        self.trimmed += count
        return freed
