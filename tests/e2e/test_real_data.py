"""Real Windows Security events through the whole path."""

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.pipeline import PipelineRun, pipeline
from support.scoring import flink_python

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def log() -> Path:
    return Path(os.environ["AUTHPULSE_REAL_DATA"]).absolute() / "windows_security_events.jsonl.gz"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[PipelineRun]:
    replay = {"name": "windows", "input": str(log), "format": "windows-security"}
    with pipeline(tmp_path_factory.mktemp("real"), replays=[replay]) as started:
        yield started


def special_logons(log: Path) -> int:
    """4672 and the like: in order, and no authentications."""
    with gzip.open(log, "rt") as lines:
        ids = Counter(int(json.loads(line)["EventID"]) for line in lines)
    return ids[4672]


@pytest.mark.timeout(900)
def test_real_windows_events_are_all_accounted_for(run: PipelineRun, log: Path) -> None:
    report = run.up()
    books = report["input"]
    assert books["lines"] == 1935
    assert books["ignored"] >= special_logons(log) > 0
    assert books["raw"] == books["curated"] == books["events"] > 1000
    assert books["quarantined"] == books["rejected"]
    assert books["lines"] == books["events"] + books["rejected"] + books["ignored"]
    ids = run.query("SELECT count(DISTINCT event_id) AS n FROM auth_events_curated")
    assert int(ids[0]["n"]) == books["events"]
    assert report["alerts"]


@pytest.mark.timeout(300)
def test_the_bounded_run_gives_the_same_books(log: Path, tmp_path: Path) -> None:
    said = flink_python(
        [
            *("-m", "flink_job", "--input", str(log), "--format", "windows-security"),
            *("--output", str(tmp_path / "out"), "--json"),
        ]
    )
    summary = json.loads(said)
    assert summary["input_lines"] == 1935 == summary["events"] + summary["ignored"] + summary["quarantined"]
    assert summary["alerts"] == sum(summary["by_rule"].values()) > 0
    tables = {p.stem: len(p.read_text().splitlines()) for p in (tmp_path / "out").glob("*.jsonl")}
    assert tables["auth_events_raw"] == tables["auth_events_curated"] == summary["events"]
    assert tables["auth_alerts"] == summary["alerts"]
    assert tables["auth_events_quarantine"] == summary["quarantined"]
