"""Progress of long work on stderr: one line a step, with its time; a spinner where somebody is watching."""

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn

SECONDS_BETWEEN_LINES: Final = 10  # of one step, where nobody is watching


class Steps:
    """Steps one after the other: naming another step ends the one before. Use as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.fields[seconds]:>4.0f} s  [bold]{task.description}[/] {task.fields[detail]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._title = ""
        self._task: TaskID | None = None
        self._began = self._printed = 0.0

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._end()
        self._live.stop()

    def at(self, title: str, detail: str = "") -> None:
        """What is being done now, and how far it is."""
        now = time.monotonic()
        if title != self._title:
            self._end()
            self._title, self._began, self._printed = title, now, now
            self._task = self._live.add_task(title, total=1, detail="", seconds=0.0)
            self._print(f"{title} …")
        elif detail and now - self._printed > SECONDS_BETWEEN_LINES:
            self._printed = now
            self._print(f"{title}: {detail}")
        if self._task is not None:
            self._live.update(self._task, detail=f"[dim]{escape(detail)}[/]", seconds=now - self._began)

    def say(self, message: str) -> None:
        """A remark between steps."""
        self._console.print(escape(message))

    def _end(self) -> None:
        if self._task is None:
            return
        seconds = time.monotonic() - self._began
        self._live.update(self._task, completed=1, detail="", seconds=seconds)
        self._print(f"{self._title}: {seconds:.0f} s")
        self._task = None

    def _print(self, line: str) -> None:
        if not self._console.is_terminal:
            self._console.print(escape(line))
