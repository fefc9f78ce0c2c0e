"""`authpulse score`: the tables it leaves, its summary, and one clear line for everything that cannot be scored."""

import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest

from authpulse.cli.places import ROOT

pytestmark = pytest.mark.timeout(600)  # each starts a JVM, and what else runs beside it is not known

LOG = "1,U1,C1\n1,U1,C2\nnot a line\n2,U2,C1\n"


def score(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "bin/authpulse"), "score", *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(LOG)
    return path


def test_a_log_becomes_four_tables_and_a_summary_that_adds_up(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = score("--input", str(log), "--format", "lanl-auth", "--output", str(out), "--json")
    assert ended.returncode == 0, ended.stderr
    summary = json.loads(ended.stdout)
    assert {k: summary[k] for k in ("input_lines", "events", "ignored", "quarantined", "alerts", "by_rule")} == {
        "input_lines": 4,
        "events": 3,
        "ignored": 0,
        "quarantined": 1,
        "alerts": 0,
        "by_rule": {},
    }
    rows = {p.name: [json.loads(line) for line in p.read_text().splitlines()] for p in out.iterdir()}
    assert {n: len(r) for n, r in rows.items()} == {
        "auth_events_raw.jsonl": 3,
        "auth_events_curated.jsonl": 3,
        "auth_alerts.jsonl": 0,
        "auth_events_quarantine.jsonl": 1,
    }
    assert [r["account_attempts"] for r in rows["auth_events_curated.jsonl"]] == [0, 1, 0]
    assert rows["auth_events_quarantine.jsonl"][0]["raw"] == "not a line"
    assert rows["auth_events_quarantine.jsonl"][0]["source"] == "small.csv:3"


BAD = [
    ("a file that is not there", ["--input", "{tmp}/none.csv", "--format", "lanl-auth"], 3, "none.csv: cannot be read"),
    ("a format that there is not", ["--input", "{log}", "--format", "nosuch"], 2, "invalid choice: 'nosuch'"),
    (
        "another format than the log's",
        ["--input", "{log}", "--format", "windows-security"],
        3,
        "small.csv: is not windows-security: its first lines are lanl-auth; say --format lanl-auth, or leave it out",
    ),
    ("a file in no format", ["--input", "{prose}"], 3, "which no format knows; there are lanl-auth"),
    (
        "a file that is cut off in its compressed data",
        ["--input", "{cut}", "--format", "lanl-auth"],
        3,
        "ends in the middle of its gzip data",
    ),
    (
        "a rule with an unknown field",
        ["--input", "{log}", "--format", "lanl-auth", "--rules", "{rules}"],
        3,
        "rules[0] (R).treshold: no such key; did you mean `threshold`?",
    ),
    (
        "an output that cannot be a folder",
        ["--input", "{log}", "--format", "lanl-auth", "--output", "{log}"],
        3,
        "cannot be a folder for the results",
    ),
    (
        "a popularity table that is not there",
        ["--input", "{log}", "--format", "lanl-auth", "--popularity", "{tmp}/none.csv"],
        3,
        "none.csv: cannot be read",
    ),
    (
        "a time that is none",
        ["--input", "{log}", "--format", "lanl-auth", "--arrival", "soon"],
        3,
        "--arrival: 'soon' is not a time",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "message"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_what_cannot_be_scored_ends_in_one_line(
    log: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    files = {
        "tmp": tmp_path,
        "log": log,
        "prose": tmp_path / "notes.txt",
        "cut": tmp_path / "cut.gz",
        "rules": tmp_path / "r",
    }
    files["prose"].write_text("nothing of the kind\n")
    files["cut"].write_bytes(gzip.compress(LOG.encode() * 1000)[:60])
    rule = "{id: R, title: t, key: user_id, metric: new_host, compare: '>=', treshold: 1, points: 1}"
    files["rules"].write_text(f"version: 1\nrules: [{rule}]\n")
    given = [a.format_map(files) for a in arguments]
    if "--output" not in given:
        given += ["--output", str(tmp_path / "out")]
    ended = score(*given)
    assert ended.returncode == code
    said = [line for line in ended.stderr.splitlines() if line.startswith("error: ") or "error: " in line]
    assert len(said) == 1, ended.stderr
    assert message in said[0]
    assert "Traceback" not in ended.stderr


def test_without_java_it_says_what_to_install(log: Path, tmp_path: Path) -> None:
    ended = score(
        *("--input", str(log), "--format", "lanl-auth", "--output", str(tmp_path / "out")),
        PATH="/usr/bin:/bin",
        JAVA_HOME=str(tmp_path / "no-java"),
    )
    assert (ended.returncode, ended.stderr.count("\n")) == (4, 1)
    assert ended.stderr.startswith("error: no Java, which Flink needs: install a JDK 17")
