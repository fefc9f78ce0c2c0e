"""The operator's log, as a test reads it."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from authpulse_operator.runtime import logs


@dataclass(frozen=True)
class Log:
    """What the process has written, as JSON lines unless a test says otherwise."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    root, ours = logging.getLogger(), logging.getLogger(logs.LOGGER)
    before = root.handlers[:], root.level, ours.level
    written = Log()
    logs.configure(level="INFO", form="json", stream=written.stream)
    yield written
    root.handlers[:], root.level, ours.level = before
