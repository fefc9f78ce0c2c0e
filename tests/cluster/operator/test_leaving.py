"""Deletion: what the policy asks for, exactly once, whenever it comes and whatever does not answer."""

from collections.abc import Callable

import pytest
from cluster.operator.conftest import Pipeline
from kubernetes import client

from authpulse_operator.core.world import ApplicationState
from doubles.cloud import FakeCloud
from support.kube import ApiServer, Resources, until
from support.operator import RunningOperator, running_operator


@pytest.mark.parametrize(
    ("policy", "left"),
    [("Retain", ApplicationState.RUNNING), ("Snapshot", ApplicationState.READY), ("Delete", None)],
)
def test_a_deleted_resource_leaves_what_its_policy_says(
    policy: str,
    left: ApplicationState | None,
    api_server: ApiServer,
    namespace: str,
    pipeline: Pipeline,
    cloud: FakeCloud,
) -> None:
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create(deletionPolicy=policy)
        pipeline.until_ready()
        pipeline.delete()
        pipeline.until_gone()
        until(lambda: patched(operator) == {"200": 2}, "the finalizer has come and gone; Kopf writes nothing else")
    application = cloud.flink.describe(pipeline.application)
    assert (application.state if application else None) is left
    assert cloud.flink.switches.calls.count("stop") == (0 if policy == "Retain" else 1)
    assert cloud.flink.switches.calls.count("delete") == (1 if policy == "Delete" else 0)


def test_a_resource_that_is_deleted_while_it_comes_up_is_cleaned_up(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    cloud.flink.seconds_per_operation = 60
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create(deletionPolicy="Delete")
        pipeline.until("False", "Starting")
        pipeline.delete()
        pipeline.until_gone()
    assert cloud.flink.describe(pipeline.application) is None
    assert cloud.flink.switches.calls.count("start") == 1


def test_a_suspended_resource_is_deleted_with_its_application(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create(suspend=True, deletionPolicy="Delete")
        pipeline.until("False", "Suspended")
        pipeline.delete()
        pipeline.until_gone()
    assert cloud.flink.describe(pipeline.application) is None
    assert "stop" not in cloud.flink.switches.calls


def test_a_deletion_waits_for_an_aws_that_does_not_answer(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create(deletionPolicy="Delete")
        pipeline.until_ready()
        cloud.is_away = True
        pipeline.delete()
        pipeline.until("False", "OperationFailed")
        cloud.is_away = False
        pipeline.until_gone()
    assert cloud.flink.describe(pipeline.application) is None


def test_an_annotation_lets_a_resource_go_when_aws_will_not_answer_again(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create(deletionPolicy="Delete")
        pipeline.until_ready()
        cloud.is_away = True
        pipeline.delete()
        pipeline.until("False", "OperationFailed")
        pipeline.annotate(orphan="true")
        pipeline.until_gone()
    assert cloud.flink.describe(pipeline.application) is not None
    assert ("Warning", "Orphaned") in told(api_server, namespace)


def test_what_was_deleted_while_the_operator_was_down_is_cleaned_up_once(
    api_server: ApiServer, namespace: str, resources: Resources, cloud: FakeCloud
) -> None:
    pipelines = [Pipeline(resources, f"p{number}") for number in range(5)]
    with running_operator(api_server, cloud, (namespace,)):
        for pipeline in pipelines:
            pipeline.create(deletionPolicy="Delete")
        for pipeline in pipelines:
            pipeline.until_ready()
    for pipeline in pipelines:
        pipeline.delete()
    with running_operator(api_server, cloud, (namespace,)):
        for pipeline in pipelines:
            pipeline.until_gone()
    assert cloud.flink.switches.calls.count("stop") == len(pipelines)
    assert cloud.flink.switches.calls.count("delete") == len(pipelines)


def test_a_foreign_application_survives_the_deletion(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
    theirs = cloud.flink.describe(pipeline.application)
    assert theirs is not None
    cloud.flink.adopt(theirs, tags={"authpulse.io/resource": "somebody/else"})
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.until("False", "NotOwned")
        pipeline.delete()
        pipeline.until_gone()
    left = cloud.flink.describe(pipeline.application)
    assert left is not None
    assert left.state is ApplicationState.RUNNING


def test_a_finalizer_taken_away_by_force_ends_the_loop(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create()
        pipeline.until_ready()
        cloud.is_away = True
        pipeline.delete()
        pipeline.until("False", "OperationFailed")
        pipeline.resources.merge(pipeline.name, {"metadata": {"finalizers": None}})
        pipeline.until_gone()
        cloud.is_away = False
        until(lambda: sum(operator.metrics.values("resources").values()) == 0, "it is forgotten")
    application = cloud.flink.describe(pipeline.application)
    assert application is not None


def let_be_deleted(pipeline: Pipeline) -> None:
    pipeline.change(deletionPolicy="Delete")


def let_go(pipeline: Pipeline) -> None:
    pipeline.annotate(orphan="true")


def set_free(pipeline: Pipeline) -> None:
    pipeline.resources.merge(pipeline.name, {"metadata": {"finalizers": None}})


@pytest.mark.parametrize(
    ("way_out", "left"),
    [(let_be_deleted, None), (let_go, ApplicationState.RUNNING), (set_free, ApplicationState.RUNNING)],
)
def test_a_deletion_that_waits_for_a_person_hears_of_what_the_person_changes(
    way_out: Callable[[Pipeline], None],
    left: ApplicationState | None,
    api_server: ApiServer,
    namespace: str,
    pipeline: Pipeline,
    cloud: FakeCloud,
) -> None:
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create(deletionPolicy="Snapshot", flink={"health": {"stableForSeconds": 0}, "refusedSnapshot": "Hold"})
        pipeline.until_ready()
        cloud.flink.break_running("ValueError: full")
        pipeline.delete()
        pipeline.until("True", "SnapshotRefused", "Stalled")
        way_out(pipeline)
        pipeline.until_gone()
        until(lambda: sum(operator.metrics.values("resources").values()) == 0, "it is forgotten")
    application = cloud.flink.describe(pipeline.application)
    assert (application.state if application else None) is left


def patched(operator: RunningOperator) -> dict[str, float]:
    """PATCHes of the resource itself, without its status, by their answers."""
    calls = operator.metrics.values("kubernetes_calls_total")
    return {answer: count for (verb, what, answer), count in calls.items() if (verb, what) == ("patch", "authpulses")}


def told(api_server: ApiServer, namespace: str) -> set[tuple[str, str]]:
    events = client.EventsV1Api(api_server.client()).list_namespaced_event(namespace).items
    return {(e.type, e.reason) for e in events}
