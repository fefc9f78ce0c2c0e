"""`authpulse generate`: files of every kind, a summary, and one clear line for what is wrong."""

import bz2
import csv
import gzip
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from authpulse.synthetic import __main__ as command

SMALL = ("--rows", "500", "--scale", "0.004")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["generate", *map(str, arguments)])
    return command.main()


def started(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "authpulse.synthetic", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_help_lists_the_options() -> None:
    shown = started("--help")
    assert shown.returncode == 0
    for option in ("--rows", "--seed", "--format", "--campaign", "--redteam", "--labels", "--popularity"):
        assert option in shown.stdout


def test_a_log_goes_to_standard_output_and_the_summary_does_not() -> None:
    shown = started(*SMALL, "--output", "-")
    assert shown.returncode == 0
    assert len(shown.stdout.splitlines()) == 500
    assert "500 rows over" in shown.stderr


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    line = f"set -o pipefail; {sys.executable} -m authpulse.synthetic --rows 300000 --scale 0.01 --output - | head -1"
    shown = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert shown.returncode == 0
    assert len(shown.stdout.splitlines()) == 1
    assert shown.stderr == ""


@pytest.mark.parametrize(
    ("suffix", "unpack"),
    [
        (".gz", gzip.decompress),
        (".bz2", bz2.decompress),
        (".zst", lambda b: zstandard.ZstdDecompressor().decompressobj().decompress(b)),
    ],
)
def test_a_suffix_says_how_a_file_is_compressed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, suffix: str, unpack: object
) -> None:
    assert run(monkeypatch, *SMALL, "--output", tmp_path / "log") == 0
    assert run(monkeypatch, *SMALL, "--output", tmp_path / f"log{suffix}") == 0
    assert callable(unpack)
    assert unpack((tmp_path / f"log{suffix}").read_bytes()) == (tmp_path / "log").read_bytes()


def test_labels_and_popularity_are_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = ("--labels", tmp_path / "labels.csv", "--popularity", tmp_path / "popularity.csv")
    options = ("--rows", "20000", "--scale", "0.004", "--rate", "0.3", "--campaign", "synthetic")
    assert run(monkeypatch, *options, "--output", tmp_path / "log", *files) == 0
    with (tmp_path / "labels.csv").open() as file:
        attacks = {row["attack"] for row in csv.DictReader(file)}
    assert "takeover" in attacks
    with (tmp_path / "popularity.csv").open() as file:
        popularity = {row["computer_id"]: int(row["accounts"]) for row in csv.DictReader(file)}
    used = {line.split(",")[4] for line in (tmp_path / "log").read_text().splitlines()}
    assert used <= set(popularity)
    assert max(popularity, key=lambda host: popularity[host]) == "C586"


def test_what_could_not_be_planted_is_said(tmp_path: Path) -> None:
    (tmp_path / "redteam.txt").write_text("99999999,U1@DOM1,C1,C2\n")
    shown = started(*SMALL, "--output", tmp_path / "log", "--redteam", tmp_path / "redteam.txt")
    assert "0 of 1 rows planted" in shown.stderr
    assert "lie outside the log's time" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param((), 2, "--output", id="no output"),
        pytest.param(("--output", "log", "--format", "syslog"), 2, "lanl-cyber1", id="a format that there is not"),
        pytest.param(("--output", "log", "--rows", "0"), 2, "--rows", id="no rows"),
        pytest.param(
            ("--output", "nowhere/log"), 3, "nowhere/log: cannot be written: No such file", id="no such folder"
        ),
        pytest.param(("--output", "."), 3, "cannot be written: Is a directory", id="a folder for a file"),
        pytest.param(("--output", "/dev/full"), 3, "/dev/full: cannot be written: No space left", id="a full disk"),
        pytest.param(
            ("--output", "log", "--redteam", "none.txt"), 3, "none.txt: cannot be read", id="no red-team file"
        ),
        pytest.param(
            ("--output", "log", "--labels", "log"), 3, "two options name the same file", id="one file for two"
        ),
    ],
)
def test_bad_input_ends_in_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *([] if "--rows" in arguments else SMALL), *arguments) == code
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert list(tmp_path.iterdir()) == []
    if code == 3:
        assert len(error.splitlines()) == 1


def test_an_interrupted_run_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("authpulse.synthetic.shapes.LanlCyber1.stamp", interrupt)
    assert run(monkeypatch, *SMALL, "--output", tmp_path / "log") == 130
    assert list(tmp_path.iterdir()) == []


def test_a_census_counts_a_compressed_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, *SMALL, "--output", tmp_path / "log.gz")
    assert run(monkeypatch, "census", tmp_path / "log.gz") == 0
    assert "| orientation LogOn, % | 42.5 |" in capsys.readouterr().out


def test_a_census_of_another_format_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text("1,U1,C1\n")
    assert run(monkeypatch, "census", tmp_path / "log") == 3
    assert "no line with nine columns" in capsys.readouterr().err
