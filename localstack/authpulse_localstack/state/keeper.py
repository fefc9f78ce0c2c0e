"""Everything is saved when LocalStack is asked to stop, and loaded when it starts again; killed, it starts empty.

A save is complete or absent: it is written aside and renamed. What is loaded is moved away first, so that a start after
a crash finds nothing rather than something half old. The *incarnation* is an id that lives as long as the state does.
"""

import json
import logging
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOG = logging.getLogger(__name__)

FORMAT: Final = 1
ABOUT: Final = "about.json"

Step = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the state; `before_save` ends what still writes to other parts."""

    save: Step
    load: Step
    before_save: Callable[[], None] | None = None


class Keeper:
    """Folders under `<state>`: `saved` is complete, `loading` is being taken over, `saving` is being written."""

    def __init__(self) -> None:
        self.incarnation = uuid.uuid4().hex
        self.loaded = False
        self._parts: dict[str, Part] = {}
        self._loading: Path | None = None

    def keep(self, name: str, save: Step, load: Step, *, before_save: Callable[[], None] | None = None) -> None:
        """Takes part under a name. If something was saved under it, `load` is called with its folder at once."""
        self._parts[name] = Part(save, load, before_save)
        if self._loading is not None and (self._loading / name).is_dir():
            load(self._loading / name)
            shutil.rmtree(self._loading / name)

    def begin(self, state: Path) -> list[str]:
        """Looks for a saved state; returns the names of its parts, which wait for `keep`.

        Raises RuntimeError, with what to do, for a state that another version saved.
        """
        saved, loading = state / "saved", state / "loading"
        shutil.rmtree(loading, ignore_errors=True)
        if not saved.is_dir():
            return []
        about = json.loads((saved / ABOUT).read_text())
        if about["format"] != FORMAT:
            raise RuntimeError(
                f"{saved} has format {about['format']}, this version reads {FORMAT}: remove it to start empty"
            )
        saved.rename(loading)
        (loading / ABOUT).unlink()
        self._loading, self.incarnation, self.loaded = loading, about["incarnation"], True
        return sorted(p.name for p in loading.iterdir())

    def save(self, state: Path) -> None:
        """Writes all parts, and what was loaded for parts that nobody asked for."""
        for name, part in self._parts.items():
            if part.before_save is not None:
                LOG.info("stopping %s", name)
                part.before_save()
        saving, saved = state / "saving", state / "saved"
        shutil.rmtree(saving, ignore_errors=True)
        saving.mkdir(parents=True)
        for name, part in self._parts.items():
            (saving / name).mkdir()
            part.save(saving / name)
        for waiting in self._loading.iterdir() if self._loading is not None else ():
            shutil.move(waiting, saving / waiting.name)
        (saving / ABOUT).write_text(json.dumps({"format": FORMAT, "incarnation": self.incarnation}))
        shutil.rmtree(saved, ignore_errors=True)
        saving.rename(saved)
        if self._loading is not None:
            shutil.rmtree(self._loading)


KEEPER = Keeper()
keep = KEEPER.keep
