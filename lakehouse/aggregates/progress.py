"""How far a run is, for a terminal."""

from datetime import date
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Hidden:
    """Nobody watches."""

    def begin(self, days: int) -> None:
        """See `running.Display`."""

    def doing(self, table: str, day: date) -> None:
        """See `running.Display`."""

    def done(self) -> None:
        """See `running.Display`."""


class Bar:
    """One line that is gone at the end."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("looking at the tables", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, days: int) -> None:
        """See `running.Display`."""
        self._progress.update(self._task, total=days)

    def doing(self, table: str, day: date) -> None:
        """See `running.Display`."""
        self._progress.update(self._task, description=f"{table} {day}")

    def done(self) -> None:
        """See `running.Display`."""
        self._progress.advance(self._task)
