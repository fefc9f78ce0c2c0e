"""The same seed and options make the same bytes, on every machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from authpulse.synthetic.dice import Dice
from authpulse.synthetic.files import open_output
from authpulse.synthetic.generating import Campaign, Generator, Request

SMALL = Request(rows=5_000, seed=11, scale=0.005, rows_per_second=0.5, campaign=Campaign.SYNTHETIC)


def log_of(request: Request, folder: Path, name: str = "log") -> bytes:
    Generator(request).write(folder / name)
    return (folder / name).read_bytes()


def test_dice_show_what_they_showed_when_this_was_written() -> None:
    dice = Dice(1, "test")
    assert [dice.below(100) for _ in range(4)] == [78, 23, 18, 20]
    assert dice.words(2) == [3910761885, 3598370944]


def test_another_seed_is_another_log(tmp_path: Path) -> None:
    other = Request(rows=SMALL.rows, seed=12, scale=SMALL.scale, rows_per_second=SMALL.rows_per_second)
    assert log_of(SMALL, tmp_path) != log_of(other, tmp_path)


def test_hash_randomisation_changes_nothing() -> None:
    logs = set()
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-m", "authpulse.synthetic", "--rows", "3000", "--scale", "0.004", "--output", "-"]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        logs.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(logs) == 1


def test_a_longer_log_begins_with_the_shorter_one(tmp_path: Path) -> None:
    short, long = (Request(rows=rows, seed=3, scale=0.005) for rows in (1_000, 2_000))
    assert log_of(long, tmp_path).startswith(log_of(short, tmp_path))


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst"])
def test_compressed_files_do_not_tell_when_or_where_they_were_made(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    paths = [tmp_path / f"a{suffix}", tmp_path / "elsewhere" / f"b{suffix}"]
    for path in paths:
        with open_output(path) as sink:
            sink.write(b"1,U1,C1\n" * 100)
    assert paths[0].read_bytes() == paths[1].read_bytes()
