"""Processes that outlive the command that started them, found again by a note about them.

A process id alone may be somebody else's by the next look, so the note also holds what the process was started as.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept about a process."""

    pid: int
    mark: str
    """A word of its command line that tells it from a stranger with the same id."""


def start(
    command: Sequence[str], *, mark: str, note: Path, log: Path, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts a process in a session of its own, with its output in `log`, and notes it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=None if environment is None else {**os.environ, **environment},
            start_new_session=True,
        )
    write_atomically(note, json.dumps(asdict(Note(process.pid, mark))))
    return process


def running(note: Path) -> int | None:
    """The process id behind a note, or None if that process is gone."""
    try:
        kept = Note(**json.loads(note.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    _reap(kept.pid)
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(kept.pid)], capture_output=True, text=True, check=False)
    return kept.pid if kept.mark in shown.stdout and "<defunct>" not in shown.stdout else None


def stop(note: Path, *, within_seconds: float) -> bool:
    """Asks the noted process to end, and makes it when it does not in time. False if there was none."""
    pid = running(note)
    if pid is not None:
        for ask, seconds in ((signal.SIGTERM, within_seconds), (signal.SIGKILL, 10.0)):
            os.kill(pid, ask)
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


def _gone(note: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while running(note) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _reap(pid: int) -> None:
    """A child of ours that ended stays a zombie until somebody asks."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except (ChildProcessError, OSError):
        return
