"""A report for people, or as JSON."""

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from quality.report import CheckResult, Outcome, Report

WIDTH_OF_FILES = 160
COLORS = {
    Outcome.PASSED: "green",
    Outcome.BREACH: "bold red",
    Outcome.COULD_NOT_RUN: "bold yellow",
    Outcome.NO_BASELINE: "dim",
}


def print_report(report: Report, *, as_json: bool) -> None:
    """To stdout."""
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES  # rich takes 80 columns where there are none
    console.print(_checks(report))
    for table in report.tables:
        rows = "rows not counted" if table.rows is None else f"{table.invalid:,} of {table.rows:,} records invalid"
        share = "" if table.invalid_percent is None else f" ({table.invalid_percent:.4g} %)"
        copied = f", {table.quarantined:,} copies to quarantine" if table.quarantined else ""
        remark = f"; {table.message}" if table.message else ""
        console.print(f"{table.table:<24} {_word(table.outcome)}  {rows}{share}{copied}{escape(remark)}")
    counted = {outcome: len(report.of(outcome)) for outcome in Outcome}
    said = ", ".join(f"{n} {str(outcome).replace('_', ' ')}" for outcome, n in counted.items() if n)
    console.print(f"\n{report.suite} on {report.database}, window {report.window}: {said} in {report.seconds:.0f} s")
    console.print(f"report: {report.report_url}")


def _checks(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("check")
    for column in ("unexpected", "of", "percent", "allowed"):
        table.add_column(column, justify="right")
    table.add_column("outcome")
    table.add_column("remark", overflow="fold")
    for check in report.checks:
        table.add_row(*_row(check))
    return table


def _row(check: CheckResult) -> tuple[str, ...]:
    return (
        check.name,
        "" if check.unexpected is None else f"{check.unexpected:,}",
        "" if check.total is None else f"{check.total:,}",
        "" if check.percent is None else f"{check.percent:.4g} %",
        f"{check.threshold_pct:g} %",
        _word(check.outcome),
        escape(check.message or ("" if check.observed is None else f"observed {check.observed:.4g}")),
    )


def _word(outcome: Outcome) -> str:
    return f"[{COLORS[outcome]}]{str(outcome).replace('_', ' ')}[/]"
