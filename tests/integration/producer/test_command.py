"""The command: what it prints and writes, and one clear line with an exit code for what stands in its way."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from authpulse.cli.places import ROOT

from .conftest import Site

CYBER1 = "1,U66@DOM1,U66@DOM1,C1250,C586,NTLM,Network,LogOn,Success"


def producer(folder: Path, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    known = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environ}
    command = [sys.executable, "-m", "producer.replay_lanl", *arguments]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "auth.csv"
    path.write_text("".join(f"{1 + n // 50},U{n % 7},C{n % 3}\n" for n in range(1000)))
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "dev.yaml"
    path.write_text("environment: dev\n")
    return path


def test_mixed_input_adds_up_and_all_of_it_but_the_ignored_is_in_the_stream(site: Site) -> None:
    log = site.folder / "auth.txt.gz"
    lines = [CYBER1, "", "what", CYBER1.replace("Success", "Maybe"), CYBER1]
    log.write_bytes(gzip.compress("\n".join(lines).encode()))
    ended = site.run(
        log,
        *("--format", "lanl-cyber1", "--dataset", "sample", "--output", "json"),
        *("--rejects", "rejects.jsonl", "--summary", "summary.json", "--checkpoint", "checkpoint.json"),
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    summary = json.loads(ended.stdout)
    assert summary == json.loads((site.folder / "summary.json").read_text())
    assert {k: summary[k] for k in ("lines", "events", "rejected", "ignored")} == {
        "lines": 5,
        "events": 2,
        "rejected": 2,
        "ignored": 1,
    }
    assert Counter(e["source"] for e in site.elements()) == {f"sample:{n}": 1 for n in (1, 3, 4, 5)}
    rejects = [json.loads(line) for line in (site.folder / "rejects.jsonl").read_text().splitlines()]
    assert [(r["line"], r["reason"]) for r in rejects] == [
        (3, "1 columns, 9 wanted"),
        (4, "outcome 'Maybe', wanted Success or Fail"),
    ]
    checkpoint = json.loads((site.folder / "checkpoint.json").read_text())
    assert (checkpoint["lines"], checkpoint["finished"]) == (5, True)


def test_a_dry_run_needs_no_aws_writes_no_checkpoint_and_counts_everything(
    tmp_path: Path, log: Path, config: Path
) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    ended = producer(tmp_path, "--config", str(config), "--input", str(log), "--dry-run")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "1,000 lines = 1,000 events + 0 rejected + 0 ignored" in ended.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_by_default_checkpoint_and_rejects_are_in_the_build_folder(site: Site, log: Path) -> None:
    log.write_text("1,U1,C1\nbroken\n")
    assert site.run(log).returncode == 0
    folder = site.folder / f"build/replays/{site.environment}-auth.csv"
    assert sorted(p.name for p in folder.iterdir()) == ["checkpoint.json", "rejects.jsonl"]


def test_the_shipped_configuration_is_enough(tmp_path: Path, log: Path) -> None:
    for name in ("dev", "prod"):
        ended = producer(tmp_path, "--config", str(ROOT / f"config/{name}.yaml"), "--input", str(log), "--dry-run")
        assert (ended.returncode, ended.stderr) == (0, "")


BROKEN: list[Any] = [
    pytest.param(["--input", "none.csv"], 3, "none.csv: cannot be read: No such file", id="no such input"),
    pytest.param(["--input", "."], 3, ".: cannot be read: Is a directory", id="a folder"),
    pytest.param(["--input", "empty"], 3, "empty: is empty", id="nothing in it"),
    pytest.param(
        ["--input", "odd"], 3, "odd: begins with 'a;b;c', which no format knows; there are lanl-auth", id="odd"
    ),
    pytest.param(["--input", "cut.gz"], 3, "cut.gz: ends in the middle of its gzip data", id="cut short"),
    pytest.param(
        ["--input", "auth.csv", "--checkpoint", "s3://x"], 3, "s3://x: wanted s3://bucket/key", id="half an S3"
    ),
    pytest.param(["--input", "auth.csv", "--checkpoint", "odd"], 3, "odd: is not a checkpoint", id="no checkpoint"),
    pytest.param(["--input", "auth.csv"], 5, "Kinesis does not answer at http://127.0.0.1:1", id="endpoint down"),
    pytest.param(
        ["--input", "auth.csv", "--checkpoint", "s3://b/k"], 5, "s3://b/k: S3 does not answer", id="S3 endpoint down"
    ),
    pytest.param(["--input", "auth.csv", "--rate", "0"], 2, "--rate: 0 is not above 0", id="no rate"),
    pytest.param(["--input", "auth.csv", "--limit", "0"], 2, "--limit: 0 is below 1", id="no limit"),
    pytest.param(
        ["--input", "auth.csv", "--rate", "1", "--speedup", "2"], 2, "not allowed with argument", id="two paces"
    ),
    pytest.param(["--input", "auth.csv", "--format", "csv"], 2, "invalid choice: 'csv'", id="no such format"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), BROKEN)
def test_what_stands_in_the_way_is_said_in_one_line(
    tmp_path: Path, log: Path, config: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "odd").write_text("a;b;c\n")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(log.read_bytes())[:-20])
    dry = [] if code == 5 or "--checkpoint" in arguments else ["--dry-run"]
    ended = producer(tmp_path, "--config", str(config), *arguments, *dry, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert ended.returncode == code
    assert ended.stdout == ""
    last = ended.stderr.splitlines()[-1]
    assert message in last
    if code != 2:
        assert ended.stderr == f"{last}\n"
        assert last.startswith("error: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("environment: dev\nproducer: {bukets: 3}", "producer.bukets: no such key; did you mean `buckets`?"),
        ("producer: {}", "environment"),
    ],
)
def test_a_configuration_that_cannot_be_is_said_to_be(tmp_path: Path, log: Path, text: str, message: str) -> None:
    (tmp_path / "dev.yaml").write_text(text)
    ended = producer(tmp_path, "--config", "dev.yaml", "--input", str(log), "--dry-run")
    assert ended.returncode == 3
    assert message in ended.stderr


def test_no_stream_says_what_makes_it(site: Site, log: Path) -> None:
    config = site.configuration()
    config.write_text(config.read_text() + "\nstream: {name: none}\n")
    ended = producer(site.folder, "--config", str(config), "--input", str(log))
    assert ended.returncode == 4
    assert ended.stderr.startswith("error: there is no stream none at http://127.0.0.1:")
    assert "authpulse up" in ended.stderr


def test_another_logs_checkpoint_is_refused_and_nothing_is_sent(site: Site, log: Path) -> None:
    assert site.run(log, "--checkpoint", "c.json", "--limit", "10").returncode == 0
    log.write_text(log.read_text() + "99,U1,C1\n")
    ended = site.run(log, "--checkpoint", "c.json")
    assert ended.returncode == 3
    assert ended.stderr.startswith("error: c.json: is the checkpoint of another replay (input_bytes")
    assert len(site.elements()) == 10


def test_without_a_pace_packs_are_four_seconds_wide_and_with_one_a_second(
    tmp_path: Path, log: Path, config: Path
) -> None:
    """The log has 50 events in each of 20 seconds, so packs are a quarter as many."""
    asked = ("--config", str(config), "--input", str(log), "--dry-run", "--output", "json")
    records = [
        json.loads(producer(tmp_path, *asked, *pace).stdout)["run"]["records"] for pace in ((), ("--rate", "100000"))
    ]
    assert records[0] * 4 == records[1] > 20
