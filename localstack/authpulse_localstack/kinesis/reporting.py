"""What streams tell CloudWatch, as on the service: records and bytes that came in, reads, and how old what is read is.

Nothing is counted while records are put: what came in is the distance that the shards' tips have moved. A stream in
which nothing happens says so once a minute. IncomingRecordsWithoutReader is no metric of the service: there it is
metric math over IncomingRecords and GetRecords.Success, which no alarm here can evaluate.
"""

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from authpulse_localstack.kinesis.shards import Record
from authpulse_localstack.kinesis.store import Key, Reads, Store
from authpulse_localstack.kinesis.streams import Stream

LOG = logging.getLogger(__name__)

NAMESPACE: Final = "AWS/Kinesis"
SECONDS: Final = 5.0
QUIET_SECONDS: Final = 60.0
UNREAD_SECONDS: Final = 60.0
DATA_PER_CALL: Final = 900  # a thousand are allowed
SAMPLED: Final = 10_000

Datum = dict[str, Any]
Send = Callable[[str, str, list[Datum]], None]


def to_cloudwatch(account: str, region: str, data: list[Datum]) -> None:
    """Puts the data, of one account and region."""
    clients = connect_to(aws_access_key_id=account, region_name=region)
    clients.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)


@dataclass(slots=True)
class _Seen:
    """A stream when it was last looked at."""

    created: float
    tips: dict[str, int]
    reported: float
    read: float
    """When somebody read last, or when it was seen first."""
    came: deque[tuple[float, int]]
    """What came in within the last minute, and when that was seen."""


@dataclass
class Reporter:
    """Looks at all streams of a store now and then."""

    store: Store
    send: Send = to_cloudwatch
    _seen: dict[Key, _Seen] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.store.now()

    def start(self) -> None:
        """From now on, in the background."""
        threading.Thread(target=self._run, name="report-kinesis", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def report(self) -> None:
        """What has happened since the last report."""
        data: dict[tuple[str, str], list[Datum]] = defaultdict(list)
        reads = self.store.take_reads()
        for key, stream in list(self.store.streams.items()):
            account, region, name = key
            dimensions = [{"Name": "StreamName", "Value": name}]
            for metric, value, unit in self._news(key, stream, reads.get(key)):
                data[account, region].append(
                    {"MetricName": metric, "Dimensions": dimensions, "Unit": unit, "Value": float(value)}
                )
        self._seen = {key: seen for key, seen in self._seen.items() if key in self.store.streams}
        for (account, region), found in data.items():
            for start in range(0, len(found), DATA_PER_CALL):
                try:
                    self.send(account, region, found[start : start + DATA_PER_CALL])
                except (ClientError, BotoCoreError) as error:
                    LOG.debug("no metrics of streams this time: %s", error)

    def _run(self) -> None:
        while not self._stopped.wait(SECONDS):
            self.report()

    def _news(self, key: Key, stream: Stream, reads: Reads | None) -> Iterator[tuple[str, int, str]]:
        now = self.store.now()
        records, size, seen = self._came_in(key, stream)
        if reads is not None:
            seen.read = now
            yield "GetRecords.IteratorAgeMilliseconds", reads.millis_behind, "Milliseconds"
            yield "GetRecords.Success", reads.calls, "Count"
            yield "GetRecords.Records", reads.records, "Count"
        if records or now - seen.reported >= QUIET_SECONDS:
            seen.reported = now
            yield "IncomingRecords", records, "Count"
            yield "IncomingBytes", size, "Bytes"
            yield "IncomingRecordsWithoutReader", _unread(seen, records, now), "Count"

    def _came_in(self, key: Key, stream: Stream) -> tuple[int, int, _Seen]:
        """Records and bytes since the last look. What a state of last time brought along did not come in now."""
        with self.store.locked():
            before = self._seen.get(key)
            tips = {shard.id: shard.tip for shard in stream.shards}
            if before is None or before.created != stream.created:
                was_there, now = stream.created < self._began, self.store.now()
                before = _Seen(stream.created, dict(tips) if was_there else {}, now, now, deque())
            new: list[Record] = []
            records = 0
            for shard in stream.shards:
                count = tips[shard.id] - before.tips.get(shard.id, 0)
                records += count
                new += shard.records[len(shard.records) - min(count, len(shard.records)) :]
        seen = self._seen[key] = replace(before, tips=tips)
        return records, _size(new, records), seen


def _unread(seen: _Seen, records: int, now: float) -> int:
    """Records of the last minute if nobody read in it, else none."""
    seen.came.append((now, records))
    while seen.came[0][0] <= now - UNREAD_SECONDS:
        seen.came.popleft()
    return 0 if now - seen.read < UNREAD_SECONDS else sum(count for _, count in seen.came)


def _size(new: list[Record], count: int) -> int:
    """Of very many records an estimate, by a part of them."""
    if not new:
        return 0
    sample = new[:: len(new) // SAMPLED + 1]
    return round(sum(len(r.data) for r in sample) / len(sample) * count)
