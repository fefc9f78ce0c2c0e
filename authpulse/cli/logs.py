"""`authpulse logs`: where to look when something is not as it should be."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from authpulse.cli.pipeline import home_of, running_pipeline
from authpulse.errors import InputError
from authpulse.names import Names
from authpulse_operator.adapters.aws.errors import translated
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.local.home import Home


def show_logs(environment: str | None, *, source: str, lines: int) -> int:
    """Prints the last lines of one log: the job's comes from CloudWatch Logs, the others from files."""
    if source == "job":
        pipeline = running_pipeline(environment)
        shown = job_log(pipeline.session, pipeline.names, lines)
    else:
        shown = _file(_path(home_of(environment), source), lines)
    sys.stdout.writelines(f"{line}\n" for line in shown)
    return 0


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


def _path(home: Home, source: str) -> Path:
    known = {p.parent.name: p for p in sorted(home.replays.glob("*/log"))}
    known["local-aws"] = home.local_aws / "localstack.log"
    if source not in known:
        raise InputError(f"no log {source!r}; there are job, {', '.join(known)}")
    return known[source]


def _file(path: Path, lines: int) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:] if path.exists() else []
