"""A million rows of which a thousand are bad: exactly 0.1 %, and what a run ends with at, above and below that."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from authpulse.cli.places import ROOT
from lakehouse.tables import RAW
from quality.report import Outcome
from support.quality_data import Data
from support.quality_million import BAD_HOST, BAD_OUTCOME, FAR_AHEAD, ROWS, TWICE, million
from support.quality_runs import Site

SUITE = """
name: million
window: all
failure_threshold_pct: 0.1
tables:
  - table: auth_events_raw
    checks:
      - {check: not_null, column: user_id}
      - {check: matches, column: computer_id, pattern: "^C[0-9]+$"}
      - {check: allowed, column: outcome, values: [Success, Fail]}
      - {check: unique, column: event_id}
      - check: condition
        name: not_ahead_of_its_arrival
        holds: event_time <= ingestion_time + INTERVAL '5' MINUTE
"""
CHECKS = {
    f"{RAW.name}.matches_computer_id": BAD_HOST,
    f"{RAW.name}.allowed_outcome": BAD_OUTCOME,
    f"{RAW.name}.unique_event_id": TWICE,
    f"{RAW.name}.not_ahead_of_its_arrival": FAR_AHEAD,
}


def command(site: Site, suite: Path) -> "subprocess.CompletedProcess[str]":
    """The command as the operator runs it."""
    named = ["--config", str(site.config), "--suite", str(suite), "--reports", str(site.folder), "--output", "json"]
    arguments = [sys.executable, "-m", "quality.run_quality_checks", *named]
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.timeout(900)
def test_a_thousand_bad_rows_in_a_million_are_a_tenth_of_a_percent(site_of: Callable[..., Site]) -> None:
    made = million()
    site = site_of(Data({RAW.name: made.rows}))
    suite = site.folder / "million.yaml"
    suite.write_text(SUITE)

    at = site.check(suite, now=made.newest)
    (table,) = at.tables
    assert (table.rows, table.invalid, table.invalid_percent) == (ROWS, len(made.bad), 0.1)
    assert {c.name: c.unexpected for c in at.checks if c.unexpected} == {
        check: len(made.broken[why]) for check, why in CHECKS.items()
    }
    assert (at.outcome, at.exit_code) == (Outcome.PASSED, 0), "at the threshold is not above it"
    assert table.quarantined == sum(len(rows) for rows in made.broken.values())

    one_more = million(1, 0, first=ROWS).rows
    bad_host = pa.array(["not a host"], one_more.schema.field("computer_id").type)
    site.lake.append(RAW.name, one_more.set_column(4, one_more.schema.field("computer_id"), bad_host))
    ended = command(site, suite)
    above: dict[str, Any] = json.loads(ended.stdout)
    assert (ended.returncode, above["outcome"]) == (1, "breach")
    assert {c["outcome"] for c in above["checks"]} == {"passed"}, "no check alone is above it, the records are"
    (records,) = above["tables"]
    assert (records["rows"], records["invalid"], records["quarantined"]) == (ROWS + 1, 1001, 1)

    site.lake.append(RAW.name, million(2000, 0, first=ROWS + 1).rows)
    below = site.check(suite, now=made.newest)
    assert (below.tables[0].rows, below.tables[0].invalid) == (ROWS + 2001, 1001)
    assert (below.outcome, below.exit_code) == (Outcome.PASSED, 0)
    assert below.tables[0].quarantined == 0
