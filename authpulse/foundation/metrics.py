"""The metrics that alarms and dashboard read, each with its namespace, its one dimension and its meaning.

Managed Flink's and Kinesis' are published by AWS (on one machine by the local AWS), ours by checks and operator.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from authpulse.names import Names

KINESIS: Final = "AWS/Kinesis"
FLINK: Final = "AWS/KinesisAnalytics"
QUALITY: Final = "Authpulse/DQ"
PIPELINE: Final = "Authpulse/Pipeline"


class Of(Enum):
    """What a metric is about: the name of its one dimension."""

    STREAM = "StreamName"
    APPLICATION = "Application"
    ENVIRONMENT = "Environment"

    def value_in(self, names: Names) -> str:
        """The dimension's value."""
        return {
            Of.STREAM: names.stream,
            Of.APPLICATION: names.application,
            Of.ENVIRONMENT: names.environment,
        }[self]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, and the statistic of a minute that says what we want to know."""

    namespace: str
    name: str
    of: Of
    statistic: str
    unit: str
    meaning: str

    def dimensions(self, names: Names) -> list[dict[str, str]]:
        """As CloudWatch's API wants them."""
        return [{"Name": self.of.value, "Value": self.of.value_in(names)}]

    def query(self, names: Names, *, identity: str, period: int) -> dict[str, Any]:
        """A MetricDataQuery that feeds an expression."""
        return {
            "Id": identity,
            "MetricStat": {
                "Metric": {
                    "Namespace": self.namespace,
                    "MetricName": self.name,
                    "Dimensions": self.dimensions(names),
                },
                "Period": period,
                "Stat": self.statistic,
            },
            "ReturnData": False,
        }


ITERATOR_AGE: Final = Metric(
    *(KINESIS, "GetRecords.IteratorAgeMilliseconds", Of.STREAM, "Maximum", "Milliseconds"),
    "how old the records were that were read last; nothing while nobody reads",
)
INCOMING_RECORDS: Final = Metric(KINESIS, "IncomingRecords", Of.STREAM, "Sum", "Count", "records that came in")
INCOMING_BYTES: Final = Metric(KINESIS, "IncomingBytes", Of.STREAM, "Sum", "Bytes", "bytes that came in")
SUCCESSFUL_READS: Final = Metric(
    KINESIS, "GetRecords.Success", Of.STREAM, "Sum", "Count", "reads that were answered, with records or without"
)
UNREAD_RECORDS: Final = Metric(
    *(KINESIS, "IncomingRecordsWithoutReader", Of.STREAM, "Maximum", "Count"),
    "records of the last minute if nobody read in it, else 0; the local AWS only",
)

FAILED_CHECKPOINTS: Final = Metric(
    *(FLINK, "numberOfFailedCheckpoints", Of.APPLICATION, "Maximum", "Count"),
    "checkpoints that failed since the job started",
)
NEW_FAILED_CHECKPOINTS: Final = Metric(
    *(FLINK, "numberOfFailedCheckpointsPerMinute", Of.APPLICATION, "Maximum", "Count"),
    "by how much numberOfFailedCheckpoints grew within the last minute; the local AWS only",
)
RESTARTS: Final = Metric(
    FLINK, "numRestarts", Of.APPLICATION, "Maximum", "Count", "restarts since the job was submitted"
)
NEW_RESTARTS: Final = Metric(
    *(FLINK, "numRestartsPerMinute", Of.APPLICATION, "Maximum", "Count"),
    "by how much numRestarts grew within the last minute; the local AWS only",
)
BEHIND: Final = Metric(
    *(FLINK, "millisBehindLatest", Of.APPLICATION, "Maximum", "Milliseconds"),
    "how far the job's source is behind the stream's end",
)
CHECKPOINT_DURATION: Final = Metric(
    *(FLINK, "lastCheckpointDuration", Of.APPLICATION, "Maximum", "Milliseconds"),
    "how long the last checkpoint took",
)
RECORDS_OUT: Final = Metric(
    FLINK, "numRecordsOutPerSecond", Of.APPLICATION, "Average", "Count/Second", "records that tasks gave on"
)

INVALID_PERCENT: Final = Metric(
    *(QUALITY, "InvalidRecordPercent", Of.ENVIRONMENT, "Maximum", "Percent"),
    "records that are invalid, of all of the window that a run of the checks looked at; 0.1 is one in a thousand",
)
FRESHNESS: Final = Metric(
    *(PIPELINE, "FreshnessSeconds", Of.ENVIRONMENT, "Maximum", "Seconds"),
    "how long what came into the stream has been waiting to be in the tables",
)
FRESH_MINUTES: Final = Metric(
    *(PIPELINE, "FreshMinutes", Of.ENVIRONMENT, "Average", "Count"),
    "1 for a minute in which FreshnessSeconds was below 300, else 0: the average is the share of fresh minutes",
)
REPLAY_STALLED: Final = Metric(
    *(PIPELINE, "ReplayStalled", Of.ENVIRONMENT, "Maximum", "Count"),
    "replays that run and have sent nothing for some minutes",
)

ALL: Final = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
