"""A local AWS of one's own: started as a user starts it, waited for, stopped by SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

START_SECONDS: Final = 100
STOP_SECONDS: Final = 60
REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"


def free_port() -> int:
    """One that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class LocalAws:
    """`python -P -m authpulse_localstack` in a process of its own, elsewhere than in the repository."""

    state: Path
    port: int = field(default_factory=free_port)
    flink_python: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.state.parent / f"{self.state.name}.log"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def command(self) -> list[str]:
        options = ["--port", str(self.port), "--state", str(self.state)]
        options += ["--flink-python", self.flink_python] if self.flink_python else []
        return [sys.executable, "-P", "-m", "authpulse_localstack", *options]

    def start(self) -> "LocalAws":
        """Returns when it is healthy; fails with its log when it is not in time."""
        self.state.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.state, env=os.environ | self.variables, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._healthy():
            assert self._process.poll() is None, f"ended with {self._process.returncode}:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"not healthy in time:\n{self.log.read_text()}"
            time.sleep(0.05)
        return self

    def stop(self) -> int:
        """By SIGTERM, as `authpulse down` does it; returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def client(self, service: str, *, account: str = ACCOUNT, region: str = REGION, **config: Any) -> Any:
        """A boto3 client that does not hide errors by trying again. The access key is the account."""
        settings: dict[str, Any] = {"retries": {"max_attempts": 0}, "s3": {"addressing_style": "path"}}
        return boto3.session.Session().client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(**settings | config),
        )

    def get(self, path: str) -> Any:
        """The JSON document at a path outside AWS' API."""
        return self.ask("GET", path)

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.endpoint}{path}", body, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def _healthy(self) -> bool:
        try:
            self.get("/_localstack/health")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True
