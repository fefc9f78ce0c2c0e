"""The alarms of the runbook, each defined once.

An alarm has up to two renderings of the same meaning. On AWS those that watch a counter's growth are metric math. A
local AWS (LocalStack) evaluates no metric math, so it publishes the growth as a metric of its own, and the alarm reads
that. There the window is only as long as what has to breach, so that an alarm is over soon after its cause is: alarms
are looked at every few seconds, and whoever sits in front of one machine wants to see that something has helped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from authpulse.foundation import metrics
from authpulse.foundation.metrics import Metric
from authpulse.names import Names

PERIOD_SECONDS: Final = 60
RUNBOOK: Final = "docs/runbook.md"
ANSWER: Final = "answer"
"""Id of the query whose values an alarm of metric math compares."""

Comparison = Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold"]
Missing = Literal["notBreaching", "ignore", "missing"]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """Metric math over metrics of one minute each."""

    formula: str
    inputs: Mapping[str, Metric]

    def queries(self, names: Names, label: str) -> list[Json]:
        """MetricDataQueries; the formula's is the one that counts."""
        answer = {"Id": ANSWER, "Expression": self.formula, "Label": label, "ReturnData": True}
        given = [m.query(names, identity=i, period=PERIOD_SECONDS) for i, m in self.inputs.items()]
        return [answer, *given]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What has to be true for how long, and what it means that it is."""

    kind: str
    """The end of its name, and its heading in the runbook."""
    meaning: str
    metric: Metric
    """What it reads; where `on_aws` is given, only the local AWS has it."""
    comparison: Comparison
    threshold: float
    window: int
    """Minutes that it looks at."""
    breaching: int
    """Minutes of them that have to be beyond the threshold."""
    missing: Missing
    """What a minute without data counts as."""
    because: str
    """Why that."""
    on_aws: Expression | None = None
    tells_when_nothing_is_measured: bool = False

    def name(self, names: Names) -> str:
        return names.alarm(self.kind)

    def link(self, runbook: str = RUNBOOK) -> str:
        """Its section of the runbook."""
        return f"{runbook}#{self.kind}"

    def request(self, names: Names, *, local: bool, runbook: str = RUNBOOK) -> Json:
        """PutMetricAlarm without tags."""
        actions = [names.alarm_topic_arn]
        watched: Json
        if self.on_aws is not None and not local:
            watched = {"Metrics": self.on_aws.queries(names, label=self.kind)}
        else:
            watched = {
                "Namespace": self.metric.namespace,
                "MetricName": self.metric.name,
                "Dimensions": self.metric.dimensions(names),
                "Statistic": self.metric.statistic,
                "Period": PERIOD_SECONDS,
            }
        return {
            "AlarmName": self.name(names),
            "AlarmDescription": f"{self.meaning} What to do: {self.link(runbook)}",
            **watched,
            "EvaluationPeriods": self.breaching if local else self.window,
            "DatapointsToAlarm": self.breaching,
            "ComparisonOperator": self.comparison,
            "Threshold": self.threshold,
            "TreatMissingData": self.missing,
            "AlarmActions": actions,
            "OKActions": actions,
            "InsufficientDataActions": actions if self.tells_when_nothing_is_measured else [],
        }


ITERATOR_AGE: Final = Alarm(
    "kinesis-iterator-age-high",
    "What is read from the stream has been waiting there for five minutes or more.",
    metrics.ITERATOR_AGE,
    *("GreaterThanOrEqualToThreshold", 300_000),
    window=3,
    breaching=3,
    missing="notBreaching",
    because="nothing is reported while nobody reads, as during a restart of the job; no-reader is there for the rest",
)
FAILED_CHECKPOINTS: Final = Alarm(
    "flink-failed-checkpoints-rate",
    "Checkpoints of the job fail, and nothing becomes visible in the tables without them.",
    metrics.NEW_FAILED_CHECKPOINTS,
    *("GreaterThanThreshold", 0),
    window=5,
    breaching=1,
    missing="notBreaching",
    because="a job that does not run makes no checkpoints",
    on_aws=Expression("DIFF(failed)", {"failed": metrics.FAILED_CHECKPOINTS}),
)
INVALID_RECORDS: Final = Alarm(
    "dq-invalid-record-percent-high",
    "More than one record in a thousand is invalid.",
    metrics.INVALID_PERCENT,
    *("GreaterThanThreshold", 0.1),
    window=1,
    breaching=1,
    missing="ignore",
    because="checks run on a schedule, and the last verdict stands until the next",
)
JOB_RESTARTS: Final = Alarm(
    "flink-job-restarts",
    "The job restarts again and again: once is its own recovery, twice within ten minutes is not.",
    metrics.NEW_RESTARTS,
    *("GreaterThanThreshold", 0),
    window=10,
    breaching=2,
    missing="notBreaching",
    because="a job that does not run does not restart",
    on_aws=Expression("DIFF(restarts)", {"restarts": metrics.RESTARTS}),
)
FRESHNESS: Final = Alarm(
    "freshness-high",
    "What came in more than five minutes ago is not in the tables yet.",
    metrics.FRESHNESS,
    *("GreaterThanThreshold", 300),
    window=3,
    breaching=3,
    missing="missing",
    because="nobody measuring is neither fresh nor stale: the alarm says INSUFFICIENT_DATA, and tells it once",
    tells_when_nothing_is_measured=True,
)
REPLAY_STALLED: Final = Alarm(
    "replay-stalled",
    "A replay runs and has sent nothing for some minutes.",
    metrics.REPLAY_STALLED,
    *("GreaterThanThreshold", 0),
    window=2,
    breaching=2,
    missing="notBreaching",
    because="without a replay there is nothing to stall",
)
NO_READER: Final = Alarm(
    "no-reader",
    "Records come in and nobody reads the stream: the job is stopped, or cannot reach it.",
    metrics.UNREAD_RECORDS,
    *("GreaterThanThreshold", 0),
    window=5,
    breaching=5,
    missing="notBreaching",
    because="where nothing comes in, nobody has to read; a stop or an update of the job is over in five minutes",
    on_aws=Expression(
        "IF(FILL(reads, 0) == 0, FILL(incoming, 0), 0)",
        {"reads": metrics.SUCCESSFUL_READS, "incoming": metrics.INCOMING_RECORDS},
    ),
)

ALARMS: Final = (
    *(ITERATOR_AGE, FAILED_CHECKPOINTS, INVALID_RECORDS),
    *(JOB_RESTARTS, FRESHNESS, REPLAY_STALLED, NO_READER),
)


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """Fires as long as one of several does."""

    kind: str
    meaning: str
    of: tuple[Alarm, ...] = field(default=ALARMS)

    def name(self, names: Names) -> str:
        return names.alarm(self.kind)

    def request(self, names: Names, *, runbook: str = RUNBOOK) -> Json:
        """PutCompositeAlarm without tags. By ARN, which is what a local AWS understands, and OR alone."""
        actions = [names.alarm_topic_arn]
        return {
            "AlarmName": self.name(names),
            "AlarmDescription": f"{self.meaning} What to do: {runbook}#{self.kind}",
            "AlarmRule": " OR ".join(f'ALARM("{names.alarm_arn(a.kind)}")' for a in self.of),
            "AlarmActions": actions,
            "OKActions": actions,
            "InsufficientDataActions": [],
        }


UNHEALTHY: Final = CompositeAlarm(
    "pipeline-unhealthy", "At least one alarm of the pipeline fires; over when the last one is."
)
