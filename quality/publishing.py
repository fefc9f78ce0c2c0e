"""Where a run's answer goes: a folder, the same below dq_reports/ in the bucket, and figures to CloudWatch.

dq_reports/SUITE/20260102T030405Z/report.json
dq_reports/SUITE/20260102T030405Z/data_docs/index.html
dq_reports/SUITE/latest.json
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lakehouse.clients import Clients
from quality.report import Outcome, Report

PREFIX: Final = "dq_reports"
NAMESPACE: Final = "Authpulse/DQ"
INVALID: Final = "InvalidRecordPercent"
UNEXPECTED: Final = "UnexpectedPercent"
NOT_PASSED: Final = "ChecksNotPassed"
METRICS_IN_A_CALL: Final = 500
PAGES: Final = {".html": "text/html", ".css": "text/css"}
"""What of the pages goes to the bucket; their pictures and fonts, 4 MB a run, do not."""


def stamped(report: Report) -> str:
    """The folder of a run."""
    return f"{report.suite}/{report.started:%Y%m%dT%H%M%SZ}"


def keep(report: Report, pages: Path, folder: Path) -> Path:
    """Writes report and pages below a folder; returns where. Raises OSError."""
    own = folder / stamped(report)
    own.mkdir(parents=True, exist_ok=True)
    (own / "report.json").write_text(_json(report), encoding="utf-8")
    (folder / report.suite / "latest.json").write_text(_json(report), encoding="utf-8")
    if pages.is_dir():
        shutil.copytree(pages, own / "data_docs", dirs_exist_ok=True)
    return own


def upload(report: Report, pages: Path, clients: Clients, *, bucket: str) -> None:
    """The same to the bucket. Raises AuthPulseError."""
    s3: Any = clients.get("s3")
    base = f"{PREFIX}/{stamped(report)}"
    with clients.translated("writing the report"):
        for page in sorted(pages.rglob("*")):
            if page.suffix in PAGES:
                key = f"{base}/data_docs/{page.relative_to(pages).as_posix()}"
                s3.put_object(Bucket=bucket, Key=key, Body=page.read_bytes(), ContentType=PAGES[page.suffix])
        for key in (f"{base}/report.json", f"{PREFIX}/{report.suite}/latest.json"):
            s3.put_object(Bucket=bucket, Key=key, Body=_json(report).encode(), ContentType="application/json")


def measure(report: Report, clients: Clients) -> None:
    """The figures. Raises AuthPulseError."""
    cloudwatch: Any = clients.get("cloudwatch")
    data = list(metrics(report))
    with clients.translated("writing metrics"):
        for at in range(0, len(data), METRICS_IN_A_CALL):
            cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data[at : at + METRICS_IN_A_CALL])


def metrics(report: Report) -> Iterator[dict[str, Any]]:
    """What CloudWatch is told. What could not be measured is not there: no figure is better than a good one."""
    environment = {"Environment": report.environment}
    if report.invalid_record_percent is not None:
        yield _datum(report, INVALID, report.invalid_record_percent, environment)
    for table in report.tables:
        if table.invalid_percent is not None:
            yield _datum(report, INVALID, table.invalid_percent, {**environment, "Table": table.table})
    for check in report.checks:
        if check.percent is not None:
            dimensions = {**environment, "Suite": report.suite, "Check": check.name}
            yield _datum(report, UNEXPECTED, check.percent, dimensions)
    failed = len(report.of(Outcome.BREACH)) + len(report.of(Outcome.COULD_NOT_RUN))
    yield _datum(report, NOT_PASSED, failed, {**environment, "Suite": report.suite}, unit="Count")


def _datum(
    report: Report, name: str, value: float, dimensions: dict[str, str], *, unit: str = "Percent"
) -> dict[str, Any]:
    return {
        "MetricName": name,
        "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
        "Timestamp": report.started,
        "Value": value,
        "Unit": unit,
    }


def _json(report: Report) -> str:
    return report.model_dump_json(indent=2) + "\n"
