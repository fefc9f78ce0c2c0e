"""Where the status lives, and what time it is."""

from datetime import datetime
from typing import Protocol

from authpulse_operator.api.snapshot import SnapshotStatus
from authpulse_operator.api.status import Status


class StatusWriter(Protocol):
    """The status is the write-ahead log: `write` returns only when it will survive the process."""

    def read(self) -> Status:
        """The status written last; an empty one at first."""

    def write(self, status: Status) -> None:
        """Writes it if it differs from the one written or noted last."""

    def note(self, status: Status) -> None:
        """Remembers what came of an act: read from now on, and written with the next status that says something new.

        Only for what AWS's own records tell as well: a process that dies loses it, and finds the intent."""


class SnapshotStatusWriter(Protocol):
    """The same for an AuthPulseSnapshot."""

    def read(self) -> SnapshotStatus:
        """The status written last; an empty one at first."""

    def write(self, status: SnapshotStatus) -> None:
        """Writes it if it differs from the one written last."""


class Clock(Protocol):
    """Time, so that tests can make it pass."""

    def now(self) -> datetime:
        """Now, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Lets so much time pass."""
