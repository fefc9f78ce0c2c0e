"""AuthPulseSnapshots on a real API server."""

from typing import Any

import pytest
from cluster.operator.conftest import Pipeline
from kubernetes.client.exceptions import ApiException

from doubles.cloud import FakeCloud
from support.kube import ApiServer, Resources, until
from support.operator import running_operator


def create(snapshots: Resources, name: str, **spec: Any) -> None:
    snapshots.create(
        {
            "apiVersion": "authpulse.io/v1alpha1",
            "kind": "AuthPulseSnapshot",
            "metadata": {"name": name},
            "spec": {"authPulse": "dev", **spec},
        }
    )


def until_state(snapshots: Resources, name: str, state: str) -> dict[str, Any]:
    def reached() -> dict[str, Any] | None:
        status: dict[str, Any] = snapshots.get(name).get("status", {})
        return status if status.get("state") == state else None

    found: dict[str, Any] = until(reached, f"{name} is {state}", seconds=60)
    return found


def until_gone(snapshots: Resources, name: str) -> None:
    def gone() -> bool:
        try:
            snapshots.get(name)
        except ApiException as refused:
            return refused.status == 404
        return False

    until(gone, f"{name} is gone", seconds=60)


def names_of(cloud: FakeCloud, pipeline: Pipeline) -> list[str]:
    application = cloud.flink.describe(pipeline.application)
    return [s.name for s in application.snapshots] if application else []


def test_a_snapshot_is_taken_when_the_job_runs_and_deleted_with_its_resource(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, snapshots: Resources, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        create(snapshots, "before")
        until_state(snapshots, "before", "Pending")
        pipeline.create()
        name = until_state(snapshots, "before", "Completed")["snapshotName"]
        assert names_of(cloud, pipeline) == [name]
        assert cloud.flink.switches.calls.count("take_snapshot") == 1
        snapshots.delete("before")
        until_gone(snapshots, "before")
        assert names_of(cloud, pipeline) == []


@pytest.mark.parametrize("spec", [{"disposeOnDelete": False}, {"snapshotName": "old", "alreadyExists": True}], ids=str)
def test_what_is_to_be_kept_or_was_taken_over_outlives_its_resource(
    spec: dict[str, Any],
    api_server: ApiServer,
    namespace: str,
    pipeline: Pipeline,
    snapshots: Resources,
    cloud: FakeCloud,
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
        cloud.flink.take_snapshot(pipeline.application, "old")
        create(snapshots, "kept", **spec)
        name = until_state(snapshots, "kept", "Completed")["snapshotName"]
        snapshots.delete("kept")
        until_gone(snapshots, "kept")
        assert name in names_of(cloud, pipeline)


def test_a_snapshot_that_was_taken_before_a_crash_is_recognised(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, snapshots: Resources, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
    create(snapshots, "before", snapshotName="mine")
    cloud.flink.take_snapshot(pipeline.application, "mine")
    with running_operator(api_server, cloud, (namespace,)):
        until_state(snapshots, "before", "Completed")
    assert cloud.flink.switches.calls.count("take_snapshot") == 1
