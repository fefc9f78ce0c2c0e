"""Lines of files: compressed or not, whole or damaged, none lost."""

import bz2
import gzip
from pathlib import Path

import pytest
import zstandard

from authpulse.errors import InputError
from authpulse.formats import dataset_of, open_lines
from authpulse.formats.lines import MAX_LINE_BYTES, READ_BYTES
from authpulse.formats.outcomes import Damaged

TEXT = "".join(f"{n},U{n % 9},C{n % 5}\n" for n in range(1, 30_001)).encode()

COMPRESSED = {
    "plain": TEXT,
    "gzip": gzip.compress(TEXT),
    "several gzip members": gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
    "bzip2": bz2.compress(TEXT),
    "several bzip2 streams": bz2.compress(TEXT[:77_777]) + bz2.compress(TEXT[77_777:]),
    "zstd": zstandard.compress(TEXT),
    "gzip padded with zeros": gzip.compress(TEXT) + b"\0" * 512,
}


def written(folder: Path, content: bytes, name: str = "log") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", COMPRESSED.values(), ids=COMPRESSED.keys())
def test_a_log_reads_the_same_however_it_is_compressed(tmp_path: Path, content: bytes) -> None:
    lines = list(open_lines(written(tmp_path, content)))
    assert [number for number, _ in lines] == list(range(1, 30_001))
    assert [line for _, line in lines] == TEXT.decode().splitlines()


@pytest.mark.parametrize("skip", [0, 1, 4_567, 29_999, 30_000, 40_000])
def test_skipped_lines_keep_their_numbers(tmp_path: Path, skip: int) -> None:
    lines = list(open_lines(written(tmp_path, gzip.compress(TEXT)), skip=skip))
    assert lines == list(enumerate(TEXT.decode().splitlines(), 1))[skip:]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\nb", ["a", "", "b"]),
        (b"\xef\xbb\xbfa\nb\n", ["a", "b"]),
        ("é,漢\n".encode(), ["é,漢"]),
    ],
    ids=["empty", "no newline at the end", "one line", "Windows", "an empty line", "a byte order mark", "not ASCII"],
)
def test_lines_come_without_what_only_separates_them(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    assert [line for _, line in open_lines(written(tmp_path, content))] == lines


def test_a_line_that_is_not_utf8_comes_as_damaged_and_its_neighbours_whole(tmp_path: Path) -> None:
    (_, before), (_, damaged), (_, after) = open_lines(written(tmp_path, b"1,U1,C1\n2,\xffU,C1\n3,U1,C1\n"))
    assert (before, after) == ("1,U1,C1", "3,U1,C1")
    assert isinstance(damaged, Damaged)
    assert damaged.reason == "not UTF-8 at byte 3"


@pytest.mark.parametrize("length", [MAX_LINE_BYTES + 1, MAX_LINE_BYTES + 10 * READ_BYTES, 3 * MAX_LINE_BYTES])
def test_a_far_too_long_line_is_cut_and_said_to_be(tmp_path: Path, length: int) -> None:
    lines = list(open_lines(written(tmp_path, b"a\n" + b"x" * length + b"\nb\n")))
    assert [number for number, _ in lines] == [1, 2, 3]
    long = lines[1][1]
    assert isinstance(long, Damaged)
    assert "longer than" in long.reason
    assert len(long) <= length
    assert lines[2] == (3, "b")


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "zstd"])
def test_a_file_that_was_cut_short_is_said_to_be_after_its_whole_lines(tmp_path: Path, kind: str) -> None:
    content = COMPRESSED[kind]
    seen: list[str] = []

    def read() -> None:
        seen.extend(line for _, line in open_lines(written(tmp_path, content[: len(content) // 2])))

    with pytest.raises(InputError, match=rf"log: ends in the middle of its {kind} data after line \d+; get the file"):
        read()
    assert seen == TEXT.decode().splitlines()[: len(seen)]
    assert len(seen) < 30_000


def test_damaged_gzip_data_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(TEXT))
    content[len(content) // 2] ^= 0xFF
    with pytest.raises(InputError, match="damaged gzip data"):
        list(open_lines(written(tmp_path, bytes(content))))


@pytest.mark.parametrize(("name", "why"), [("missing", "No such file"), (".", "Is a directory")])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(InputError, match=f"cannot be read: {why}"):
        open_lines(tmp_path / name)


def test_utf16_is_named_with_the_command_that_converts_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="iconv"):
        list(open_lines(written(tmp_path, "1,U1,C1\n".encode("utf-16"))))


def test_progress_ends_with_the_whole_file(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = written(tmp_path, TEXT)
    list(open_lines(path, progress=lambda done, total: seen.append((done, total))))
    assert seen[-1] == (len(TEXT), len(TEXT))
    assert len(seen) > 3


@pytest.mark.parametrize(
    ("name", "dataset"),
    [("auth.txt.gz", "auth.txt"), ("auth.txt", "auth.txt"), ("a.b.csv.zst", "a.b.csv"), ("x.bz2", "x")],
)
def test_a_data_set_is_named_by_its_file_without_the_compression(name: str, dataset: str) -> None:
    assert dataset_of(Path("/somewhere") / name) == dataset
