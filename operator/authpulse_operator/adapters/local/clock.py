"""The machine's own time."""

import time
from datetime import UTC, datetime


class SystemClock:
    """`ports.recording.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
