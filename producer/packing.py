"""Packs: JSON arrays of the events of one user bucket, one Kinesis record each.

A record a line would meet the shard's limit of 1,000 records a second long before its 1 MB; a pack of 25 KB is one PUT
payload unit and carries a hundred events. All packs close together when event time leaves their window, so that a pack
is never wider than the window and never waits for its bucket's next event: a wider or older pack would make its own
events late behind the shard's watermark.

A bucket is a range of users, and of Kinesis' hash keys: bucket b of n takes the b-th n-th of them, so any number of
shards up to n is filled evenly, and one user's events stay in order on one shard.
"""

from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

HASH_KEYS: Final = 2**128
NOTHING_CLOSED: Final[list["Pack"]] = []
KNOWN_USERS: Final = 500_000  # the memory of which bucket a user is in; about 60 MB


@dataclass(frozen=True, slots=True)
class Pack:
    """A closed pack."""

    bucket: int
    data: bytes
    elements: int
    section: int
    """The part of the input that it belongs to; see `sections`."""


def bucket_of(user_id: str, buckets: int) -> int:
    """The same for ever: a resumed replay must not move a user."""
    return crc32(user_id.encode()) % buckets


def hash_key_of(bucket: int, buckets: int) -> str:
    """The middle of the bucket's range of hash keys, in Kinesis' decimal spelling."""
    return str((2 * bucket + 1) * HASH_KEYS // (2 * buckets))


@dataclass(slots=True)
class _Open:
    texts: list[str] = field(default_factory=list)
    size: int = 2  # the brackets


class Packer:
    """Collects texts into packs. What it returns is closed and in order; what it keeps, `close` gives."""

    def __init__(self, *, buckets: int, pack_bytes: int, pack_ms: int) -> None:
        self._buckets = buckets
        self._pack_bytes = pack_bytes
        self._pack_ms = pack_ms
        self._open = [_Open() for _ in range(buckets)]
        self._bucket: dict[str, int] = {}
        self._from_ms = self._to_ms = 0
        self._closed: list[Pack] = []
        self.section = 0
        """Packs are closed for this section; set it only right after `close`."""

    def add(self, time_ms: int, user_id: str, text: str) -> list[Pack]:
        """Puts an event into its bucket's pack. Returns the packs that this closed, most often none."""
        if not self._from_ms <= time_ms < self._to_ms:
            self._close_all()
            self._from_ms, self._to_ms = time_ms, time_ms + self._pack_ms
        bucket = self._bucket.get(user_id)
        return self._put(self._remember(user_id) if bucket is None else bucket, text)

    def add_rejected(self, line_number: int, text: str) -> list[Pack]:
        """Puts a rejected element, which has neither user nor time, into any pack."""
        return self._put(line_number % self._buckets, text)

    def close(self) -> list[Pack]:
        """Closes every pack."""
        self._close_all()
        self._from_ms = self._to_ms = 0
        return self._taken()

    def _put(self, bucket: int, text: str) -> list[Pack]:
        pack = self._open[bucket]
        size = pack.size + len(text) + 1  # texts are ASCII; and a comma
        if size > self._pack_bytes and pack.texts:
            self._close(bucket)
            pack = self._open[bucket]
            size = pack.size + len(text) + 1
        pack.texts.append(text)
        pack.size = size
        return self._taken() if self._closed else NOTHING_CLOSED

    def _taken(self) -> list[Pack]:
        closed, self._closed = self._closed, []
        return closed

    def _close_all(self) -> None:
        for bucket, pack in enumerate(self._open):
            if pack.texts:
                self._close(bucket)

    def _close(self, bucket: int) -> None:
        texts = self._open[bucket].texts
        data = f"[{','.join(texts)}]".encode("ascii")
        self._closed.append(Pack(bucket, data, len(texts), self.section))
        self._open[bucket] = _Open()

    def _remember(self, user_id: str) -> int:
        if len(self._bucket) >= KNOWN_USERS:
            self._bucket.clear()
        bucket = self._bucket[user_id] = bucket_of(user_id, self._buckets)
        return bucket
