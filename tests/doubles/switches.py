"""Failures on demand: the next calls of an operation fail, before or after they took effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Crash(Exception):
    """The process ends here: nothing of ours handles it."""


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
    _armed: dict[str, _Switch] = field(default_factory=dict)

    def fail(
        self, operation: str, error: Exception, *, times: int = 1, after_effect: bool = False, skip: int = 0
    ) -> None:
        """`skip` calls go well before."""
        self._armed[operation] = _Switch(error, times, after_effect, skip)

    @contextmanager
    def call(self, operation: str) -> Iterator[None]:
        """Around an operation's effect."""
        self.calls.append(operation)
        switch = self._armed.get(operation)
        if switch is None or switch.times == 0:
            yield
            return
        if switch.skip > 0:
            switch.skip -= 1
            yield
            return
        switch.times -= 1
        if switch.after_effect:
            yield
        raise switch.error
