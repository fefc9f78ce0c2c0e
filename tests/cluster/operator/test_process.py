"""`python -m authpulse_operator` as the kubelet runs it: probes, log, metrics, and an end in time."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cluster.operator.conftest import Pipeline

from authpulse.cli.places import ROOT
from authpulse.configuration import LOCAL_ACCOUNT
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.jobs import job_name
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from authpulse_operator.api.spec import Replay
from authpulse_operator.composing import owner_of
from doubles.clock import FakeClock
from doubles.kube import NAMES, WORKER, Checkpoints, JobController, resource_of
from support.kube import ApiServer, Resources, until

NOBODY = "http://127.0.0.1:9"  # the discard port: refused at once


@contextmanager
def running(api_server: ApiServer, folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The process and its log."""
    code = folder / "job.zip"
    code.write_bytes(b"zip")
    chosen = {"CODE": str(code), "RULES": str(ROOT / "flink_job/rules.yaml"), "HEALTH_PORT": "0", "METRICS_PORT": "0"}
    variables = {f"AUTHPULSE_OPERATOR_{name}": value for name, value in {**chosen, **settings}.items()}
    log = folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "authpulse_operator"],
            env={**os.environ, "KUBECONFIG": str(api_server.kubeconfig), **variables},
            stderr=errors,
        )
    try:
        yield process, log
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def api(api_server: ApiServer) -> Iterator[KubeApi]:
    connected = KubeApi.connect(api_server.kubeconfig)
    yield connected
    connected.close()


def said(log: Path) -> list[dict[str, Any]]:
    """Without a last line that is still being written."""
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def test_the_process_serves_says_what_hinders_it_and_ends_in_time(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, tmp_path: Path
) -> None:
    spoilt = Pipeline(pipeline.resources, "spoilt")
    with running(api_server, tmp_path, NAMESPACES=namespace, AWS_ENDPOINT=NOBODY) as (process, log):
        pipeline.create()
        hindered = pipeline.until("False", "OperationFailed")
        assert "AWS does not answer" in hindered["message"]
        spoilt.create(aws={"account": LOCAL_ACCOUNT}, flink={"scoring": {"rules": [{"id": "NO_SUCH_RULE"}]}})
        message = spoilt.until("False", "InvalidSpec")["message"]
        line = until(lambda: next((x for x in said(log) if x.get("reason") == "InvalidSpec"), None), "it is in the log")
        assert line.pop("time")
        assert line.pop("duration_seconds") >= 0
        assert line == {
            "level": "WARNING",
            "logger": "authpulse.pass",
            "message": message,
            "kind": "AuthPulse",
            "resource": "spoilt",
            "namespace": namespace,
            "generation": 1,
            "reason": "InvalidSpec",
        }
        pages = next(line for line in said(log) if line["message"] == "serving")
        assert ask(pages["healthz"]) == "ok"
        assert until(lambda: ask(pages["readyz"]) == "ok", "it is ready")
        assert 'authpulse_operator_resources{ready="False",reason="OperationFailed"} 1.0' in ask(pages["metrics"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert said(log)[-1]["message"] == "stopped"


def test_what_was_deleted_while_the_process_was_killed_is_cleaned_up_by_the_next_one(
    api_server: ApiServer, namespace: str, resources: Resources, tmp_path: Path
) -> None:
    settings = {"NAMESPACES": namespace, "AWS_ENDPOINT": NOBODY, "RETRY_SECONDS": "1"}
    left, kept = Pipeline(resources, "left"), Pipeline(resources, "kept")
    with running(api_server, tmp_path, **settings) as (process, _):
        left.create(deletionPolicy="Retain")
        kept.create(aws={"account": LOCAL_ACCOUNT}, deletionPolicy="Delete")
        for pipeline in (left, kept):
            pipeline.until("False", "OperationFailed")
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    for pipeline in (left, kept):
        pipeline.delete()
        assert (pipeline.found() or {})["metadata"]["finalizers"] == ["authpulse.io/finalizer"]
    with running(api_server, tmp_path, **settings):
        left.until_gone()  # what is retained needs no AWS
        assert "AWS does not answer" in kept.until("False", "OperationFailed")["message"]
        kept.annotate(orphan="true")
        kept.until_gone()


def test_what_is_retained_goes_without_aws_and_with_its_replay_stopped(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, tmp_path: Path, api: KubeApi
) -> None:
    with running(api_server, tmp_path, NAMESPACES=namespace, AWS_ENDPOINT=NOBODY, RETRY_SECONDS="1"):
        pipeline.create(deletionPolicy="Retain")
        pipeline.until("False", "OperationFailed")
        owner = owner_of(pipeline.found() or {})
        controller, run = JobController(api, owner), job_name(pipeline.name, "log")
        workloads = KubeWorkloads(
            *(api, SharedLists(api), resource_of(owner)),
            names=NAMES,
            settings=WORKER,
            progress=Checkpoints(),
            clock=FakeClock(),
        )
        workloads.start_replay(Replay(name="log", input="log.gz", format="lanl-auth"), "log")
        controller.begins(run)
        pipeline.delete()
        until(lambda: controller.job(run)["spec"]["suspend"], "the replay is stopped", seconds=60)
        controller.holds(run)
        pipeline.until_gone()


@pytest.mark.parametrize(
    ("settings", "code", "wanted"),
    [
        ({"POLL_SECOND": "3"}, 3, "AUTHPULSE_OPERATOR_POLL_SECOND: no such key; did you mean `poll_seconds`?"),
        ({"POLL_SECONDS": "0"}, 3, "AUTHPULSE_OPERATOR_POLL_SECONDS: '0' is below 1"),
        ({"CODE": "/nowhere/job.zip"}, 4, "/nowhere/job.zip: the job's zip is not there"),
    ],
    ids=["an unknown variable", "a value that cannot be", "no code"],
)
def test_the_process_refuses_to_begin_with(
    settings: dict[str, str], code: int, wanted: str, api_server: ApiServer, tmp_path: Path
) -> None:
    with running(api_server, tmp_path, **settings) as (process, log):
        assert process.wait(60) == code
        assert wanted in log.read_text()


def ask(url: str) -> str:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text
