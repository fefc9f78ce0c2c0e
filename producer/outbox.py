"""Which packs go into the next request, and which go again.

At most one pack of a bucket is on its way: PutRecords may refuse one record and take the next, so two of one bucket in
a request could change places. Packs of other buckets go on while a bucket waits for its next attempt.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from authpulse.errors import AuthPulseError
from producer.packing import Pack
from producer.stream import Refusal

MAX_RECORDS: Final = 500
MAX_BYTES: Final = 5 * 1024 * 1024
RECORD_OVERHEAD_BYTES: Final = 64
FIRST_BACKOFF_SECONDS: Final = 0.1
LONGEST_BACKOFF_SECONDS: Final = 5.0


@dataclass(slots=True)
class _Bucket:
    waiting: deque[Pack] = field(default_factory=deque)
    on_its_way: bool = False
    attempts: int = 0
    not_before: float = 0.0


class Outbox:
    """Queues by bucket. `jitter` gives numbers from 0 to 1."""

    def __init__(self, *, buckets: int, max_attempts: int, jitter: Callable[[], float]) -> None:
        self._buckets = [_Bucket() for _ in range(buckets)]
        self._max_attempts = max_attempts
        self._jitter = jitter
        self._turn = 0
        self.bytes = 0
        """Of everything that has not arrived."""
        self.packs = 0
        self.again = 0
        """Packs that were sent once more."""

    def add(self, packs: Sequence[Pack]) -> None:
        for pack in packs:
            self._buckets[pack.bucket].waiting.append(pack)
            self.bytes += len(pack.data)
        self.packs += len(packs)

    def take(self, now: float, may_send: Callable[[int], bool]) -> list[Pack]:
        """The next request's packs: the first of each bucket that may go now, starting where the last request ended."""
        taken: list[Pack] = []
        size, count = 0, len(self._buckets)
        for step in range(count):
            number = (self._turn + step) % count
            bucket = self._buckets[number]
            if not bucket.waiting or bucket.on_its_way or bucket.not_before > now:
                continue
            pack = bucket.waiting[0]
            if not may_send(pack.section):
                continue
            weight = len(pack.data) + RECORD_OVERHEAD_BYTES
            if taken and (size + weight > MAX_BYTES or len(taken) == MAX_RECORDS):
                self._turn = number
                break
            bucket.on_its_way = True
            taken.append(pack)
            size += weight
        return taken

    def settle(self, packs: Sequence[Pack], results: Sequence[Refusal | None], now: float) -> list[Pack]:
        """Puts what was refused back for another attempt; returns what has arrived.

        Raises AuthPulseError for a pack that was refused too often.
        """
        arrived = []
        for pack, refusal in zip(packs, results, strict=True):
            bucket = self._buckets[pack.bucket]
            bucket.on_its_way = False
            if refusal is None:
                bucket.waiting.popleft()
                bucket.attempts = 0
                self.packs -= 1
                self.bytes -= len(pack.data)
                arrived.append(pack)
                continue
            bucket.attempts += 1
            if bucket.attempts >= self._max_attempts:
                raise AuthPulseError(
                    f"a record was refused {bucket.attempts} times, last with {refusal.code}: {refusal.message}"
                )
            self.again += 1
            bucket.not_before = now + self._backoff_seconds(bucket.attempts)
        return arrived

    def next_attempt(self) -> float | None:
        """When the earliest bucket may go again that waits for that."""
        return min((b.not_before for b in self._buckets if b.waiting and b.attempts and not b.on_its_way), default=None)

    def _backoff_seconds(self, attempts: int) -> float:
        """Between half and all of twice the last one: never at once, and not all producers together."""
        longest = min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0 ** min(attempts - 1, 10))
        return longest * (0.5 + 0.5 * self._jitter())
