"""Runs of the checks over a lake of a test's own, and what is to be seen of them from outside."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from authpulse.configuration import Configuration, load
from lakehouse.aggregates.days import LastDays
from lakehouse.aggregates.declared import AGGREGATES
from lakehouse.aggregates.progress import Hidden
from lakehouse.aggregates.running import Lake as AggregatedLake
from lakehouse.aggregates.running import run as aggregate
from lakehouse.aggregates.summary import Summary
from lakehouse.tables import QUARANTINE
from quality.report import Report
from quality.running import run
from support.quality_lake import Lake

SUITE = "auth_events"
"""What the operator runs: every check there is."""
NAMESPACE = "Authpulse/DQ"


@dataclass(frozen=True)
class Site:
    """A lake, its configuration, and a folder for what runs leave on this machine."""

    lake: Lake
    folder: Path

    @cached_property
    def config(self) -> Path:
        """The file, for commands."""
        aws = {
            "account": self.lake.names.account,
            "region": self.lake.names.region,
            "endpoint_url": self.lake.aws.endpoint,
        }
        path = self.folder / "config.yaml"
        path.write_text(yaml.safe_dump({"environment": self.lake.names.environment, "aws": aws}))
        return path

    @cached_property
    def configuration(self) -> Configuration:
        return load(self.config, {})

    def check(self, suite: str | Path, *, now: datetime, window: str | None = None) -> Report:
        """Runs a suite at a time in UTC without a zone."""
        return run(self.configuration, suite, window, now=now.replace(tzinfo=UTC), folder=self.folder / "reports")

    def aggregate(self, days: int) -> Summary:
        """Makes the aggregated tables of the last days."""
        return aggregate(AggregatedLake.of(self.configuration), AGGREGATES, LastDays(days), Hidden())

    def put_aside(self) -> Counter[str]:
        """Rows in quarantine that checks have put there, by check."""
        reasons = (row["reason"] for row in self.lake.rows(QUARANTINE.name))
        return Counter(r.removeprefix("check ").split(":")[0] for r in reasons if r.startswith("check "))

    def metric(self, name: str, at: datetime, **more: str) -> float:
        """The figure that CloudWatch has of a run at that time."""
        dimensions: Mapping[str, str] = {"Environment": self.lake.names.environment, **more}
        answer: dict[str, Any] = self.lake.clients.get("cloudwatch").get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=name,
            Dimensions=[{"Name": k, "Value": v} for k, v in dimensions.items()],
            StartTime=at - timedelta(minutes=1),
            EndTime=at + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
            Unit="Percent",
        )
        (point,) = answer["Datapoints"]
        return float(point["Maximum"])

    def object(self, key: str) -> Any:
        """A JSON document in the bucket."""
        body = self.lake.clients.get("s3").get_object(Bucket=self.lake.names.bucket, Key=key)["Body"]
        return json.loads(body.read())


def figures(report: Report) -> dict[str, Any]:
    """What a second run over the same data may not change."""
    document = report.document()
    for key in ("report_url", "docs_url", "seconds", "started"):
        del document[key]
    for table in document["tables"]:
        del table["quarantined"]
    return document
