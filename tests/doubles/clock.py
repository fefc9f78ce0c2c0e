"""Clocks that tests wind, and one that runs faster than time."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class FakeClock:
    """Starts on a fixed day; sleeping makes the time pass at once, and is remembered."""

    time: datetime = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass(frozen=True)
class FastClock:
    """Runs by itself, `tempo` times as fast as the real one, from now on."""

    tempo: float
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    _zero: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.began + timedelta(seconds=(time.monotonic() - self._zero) * self.tempo)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.tempo)
