"""Checkpoints: whole or not at all, and only for the replay that they are of."""

from pathlib import Path

import pytest

from authpulse.configuration import Aws
from authpulse.errors import InputError
from producer.checkpoints import Checkpoint, FileStore, Replayed, S3Store, load, replayed, store_at
from producer.sections import Position

POSITION = Position(lines=10, events=7, rejected=2, ignored=1, rejects_bytes=99)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.write_text("1,U1,C1\n")
    return path


def identity(log: Path, **changes: str) -> Replayed:
    return replayed(log, **({"format_": "lanl-auth", "dataset": "log", "stream": "s"} | changes))


def test_without_a_checkpoint_a_replay_begins_at_the_beginning(log: Path, tmp_path: Path) -> None:
    found = load(FileStore(tmp_path / "none.json"), identity(log), buckets=8)
    assert (found.position, found.finished, found.buckets) == (Position(), False, 8)


def test_what_was_written_is_found_again(log: Path, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "deep" / "down" / "checkpoint.json")
    written = Checkpoint(replayed=identity(log), buckets=8).at(POSITION, finished=True)
    store.write(written.model_dump_json())
    assert load(store, identity(log), buckets=8) == written
    assert written.position == POSITION


def test_a_replay_keeps_the_buckets_that_it_began_with(log: Path, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "c.json")
    store.write(Checkpoint(replayed=identity(log), buckets=8).model_dump_json())
    assert load(store, identity(log), buckets=64).buckets == 8


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"format_": "lanl-cyber1"}, "format lanl-auth and not lanl-cyber1"),
        ({"dataset": "other"}, "dataset log and not other"),
        ({"stream": "t"}, "stream s and not t"),
    ],
)
def test_the_checkpoint_of_another_replay_is_refused(
    log: Path, tmp_path: Path, changes: dict[str, str], what: str
) -> None:
    store = FileStore(tmp_path / "c.json")
    store.write(Checkpoint(replayed=identity(log), buckets=8).model_dump_json())
    with pytest.raises(InputError, match=what) as raised:
        load(store, identity(log, **changes), buckets=8)
    assert str(raised.value).startswith(f"{store.where}: is the checkpoint of another replay")


@pytest.mark.parametrize(
    ("content", "what"),
    [("1,U1,C1\n2,U2,C2\n", "input_bytes 8 and not 16"), ("1,U1,C2\n", "first_bytes_sha256 ")],
    ids=["another size", "other first bytes"],
)
def test_the_checkpoint_of_another_input_is_refused(log: Path, tmp_path: Path, content: str, what: str) -> None:
    store = FileStore(tmp_path / "c.json")
    store.write(Checkpoint(replayed=identity(log), buckets=8).model_dump_json())
    log.write_text(content)
    with pytest.raises(InputError, match=what):
        load(store, identity(log), buckets=8)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 2}', "\x00"])
def test_what_is_no_checkpoint_is_refused_by_name(log: Path, tmp_path: Path, content: str) -> None:
    store = FileStore(tmp_path / "c.json")
    store.write(content)
    with pytest.raises(InputError, match=r"c\.json: "):
        load(store, identity(log), buckets=8)


def test_a_file_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        FileStore(tmp_path / "file" / "c.json").write("{}")


def test_writing_leaves_nothing_beside_the_checkpoint(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "c.json")
    for n in range(3):
        store.write(str(n))
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]
    assert store.read() == "2"


def test_a_place_is_a_file_or_an_object(tmp_path: Path) -> None:
    assert isinstance(store_at(str(tmp_path / "c.json"), Aws()), FileStore)
    store = store_at("s3://bucket/a/b.json", Aws(endpoint_url="http://127.0.0.1:1"))
    assert isinstance(store, S3Store)
    assert store.where == "s3://bucket/a/b.json"


@pytest.mark.parametrize("place", ["s3://", "s3://bucket", "s3://bucket/", "s3:///key"])
def test_half_an_s3_address_is_refused(place: str) -> None:
    with pytest.raises(InputError, match="wanted s3://bucket/key"):
        store_at(place, Aws())
