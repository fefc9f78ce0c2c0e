"""Great Expectations: each check as an expectation, run over Athena, and what it found.

Its own expectations are taken where Athena's dialect has them; the rest are queries whose every row is unexpected (its
regular expressions, for one, refuse the dialect). What is asked for is a count: thresholds are ours, because a query
has none there and a column's would divide by the rows that are not null.

Imported when it is needed: that takes seconds, and its analytics have to be off before.
"""

import contextlib
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from quality.athena import Place, one_line
from quality.judgements import judgement
from quality.kinds import Allowed, Condition, Matches, NotNull, Range, References, Unique, bound
from quality.rules import Moment, broken, parents, repeated, settled
from quality.suite import PlannedCheck

BATCH: Final = "{batch}"
META: Final = "check"
ROWS: Final = "/* unexpected rows */"
"""Ends the queries of ours whose rows are unexpected, where they stand alone and not within a count."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Great Expectations found: how much is unexpected, or why it does not know."""

    unexpected: int | None
    error: str = ""


def ask(place: Place, checks: Sequence[PlannedCheck], moment: Moment, *, folder: Path) -> dict[str, Answer]:
    """Runs the checks, by name; writes its pages below `folder`. One that fails does not keep the others from running.

    Raises nothing for a check's sake: its answer says what went wrong.
    """
    if not checks:
        return {}
    with _quiet():
        return _Run(place, moment, folder).answers(checks)


def docs(folder: Path) -> Path:
    """Where the pages are that `ask` has written."""
    return folder / "gx/uncommitted/data_docs/local_site"


class _Run:
    """One context, in a folder of its own, with one batch for each table."""

    def __init__(self, place: Place, moment: Moment, folder: Path) -> None:
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._gx: Any = gx
        self._expectations: Any = gx.expectations
        self._moment = moment
        self._context: Any = gx.get_context(mode="file", project_root_dir=folder)
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        sources: Any = self._context.data_sources
        self._source = sources.add_sql(
            "athena",
            connection_string=place.url,
            create_temp_table=False,  # they would be real ones, and stay
            kwargs={"connect_args": place.arguments},
        )

    def answers(self, checks: Sequence[PlannedCheck]) -> dict[str, Answer]:
        by_table: dict[str, list[PlannedCheck]] = {}
        for planned in checks:
            by_table.setdefault(planned.table.name, []).append(planned)
        definitions = [self._definition(table, own) for table, own in by_table.items()]
        checkpoint = self._context.checkpoints.add(
            self._gx.Checkpoint(
                name="checks",
                validation_definitions=definitions,
                # no samples: quarantine has all of them, and each would be one more scan
                result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0},
                actions=[self._gx.checkpoint.UpdateDataDocsAction(name="docs")],
            )
        )
        with self._without_waste(by_table):
            found = checkpoint.run()
        results = (r for run in found.run_results.values() for r in run.results)
        return {r.expectation_config.meta[META]: _answer(r) for r in results}

    def _definition(self, table: str, checks: Sequence[PlannedCheck]) -> Any:
        suite = self._gx.ExpectationSuite(name=table, expectations=[self._expectation(c) for c in checks])
        asset = self._source.add_query_asset(table, query=self._moment.rows(table))
        batch = asset.add_batch_definition_whole_table("window")
        return self._context.validation_definitions.add(
            self._gx.ValidationDefinition(name=table, data=batch, suite=self._context.suites.add(suite))
        )

    def _expectation(self, planned: PlannedCheck) -> Any:
        gxe, check = self._expectations, planned.check
        meta = {META: planned.name}
        notes = [f"{planned.name}: at most {planned.threshold_pct} %"]
        column: Mapping[str, Any] = {
            "meta": {**meta, "notes": notes},
            # only for its pages; the runner's own verdict divides by all rows
            "mostly": round(1 - planned.threshold_pct / 100, 12),
        }
        match check:
            case NotNull():
                return gxe.ExpectColumnValuesToNotBeNull(column=check.column, **column)
            case Allowed():
                return gxe.ExpectColumnValuesToBeInSet(column=check.column, value_set=list(check.values), **column)
            case Range():
                return gxe.ExpectColumnValuesToBeBetween(
                    column=check.column, min_value=self._bound(check.min), max_value=self._bound(check.max), **column
                )
            case Unique() if check.column:
                return gxe.ExpectColumnValuesToBeUnique(column=check.column, **column)
            case _:
                sql = f"{self._unexpected_rows(planned)} {ROWS}"
                return gxe.UnexpectedRowsExpectation(unexpected_rows_query=sql, meta={**meta, "notes": notes})

    def _unexpected_rows(self, planned: PlannedCheck) -> str:
        check, moment = planned.check, self._moment
        match check:
            case Matches() | Condition():
                bad = _escaped(broken(planned, 0, moment))
                return f"SELECT 1 AS bad FROM (SELECT * FROM {BATCH}) AS r WHERE {bad}"
            case Unique():
                return repeated(check, BATCH)
            case References():
                on = f"p.{check.target} = r.{check.column}"
                bad = f"r.{check.column} IS NOT NULL AND p.{check.target} IS NULL" + settled(
                    planned.table, check, moment
                )
                found = _escaped(parents(check, moment))
                return (
                    f"SELECT r.{check.column} FROM (SELECT * FROM {BATCH}) AS r "
                    f"LEFT JOIN ({found}) AS p ON {on} WHERE {_escaped(bad)}"
                )
            case _:
                # its rows are not the batch's alone; the comment tells Great Expectations that we know
                return f"{_escaped(judgement(planned, moment).unexpected)} /* beside {BATCH} */"

    def _bound(self, value: float | datetime | str | None) -> float | datetime | None:
        return None if value is None else bound(value, now=self._moment.now, epoch=self._moment.epoch)

    @contextlib.contextmanager
    def _without_waste(self, tables: Mapping[str, Any]) -> Iterator[None]:
        """Great Expectations learns a query's columns by running it to its end, where one row tells them as well; and
        beside the count of unexpected rows it asks for the rows, which its summary does not have."""
        from sqlalchemy import event

        engine = self._source.get_execution_engine().engine
        batches = {self._moment.rows(table) for table in tables}

        def shorten(_c: Any, _u: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
            asked = statement.strip()
            if asked in batches:
                return f"{asked} LIMIT 1", parameters
            return (f"{asked} LIMIT 0" if asked.endswith(ROWS) else statement), parameters

        event.listen(engine, "before_cursor_execute", shorten, retval=True)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", shorten)


def _answer(result: Any) -> Answer:
    raised = result.exception_info or {}
    if "raised_exception" not in raised:  # one for each figure that could not be had
        raised = next(iter(raised.values()), {})
    if raised.get("raised_exception"):
        return Answer(None, _reason(str(raised.get("exception_message") or "")))
    found = result.result
    count = found.get("unexpected_count", found.get("observed_value"))
    if count is None and found.get("element_count") == 0:
        count = 0  # a sum of nothing is null
    return Answer(int(count)) if count is not None else Answer(None, "Great Expectations has no count")


def _reason(message: str) -> str:
    """Athena's words out of what is wrapped around them."""
    return re.sub(r"^\(pyathena\.[\w.]+\) ", "", one_line(message))


def _escaped(sql: str) -> str:
    """Great Expectations formats the text, and SQLAlchemy looks for parameters in it."""
    return sql.replace("{", "{{").replace("}", "}}").replace(":", "\\:")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No analytics, nothing on stdout, no traceback for a query that failed: the answer says so."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    loggers = [logging.getLogger(name) for name in ("great_expectations", "pyathena")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")  # the library's own, about its own dependencies
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
