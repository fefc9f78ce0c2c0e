"""What the job writes to CloudWatch Logs, made readable."""

import json
from datetime import UTC, datetime
from typing import Any

from authpulse.names import Names
from authpulse_operator.adapters.aws.errors import translated
from authpulse_operator.adapters.aws.session import Session


def job_log(session: Session, names: Names, lines: int) -> list[str]:
    """The last lines that the job wrote to CloudWatch Logs. Raises OperatorError."""
    with translated("reading the job's log"):
        found: Any = session.client("logs").get_log_events(
            logGroupName=names.log_group, logStreamName=names.log_stream, limit=lines, startFromHead=False
        )
    return [_readable(e["timestamp"], e["message"]) for e in found["events"]]


def _readable(epoch_ms: int, message: str) -> str:
    """Managed Flink logs JSON objects; people want time, level, logger and message, and the exception below."""
    time = datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="milliseconds")
    try:
        entry = json.loads(message)
    except ValueError:
        return f"{time} {message}"
    logger = str(entry.get("logger", "")).rsplit(".", 1)[-1]
    line = f"{time} {entry.get('messageType', ''):<5} {logger}: {entry.get('message', message)}"
    cause = entry.get("throwableInformation")
    return f"{line}\n{cause}" if cause else line
