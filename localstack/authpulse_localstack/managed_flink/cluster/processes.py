"""Processes that do not outlive LocalStack, whichever way it ends.

Linux kills a child when the *thread* that started it ends (PR_SET_PDEATHSIG), so all are started by one thread that
lives as long as the process. Elsewhere only a graceful stop ends them.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1
TERMINATE_SECONDS: Final = 10

_starter = ThreadPoolExecutor(1, "flink-starter")
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class OwnedProcess:
    """A child in our process group; its output goes to a file, its pid into another."""

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], folder: Path, output: Path, pid_file: Path
    ) -> None:
        self._popen = _starter.submit(_start, command, environment, folder, output).result()
        self._pid_file = pid_file
        pid_file.write_text(f"{self.pid}\n")

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._popen.poll()

    def end(self, *, at_once: bool = False) -> None:
        """Asks first unless `at_once`, then kills; returns when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._popen.send_signal(signal.SIGKILL if at_once else signal.SIGTERM)
        try:
            self._popen.wait(TERMINATE_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._pid_file.unlink(missing_ok=True)


def _start(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, output: Path
) -> "subprocess.Popen[bytes]":
    parent = os.getpid()

    def die_with_parent() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it ended between fork and now
                os._exit(1)

    with output.open("ab") as file:
        return subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls nothing but two system calls
        )
