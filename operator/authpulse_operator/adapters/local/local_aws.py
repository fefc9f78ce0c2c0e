"""The local AWS: one LocalStack process with our providers, on one loopback port.

It keeps its state when it is asked to stop, and loses it when it is killed. Which of the two happened is told by its
*incarnation*, an id that lives as long as its state does.
"""

import json
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from authpulse.errors import AuthPulseError, ReachabilityError
from authpulse_operator.adapters.local import processes

HOST: Final = "127.0.0.1"
MODULE: Final = "authpulse_localstack"
BOOT_SECONDS: Final = 120
ANSWER_SECONDS: Final = 60  # for one that runs: it may be booting, or busy
STOP_SECONDS: Final = 180  # saving a large stream and bucket takes a while


@dataclass(frozen=True, slots=True)
class LocalAws:
    """A running local AWS."""

    endpoint: str
    incarnation: str


@dataclass(frozen=True, slots=True)
class LocalAwsProcess:
    """Starts, finds and stops the local AWS that belongs to a folder."""

    home: Path
    python: Path
    """Interpreter of the LocalStack environment."""
    flink_python: Path
    """Interpreter of the Flink environment, for the applications."""

    @property
    def is_running(self) -> bool:
        return processes.running(self._note) is not None

    def find(self, *, within_seconds: float = ANSWER_SECONDS) -> LocalAws | None:
        """The one that runs, or None. Raises ReachabilityError when it runs and does not answer."""
        port, deadline = self._last_port(), time.monotonic() + within_seconds
        while self.is_running:
            if (incarnation := _incarnation(port)) is not None:
                return LocalAws(_endpoint(port), incarnation)
            if time.monotonic() > deadline:
                raise ReachabilityError(
                    f"the local AWS runs and does not answer at {_endpoint(port)}: see {self.log}, or end it with "
                    "`authpulse down --force`"
                )
            time.sleep(processes.POLL_SECONDS)
        return None

    def start(self, port: int | None = None) -> LocalAws:
        """Starts it, on `port`, else the port of last time, else any free one, and waits until it answers.

        Raises ReachabilityError when `port` is taken, and AuthPulseError with its last words when it does not come up.
        """
        if port is not None and not _is_free(port):
            raise ReachabilityError(f"{HOST}:{port} is taken; choose another --port, or leave it out for a free one")
        chosen = port or self._last_port()
        if not chosen or not _is_free(chosen):
            chosen = free_port()
        processes.write_atomically(self._port_file, json.dumps({"port": chosen}))
        state = self.home / "state"
        state.mkdir(parents=True, exist_ok=True)
        command = [
            *(str(self.python), "-P", "-m", MODULE, "--host", HOST, "--port", str(chosen)),
            *("--state", str(state), "--flink-python", str(self.flink_python)),
        ]
        processes.start(command, mark=f"--state {state}", note=self._note, log=self.log, cwd=self.home)
        found = self._find_booting()
        if found is None:
            words = processes.last_lines(self.log)
            self.stop(within_seconds=5)
            raise AuthPulseError(f"the local AWS did not come up on {HOST}:{chosen}; {self.log} ends: {words}")
        return found

    def stop(self, *, within_seconds: float = STOP_SECONDS) -> bool:
        """Stops it with everything it started; it saves its state first. False if it did not run."""
        return processes.stop(self._note, within_seconds=within_seconds)

    def _find_booting(self) -> LocalAws | None:
        try:
            return self.find(within_seconds=BOOT_SECONDS)
        except ReachabilityError:
            return None

    @property
    def log(self) -> Path:
        return self.home / "localstack.log"

    @property
    def _note(self) -> Path:
        return self.home / "process.json"

    @property
    def _port_file(self) -> Path:
        return self.home / "port.json"

    def _last_port(self) -> int:
        port = processes.read_json(self._port_file).get("port")
        return port if isinstance(port, int) else 0


def free_port() -> int:
    """One that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _incarnation(port: int) -> str | None:
    try:
        with urllib.request.urlopen(f"{_endpoint(port)}/_authpulse/incarnation", timeout=5) as answer:  # noqa: S310
            return str(json.load(answer)["id"])
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError, KeyError):
        return None


def _endpoint(port: int) -> str:
    return f"http://{HOST}:{port}"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
