"""CloudWatch: the runbook's alarms, how far a job is behind, and what comes in.

Metrics have one value a minute, and are looked at no oftener than that is of use: every metric asked for is paid for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from authpulse.names import Names
from authpulse_operator.adapters.aws.errors import translated
from authpulse_operator.adapters.aws.freshness import Looked, Now, utc_now
from authpulse_operator.adapters.aws.publishing import Publisher
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.measuring import Measured
from authpulse_operator.core.world import Alarm, AlarmKind

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

ALARMS_GOOD_FOR_SECONDS: Final = 20
METRICS_GOOD_FOR_SECONDS: Final = 60
PERIOD_SECONDS: Final = 60
LATELY: Final = timedelta(minutes=5)
"""A value that is older says nothing about now."""

ALARM_TYPES: Final[Any] = ("MetricAlarm", "CompositeAlarm")
OF_APPLICATIONS, OF_STREAMS = "AWS/KinesisAnalytics", "AWS/Kinesis"
ITERATOR_AGE, INCOMING = "GetRecords.IteratorAgeMilliseconds", "IncomingRecords"


@dataclass(frozen=True, slots=True)
class _Metric:
    namespace: str
    name: str
    dimension: tuple[str, str]
    statistic: str

    def query(self, identity: str) -> dict[str, Any]:
        name, value = self.dimension
        metric = {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": [{"Name": name, "Value": value}],
        }
        stat = {"Metric": metric, "Period": PERIOD_SECONDS, "Stat": self.statistic}
        return {"Id": identity, "MetricStat": stat, "ReturnData": True}


class AwsTelemetry:
    """`ports.telemetry.Telemetry`."""

    def __init__(self, session: Session, *, now: Now = utc_now) -> None:
        self._client: CloudWatchClient = session.client("cloudwatch")
        self._now = now
        self._alarms: Looked[tuple[Alarm, ...]] = Looked(now, ALARMS_GOOD_FOR_SECONDS)
        self._lag: Looked[float | None] = Looked(now, METRICS_GOOD_FOR_SECONDS)
        self._incoming: Looked[int | None] = Looked(now, METRICS_GOOD_FOR_SECONDS)
        self._measured: set[str] = set()
        """Streams that have had records at some time."""
        self._publisher = Publisher(self._client, now)

    def firing(self, names: Names) -> tuple[Alarm, ...]:
        return self._alarms.get(names, lambda: self._look_for_firing(names))

    def lag_seconds(self, names: Names, application: str) -> float | None:
        """What the job's source reports; where it reports nothing, how old the records are that were read last."""
        return self._lag.get((names, application), lambda: self._look_for_lag(names, application))

    def incoming_records(self, names: Names, *, minutes: int) -> int | None:
        """None for a stream that CloudWatch has never heard of; one that it only hears nothing of now has had none."""
        return self._incoming.get((names, minutes), lambda: self._look_for_incoming(names, minutes))

    def publish(self, names: Names, measured: Measured) -> None:
        self._publisher.publish(names, measured)

    def _look_for_firing(self, names: Names) -> tuple[Alarm, ...]:
        kinds = {names.alarm(kind.value): kind for kind in AlarmKind}
        with translated(f"describing the alarms {names.alarm('*')}"):
            answer = self._client.describe_alarms(AlarmNames=list(kinds), StateValue="ALARM", AlarmTypes=ALARM_TYPES)
        found = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
        alarms = [
            Alarm(
                kinds[a["AlarmName"]], a["AlarmName"], a["StateUpdatedTimestamp"], _one_line(a.get("StateReason", ""))
            )
            for a in found
            if a["StateValue"] == "ALARM" and a["AlarmName"] in kinds
        ]
        order = list(AlarmKind)
        return tuple(sorted(alarms, key=lambda a: order.index(a.kind)))

    def _look_for_lag(self, names: Names, application: str) -> float | None:
        reported = _Metric(OF_APPLICATIONS, "millisBehindLatest", ("Application", application), "Maximum")
        age = _Metric(OF_STREAMS, ITERATOR_AGE, ("StreamName", names.stream), "Maximum")
        with translated(f"asking how far {application} is behind"):
            for newest_first in self._values([reported, age], LATELY):
                measured = [v for v in newest_first if v >= 0]  # -1: not reported
                if measured:
                    return measured[0] / 1000
        return None

    def _look_for_incoming(self, names: Names, minutes: int) -> int | None:
        incoming = _Metric(OF_STREAMS, INCOMING, ("StreamName", names.stream), "Sum")
        with translated(f"asking what comes into {names.stream}"):
            (values,) = self._values([incoming], timedelta(minutes=minutes))
            if values or names.stream in self._measured or self._is_listed(incoming):
                self._measured.add(names.stream)
                return int(sum(values))
        return None

    def _values(self, metrics: Sequence[_Metric], back: timedelta) -> list[list[float]]:
        """Of each metric, the newest first."""
        now = self._now()
        end = now + timedelta(seconds=PERIOD_SECONDS)  # the minute that is not over yet counts too
        queries: Any = [metric.query(f"m{n}") for n, metric in enumerate(metrics)]
        answer = self._client.get_metric_data(
            MetricDataQueries=queries, StartTime=now - back, EndTime=end, ScanBy="TimestampDescending"
        )
        found = {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}
        return [list(found.get(f"m{n}", ())) for n in range(len(metrics))]

    def _is_listed(self, metric: _Metric) -> bool:
        """CloudWatch lists what it had a value of within the last two weeks."""
        name, value = metric.dimension
        dimensions: Any = [{"Name": name, "Value": value}]
        listed = self._client.list_metrics(Namespace=metric.namespace, MetricName=metric.name, Dimensions=dimensions)
        return bool(listed["Metrics"])


def _one_line(said: str) -> str:
    return " ".join(said.split())
