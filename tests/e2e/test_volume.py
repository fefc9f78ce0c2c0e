"""A million generated events through the whole path: none lost, none twice, and the reference's figures on them."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from authpulse import formats
from authpulse.formats.lines import open_lines
from flink_job import reference, spool
from support.pipeline import PipelineRun, pipeline
from support.scoring import arrivals, built_in_rules

ROWS = 1_000_000
COMPARED = 100_000
ACCOUNT_COLUMNS = (
    *("account_attempts", "attempts_1h", "failures_1h", "distinct_hosts_1h", "known_hosts", "new_host", "late"),
)
"""What depends on the order of one account's events alone, which a shard keeps. A source host's events come through
several shards, so their interleaving, and with it its figures, is one of many right ones."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "generated.csv"
    command = [sys.executable, "-m", "authpulse.synthetic", "--rows", str(ROWS), "--seed", "7"]
    subprocess.run([*command, "--format", "lanl-cyber1", "--output", str(path)], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[PipelineRun]:
    replay = {"name": "generated", "input": str(log), "format": "lanl-cyber1"}
    flink = {"checkpointing": {"intervalSeconds": 5, "minPauseSeconds": 1}}
    with pipeline(tmp_path_factory.mktemp("volume"), flink=flink, replays=[replay], minutes=15) as started:
        yield started


@pytest.mark.timeout(1200)
def test_a_million_events_come_out_once_with_the_references_figures(run: PipelineRun, log: Path) -> None:
    books = run.up()["input"]
    assert books["lines"] == ROWS
    assert books["raw"] == books["curated"] == books["events"]
    assert books["events"] + books["rejected"] + books["ignored"] == ROWS
    ids = run.query("SELECT count(DISTINCT event_id) AS raw FROM auth_events_raw")
    assert int(ids[0]["raw"]) == books["events"]
    expected = reference_figures(log, run.folder)
    found = {
        row["event_id"]: tuple(row[c] for c in ACCOUNT_COLUMNS)
        for row in run.query(
            f"SELECT event_id, {', '.join(ACCOUNT_COLUMNS)} FROM auth_events_curated "
            f"WHERE CAST(split_part(source, ':', 2) AS bigint) <= {COMPARED}"
        )
    }
    assert len(found) == len(expected)
    different = [(i, found.get(i), figures) for i, figures in expected.items() if found.get(i) != figures]
    assert different[:3] == []


def reference_figures(log: Path, folder: Path) -> dict[str, tuple[str | None, ...]]:
    """Of the first lines, as Athena prints them."""
    records = folder / "records"
    records.mkdir()
    spool.write(islice(open_lines(log), COMPARED), formats.reader("lanl-cyber1", "generated"), records)
    rows = reference.run(arrivals(records), built_in_rules())["auth_events_curated"]
    return {row["event_id"]: tuple(as_athena(row[c]) for c in ACCOUNT_COLUMNS) for row in rows}


def as_athena(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
