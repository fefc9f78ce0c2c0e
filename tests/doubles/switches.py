"""Failures on demand: the next calls of an operation fail, before or after they took effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from authpulse_operator.core.errors import OperatorError


@dataclass
class _Switch:
    error: OperatorError
    times: int
    after_effect: bool


@dataclass
class Switches:
    """`calls` lists every operation that was asked for, in order."""

    calls: list[str] = field(default_factory=list)
    _armed: dict[str, _Switch] = field(default_factory=dict)

    def fail(self, operation: str, error: OperatorError, *, times: int = 1, after_effect: bool = False) -> None:
        self._armed[operation] = _Switch(error, times, after_effect)

    @contextmanager
    def call(self, operation: str) -> Iterator[None]:
        """Around an operation's effect."""
        self.calls.append(operation)
        switch = self._armed.get(operation)
        if switch is None or switch.times == 0:
            yield
            return
        switch.times -= 1
        if switch.after_effect:
            yield
        raise switch.error
