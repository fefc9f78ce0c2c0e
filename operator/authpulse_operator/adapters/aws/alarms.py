"""The alarms of a foundation over CloudWatch: which are to be put, and putting them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authpulse.foundation import Foundation

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

TYPES: Any = ("MetricAlarm", "CompositeAlarm")


class AwsAlarms:
    """Those that are described, the one made of others last."""

    def __init__(self, cloudwatch: "CloudWatchClient") -> None:
        self._cloudwatch = cloudwatch

    def to_put(self, foundation: Foundation, *, compared: bool) -> set[str]:
        """Names of those that are not there; where they are `compared`, also of those that say something else."""
        wanted = {a["AlarmName"]: a for a in (*foundation.alarms, foundation.composite_alarm)}
        described = self._cloudwatch.describe_alarms(AlarmNames=sorted(wanted), AlarmTypes=TYPES)
        there = {a["AlarmName"]: a for a in (*described.get("MetricAlarms", []), *described.get("CompositeAlarms", []))}
        return {n for n, a in wanted.items() if n not in there or (compared and not _says(there[n], a))}

    def put(self, foundation: Foundation, *, compared: bool) -> None:
        """An alarm that is put again keeps its state and its tags; only what has to be is put all the same."""
        names, tags = self.to_put(foundation, compared=compared), tag_list(foundation)
        for alarm in foundation.alarms:
            if alarm["AlarmName"] in names:
                self._cloudwatch.put_metric_alarm(**alarm, Tags=tags)
        if foundation.composite_alarm["AlarmName"] in names:
            self._cloudwatch.put_composite_alarm(**foundation.composite_alarm, Tags=tags)


def tag_list(foundation: Foundation) -> Any:
    """Tags as most services want them."""
    return [{"Key": k, "Value": v} for k, v in foundation.tags.items()]


def _says(described: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    """Whether an alarm is what a request would make it."""
    return all(described.get(key) == value for key, value in request.items())
