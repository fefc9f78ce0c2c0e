"""What the operator lives through: its own end, the API server's, and statuses that it did not write."""

import time
from datetime import UTC, datetime

import pytest
from cluster.operator.conftest import Pipeline

from doubles.cloud import FakeCloud
from support.kube import ApiServer, until
from support.operator import RunningOperator, running_operator

OUTAGE_SECONDS = 60


def test_an_operator_that_is_started_again_writes_nothing(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
    done = [c for c in cloud.flink.switches.calls if c in ("create", "update", "start", "stop")]
    with running_operator(api_server, cloud, (namespace,)) as operator:
        looks = cloud.flink.switches.calls.count("describe")
        while cloud.flink.switches.calls.count("describe") < looks + 3:
            time.sleep(0.05)
        assert operator.patches() == {}
    assert [c for c in cloud.flink.switches.calls if c in ("create", "update", "start", "stop")] == done


# aiohttp leaves the transport of a server that has vanished to the garbage collector
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_watch_goes_on_when_the_api_server_comes_back(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create()
        pipeline.until_ready()
        api_server.stop()
        try:
            cloud.flink.break_running("it breaks while nobody can be told")
            time.sleep(OUTAGE_SECONDS)
            assert operator.health.failures() == []
            cloud.flink.mend_running()
        finally:
            api_server.start()
        generation = pipeline.change(flink={"parallelism": 3})
        pipeline.until_ready(generation=generation)
        other = Pipeline(pipeline.resources, "other")
        other.create()
        other.until_ready()


def test_a_status_that_somebody_has_emptied_is_made_whole(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create(flink={"redeploy": None})
        pipeline.until_ready()
        whole = pipeline.status()
        pipeline.resources.merge(pipeline.name, {"status": None}, "status")
        pipeline.until_ready(generation=pipeline.change(suspend=False, adopt=True))
        assert pipeline.status().keys() == whole.keys()
        answers = {s for verb, _, s in operator.metrics.values("kubernetes_calls_total") if verb == "patch"}
        assert "422" in answers
    assert cloud.flink.switches.calls.count("start") == 1


def test_a_status_of_an_older_operator_is_taken_up_without_a_restart(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
    now = datetime.now(UTC).isoformat()
    older = {
        "observedGeneration": 1,
        "conditions": [
            {
                "type": "Ready",
                "status": "True",
                "reason": "WordOfAnotherVersion",
                "message": "",
                "observedGeneration": 1,
                "lastTransitionTime": now,
            }
        ],
        "application": {"name": pipeline.application, "status": "RUNNING", "versionId": 1, "code": "code/x.zip"},
        "accepted": {"generation": 1, "spec": {"environment": "dev", "fieldOfAnotherVersion": {"a": 1}}},
    }
    pipeline.resources.merge(pipeline.name, {"status": None}, "status")
    pipeline.resources.merge(pipeline.name, {"status": older}, "status")
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.until_ready()
        assert "fieldOfAnotherVersion" not in str(pipeline.status()["accepted"])
    assert cloud.flink.switches.calls.count("start") == 1
    assert "update" not in cloud.flink.switches.calls


def test_an_error_of_its_own_is_told_once_while_it_lasts(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create()
        pipeline.until_ready()
        cloud.flink.switches.fail("describe", ZeroDivisionError("a secret"), times=10**9)
        told = pipeline.until("False", "InternalError")
        assert "ZeroDivisionError in switches.py" in told["message"]
        assert "a secret" not in str(pipeline.found())
        errors, patches = errors_of(operator), operator.patches()
        until(lambda: errors_of(operator) >= errors + 3, "it is tried again and again")
        assert operator.patches() == patches
        cloud.flink.switches.fail("describe", ZeroDivisionError(), times=0)
        pipeline.until_ready()


def errors_of(operator: RunningOperator) -> float:
    return operator.metrics.values("unexpected_errors_total").get(("AuthPulse",), 0)
