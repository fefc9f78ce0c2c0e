"""A file's format is told by its first lines."""

from pathlib import Path
from typing import get_args

import pytest

from authpulse import formats
from authpulse.errors import InputError

CYBER1 = "1,U66@DOM1,U66@DOM1,C1250,C586,NTLM,Network,LogOn,Success\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param("1,U1,C1\n1,U1,C2\n", "lanl-auth", id="three columns"),
        pytest.param(CYBER1 * 3, "lanl-cyber1", id="nine columns"),
        pytest.param('{"EventID": 4624}\n', "windows-security", id="JSON"),
        pytest.param("\n\n1,U1,C1\n", "lanl-auth", id="blank lines before"),
        pytest.param("time,user,computer\n1,U1,C1\n", "lanl-auth", id="a header before"),
        pytest.param("broken\n" + CYBER1, "lanl-cyber1", id="a broken line before"),
        pytest.param("1,U1,C1\n" + CYBER1 * 2, "lanl-cyber1", id="most of the lines decide"),
    ],
)
def test_the_first_lines_tell(tmp_path: Path, content: str, name: str) -> None:
    log = tmp_path / "log"
    log.write_text(content)
    assert formats.detect(log) == name


def test_lines_that_no_format_knows_are_shown_with_the_formats_there_are(tmp_path: Path) -> None:
    log = tmp_path / "redteam.txt"
    log.write_text("150885,U620@DOM1,C17693,C1003\n")
    with pytest.raises(InputError) as raised:
        formats.detect(log)
    message = str(raised.value)
    assert "'150885,U620@DOM1,C17693,C1003'" in message
    assert all(name in message for name in formats.NAMES)
    assert "\n" not in message


def test_a_very_long_first_line_is_shown_in_part(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("x" * 10_000)
    with pytest.raises(InputError) as raised:
        formats.detect(log)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize("content", ["", "\n\n  \n"], ids=["nothing", "blank lines"])
def test_an_empty_file_has_no_format(tmp_path: Path, content: str) -> None:
    log = tmp_path / "log"
    log.write_text(content)
    with pytest.raises(InputError, match="is empty"):
        formats.detect(log)


@pytest.mark.parametrize("dataset", ["", "x" * 201, "\udcff.csv"], ids=["none", "too long", "a file name not in UTF-8"])
def test_a_data_set_has_a_name_that_fits_into_an_event(dataset: str) -> None:
    with pytest.raises(InputError, match="--dataset"):
        formats.reader("lanl-auth", dataset)


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="'csv'; there are lanl-auth, lanl-cyber1, windows-security"):
        formats.reader("csv", "d")


def test_a_format_that_is_named_is_taken_even_for_lines_that_are_in_none(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("nothing of the kind\n")
    assert formats.choose(log, "lanl-auth") == "lanl-auth"


def test_a_format_that_is_named_is_refused_when_the_lines_are_in_another(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("1,U1,C1\n2,U2,C2\n")
    assert formats.choose(log, None) == formats.choose(log, "lanl-auth") == "lanl-auth"
    with pytest.raises(InputError, match="is not lanl-cyber1: its first lines are lanl-auth; say --format lanl-auth"):
        formats.choose(log, "lanl-cyber1")


def test_a_manifest_may_name_every_format_and_no_other() -> None:
    assert get_args(formats.Name) == formats.NAMES
