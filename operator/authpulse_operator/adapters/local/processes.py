"""Processes that outlive the command that started them, found again by a note about them.

A process id alone may be somebody else's by the next look, so the note also holds a mark: words of the command line
that only this process has. The note is written by a shell between us and the process, so that there is no moment in
which the process runs, we are killed, and nobody knows of it.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from authpulse.errors import PrerequisiteError

POLL_SECONDS: Final = 0.1
EXEC_SECONDS: Final = 2.0
PROC: Final = Path("/proc")

# $0 log, $1 note, $2 the mark as JSON, then the command. `mv` makes the note appear whole or not at all.
_START: Final = """
log=$0 note=$1 mark=$2; shift 2
"$@" </dev/null >>"$log" 2>&1 &
printf '{"pid": %d, "mark": %s}' "$!" "$mark" >"$note.new" && mv "$note.new" "$note"
"""


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept about a process."""

    pid: int
    mark: str


def start(command: Sequence[str], *, mark: str, note: Path, log: Path, cwd: Path) -> int:
    """Starts a process in a session of its own, with its output at the end of `log`, and notes it; returns its id.

    `mark` has to be part of the command line. Raises PrerequisiteError for a program that is not there.
    """
    if not Path(command[0]).exists():
        raise PrerequisiteError(f"{command[0]} is not there: run `make setup`")
    log.parent.mkdir(parents=True, exist_ok=True)
    note.parent.mkdir(parents=True, exist_ok=True)
    shell = ["/bin/sh", "-c", _START, str(log), str(note), json.dumps(mark), *command]
    subprocess.run(shell, cwd=cwd, start_new_session=True, check=True)
    return Note(**json.loads(note.read_text())).pid


def running(note: Path) -> int | None:
    """The process id behind a note, or None if that process is gone."""
    try:
        kept = Note(**json.loads(note.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return kept.pid if kept.mark in _command_line(kept.pid) else None


def stop(note: Path, *, within_seconds: float) -> bool:
    """Asks the noted process to end, and makes it when it does not in time. False if there was none."""
    pid = running(note)
    if pid is not None:
        for ask, seconds in ((signal.SIGTERM, within_seconds), (signal.SIGKILL, 10.0)):
            _signal(pid, ask)
            if _gone(note, seconds):
                break
    note.unlink(missing_ok=True)
    return pid is not None


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, as one line for an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return " | ".join(line.strip() for line in lines[-count:] if line.strip())


def write_atomically(path: Path, text: str) -> None:
    """Writes a file so that a reader, or a crash, sees the old or the new one and nothing between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object that a file of ours or of a process of ours holds; an empty one while it is not there or not whole."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _command_line(pid: int) -> str:
    """Empty for a process that is gone, or that has ended and not been reaped by its parent."""
    if (PROC / "self/cmdline").exists():
        deadline = time.monotonic() + EXEC_SECONDS
        while not (words := _words(pid)) and _lives(pid) and time.monotonic() < deadline:
            time.sleep(0.001)  # it is becoming another program just now, and has no words meanwhile
        return words
    # -ww: not cut at the width of somebody's terminal
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "" if "<defunct>" in shown.stdout else shown.stdout


def _words(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _lives(pid: int) -> bool:
    try:
        state = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(") ")[2][:1]
    except OSError:
        return False
    return state not in ("Z", "X")


def _gone(note: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while running(note) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:  # it ended by itself just now
        return
