"""A local AWS for tests, started and stopped as the commands do it."""

import json
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authpulse.cli.places import python_of
from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.names import Names
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.local.local_aws import LocalAwsProcess

REGION = "us-east-1"


@dataclass(frozen=True)
class RunningAws:
    """Where it is, and its switches for failures."""

    endpoint: str
    log: Path

    @property
    def session(self) -> Session:
        return Session(REGION, self.endpoint)

    def client(self, service: str) -> Any:
        return self.session.client(service)

    @contextmanager
    def failing(self, service: str, operation: str, error: str, *, times: int = 1, **more: Any) -> Iterator[None]:
        """The next calls of an operation fail with an error code; nothing of it is left afterwards."""
        fault = {"service": service, "operation": operation, "error": error, "times": times, **more}
        self.ask("POST", "/_authpulse/faults", fault)
        try:
            yield
        finally:
            self.ask("DELETE", "/_authpulse/faults")

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        """The JSON document at a path of its own, outside AWS' API."""
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.endpoint}{path}", body, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


@contextmanager
def running_aws(folder: Path) -> Iterator[RunningAws]:
    """One that keeps everything below `folder` and is stopped at the end, with what it started."""
    process = LocalAwsProcess(folder, python_of("localstack"), python_of("flink"))
    aws = process.start()
    try:
        yield RunningAws(aws.endpoint, process.log)
    finally:
        assert process.stop(), f"the local AWS ended by itself: {process.log.read_text()[-4000:]}"


def unique_names() -> Names:
    """Of an environment that no other test has."""
    return Names(f"t{uuid.uuid4().hex[:12]}", LOCAL_ACCOUNT, REGION)
