"""State between two runs: complete or absent, each part by itself, nobody's lost."""

import json
from pathlib import Path

import pytest

from authpulse_localstack.state.keeper import Keeper


class Part:
    """Something with a text to keep."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    def save(self, folder: Path) -> None:
        (folder / "text").write_text(self.text)

    def load(self, folder: Path) -> None:
        self.text = (folder / "text").read_text()


def saved(state: Path, **parts: str) -> str:
    """A state with these parts; returns its incarnation."""
    keeper = Keeper()
    keeper.begin(state)
    for name, text in parts.items():
        part = Part(text)
        keeper.keep(name, part.save, part.load)
        part.text = text
    keeper.save(state)
    return keeper.incarnation


def test_what_was_saved_is_loaded_when_its_owner_comes(tmp_path: Path) -> None:
    incarnation = saved(tmp_path, a="one", b="two")
    keeper, part = Keeper(), Part()
    assert keeper.begin(tmp_path) == ["a", "b"]
    assert (keeper.incarnation, keeper.loaded) == (incarnation, True)
    keeper.keep("a", part.save, part.load)
    assert part.text == "one"


def test_parts_that_nobody_asked_for_are_saved_again(tmp_path: Path) -> None:
    saved(tmp_path, a="one", b="two")
    saved(tmp_path, a="uno")
    keeper, a, b = Keeper(), Part(), Part()
    assert keeper.begin(tmp_path) == ["a", "b"]
    keeper.keep("a", a.save, a.load)
    keeper.keep("b", b.save, b.load)
    assert (a.text, b.text) == ("uno", "two")


def test_after_a_crash_there_is_nothing_rather_than_something_old(tmp_path: Path) -> None:
    incarnation = saved(tmp_path, a="one")
    assert Keeper().begin(tmp_path) == ["a"]
    again = Keeper()  # the run before ended without a save
    assert again.begin(tmp_path) == []
    assert not again.loaded
    assert again.incarnation != incarnation


def test_a_save_that_fails_leaves_no_half(tmp_path: Path) -> None:
    keeper = Keeper()

    def broken(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise OSError("disk full")

    keeper.keep("a", Part("one").save, Part().load)
    keeper.keep("b", broken, broken)
    with pytest.raises(OSError, match="disk full"):
        keeper.save(tmp_path)
    assert Keeper().begin(tmp_path) == []


def test_writers_are_stopped_before_anything_is_saved(tmp_path: Path) -> None:
    keeper, order = Keeper(), []
    keeper.keep("a", lambda _: order.append("a saved"), lambda _: None)
    keeper.keep("b", lambda _: order.append("b saved"), lambda _: None, before_save=lambda: order.append("b stopped"))
    keeper.save(tmp_path)
    assert order == ["b stopped", "a saved", "b saved"]


def test_a_state_of_another_version_is_said_so(tmp_path: Path) -> None:
    saved(tmp_path, a="one")
    about = tmp_path / "saved" / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"format": 99}))
    with pytest.raises(RuntimeError, match="has format 99, this version reads 1: remove it to start empty"):
        Keeper().begin(tmp_path)
    assert (tmp_path / "saved" / "a").is_dir()
