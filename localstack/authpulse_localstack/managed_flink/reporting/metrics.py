"""Metrics of a running job as CloudWatch has them: namespace AWS/KinesisAnalytics, dimension Application.

Names are those of Flink 2.2 on the service (numRestarts for fullRestarts, runningTime for uptime). Whatever
MetricsLevel says, there is the level APPLICATION only.

Two more are not the service's: by how much numberOfFailedCheckpoints and numRestarts grew since they were told last,
less than a minute ago, so that their sum over a minute is its growth. Alarms on AWS have metric math for it, which
LocalStack does not evaluate.
"""

from collections.abc import Iterable
from typing import Any, Final

from authpulse_localstack.managed_flink.cluster.rest import FlinkRest

NAMESPACE: Final = "AWS/KinesisAnalytics"

JOB: Final = {
    "numRestarts": "Count",
    "runningTime": "Milliseconds",
    "restartingTime": "Milliseconds",
    "failingTime": "Milliseconds",
    "cancellingTime": "Milliseconds",
    "uptime": "Milliseconds",
    "downtime": "Milliseconds",
    "lastCheckpointDuration": "Milliseconds",
    "lastCheckpointSize": "Bytes",
    "numberOfFailedCheckpoints": "Count",
}
TASK_SUMS: Final = {
    "numRecordsIn": "Count",
    "numRecordsOut": "Count",
    "numRecordsInPerSecond": "Count/Second",
    "numRecordsOutPerSecond": "Count/Second",
}
BEHIND: Final = "millisBehindLatest"
CPU, HEAP_USED, HEAP_MAX, THREADS = (
    "Status.JVM.CPU.Load",
    "Status.JVM.Memory.Heap.Used",
    "Status.JVM.Memory.Heap.Max",
    "Status.JVM.Threads.Count",
)
MANAGED_USED, MANAGED_TOTAL = "Status.Flink.Memory.Managed.Used", "Status.Flink.Memory.Managed.Total"

GROWTH: Final = {
    "numberOfFailedCheckpoints": "numberOfFailedCheckpointsPerMinute",
    "numRestarts": "numRestartsPerMinute",
}

Datum = dict[str, Any]


class Growth:
    """By how much counters of one run have grown. One that begins anew grows from nothing."""

    def __init__(self) -> None:
        self._told = dict.fromkeys(GROWTH, 0.0)

    def of(self, data: Iterable[Datum]) -> list[Datum]:
        """The metrics to go with these. Each step is told once, or one restart would look like two."""
        return [
            datum | {"MetricName": GROWTH[name], "Value": self._grown(name, datum["Value"])}
            for datum in data
            if (name := datum["MetricName"]) in GROWTH
        ]

    def _grown(self, name: str, value: float) -> float:
        before, self._told[name] = self._told[name], value
        return value - before if value >= before else value


def read_metrics(rest: FlinkRest, application: str) -> list[Datum]:
    """Everything that is known now. Raises NotReached."""
    job = rest.job()
    if job is None:
        return []
    identity = job["jid"]
    found = rest.metrics(f"/jobs/{identity}/metrics", list(JOB))
    values = {name: (value, JOB[name]) for name, value in found.items() if value >= 0}  # -1: nothing to tell yet
    values |= _of_tasks(rest, identity) | _of_task_managers(rest)
    dimensions = [{"Name": "Application", "Value": application}]
    return [
        {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": unit}
        for name, (value, unit) in sorted(values.items())
    ]


def _of_tasks(rest: FlinkRest, job: str) -> dict[str, tuple[float, str]]:
    sums = dict.fromkeys(TASK_SUMS, 0.0)
    behind: list[float] = []
    for vertex in rest.get(f"/jobs/{job}")["vertices"]:
        path = f"/jobs/{job}/vertices/{vertex['id']}/subtasks/metrics"
        for name, value in rest.metrics(path, list(TASK_SUMS), aggregate="sum").items():
            sums[name] += value
        reported = [m["id"] for m in rest.get(path) if m["id"].endswith(BEHIND)]
        behind += rest.metrics(path, reported, aggregate="max").values()
    values = {name: (total, TASK_SUMS[name]) for name, total in sums.items()}
    return values | ({BEHIND: (max(behind), "Milliseconds")} if behind else {})


def _of_task_managers(rest: FlinkRest) -> dict[str, tuple[float, str]]:
    names = [CPU, HEAP_USED, HEAP_MAX, THREADS, MANAGED_USED, MANAGED_TOTAL]
    found = rest.metrics("/taskmanagers/metrics", names, aggregate="max")
    values: dict[str, tuple[float, str]] = {}
    if CPU in found:
        values["cpuUtilization"] = (100 * found[CPU], "Percent")
    if THREADS in found:
        values["threadsCount"] = (found[THREADS], "Count")
    for name, used, total in (
        ("heapMemoryUtilization", HEAP_USED, HEAP_MAX),
        ("managedMemoryUtilization", MANAGED_USED, MANAGED_TOTAL),
    ):
        if used in found and found.get(total):
            values[name] = (100 * found[used] / found[total], "Percent")
    return values
