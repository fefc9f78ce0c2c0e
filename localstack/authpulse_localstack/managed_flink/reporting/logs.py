"""Log lines of both processes to CloudWatch Logs, in the service's JSON.

As on the service, lines for a stream that is not there are dropped without a word.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

LOG = logging.getLogger(__name__)

Json = dict[str, Any]

SCHEMA_VERSION: Final = "1"
MAX_EVENT_BYTES: Final = 256 * 1024
MAX_BATCH_BYTES: Final = 1024 * 1024
MAX_BATCH_EVENTS: Final = 10_000
BYTES_PER_EVENT: Final = 26  # what the service adds to each when it counts
CUT: Final = 60_000


class PutsLogs(Protocol):
    """The part of a `logs` client that is used."""

    def put_log_events(self, **request: Any) -> Any: ...


class LogShipper:
    """Sends lines of one application's version to one log stream."""

    def __init__(self, client: PutsLogs, *, stream_arn: str, application_arn: str, version: int) -> None:
        group, _, stream = stream_arn.partition(":log-group:")[2].partition(":log-stream:")
        self._client, self._group, self._stream = client, group, stream
        self._about = {
            "applicationARN": application_arn,
            "applicationVersionId": str(version),
            "messageSchemaVersion": SCHEMA_VERSION,
        }

    def ship(self, lines: Sequence[str]) -> None:
        """Lines of JSON as `cluster.settings` lets log4j write them; others are no log lines and left out."""
        events = sorted(filter(None, map(self._event, lines)), key=lambda e: e["timestamp"])
        for batch in batches(events):
            try:
                self._client.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=batch)
            except (ClientError, BotoCoreError) as error:
                LOG.debug("%s lines for %s/%s dropped: %s", len(batch), self._group, self._stream, error)

    def _event(self, line: str) -> Json | None:
        try:
            entry = json.loads(line)
            timestamp = entry.pop("timestamp")
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return {"timestamp": timestamp, "message": json.dumps(dict(sorted({**entry, **self._about}.items())))}


def batches(events: Sequence[Json]) -> Iterator[list[Json]]:
    """As large as PutLogEvents takes them. A message that is too long for it is cut, and is no JSON then."""
    batch: list[Json] = []
    size = 0
    for given in events:
        event, length = given, len(given["message"].encode()) + BYTES_PER_EVENT
        if length > MAX_EVENT_BYTES:
            event = {**given, "message": given["message"][:CUT]}
            length = len(event["message"].encode()) + BYTES_PER_EVENT
        if batch and (size + length > MAX_BATCH_BYTES or len(batch) == MAX_BATCH_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += length
    if batch:
        yield batch
