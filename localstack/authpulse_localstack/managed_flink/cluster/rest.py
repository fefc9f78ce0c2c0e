"""What is asked of Flink's REST API. Every answer is JSON; unreachable and refused are one error: NotReached."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from authpulse_localstack.managed_flink.cluster.port import SnapshotFailed

TIMEOUT_SECONDS: Final = 10
POLL_SECONDS: Final = 0.2
MAX_CAUSE: Final = 400


class NotReached(Exception):
    """Flink does not answer, or not with what was asked for."""


class FlinkRest:
    """One JobManager's REST API."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str) -> Any:
        return self._call(path, None)

    def job(self) -> dict[str, Any] | None:
        """Overview of the application's job, None before there is one. Raises NotReached."""
        jobs: list[dict[str, Any]] = self.get("/jobs/overview")["jobs"]
        return max(jobs, key=lambda j: j["start-time"]) if jobs else None

    def task_managers(self) -> list[dict[str, Any]]:
        managers: list[dict[str, Any]] = self.get("/taskmanagers")["taskmanagers"]
        return managers

    def not_running(self, job: str) -> list[str]:
        """Names of the vertices that do not run, with their states."""
        vertices = self.get(f"/jobs/{job}")["vertices"]
        return [f"{v['name']} ({v['status']})" for v in vertices if v["status"] not in ("RUNNING", "FINISHED")]

    def root_exception(self, job: str) -> str:
        """The innermost cause of what the job failed with last, one line; empty without any."""
        entries = self.get(f"/jobs/{job}/exceptions").get("exceptionHistory", {}).get("entries", [])
        return innermost(entries[0]["stacktrace"]) if entries else ""

    def metrics(self, path: str, names: Sequence[str], *, aggregate: str = "") -> dict[str, float]:
        """Values below a path, those that are numbers. With `aggregate` (sum, max, …) over a path that has many."""
        if not names:
            return {}
        query = f"?get={quote(','.join(names))}" + (f"&agg={aggregate}" if aggregate else "")
        field = aggregate or "value"
        return {m["id"]: float(m[field]) for m in self.get(path + query) if _is_number(m.get(field))}

    def savepoint(self, job: str, target: str, *, stop: bool) -> str:
        """Asks for a savepoint in the canonical format and waits for it. Raises SnapshotFailed."""
        place = "stop" if stop else "savepoints"
        target_field = "targetDirectory" if stop else "target-directory"
        body: dict[str, Any] = {target_field: target, "formatType": "CANONICAL"}
        body |= {"drain": False} if stop else {"cancel-job": False}
        try:
            request = self._call(f"/jobs/{job}/{place}", body)["request-id"]
            while (answer := self.get(f"/jobs/{job}/savepoints/{request}"))["status"]["id"] != "COMPLETED":
                time.sleep(POLL_SECONDS)
        except NotReached as error:
            raise SnapshotFailed(f"the savepoint's end is not known: {error}") from error
        if location := answer["operation"].get("location"):
            return str(location)
        raise SnapshotFailed(innermost(answer["operation"]["failure-cause"]["stack-trace"]))

    def _call(self, path: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own loopback URL
            self.url + path, data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise NotReached(f"{path}: {error.code} {innermost(error.read().decode(errors='replace'))}") from error
        except (OSError, ValueError) as error:
            raise NotReached(f"{path}: {error}") from error


def innermost(stack_trace: str) -> str:
    """The line that a person would look for in a stack trace: the last cause."""
    lines = [line.strip() for line in stack_trace.splitlines() if line.strip()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (causes[-1] if causes else lines[0] if lines else "unknown")[:MAX_CAUSE]


def _is_number(value: object) -> bool:
    try:
        return value is not None and float(str(value)) == float(str(value))
    except ValueError:
        return False
