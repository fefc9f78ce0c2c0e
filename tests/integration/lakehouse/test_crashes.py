"""A run that is killed leaves each day as it was or as it should be, and the next run does the rest."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from authpulse.cli.places import ROOT
from support import aggregated

pytestmark = pytest.mark.timeout(900)

CRASHES = {
    "while a day is computed": ("StartQueryExecution", 2, "after"),
    "when a day is computed, before its rows are read": ("GetObject", 3, "before"),
    "when a day's files are written, before their commit": ("UpdateTable", 1, "before"),
    "right after a day's commit": ("UpdateTable", 1, "after"),
    "between two tables": ("UpdateTable", 3, "before"),
    "right after the last commit": ("UpdateTable", 4, "after"),
    "before the popularity is written": ("PutObject", 1, "before"),
    "after the popularity is written": ("PutObject", 1, "after"),
}


class Crasher:
    """The process that runs and kills."""

    def __init__(self, config: Path) -> None:
        driver = Path(__file__).with_name("crashing.py")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "AUTHPULSE_CONFIG": str(config)}
        self._process = subprocess.Popen(
            [sys.executable, str(driver)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, operation: str, nth: int, when: str) -> int:
        """A run over the last two days; the signal that ended it, or 0."""
        asked = {"arguments": ["--days", "2"], "operation": operation, "nth": nth, "when": when}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=120)
        self._process.stdout.close()


@pytest.fixture
def crasher(small: Any) -> Iterator[Crasher]:
    started = Crasher(small.config)
    yield started
    started.close()


def test_a_killed_run_leaves_old_rows_or_new_ones(small: Any, crasher: Crasher) -> None:
    small.run()
    days = aggregated.days_with_events(small.curated)[-2:]
    for name, crash in CRASHES.items():
        old = by_day(small.behavior, small.popularity)
        small.add_events(*(datetime(day.year, day.month, day.day, 12) for day in days))
        curated = small.curated
        new = by_day(aggregated.behavior(curated), [r for d in days for r in aggregated.popularity(curated, d)])
        assert crasher.run(*crash) == signal.SIGKILL, name
        found = by_day(small.behavior, small.popularity)
        halves = [day for day in found if found[day] not in (old[day], new.get(day))]
        assert halves == [], name
        assert all(old[key] != rows for key, rows in new.items() if key[1] in days), "a crash without a difference"
        assert crasher.run("nothing", 1, "before") == 0, name
        repaired = by_day(small.behavior, small.popularity)
        assert {key: repaired[key] for key in new if key[1] in days} == {k: new[k] for k in new if k[1] in days}, name


def by_day(behavior: list[dict[str, Any]], popularity: list[dict[str, Any]]) -> dict[tuple[str, date], Any]:
    """Rows of both tables by table and day."""
    found: dict[tuple[str, date], Any] = {}
    for row in behavior:
        found.setdefault(("behavior", row["event_hour"].date()), []).append(row)
    for row in popularity:
        found.setdefault(("popularity", row["event_day"]), []).append(row)
    return found
