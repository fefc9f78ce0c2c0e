"""Failures on demand: the next calls of an operation fail, before or after they took effect.

A whole world's calls can be watched by one journal, which knows every write without being told of it, and disturbs one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

LOOKS: Final = frozenset(
    {"describe", "firing", "has", "incoming_records", "job_health", "kept", "lag_seconds", "missing", "open_shards"}
)
"""What changes nothing. Everything else is a write, the ones that nobody has thought of yet included."""


class Crash(Exception):
    """The process ends here: nothing of ours handles it."""


def nothing() -> None:
    """Happens where no disturbance does."""


@dataclass(frozen=True)
class Disturbance:
    """What happens around a call. Either part may raise; if `before` does, the call has no effect."""

    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    times: int = 1
    """So many calls in a row."""


@dataclass
class Journal:
    """Writes and looks of a world, in order. `tried` lists all writes, `effects` those that took effect, `answered`
    these and those that were refused."""

    tried: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    _at_writes: dict[int, Disturbance] = field(default_factory=dict)
    _at_looks: dict[int, Disturbance] = field(default_factory=dict)

    def disturb_write(self, position: int, disturbance: Disturbance) -> None:
        """The write that is tried at this position, counted from 0, and those after it as often as it says."""
        self._at_writes |= dict.fromkeys(range(position, position + disturbance.times), disturbance)

    def disturb_look(self, position: int, disturbance: Disturbance) -> None:
        self._at_looks |= dict.fromkeys(range(position, position + disturbance.times), disturbance)

    @contextmanager
    def call(self, name: str, *, looks: bool) -> Iterator[None]:
        listed, disturbances = (self.looks, self._at_looks) if looks else (self.tried, self._at_writes)
        disturbance = disturbances.get(len(listed), Disturbance())
        listed.append(name)
        disturbance.before()
        try:
            yield
        except Exception:
            self._answer(f"{name} refused", looks=looks)
            raise
        self._answer(name, looks=looks)
        if not looks:
            self.effects.append(name)
        disturbance.after()

    def _answer(self, answer: str, *, looks: bool) -> None:
        if not looks:
            self.answered.append(answer)


@dataclass
class _Switch:
    error: Exception
    times: int
    after_effect: bool
    skip: int


@dataclass
class Switches:
    """`calls` lists every operation that was asked for, in order."""

    calls: list[str] = field(default_factory=list)
    part: str = ""
    """Whose they are, for the journal."""
    journal: Journal = field(default_factory=Journal)
    _armed: dict[str, _Switch] = field(default_factory=dict)

    def fail(
        self, operation: str, error: Exception, *, times: int = 1, after_effect: bool = False, skip: int = 0
    ) -> None:
        """`skip` calls go well before."""
        self._armed[operation] = _Switch(error, times, after_effect, skip)

    @contextmanager
    def call(self, operation: str, *, in_steps: bool = False) -> Iterator[None]:
        """Around an operation's effect. One that is made `in_steps` has none of its own."""
        self.calls.append(operation)
        switch = self._armed.get(operation)
        if switch is None or switch.times == 0 or switch.skip > 0:
            if switch is not None and switch.times > 0:
                switch.skip -= 1
            if in_steps:
                yield
                return
            with self.journal.call(f"{self.part}.{operation}", looks=operation in LOOKS):
                yield
            return
        switch.times -= 1
        if switch.after_effect:
            yield
        raise switch.error

    @contextmanager
    def look(self, operation: str) -> Iterator[None]:
        """Around a look that is not counted among the calls."""
        with self.journal.call(f"{self.part}.{operation}", looks=True):
            yield

    @contextmanager
    def step(self, operation: str, what: str) -> Iterator[None]:
        """Around a part of an operation's effect that the world sees by itself."""
        with self.journal.call(f"{self.part}.{operation} {what}", looks=False):
            yield
