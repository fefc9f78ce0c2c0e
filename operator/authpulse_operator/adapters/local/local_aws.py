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
MARK: Final = "authpulse_localstack"
BOOT_SECONDS: Final = 120
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

    def find(self) -> LocalAws | None:
        """The one that runs, if it runs and answers."""
        if processes.running(self._note) is None:
            return None
        incarnation = self._incarnation(self._last_port())
        return None if incarnation is None else LocalAws(_endpoint(self._last_port()), incarnation)

    def start(self, port: int | None = None) -> LocalAws:
        """Starts it, on `port`, else the port of last time, else any free one, and waits until it answers.

        Raises ReachabilityError when `port` is taken, and AuthPulseError with its last words when it does not come up.
        """
        if port is not None and not _is_free(port):
            raise ReachabilityError(f"{HOST}:{port} is taken; choose another --port, or leave it out for a free one")
        chosen = port or self._last_port()
        if not chosen or not _is_free(chosen):
            chosen = _free_port()
        processes.write_atomically(self._port_file, json.dumps({"port": chosen}))
        state = self.home / "state"
        state.mkdir(parents=True, exist_ok=True)
        command = [
            *(str(self.python), "-P", "-m", MARK, "--host", HOST, "--port", str(chosen)),
            *("--state", str(state), "--flink-python", str(self.flink_python)),
        ]
        process = processes.start(command, mark=MARK, note=self._note, log=self.log, cwd=self.home)
        deadline = time.monotonic() + BOOT_SECONDS
        while (incarnation := self._incarnation(chosen)) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                words = processes.last_lines(self.log)
                processes.stop(self._note, within_seconds=5)
                raise AuthPulseError(f"the local AWS did not come up on {HOST}:{chosen}; {self.log} ends: {words}")
            time.sleep(processes.POLL_SECONDS)
        return LocalAws(_endpoint(chosen), incarnation)

    def stop(self) -> bool:
        """Stops it with everything it started; it saves its state first. False if it did not run."""
        return processes.stop(self._note, within_seconds=STOP_SECONDS)

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
        try:
            return int(json.loads(self._port_file.read_text())["port"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return 0

    @staticmethod
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
