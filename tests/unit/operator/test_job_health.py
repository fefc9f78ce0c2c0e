"""What a job says of itself by Flink's REST API, read over HTTP from a server that says it."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from authpulse_operator.adapters.aws.flink_rest import read_health
from authpulse_operator.adapters.local.local_aws import free_port
from doubles.cases import RESTARTING

NOW = 1_700_000_100_000
TRACE = (
    "org.apache.flink.runtime.JobException: Recovery\n\tat A\nCaused by: X: outer\n\tat B\nCaused by: Y: / by zero\n"
)


def answers(**changes: Any) -> dict[str, Any]:
    """Of a healthy job with two vertices, by path."""
    said = {
        "/jobs/overview": {
            "jobs": [
                {"jid": "old", "state": "CANCELED", "start-time": 1},
                {"jid": "new", "state": "RUNNING", "start-time": 2},
            ]
        },
        "/jobs/new": {
            "now": NOW,
            "vertices": [
                {"status": "RUNNING", "start-time": NOW - 60_000},
                {"status": "RUNNING", "start-time": NOW - 40_000},
            ],
        },
        "/jobs/new/checkpoints": {"counts": {"completed": 7, "failed": 1}, "latest": {"restored": None}},
        "/jobs/new/metrics": [{"id": "numRestarts", "value": "2.0"}],
        "/jobs/new/exceptions": {"exceptionHistory": {"entries": []}},
    }
    return said | changes


@pytest.fixture
def flink() -> Iterator[Callable[[dict[str, Any]], str]]:
    """Serves answers below a dashboard's address and token, and nothing to who has not the token."""
    served: list[ThreadingHTTPServer] = []

    def serve(said: dict[str, Any]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                found = said.get(path.removeprefix("/flink"))
                self.send_response(200 if found is not None and "token=secret" in query else 404)
                self.end_headers()
                self.wfile.write(found.encode() if isinstance(found, str) else json.dumps(found).encode())

            def log_message(self, *_arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        served.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/flink/?token=secret"

    yield serve
    for server in served:
        server.shutdown()
        server.server_close()


def test_the_newest_job_tells_how_it_is(flink) -> None:
    dashboard = flink(answers())
    health = read_health(dashboard)
    assert health is not None
    assert (health.state, health.vertices_running, health.vertices, health.restarts) == ("RUNNING", 2, 2, 2)
    assert (health.checkpoints_completed, health.checkpoints_failed, health.restored_checkpoint) == (7, 1, False)
    assert health.running_seconds == 40  # since the last vertex began
    assert health.last_exception is None
    assert health.dashboard == dashboard
    assert health.summary == "job RUNNING, 2/2 vertices running, 2 restarts, checkpoints complete (1 failed)"


def test_the_innermost_cause_is_what_a_person_looks_for(flink) -> None:
    history = {"exceptionHistory": {"entries": [{"stacktrace": TRACE}, {"stacktrace": "older"}]}}
    health = read_health(flink(answers(**{"/jobs/new/exceptions": history})))
    assert health is not None
    assert health.last_exception == "Y: / by zero"
    assert health.summary.endswith("; last exception: Y: / by zero")


@pytest.mark.parametrize(
    ("trace", "said"), [("Plain: no cause\n\tat A", "Plain: no cause"), ("", "unknown"), ("x" * 999, "x" * 300)]
)
def test_an_exception_without_a_cause(flink, trace: str, said: str) -> None:
    history = {"exceptionHistory": {"entries": [{"stacktrace": trace}]}}
    health = read_health(flink(answers(**{"/jobs/new/exceptions": history})))
    assert health is not None
    assert health.last_exception == said


@pytest.mark.parametrize(("is_savepoint", "restored_checkpoint"), [(True, False), (False, True)])
def test_what_the_job_went_on_from(flink, is_savepoint: bool, restored_checkpoint: bool) -> None:
    checkpoints = {"counts": {}, "latest": {"restored": {"id": 3, "is_savepoint": is_savepoint}}}
    health = read_health(flink(answers(**{"/jobs/new/checkpoints": checkpoints})))
    assert health is not None
    assert health.restored_checkpoint is restored_checkpoint
    assert "no checkpoint has completed yet" in health.summary


def test_a_job_none_of_whose_vertices_runs(flink) -> None:
    vertices = {"now": NOW, "vertices": [{"status": "CREATED", "start-time": -1}]}
    health = read_health(flink(answers(**{"/jobs/new": vertices, "/jobs/new/metrics": []})))
    assert health is not None
    assert (health.vertices_running, health.running_seconds, health.restarts) == (0, 0, 0)


@pytest.mark.parametrize(
    "said",
    [
        {},
        answers(**{"/jobs/overview": {"jobs": []}}),
        answers(**{"/jobs/new/exceptions": None}),
        answers(**{"/jobs/new": "<html>"}),
    ],
    ids=["nothing", "no job yet", "a part is missing", "no JSON"],
)
def test_an_answer_that_is_none(flink, said: dict[str, Any]) -> None:
    assert read_health(flink(said)) is None


def test_nobody_there() -> None:
    assert read_health(f"http://127.0.0.1:{free_port()}/?token=secret") is None


@pytest.mark.parametrize(("restarts", "told"), [(9, "9 restarts"), (10, "10+ restarts"), (4321, "1000+ restarts")])
def test_a_job_that_restarts_for_ever_does_not_change_its_summary_for_ever(restarts: int, told: str) -> None:
    assert told in replace(RESTARTING, restarts=restarts).summary
