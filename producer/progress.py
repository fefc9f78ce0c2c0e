"""How far a replay is: a bar on a terminal, nothing elsewhere."""

from typing import Final, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from producer.clock import Clock

SECONDS_BETWEEN_UPDATES: Final = 0.2


class Display(Protocol):
    """Told now and then how far the replay is."""

    def read(self, done_bytes: int, total_bytes: int) -> None:
        """So much of the file has been read."""

    def count(self, lines: int) -> None:
        """So many lines have been read."""


class Hidden:
    """Shows nothing."""

    def read(self, done_bytes: int, total_bytes: int) -> None:
        """See `Display`."""

    def count(self, lines: int) -> None:
        """See `Display`."""


class Bar:
    """A context: a bar by bytes of the file, with lines a second."""

    def __init__(self, console: Console, clock: Clock, *, name: str) -> None:
        self._clock = clock
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[lines]:,} lines"),
            TextColumn("{task.fields[rate]:,}/s"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task(name, total=None, lines=0, rate=0)
        self._started = self._next = clock.monotonic()
        self._first: int | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def read(self, done_bytes: int, total_bytes: int) -> None:
        """See `Display`."""
        self._progress.update(self._task, completed=done_bytes, total=total_bytes)

    def count(self, lines: int) -> None:
        """See `Display`."""
        now = self._clock.monotonic()
        if self._first is None:
            self._first, self._started = lines, now
        if now < self._next:
            return
        self._next = now + SECONDS_BETWEEN_UPDATES
        rate = int((lines - self._first) / max(now - self._started, 0.001))
        self._progress.update(self._task, lines=lines, rate=rate)
