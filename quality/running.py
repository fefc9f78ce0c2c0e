"""A run: what a suite says about the tables of one environment, as a typed report.

    from quality.running import run

    report = run(load(Path("config/dev.yaml")), "auth_events", window="24h", now=datetime(2026, 1, 8, tzinfo=UTC))
    report.outcome                                  # passed, breach or could_not_run; report.exit_code is 0, 1 or 2
    report.check("auth_events_raw.not_null_user_id")   # unexpected, total, percent, threshold_pct, outcome
    report.tables                                   # rows, invalid, invalid_percent, quarantined of each table

`suite` is a name of quality/suites or a path; `window` is the suite's unless given (`24h`, `2026-01-01..2026-01-03`,
`all`); `now` is what freshness, `now` in bounds and grace go by. The run copies bad rows to quarantine, writes report
and pages to the bucket and to `folder`, and metrics to CloudWatch.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from authpulse.configuration import Configuration
from lakehouse.clients import Clients
from lakehouse.tables import BY_NAME, RAW
from quality import expectations, measuring, publishing, quarantining
from quality.athena import Athena, Place, QueryError
from quality.expectations import Answer
from quality.judgements import judgement
from quality.kinds import Quarantined, kind_of
from quality.measuring import Counts, Found
from quality.report import EXIT_CODES, CheckResult, Outcome, Report, TableResult, breaks, overall, percent
from quality.rules import Moment
from quality.suite import PlannedCheck, Suite, TablePlan, find, load
from quality.windows import Window, naive

FOLDER: Final = Path("build") / publishing.PREFIX

Say = Callable[[str], None]


def run(
    configuration: Configuration,
    suite: str | Path,
    window: str | None = None,
    *,
    now: datetime | None = None,
    folder: Path = FOLDER,
    say: Say = lambda _: None,
) -> Report:
    """Runs a suite; see the top of the module.

    Raises AuthPulseError where there can be no report: a suite that cannot be read, no Athena, or no place to write.
    """
    began = time.monotonic()
    read = load(suite if isinstance(suite, Path) else find(suite))
    wanted = Window.parse(window) if window else read.window
    moment_of_run = now or datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="authpulse-quality-") as scratch, Athena(Place(configuration)) as athena:
        pages = expectations.docs(Path(scratch))
        running = _Run(configuration, read, wanted, moment_of_run, athena, Path(scratch), say)
        report = running.report()
        base = f"s3://{configuration.names.bucket}/{publishing.PREFIX}/{publishing.stamped(report)}"
        report = report.model_copy(
            update={
                "report_url": f"{base}/report.json",
                "docs_url": f"{base}/data_docs/index.html" if pages.is_dir() else "",
                "seconds": round(time.monotonic() - began, 1),
            }
        )
        say("writing report and metrics")
        publishing.keep(report, pages, folder)
        clients = Clients(configuration.aws)
        publishing.upload(report, pages, clients, bucket=configuration.names.bucket)
        publishing.measure(report, clients)
    return report


@dataclass(slots=True)
class _Run:
    """One run's state; `report` goes through it once."""

    configuration: Configuration
    suite: Suite
    window: Window
    now: datetime
    athena: Athena
    scratch: Path
    say: Say
    refused: dict[str, str] = field(default_factory=dict)
    """Checks that cannot be asked, and why."""

    def report(self) -> Report:
        database, now = self.configuration.lakehouse.database, naive(self.now)
        self.say("looking at the tables")
        found = measuring.look(self.athena, database, list(BY_NAME))
        newest = self._newest(found, database, now)
        moment = Moment(database=database, period=self.window.ending_at(newest or now), now=now, epoch=self.suite.epoch)
        self.refused = {c.name: why for c in self.suite.checks if (why := found.lacks(c))}
        asked = [c for c in self.suite.checks if c.name not in self.refused]
        self.say(f"asking Great Expectations about {len(asked)} checks")
        answers = expectations.ask(Place(self.configuration), asked, moment, folder=self.scratch)
        tables, checks = [], []
        for plan in self.suite.tables:
            self.say(f"counting {plan.table.name}")
            result = self._table(plan, found, answers, moment)
            tables.append(result)
            checks += [self._check(c, answers, result.rows, moment) for c in plan.checks]
        return self._concluded(tables, checks, moment, newest)

    def _newest(self, found: Found, database: str, now: datetime) -> datetime | None:
        known = found.has(RAW.name, RAW.day_of)
        return measuring.newest_event(self.athena, database, now=now) if known else None

    def _table(self, plan: TablePlan, found: Found, answers: Mapping[str, Answer], moment: Moment) -> TableResult:
        """Counts its records and copies the bad ones. Checks without an answer are left out of both: what is wrong with
        one may not keep the others from theirs."""
        of_rows = [(c, self._answer(c, answers)) for c in plan.of_rows]
        usable = [c for c, answer in of_rows if answer.unexpected is not None]
        left_out = [answer.error for _, answer in of_rows if answer.unexpected is None]
        known = TableResult(
            table=plan.table.name,
            rows=None,
            invalid=None,
            invalid_percent=None,
            threshold_pct=plan.threshold_pct,
            outcome=Outcome.COULD_NOT_RUN,
        )
        if not found.has(plan.table.name, plan.table.day_of):
            return known.model_copy(update={"message": f"there is no column {plan.table.name}.{plan.table.day_of}"})
        try:
            counts = measuring.count(self.athena, plan, usable, moment)
            added = self._quarantine(plan, usable, counts, found, moment)
        except QueryError as error:
            return known.model_copy(update={"message": str(error)})
        share = percent(counts.invalid, counts.rows)
        breach = breaks(counts.invalid, counts.rows, plan.threshold_pct)
        outcome = Outcome.COULD_NOT_RUN if left_out else Outcome.BREACH if breach else Outcome.PASSED
        return known.model_copy(
            update={
                "rows": counts.rows,
                "invalid": counts.invalid,
                "invalid_percent": share,
                "outcome": outcome,
                "quarantined": added,
                "message": "; ".join(dict.fromkeys(left_out)),
            }
        )

    def _quarantine(
        self, plan: TablePlan, usable: list[PlannedCheck], counts: Counts, found: Found, moment: Moment
    ) -> int:
        table = plan.table
        if not counts.invalid or not quarantining.can_be_quarantined(table):
            return 0
        if not found.has(table.name, *table.column_names):
            return 0  # a row that is not whole cannot be copied; the check of the schema says so
        return quarantining.quarantine(self.athena, plan, usable, moment)

    def _check(
        self, planned: PlannedCheck, answers: Mapping[str, Answer], rows: int | None, moment: Moment
    ) -> CheckResult:
        result = CheckResult(
            name=planned.name,
            check=kind_of(type(planned.check)),
            table=planned.table.name,
            unexpected=None,
            total=None,
            percent=None,
            threshold_pct=planned.threshold_pct,
            outcome=Outcome.COULD_NOT_RUN,
        )
        answer = self._answer(planned, answers)
        if answer.unexpected is None:
            return result.model_copy(update={"message": answer.error})
        total, observed = rows, None
        if not planned.check.of_rows:
            try:
                total, observed = measuring.compare(self.athena, judgement(planned, moment))
            except QueryError as error:
                return result.model_copy(update={"message": str(error)})
        if total is None:
            return result.model_copy(update={"message": "its table's rows could not be counted"})
        return result.model_copy(update=_verdict(planned, answer.unexpected, total) | {"observed": observed})

    def _answer(self, planned: PlannedCheck, answers: Mapping[str, Answer]) -> Answer:
        unasked = Answer(None, self.refused.get(planned.name, "it was not answered"))
        return answers.get(planned.name, unasked)

    def _concluded(
        self, tables: list[TableResult], checks: list[CheckResult], moment: Moment, newest: datetime | None
    ) -> Report:
        outcome = overall([t.outcome for t in tables] + [c.outcome for c in checks])
        shares = [t.invalid_percent for t in tables if t.invalid_percent is not None]
        rejected = kind_of(Quarantined)  # what the job has not let in is invalid too
        shares += [c.percent for c in checks if c.check == rejected and c.percent is not None]
        period = moment.period
        return Report(
            suite=self.suite.name,
            environment=self.configuration.environment,
            database=moment.database,
            window=str(self.window),
            started=self.now,
            window_start=_utc(period.start),
            window_end=_utc(period.end),
            newest_event=_utc(newest),
            outcome=outcome,
            exit_code=EXIT_CODES[outcome],
            invalid_record_percent=max(shares, default=None),
            tables=tuple(tables),
            checks=tuple(checks),
        )


def _verdict(planned: PlannedCheck, unexpected: int, total: int) -> dict[str, object]:
    if not total and not planned.check.of_rows and not isinstance(planned.check, Quarantined):
        message = "nothing to compare with yet"
        return {"unexpected": unexpected, "total": 0, "outcome": Outcome.NO_BASELINE, "message": message}
    breach = breaks(unexpected, total, planned.threshold_pct)
    return {
        "unexpected": unexpected,
        "total": total,
        "percent": percent(unexpected, total),
        "outcome": Outcome.BREACH if breach else Outcome.PASSED,
    }


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
