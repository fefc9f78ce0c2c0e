"""A job's health from Flink's own REST API, read over the application's dashboard URL.

The status of the service says RUNNING also while a job restarts for ever; vertices, restarts and checkpoints do not.
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from typing import Any, Final

from authpulse_operator.core.health import JobHealth

TIMEOUT_SECONDS: Final = 10
MAX_CAUSE_CHARACTERS: Final = 300


def read_health(dashboard: str) -> JobHealth | None:
    """The health of the newest job behind a dashboard URL, or None while it does not answer."""
    try:
        overview = _get(dashboard, "/jobs/overview")["jobs"]
        if not overview:
            return None
        job = max(overview, key=lambda j: j["start-time"])
        identity = job["jid"]
        detail = _get(dashboard, f"/jobs/{identity}")
        checkpoints = _get(dashboard, f"/jobs/{identity}/checkpoints")
        restarts = _metric(dashboard, identity, "numRestarts")
        exceptions = _get(dashboard, f"/jobs/{identity}/exceptions")
    except (urllib.error.URLError, TimeoutError, ConnectionError, KeyError, ValueError):
        return None
    vertices = detail["vertices"]
    running = [v for v in vertices if v["status"] == "RUNNING"]
    latest = checkpoints.get("latest") or {}
    counts, restored = checkpoints.get("counts", {}), latest.get("restored") or {}
    return JobHealth(
        state=job["state"],
        vertices=len(vertices),
        vertices_running=len(running),
        restarts=restarts,
        checkpoints_completed=counts.get("completed", 0),
        checkpoints_failed=counts.get("failed", 0),
        restored_checkpoint=not restored.get("is_savepoint", True),
        running_seconds=_running_seconds(detail),
        last_exception=_last_exception(exceptions),
        dashboard=dashboard,
        checkpointed_at=_began(latest.get("completed")),
    )


def _get(dashboard: str, path: str) -> Any:
    """GET below the dashboard; a token in its query is kept."""
    url = urllib.parse.urlsplit(dashboard)
    target = url._replace(path=url.path.rstrip("/") + path).geturl()
    with urllib.request.urlopen(target, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - given by the service
        return json.load(response)


def _metric(dashboard: str, job: str, name: str) -> int:
    url = urllib.parse.urlsplit(dashboard)
    query = "&".join(filter(None, [url.query, f"get={name}"]))
    values = _get(url._replace(query=query).geturl(), f"/jobs/{job}/metrics")
    return int(float(values[0]["value"])) if values else 0


def _began(checkpoint: dict[str, Any] | None) -> datetime | None:
    return datetime.fromtimestamp(checkpoint["trigger_timestamp"] / 1000, UTC) if checkpoint else None


def _running_seconds(detail: dict[str, Any]) -> float:
    """Since the last vertex began to run: a restart of one of them sets the clock back."""
    starts = [v["start-time"] for v in detail["vertices"] if v["status"] == "RUNNING"]
    return max(0.0, (detail["now"] - max(starts)) / 1000) if starts else 0.0


def _last_exception(exceptions: dict[str, Any]) -> str | None:
    """First line of the innermost cause: what a person would look for in the stack trace."""
    entries = exceptions.get("exceptionHistory", {}).get("entries", [])
    if not entries:
        return None
    lines = str(entries[0].get("stacktrace", "")).splitlines()
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (causes[-1] if causes else lines[0] if lines else "unknown")[:MAX_CAUSE_CHARACTERS]
