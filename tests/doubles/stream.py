"""A stream in memory: shards with their ranges of hash keys, the service's limits, and switches for what goes wrong."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from authpulse.errors import AuthPulseError, PrerequisiteError, ReachabilityError
from producer.packing import HASH_KEYS
from producer.stream import Record, Refusal, RequestFailed

MAX_RECORDS = 500
MAX_BYTES = 5 * 1024 * 1024
THROTTLED = Refusal("ProvisionedThroughputExceededException", "Rate exceeded for shard")


@dataclass
class FakeStream:
    """`refuse` decides by record and its count of attempts; `breaks` by the number of the request, from 1."""

    shards: int = 2
    there: bool = True
    refuse: Callable[[Record, int], bool] = lambda _record, _attempt: False
    breaks: Callable[[int], bool] = lambda _request: False
    takes_effect_when_broken: bool = False
    name: str = "fake"
    requests: list[list[Record]] = field(default_factory=list)
    taken: list[list[Record]] = field(default_factory=list)
    """By shard, in order."""
    _attempts: dict[bytes, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.taken = [[] for _ in range(self.shards)]

    def check(self) -> None:
        if not self.there:
            raise PrerequisiteError(f"there is no stream {self.name}")

    def put(self, records: Sequence[Record]) -> list[Refusal | None]:
        self.check()
        if not 0 < len(records) <= MAX_RECORDS:
            raise AuthPulseError(f"{len(records)} records")
        if sum(len(r.data) + len(r.partition_key) for r in records) > MAX_BYTES:
            raise AuthPulseError("too many bytes")
        self.requests.append(list(records))
        broken = self.breaks(len(self.requests))
        results = [self._put(r) for r in records] if self.takes_effect_when_broken or not broken else []
        if broken:
            raise RequestFailed("no answer", ReachabilityError)
        return results

    def _put(self, record: Record) -> Refusal | None:
        self._attempts[record.data] += 1
        if self.refuse(record, self._attempts[record.data]):
            return THROTTLED
        self.taken[int(record.hash_key) * self.shards // HASH_KEYS].append(record)
        return None

    @property
    def elements(self) -> list[dict[str, Any]]:
        """Shard after shard, as a consumer would see them."""
        return [e for shard in self.taken for record in shard for e in json.loads(record.data)]


def by_user(elements: Sequence[dict[str, Any]]) -> dict[str, list[int]]:
    """Line numbers of each user's events in the order of their first arrival: what is left after deduplication."""
    seen: set[str] = set()
    lines: dict[str, list[int]] = defaultdict(list)
    for element in elements:
        if element["event_id"] not in seen:
            seen.add(element["event_id"])
            lines[element.get("user_id", "")].append(int(element["source"].rpartition(":")[2]))
    return dict(lines)
