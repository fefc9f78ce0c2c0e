"""LocalStack's table of metrics, with dimensions that must be equal and one transaction for each call.

LocalStack looks for dimensions with LIKE and a wildcard on both sides, so that a metric of an environment is also that
of each of its tables, and of any environment whose name begins alike. It also opens the database anew for each value.
"""

import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any, Final, override

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

Json = dict[str, Any]

SINGLE: Final = (
    "INSERT INTO SINGLE_METRICS (account_id, region, metric_name, namespace, timestamp, dimensions, unit,"
    " storage_resolution, value) VALUES (?,?,?,?,?,?,?,?,?)"
)
AGGREGATED: Final = (
    "INSERT INTO AGGREGATED_METRICS (account_id, region, metric_name, namespace, timestamp, dimensions, unit,"
    " storage_resolution, sample_count, sum, min, max) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)


class ExactMetrics(CloudwatchDatabase):
    """As CloudWatch: another set of dimensions is another metric."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._exact = threading.local()

    def add_metric_data(self, account_id: str, region: str, namespace: str, metric_data: Any) -> None:
        single: list[tuple[Any, ...]] = []
        aggregated: list[tuple[Any, ...]] = []
        for datum in metric_data:
            about = (
                account_id,
                region,
                datum.get("MetricName"),
                namespace,
                int((datum.get("Timestamp") or datetime.now(UTC)).timestamp()),
                self._get_ordered_dimensions_with_separator(datum.get("Dimensions")),
                datum.get("Unit"),
                datum.get("StorageResolution"),
            )
            single += [(*about, value) for value in _values(datum)]
            if found := datum.get("StatisticValues"):
                aggregated.append((*about, *(found.get(k) for k in ("SampleCount", "Sum", "Minimum", "Maximum"))))
        with self.DATABASE_LOCK, sqlite3.connect(self.METRICS_DB) as connection:
            connection.executemany(SINGLE, single)
            connection.executemany(AGGREGATED, aggregated)
        connection.close()

    def get_metric_data_stat(self, *args: Any, **kwargs: Any) -> dict[str, list[Any]]:
        self._exact.on = True
        try:
            found: dict[str, list[Any]] = super().get_metric_data_stat(*args, **kwargs)
            return found
        finally:
            self._exact.on = False

    @override
    def _get_ordered_dimensions_with_separator(self, dims: list[Json] | None, for_search: bool = False) -> str | None:
        """How dimensions are stored, or the pattern that finds them: of a list, metrics that have these and others."""
        if not dims:
            return None
        ordered = sorted(dims, key=lambda d: str(d["Name"]))
        if not for_search or getattr(self._exact, "on", False):
            return "".join(f"{d['Name']}={d['Value']}\t" for d in ordered)
        return "".join(f"%{d['Name']}={d['Value']}\t" if "Value" in d else f"%{d['Name']}=" for d in ordered) + "%"


def _values(datum: Json) -> list[float]:
    if datum.get("Value") is not None:
        return [datum["Value"]]
    values = datum.get("Values") or []
    counts = datum.get("Counts") or [1] * len(values)
    return [value for value, count in zip(values, counts, strict=True) for _ in range(int(count))]
