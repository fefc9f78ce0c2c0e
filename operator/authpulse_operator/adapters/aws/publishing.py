"""What the service levels are measured by, to CloudWatch: for each environment one question and one put a minute.

No query: what is in the tables the job's checkpoints say, what waits the stream's metrics.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from authpulse.foundation import metrics
from authpulse.foundation.metrics import Metric
from authpulse.names import Names
from authpulse_operator.adapters.aws.freshness import Now
from authpulse_operator.core.errors import OperatorError
from authpulse_operator.core.measuring import STALE_AFTER_SECONDS, Measured, Progress, freshness_seconds

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LOG: Final = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=60)
PERIOD_SECONDS: Final = 60
LONGEST_LOOK_BACK: Final = timedelta(hours=24)
"""Whatever has been waiting for longer is stale in any case."""


@dataclass(slots=True)
class _Pipeline:
    """What is remembered of one."""

    told: datetime
    until: datetime | None = None
    progress: Progress = field(default_factory=Progress)


class Publisher:
    """Thread-safe: one session serves many pipelines."""

    def __init__(self, client: "CloudWatchClient", now: Now) -> None:
        self._client, self._now = client, now
        self._pipelines: dict[Names, _Pipeline] = {}
        self._lock = threading.Lock()

    def publish(self, names: Names, measured: Measured) -> None:
        """See `ports.telemetry.Telemetry`."""
        with self._lock:
            known = self._pipelines.get(names)
            if known is not None and measured.at - known.told < EVERY:
                return
            if known is None:
                known = self._pipelines[names] = _Pipeline(measured.at)
            known.told = measured.at
        try:
            self._put(names, self._data(names, measured, known))
        except (ClientError, BotoCoreError, OperatorError) as error:  # what is not measured now is a minute later
            LOG.warning("%s: freshness is not published this time: %s", names.environment, error)

    def _data(self, names: Names, measured: Measured, known: _Pipeline) -> list[tuple[Metric, float]]:
        known.until = measured.queryable_until or known.until
        until = known.until or measured.assumed_until
        came_in = self._minutes_with_records(names, max(until, measured.at - LONGEST_LOOK_BACK))
        is_running = measured.queryable_until is not None
        seconds = freshness_seconds(measured.at, until, came_in, is_running=is_running)
        return [
            (metrics.FRESHNESS, seconds),
            (metrics.FRESH_MINUTES, float(seconds < STALE_AFTER_SECONDS)),
            (metrics.REPLAY_STALLED, float(known.progress.stalled(measured))),
        ]

    def _minutes_with_records(self, names: Names, since: datetime) -> Sequence[datetime]:
        query = metrics.INCOMING_RECORDS.query(names, identity="m0", period=PERIOD_SECONDS)
        queries: Any = [query | {"ReturnData": True}]
        answer = self._client.get_metric_data(
            MetricDataQueries=queries,
            StartTime=since.replace(second=0, microsecond=0),
            EndTime=self._now() + EVERY,  # the minute that is not over yet counts too
            ScanBy="TimestampAscending",
        )
        (found,) = answer["MetricDataResults"]
        return [at.astimezone(UTC) for at, n in zip(found["Timestamps"], found["Values"], strict=True) if n > 0]

    def _put(self, names: Names, data: Sequence[tuple[Metric, float]]) -> None:
        given: Any = [
            {"MetricName": m.name, "Dimensions": m.dimensions(names), "Unit": m.unit, "Value": value}
            for m, value in data
        ]
        self._client.put_metric_data(Namespace=metrics.PIPELINE, MetricData=given)
