"""Looks at all alarms every few seconds.

LocalStack has a timer for each that goes off every *evaluation periods x period*, so an alarm over three minutes may be
six minutes late, and clear as late.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from authpulse_localstack.cloudwatch.judging import Alarm, Point, Verdict, is_judged, judge, periods_looked_at
from authpulse_localstack.cloudwatch.metrics import ExactMetrics

LOG = logging.getLogger(__name__)

SECONDS: Final = 5.0

AlarmsOf = Callable[[], Iterable[tuple[str, str, Alarm]]]
"""Account, region and alarm of all metric alarms."""
Settle = Callable[[str, str, str, Verdict], None]
"""Account, region, name of the alarm, and what it says from now on."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def set_state(account: str, region: str, name: str, verdict: Verdict) -> None:
    """As a person would; LocalStack then tells SNS, and looks at the composite alarms."""
    client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
    client.set_alarm_state(AlarmName=name, StateValue=verdict.state, StateReason=verdict.reason)


class AlarmWatch:
    """In place of LocalStack's scheduler, whose methods it has."""

    def __init__(
        self,
        metrics: ExactMetrics,
        alarms: AlarmsOf,
        *,
        settle: Settle = set_state,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._metrics, self._alarms, self._settle, self._now = metrics, alarms, settle, now
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="watch-alarms", daemon=True)
            self._thread.start()

    def shutdown(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    def schedule_metric_alarm(self, alarm_arn: str) -> None:
        """There is one round for all."""

    def delete_scheduler_for_alarm(self, alarm_arn: str) -> None:
        """It is not there when the next round comes."""

    def restart_existing_alarms(self) -> None:
        """The next round sees them."""

    def look(self) -> None:
        """One round."""
        for account, region, alarm in list(self._alarms()):
            if not is_judged(alarm):
                continue
            verdict = judge(alarm, self._points(account, region, alarm))
            if verdict is None or verdict.state == alarm["StateValue"]:
                continue
            try:
                self._settle(account, region, alarm["AlarmName"], verdict)
            except (ClientError, BotoCoreError) as error:  # deleted meanwhile, or its topic is gone
                LOG.info("%s is %s, which could not be told: %s", alarm["AlarmName"], verdict.state, error)

    def _run(self) -> None:
        while not self._stopped.wait(SECONDS):
            try:
                self.look()
            except Exception:  # another round comes, whatever this one met
                LOG.exception("alarms could not be looked at")

    def _points(self, account: str, region: str, alarm: Alarm) -> list[Point | None]:
        """Of each period that ends now, a period ago, ...; the oldest first."""
        period, count = int(alarm["Period"]), periods_looked_at(alarm)
        end = self._now().replace(microsecond=0) + timedelta(seconds=1)  # values of this second count
        start = end - timedelta(seconds=period * count)
        metric: dict[str, Any] = {
            "Namespace": alarm.get("Namespace"),
            "MetricName": alarm["MetricName"],
            "Dimensions": list(alarm.get("Dimensions") or ()),
        }
        stat = {"Metric": metric, "Period": period, "Stat": alarm["Statistic"], "Unit": alarm.get("Unit")}
        found = self._metrics.get_metric_data_stat(
            account_id=account,
            region=region,
            query={"MetricStat": stat},
            start_time=start,
            end_time=end,
            scan_by="TimestampAscending",
        )
        values = dict(zip(found["timestamps"], found["values"], strict=True))
        begins = [int(start.timestamp()) + n * period for n in range(count)]
        return [Point(datetime.fromtimestamp(b, UTC), float(values[b])) if b in values else None for b in begins]
