"""The service's limits per shard, for those who want to meet them: AUTHPULSE_LOCAL_KINESIS_LIMITS=1.

In: 1 MiB and 1,000 records a second. Out: 2 MiB a second and 5 reads a second. Counted per second of the clock, which
is coarser than the service's own buckets but has the same averages.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

IN_BYTES: Final = 1024 * 1024
IN_RECORDS: Final = 1000
OUT_BYTES: Final = 2 * 1024 * 1024
OUT_READS: Final = 5


@dataclass(slots=True)
class _Second:
    second: int = -1
    records: int = 0
    bytes: int = 0

    def take(self, now: float, *, records: int, size: int, max_records: int, max_bytes: int) -> bool:
        if int(now) != self.second:
            self.second, self.records, self.bytes = int(now), 0, 0
        if self.records + records > max_records or (self.bytes > 0 and self.bytes + size > max_bytes):
            return False
        self.records += records
        self.bytes += size
        return True


@dataclass(slots=True)
class Limits:
    """Counters of all shards. Switched off, everything fits."""

    enforced: bool
    _in: dict[str, _Second] = field(default_factory=lambda: defaultdict(_Second))
    _out: dict[str, _Second] = field(default_factory=lambda: defaultdict(_Second))

    def may_put(self, shard: str, size: int, now: float) -> bool:
        """Whether one more record of that size fits into this second of the shard."""
        return not self.enforced or self._in[shard].take(
            now, records=1, size=size, max_records=IN_RECORDS, max_bytes=IN_BYTES
        )

    def may_read(self, shard: str, now: float) -> bool:
        """Whether one more read fits. What it brings is counted by `was_read`."""
        seen = self._out[shard]
        return not self.enforced or seen.take(now, records=1, size=0, max_records=OUT_READS, max_bytes=OUT_BYTES)

    def was_read(self, shard: str, size: int) -> None:
        if self.enforced:
            self._out[shard].bytes += size
