"""The rejects file: made when there is something for it, and cut back to its checkpoint."""

import json
from pathlib import Path

import pytest

from authpulse.errors import InputError
from authpulse.formats import Rejected
from producer.rejects import Rejects


def rejected(raw: str) -> Rejected:
    return Rejected("no good", raw, "{}")


def lines(path: Path) -> list[int]:
    return [json.loads(line)["line"] for line in path.read_text().splitlines()]


def test_without_rejections_there_is_no_file(tmp_path: Path) -> None:
    with Rejects(tmp_path / "r.jsonl") as rejects:
        assert rejects.flush() == 0
    assert not (tmp_path / "r.jsonl").exists()


def test_without_a_path_nothing_is_written() -> None:
    with Rejects(None) as rejects:
        rejects.add(1, rejected("x"))
        assert rejects.flush() == 0


def test_a_resumed_replay_writes_no_line_twice(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "r.jsonl"
    with Rejects(path) as rejects:
        rejects.add(3, rejected("a"))
        rejects.add(5, rejected("ü\t漢"))
        at_checkpoint = rejects.flush()
        rejects.add(9, rejected("behind the checkpoint"))
    with Rejects(path, keep_bytes=at_checkpoint) as rejects:
        assert rejects.flush() == at_checkpoint
        rejects.add(9, rejected("behind the checkpoint"))
    assert lines(path) == [3, 5, 9]
    assert json.loads(path.read_text().splitlines()[1])["raw"] == "ü\t漢"


def test_a_new_replay_begins_the_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"line": 1}\n')
    with Rejects(path) as rejects:
        rejects.add(2, rejected("x"))
    assert lines(path) == [2]


def test_a_file_that_went_missing_is_begun_anew(tmp_path: Path) -> None:
    with Rejects(tmp_path / "r.jsonl", keep_bytes=1000) as rejects:
        rejects.add(2, rejected("x"))
    assert lines(tmp_path / "r.jsonl") == [2]


def test_a_path_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Rejects(tmp_path / "file" / "r.jsonl") as rejects, pytest.raises(InputError, match="cannot be written"):
        rejects.add(1, rejected("x"))
