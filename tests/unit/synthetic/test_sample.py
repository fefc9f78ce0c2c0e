"""data/sample is what the generator writes, its labels are right, and its attacks are found while the rest is quiet."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml

from authpulse import formats
from authpulse.formats import Event, Rejected
from authpulse.synthetic.sample import REQUESTS, labels_of, write_sample
from flink_job import reference, rules

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "data/sample"
NINE_COLUMNS = "lanl-cyber1.csv.gz"
LATER_MS = 1 << 42


@cache
def labels(name: str) -> dict[int, dict[str, str]]:
    """The planted lines by number."""
    with (SAMPLE / labels_of(name)).open() as file:
        return {int(row["line"]): row for row in csv.DictReader(file)}


@cache
def lines(name: str) -> list[str]:
    return gzip.decompress((SAMPLE / name).read_bytes()).decode().splitlines()


@cache
def outcomes(name: str) -> dict[int, formats.Outcome]:
    reader = formats.reader(REQUESTS[name].format, formats.dataset_of(SAMPLE / name))
    return {number: reader.read(number, line) for number, line in formats.open_lines(SAMPLE / name)}


@cache
def scored(name: str) -> dict[str, list[reference.Row]]:
    arrivals = [
        reference.Arrival(json.loads(outcome.text), outcome.text, LATER_MS, "shard", "1", number)
        for number, outcome in outcomes(name).items()
        if isinstance(outcome, Event | Rejected)
    ]
    with (SAMPLE / "host_popularity.csv").open() as file:
        accounts = {row["computer_id"]: int(row["accounts"]) for row in csv.DictReader(file)}
    known = rules.parse(yaml.safe_load((ROOT / "flink_job/rules.yaml").read_text()), "rules.yaml")
    return reference.run(arrivals, known, reference.HostPopularity(accounts))


def line_of(row: reference.Row) -> int:
    return int(row["source"].rpartition(":")[2])


@cache
def lines_by_event() -> dict[str, int]:
    return {row["event_id"]: line_of(row) for row in scored(NINE_COLUMNS)["auth_events_curated"]}


def line_of_event(event_id: str) -> int:
    return lines_by_event()[event_id]


def test_the_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in SAMPLE.iterdir())
    for path in tmp_path.iterdir():
        written, kept = path.read_bytes(), (SAMPLE / path.name).read_bytes()
        if path.suffix == ".gz":  # zlib's versions may pack the same content in different ways
            written, kept = gzip.decompress(written), gzip.decompress(kept)
        assert written == kept, f"{path.name} differs; write it again by `make generate`"


def test_the_sample_is_small() -> None:
    assert sum(p.stat().st_size for p in SAMPLE.iterdir()) < 1_500_000


@pytest.mark.parametrize("name", REQUESTS)
def test_every_line_is_an_event_or_damaged_on_purpose_or_no_authentication(name: str) -> None:
    damaged = {number for number, outcome in outcomes(name).items() if isinstance(outcome, Rejected)}
    readme = (SAMPLE / "README.md").read_text()
    listed = [row for row in readme.splitlines() if row.startswith(f"| `{name}`") and row.count("|") == 4]
    assert [f"| `{name}` | {number:,} | `{lines(name)[number - 1]}` |" for number in sorted(damaged)] == listed
    assert len(damaged) == len(REQUESTS[name].damage)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_log_is_recognised_and_ordered_by_time(name: str) -> None:
    assert formats.detect(SAMPLE / name) == REQUESTS[name].format
    times = [outcome.time_ms for outcome in outcomes(name).values() if isinstance(outcome, Event)]
    assert times == sorted(times)


@pytest.mark.parametrize("name", ["lanl-cyber1.csv.gz", "lanl-auth.csv.gz"])
def test_labels_name_the_lines_that_are_planted(name: str) -> None:
    for number, label in labels(name).items():
        fields = lines(name)[number - 1].split(",")
        if name == NINE_COLUMNS:
            wanted = [label["time"], label["user"], label["user"], label["source_host"], label["computer"]]
            assert [*fields[:5], fields[8]] == [*wanted, label["outcome"]]
        else:
            assert fields == [label["time"], label["user"].partition("@")[0], label["computer"]]


def test_windows_labels_name_the_lines_that_are_planted() -> None:
    name = "windows-security.jsonl.gz"
    for number, label in labels(name).items():
        event = json.loads(lines(name)[number - 1])
        assert f"{event['TargetUserName']}@{event['TargetDomainName']}" == label["user"]
        assert (event["WorkstationName"], event["Hostname"]) == (label["source_host"], label["computer"])
        assert event["EventID"] == (4624 if label["outcome"] == "Success" else 4625)


@pytest.mark.parametrize("name", [NINE_COLUMNS, "windows-security.jsonl.gz"])
def test_every_attack_makes_its_rules_fire(name: str) -> None:
    fired: dict[str, set[str]] = defaultdict(set)
    for row in scored(name)["auth_events_curated"]:
        if label := labels(name).get(line_of(row)):
            fired[label["attack"]].update(row["rules"])
    wanted = {label["attack"]: set(label["rules"].split()) for label in labels(name).values()}
    assert {attack: wanted[attack] - fired[attack] for attack in wanted} == {attack: set() for attack in wanted}


def test_every_rule_fires_in_the_nine_columns() -> None:
    with (ROOT / "flink_job/rules.yaml").open() as file:
        known = {rule["id"] for rule in yaml.safe_load(file)["rules"]}
    assert {rule for row in scored(NINE_COLUMNS)["auth_events_curated"] for rule in row["rules"]} == known


def test_attacks_end_in_critical_and_high_users_and_the_rest_stays_low() -> None:
    worst: dict[str, int] = defaultdict(int)
    background: Counter[str] = Counter()
    attacked = {label["user"] for label in labels(NINE_COLUMNS).values()}
    for row in scored(NINE_COLUMNS)["auth_events_curated"]:
        worst[row["user_id"]] = max(worst[row["user_id"]], row["risk_score"])
        if line_of(row) not in labels(NINE_COLUMNS):
            background[row["risk_level"]] += 1
    assert max(worst.values()) == 100
    high = {user for user, score in worst.items() if score > 50}
    assert len(high & attacked) >= 10
    assert high - attacked == {"U1679@DOM1"}  # goes to many hosts every day, and once to a new one
    assert background["LOW"] / background.total() > 0.99


def test_alerts_are_tens_and_half_of_them_are_attacks() -> None:
    alerts = scored(NINE_COLUMNS)["auth_alerts"]
    assert 20 <= len(alerts) <= 60
    planted = [alert for alert in alerts if line_of_event(alert["event_id"]) in labels(NINE_COLUMNS)]
    assert len(planted) >= len(alerts) // 2
