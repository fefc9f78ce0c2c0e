"""What a run found, as it is written to report.json. Percents divide by all rows of the window, nulls included."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """How a check ended, and a run."""

    PASSED = "passed"
    BREACH = "breach"
    """More than the threshold allows."""
    COULD_NOT_RUN = "could_not_run"
    """No answer: a column or table is missing, or the query failed. Never a pass."""
    NO_BASELINE = "no_baseline"
    """It ran, and there is nothing yet to compare with: too few days, too few rows. It decides nothing."""


EXIT_CODES = {Outcome.PASSED: 0, Outcome.BREACH: 1, Outcome.COULD_NOT_RUN: 2}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class CheckResult(_Model):
    """One check."""

    name: str
    """Unique within the suite, as in auth_events_raw.not_null_user_id."""
    check: str
    """Its kind."""
    table: str
    unexpected: int | None
    """Rows that are not as they should be; for checks of tables: columns, hours, or 0 and 1. None without an answer."""
    total: int | None
    """What the percent divides by."""
    percent: float | None
    threshold_pct: float
    outcome: Outcome
    observed: float | None = None
    """Age in seconds, least or greatest ratio to the mean, stability index."""
    message: str = ""
    """Why there is no answer, or nothing to compare with."""


class TableResult(_Model):
    """The records of one table."""

    table: str
    rows: int | None
    """Of the window."""
    invalid: int | None
    """Rows that break at least one of its checks of rows, each counted once."""
    invalid_percent: float | None
    threshold_pct: float
    outcome: Outcome
    quarantined: int = 0
    """Rows that this run added to the quarantine table: one for each row and each check that it breaks."""
    message: str = ""


class Report(_Model):
    """A whole run."""

    suite: str
    environment: str
    database: str
    window: str
    started: datetime
    """The time that the run was given, or the clock's."""
    window_start: datetime | None
    window_end: datetime | None
    newest_event: datetime | None
    outcome: Outcome
    exit_code: int
    invalid_record_percent: float | None
    """The highest share: of a table, since good tables do not hide a bad one, or of what the job rejected."""
    tables: tuple[TableResult, ...]
    checks: tuple[CheckResult, ...]
    report_url: str = ""
    docs_url: str = ""
    seconds: float = 0

    def check(self, name: str) -> CheckResult:
        """The result of the check of that name."""
        return next(c for c in self.checks if c.name == name)

    def of(self, outcome: Outcome) -> tuple[CheckResult, ...]:
        """Checks that ended so."""
        return tuple(c for c in self.checks if c.outcome == outcome)

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return self.model_dump(mode="json")


def percent(part: int, whole: int) -> float:
    """0 of nothing."""
    return 100 * part / whole if whole else 0.0


def breaks(part: int, whole: int, threshold_pct: float) -> bool:
    """Whether the share is above the threshold. Exact: 1,000 of 1,000,000 is not above 0.1 percent."""
    return 100 * part > Decimal(str(threshold_pct)) * whole if whole else part > 0


def overall(outcomes: list[Outcome]) -> Outcome:
    """Of a run: what could not run outweighs a breach, a breach outweighs what passed."""
    for worst in (Outcome.COULD_NOT_RUN, Outcome.BREACH):
        if worst in outcomes:
            return worst
    return Outcome.PASSED
