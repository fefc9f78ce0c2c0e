"""The harness of the pages finds what no longer works."""

from pathlib import Path

import pytest

from support.walkthrough import walk


def walked(tmp_path: Path, page: str) -> int:
    (tmp_path / "page.md").write_text(page)
    (tmp_path / "kept.txt").write_text("one\ntwo\nthree\n")
    return walk(tmp_path / "page.md", tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("```text file=a/new.txt\nhello\n```\n```console\n$ cat a/new.txt\nhello\n```\n", id="a file"),
        pytest.param(
            "```diff file=kept.txt\n one\n-two\n+2\n@@\n three\n+four\n```\n"
            "```console\n$ cat kept.txt\none\n2\nthree\nfour\n```\n",
            id="changes to a file",
        ),
        pytest.param("```console\n$ echo 'took 7 s'\ntook … s\n```\n", id="a part of a line that may differ"),
        pytest.param("```console\n$ seq 9\n1\n…\n9\n```\n", id="lines that may differ"),
        pytest.param("```console\n$ echo a \\\n    b\na b\n```\n", id="a command of two lines"),
        pytest.param("```console\n$ echo no; exit 3\nno\nexit code 3\n```\n", id="a command that is to fail"),
        pytest.param("```console\n$ echo a\n$ echo b\nb\n```\n", id="two commands in a block"),
    ],
)
def test_what_works_is_done(tmp_path: Path, page: str) -> None:
    assert walked(tmp_path, page) >= 1


@pytest.mark.parametrize(
    ("page", "message"),
    [
        pytest.param("```console\n$ echo a\nb\n```\n", "the page shows:\nb", id="something else is printed"),
        pytest.param("```console\n$ false\n```\n", r"page.md:1: \$ false", id="a command fails"),
        pytest.param("```console\n$ false | cat\n```\n", "ended with 1", id="the first of a pipe fails"),
        pytest.param("```console\n$ true\nexit code 2\n```\n", "ended with 0, not 2", id="no failure comes"),
        pytest.param("```diff file=kept.txt\n-four\n+4\n```\n", "has this 0 times", id="lines that are gone"),
        pytest.param("```diff file=kept.txt\n+4\n```\n", "has this 15 times", id="a change without a place"),
        pytest.param("```console silent\n$ true\n```\n", "no fence that is understood", id="a fence that is not known"),
    ],
)
def test_what_no_longer_works_is_found(tmp_path: Path, page: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        walked(tmp_path, page)


def test_what_is_only_to_be_read_is_not_run(tmp_path: Path) -> None:
    assert walked(tmp_path, "```yaml\na: 1\n```\n```\nplain\n```\n") == 0
