"""The log: one JSON object a line, with what it speaks of as fields.

`about(...)` gives those fields. Nothing else of a record's attributes is written, so what a library hangs on its
records (headers, bodies) never gets out.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

FIELD: Final = "authpulse"
LOGGER: Final = "authpulse"


def about(**fields: object) -> dict[str, Any]:
    """For `extra=`: resource, namespace, generation, reason, act, duration_seconds …"""
    return {FIELD: {k: v for k, v in fields.items() if v is not None}}


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELD, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class Lines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{k}={v}" for k, v in getattr(record, FIELD, {}).items())
        text = f"{when} {record.levelname:<7} {record.getMessage()}{'  ' if fields else ''}{fields}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def configure(*, level: str, form: Literal["json", "text"], stream: TextIO | None = None) -> None:
    """Makes this the log of the process. Of libraries only warnings are kept, unless the level is DEBUG."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if level == "DEBUG" else logging.WARNING)
    for noisy in ("botocore", "boto3", "urllib3", "kubernetes", "asyncio"):  # they log requests, signatures and all
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger(LOGGER).setLevel(level)
