"""What came out: tables, the balance of what went in, freshness, the riskiest users and the alerts.

Every figure is the answer of a query that a person could run.
"""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from authpulse.cli.pipeline import Pipeline
from authpulse.cli.query import named
from authpulse_operator.adapters.local.status_file import StatusFile
from lakehouse.athena import Answer
from lakehouse.tables import ALERTS, CURATED, QUARANTINE, RAW, STREAMED

RISKIEST: Final = "risk_by_user"
ALERTS_SHOWN: Final = 10
WIDTH_OF_FILES: Final = 160


@dataclass(frozen=True, slots=True)
class Books:
    """What the replays sent, and what of it is in the tables."""

    lines: int
    events: int
    rejected: int
    ignored: int
    raw: int
    curated: int
    quarantined: int

    @property
    def complete(self) -> bool:
        """Every line is somewhere. The job may quarantine what the producer took for an event: one from the future."""
        return self.raw == self.curated and self.raw + self.quarantined == self.events + self.rejected

    @property
    def summary(self) -> str:
        return (
            f"of {self.events:,} events and {self.rejected:,} rejected lines {self.raw:,} are in {RAW.name}, "
            f"{self.curated:,} in {CURATED.name}, {self.quarantined:,} in {QUARANTINE.name}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The answers."""

    books: Books
    rows: dict[str, int]
    lag_seconds: float
    riskiest: Answer
    alerts: Answer
    alerts_by_rule: Answer


def balance(pipeline: Pipeline) -> Books:
    """The books of the resource's replays. Each replay is a data set of its own: `source` begins with its name."""
    replays = StatusFile(pipeline.home.status).read().replays
    ours = " OR ".join(f"source LIKE '{r.name}:%'" for r in replays) or "false"
    counts = " UNION ALL ".join(
        f"SELECT '{t.name}' AS name, count(*) AS n FROM {t.name} WHERE {ours}" for t in (RAW, CURATED, QUARANTINE)
    )
    found = {row[0]: int(row[1] or 0) for row in pipeline.athena().query(counts).rows}
    return Books(
        lines=sum(r.lines for r in replays),
        events=sum(r.events for r in replays),
        rejected=sum(r.rejected for r in replays),
        ignored=sum(r.ignored for r in replays),
        raw=found[RAW.name],
        curated=found[CURATED.name],
        quarantined=found[QUARANTINE.name],
    )


def read_report(pipeline: Pipeline, books: Books) -> Report:
    """Asks Athena for everything else."""
    athena = pipeline.athena()
    counts = " UNION ALL ".join(f"SELECT '{t.name}' AS name, count(*) AS n FROM {t.name}" for t in STREAMED)
    freshness = athena.query(named("freshness")).dicts()[0]
    return Report(
        books=books,
        rows={str(row[0]): int(row[1] or 0) for row in athena.query(counts).rows},
        lag_seconds=float(freshness["lag_seconds"] or 0),
        riskiest=athena.query(named(RISKIEST)),
        alerts=athena.query(
            f"SELECT event_time, rule_id, entity_id, risk_level, explanation FROM {ALERTS.name} "
            f"ORDER BY risk_score DESC, event_time, alert_id LIMIT {ALERTS_SHOWN}"
        ),
        alerts_by_rule=athena.query(
            f"SELECT rule_id, count(*) AS alerts FROM {ALERTS.name} GROUP BY rule_id ORDER BY alerts DESC, rule_id"
        ),
    )


def print_report(pipeline: Pipeline, report: Report, *, as_json: bool) -> None:
    """For people, or the same as one JSON object."""
    if as_json:
        json.dump(_document(pipeline, report), sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    console, books = Console(highlight=False, soft_wrap=True), report.books
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES  # rich takes 80 columns where there are none
    console.print()
    for name, rows in report.rows.items():
        console.print(f"{name:<24} {rows:>12,} rows")
    console.print(
        f"in: {books.lines:,} lines = {books.events:,} events + {books.rejected:,} rejected "
        f"+ {books.ignored:,} that are not authentications; "
        f"out: {books.raw:,} events + {books.quarantined:,} quarantined"
    )
    console.print(f"freshness: the newest event came in {report.lag_seconds:.0f} s ago")
    console.print()
    console.print("[bold]The riskiest users[/]")
    console.print(_users(report.riskiest))
    by_rule = ", ".join(f"{rule} {count}" for rule, count in report.alerts_by_rule.rows) or "none"
    console.print(f"[bold]Alerts[/] ({by_rule}), highest score first")
    for alert in report.alerts.dicts():
        console.print(_alert(alert))
    console.print(_next_steps(pipeline))


def _users(answer: Answer) -> Table:
    """One line a user."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in answer.columns:
        table.add_column(column.replace("_", " "), justify="left" if column in ("user_id", "rules") else "right")
    for user in answer.dicts():
        table.add_row(*(escape(_shown(column, cell or "")) for column, cell in user.items()))
    return table


def _shown(column: str, cell: str) -> str:
    """Athena prints an array in brackets."""
    return cell.strip("[]") if column == "rules" else cell


def _alert(alert: dict[str, str | None]) -> str:
    """One line: when, how bad, which rule, and why in a sentence."""
    when = str(alert["event_time"])[:19]
    return f"  {when}  {alert['risk_level']:<8}  {alert['rule_id']:<16}  {escape(str(alert['explanation']))}"


def _next_steps(pipeline: Pipeline) -> str:
    names, dashboard = pipeline.names, _dashboard(pipeline)
    return f"""
What to try next
  Flink's own view     {dashboard}
  how it stands        bin/authpulse status
  any question         bin/authpulse query "SELECT * FROM {CURATED.name} WHERE risk_level = 'CRITICAL'"
  stop, keep the data  bin/authpulse down
  or the plain aws command line, with a local AWS behind it:
    export AWS_ENDPOINT_URL={pipeline.aws.endpoint} AWS_DEFAULT_REGION={names.region}
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
    id=$(aws athena start-query-execution --work-group {names.work_group} --output text --query QueryExecutionId \
      --query-execution-context Database={names.database} --query-string 'SELECT count(*) FROM {CURATED.name}')
    aws athena get-query-results --query-execution-id $id --output text"""


def _dashboard(pipeline: Pipeline) -> str:
    application = StatusFile(pipeline.home.status).read().application
    return (application.dashboard if application else None) or "-"


def _document(pipeline: Pipeline, report: Report) -> dict[str, Any]:
    return {
        "endpoint": pipeline.aws.endpoint,
        "dashboard": _dashboard(pipeline),
        "input": asdict(report.books),
        "rows": report.rows,
        "lag_seconds": report.lag_seconds,
        "riskiest_users": report.riskiest.dicts(),
        "alerts": report.alerts.dicts(),
        "alerts_by_rule": {str(rule): int(count or 0) for rule, count in report.alerts_by_rule.rows},
    }
