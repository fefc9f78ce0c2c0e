"""Time, from outside."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a replay needs of time."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float:
        """Seconds that only go forward."""

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
