"""Begins anew when a file of our code changes: for a development loop that copies files into the running pod.

The process replaces itself, so the container stays, and with it what was copied: one that the kubelet starts again has
the files of its image.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from authpulse_operator.runtime.logs import LOGGER

LOOK_SECONDS: Final = 0.5

log = logging.getLogger(f"{LOGGER}.reload")

Seen = frozenset[tuple[str, int, int]]


def begin_anew() -> None:
    """The same command line, with the code as it is now."""
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line


def watch_code(
    folders: Iterable[Path] | None = None, *, again: Callable[[], None] = begin_anew, look_seconds: float = LOOK_SECONDS
) -> threading.Thread:
    """In a thread of its own, which ends with `again`. By default of the packages beside this one."""
    watched = tuple(folders or (Path(__file__).parents[2],))
    thread = threading.Thread(target=_watch, args=(watched, seen(watched), again, look_seconds), daemon=True)
    thread.start()
    return thread


def seen(folders: Iterable[Path]) -> Seen:
    """The files that count, each with what a change of it changes."""
    found = []
    for path in (p for folder in folders for p in folder.rglob("*.py")):
        try:
            stat = path.stat()
        except FileNotFoundError:  # moved away since it was listed
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def _watch(folders: tuple[Path, ...], first: Seen, again: Callable[[], None], look_seconds: float) -> None:
    """Several files are copied one after the other: it waits until nothing changes any more."""
    pause, before = threading.Event(), first
    while True:
        pause.wait(look_seconds)
        now = seen(folders)
        if now != first and now == before:
            changed = sorted({path for path, *_ in now ^ first})
            log.info("code has changed, beginning anew: %s", ", ".join(changed))
            again()
            return
        before = now
