"""How fast a replay goes: at a rate, or with event time sped up. Without a pace it goes as fast as it can."""

from collections.abc import Callable
from typing import Protocol

LOOKS_PER_SECOND = 50


class Pace(Protocol):
    """Asked for every event."""

    def delay(self, time_ms: int) -> float:
        """Seconds to wait before an event of that time; 0 or less for none."""


class Rate:
    """At most so many events a second, on average since the first: time lost is made up for."""

    def __init__(self, events_per_second: float, monotonic: Callable[[], float]) -> None:
        self._rate = events_per_second
        self._monotonic = monotonic
        self._every = max(1, int(events_per_second / LOOKS_PER_SECOND))
        self._count = 0
        self._started = 0.0

    def delay(self, time_ms: int) -> float:  # noqa: ARG002 - a rate does not care when events happened
        """See `Pace`."""
        count, self._count = self._count, self._count + 1
        if count == 0:
            self._started = self._monotonic()
        if count % self._every:
            return 0
        return self._started + count / self._rate - self._monotonic()


class Speedup:
    """Event time goes by so many times faster than the clock. Events that step back in time do not wait."""

    def __init__(self, factor: float, monotonic: Callable[[], float]) -> None:
        self._factor = factor
        self._monotonic = monotonic
        self._first_ms: int | None = None
        self._latest_ms = 0
        self._started = 0.0

    def delay(self, time_ms: int) -> float:
        """See `Pace`."""
        if self._first_ms is None:
            self._first_ms = self._latest_ms = time_ms
            self._started = self._monotonic()
        if time_ms <= self._latest_ms:
            return 0
        self._latest_ms = time_ms
        return self._started + (time_ms - self._first_ms) / 1000 / self._factor - self._monotonic()
