"""The engine and the plain-Python reference are one meaning: equal rows of every table, column by column."""

import json
import random
from pathlib import Path

import pytest

from authpulse import formats
from authpulse.cli.places import ROOT
from authpulse.formats.lines import dataset_of, open_lines
from authpulse.synthetic import generating
from authpulse.synthetic.generating import Campaign
from flink_job import reference, spool
from flink_job.bounded import Request, groups_of
from support.scoring import ARRIVAL_MS, built_in_rules, differences, run_engine, run_reference

pytestmark = pytest.mark.timeout(600)  # each starts a JVM, and what else runs beside it is not known

SAMPLE = ROOT / "data/sample"
POPULARITY = SAMPLE / "host_popularity.csv"


def request_for(order: str = "arrival") -> Request:
    return Request(
        input=Path("unused"),
        reader=formats.reader("lanl-auth", "unused"),
        output=Path("unused"),
        rules=built_in_rules(),
        jar=Path("unused"),
        popularity=POPULARITY,
        order=order,
        arrival_ms=ARRIVAL_MS,
    )


def popularity() -> reference.HostPopularity:
    lines = POPULARITY.read_text().splitlines()[1:]
    return reference.HostPopularity({h: int(n) for h, n in (line.split(",") for line in lines)})


def spooled(log: Path, format_: str, folder: Path, **options: int) -> Path:
    folder.mkdir()
    spool.write(open_lines(log), formats.reader(format_, dataset_of(log)), folder, **options)
    return folder


@pytest.mark.parametrize(
    ("log", "format_"),
    [
        ("lanl-cyber1.csv.gz", "lanl-cyber1"),
        ("windows-security.jsonl.gz", "windows-security"),
    ],
)
def test_the_sample_has_equal_rows(tmp_path: Path, log: str, format_: str) -> None:
    records = spooled(SAMPLE / log, format_, tmp_path / "records")
    engine = run_engine(groups_of(request_for(), records), tmp_path / "engine", parallelism=1)
    assert differences(engine, run_reference(records, popularity=popularity())) == []
    assert engine["auth_alerts"]
    assert engine["auth_events_quarantine"]


def test_a_hundred_thousand_generated_events_have_equal_rows(tmp_path: Path) -> None:
    log = tmp_path / "generated.csv"
    asked = generating.Request(rows=100_000, scale=0.05, start_second=36_000, campaign=Campaign.SYNTHETIC, seed=3)
    generating.Generator(asked).write(log)
    records = spooled(log, "lanl-cyber1", tmp_path / "records")
    engine = run_engine(groups_of(request_for(), records), tmp_path / "engine", parallelism=1)
    expected = run_reference(records, popularity=popularity())
    assert differences(engine, expected) == []
    assert len(engine["auth_events_curated"]) == 100_000
    assert engine["auth_alerts"]


def test_in_event_time_order_rows_do_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    """Two shards, two subtasks, elements moved by up to 30 s, every twentieth twice."""
    records = spooled(SAMPLE / "lanl-cyber1.csv.gz", "lanl-cyber1", tmp_path / "records", shards=2)
    for shard in records.iterdir():
        shuffle(shard, seconds=30)
    groups = {k: dict(v) for k, v in groups_of(request_for("event-time"), records).items()}
    groups["authpulse.job"] |= {"watermark.delay.ms": "120000", "watermark.idle.ms": "0", "dedup.events": "4096"}
    engine = run_engine(groups, tmp_path / "engine", parallelism=2)
    expected = run_reference(records, "event-time", popularity=popularity(), dedup_events=4096)
    without_places(engine)
    without_places(expected)
    assert differences(engine, expected) == []


def shuffle(shard: Path, *, seconds: int) -> None:
    """Displaces events in time, within bounds, and repeats some, as a producer that was killed and resumed does."""
    chance = random.Random(shard.name)
    elements = [e for line in shard.read_text().splitlines() for e in json.loads(line)]
    repeated = elements + elements[::20]
    moved = sorted(repeated, key=lambda e: epoch_seconds(e) + chance.uniform(0, seconds))
    shard.write_text("".join(f"{json.dumps(moved[i : i + 50])}\n" for i in range(0, len(moved), 50)))


def epoch_seconds(element: dict[str, str]) -> float:
    time = element.get("event_time")
    return reference.events.parse_time(time) / 1000 if time else 0.0


def without_places(rows: dict[str, list[dict[str, object]]]) -> None:
    """Which of two equal elements counts as the first, and so where it came from, is the order's affair."""
    for table in rows.values():
        for row in table:
            for name in ("shard_id", "sequence_number", "record_index"):
                row.pop(name, None)
