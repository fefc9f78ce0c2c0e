"""A resource's life on a real API server: made, changed, spoilt, held, and left in peace."""

from typing import Any, Final

from cluster.operator.conftest import Pipeline

from authpulse_operator.core.world import ApplicationState
from doubles.clock import FastClock
from doubles.cloud import FakeCloud
from doubles.world import FakeWorkloads
from support.kube import ApiServer, Resources, until
from support.operator import MATERIAL, running_operator

HOUR: Final = 3600
IN_PEACE: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "resting": {"idle": {"afterMinutes": 10}},
    "rehearsing": {"remediation": {"mode": "DryRun"}},
    "remediating": {"remediation": {"mode": "Active"}},
    "replayed": {"replays": [{"name": "sample", "input": "s3://logs/auth.csv", "format": "lanl-auth"}]},
    "scheduled": {"quality": {}, "aggregates": {}},
}
"""By name: what a spec may ask for that changes nothing while nothing happens."""


def test_a_new_resource_becomes_ready_by_four_writes(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    cloud.artifacts.keys.add(f"code/{MATERIAL.code_sha256}.zip")  # another resource has brought it
    cloud.flink.seconds_per_operation = 60
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create(flink={"health": {"stableForSeconds": 150}})  # a slow machine, too, has to see it come up
        pipeline.until_ready()
        assert operator.patches() == {
            "authpulses": 1,  # the finalizer
            "authpulses/status": 3,  # the intent to create and start; the job comes up; Ready
        }
        # AsSpecified, posted beside what wrote Ready; that a new job starts goes without saying
        until(lambda: operator.calls("create") == {"events": 1}, "the event is posted")
        assert operator.metrics.values("resources")[("True", "AsSpecified")] == 1


def test_the_first_resource_of_an_environment_takes_six(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    cloud.flink.seconds_per_operation = 60
    cloud.foundations.there, cloud.foundations.shards = False, 0
    with running_operator(api_server, cloud, (namespace,)) as operator:
        pipeline.create(flink={"health": {"stableForSeconds": 150}})
        pipeline.until_ready()
        assert cloud.foundations.switches.calls.count("make") == cloud.artifacts.switches.calls.count("put") == 1
        assert operator.patches() == {
            "authpulses": 1,  # the finalizer
            "authpulses/status": 5,  # foundation, code, the intent to create and start; the job comes up; Ready
        }


def test_nothing_is_made_before_the_finalizer_is_there(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        until(lambda: "create" in cloud.flink.switches.calls, "the application is created")
        found = pipeline.found()
        assert found is not None
        assert found["metadata"]["finalizers"] == ["authpulse.io/finalizer"]
        assert "authpulse.io" not in str(found["metadata"].get("annotations"))
        pipeline.until_ready()


def test_a_changed_spec_is_deployed(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
        generation = pipeline.change(flink={"parallelism": 4})
        pipeline.until_ready(generation=generation)
        application = cloud.flink.describe(pipeline.application)
        assert application is not None
        assert (application.settings.parallelism, application.version_id) == (4, 2)


def test_healing_goes_on_while_a_spec_cannot_be_used(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
        pipeline.change(flink={"scoring": {"rules": [{"id": "NO_SUCH_RULE"}]}})
        message = pipeline.until("False", "InvalidSpec")["message"]
        assert "NO_SUCH_RULE" in message
        until(lambda: ("Warning", "InvalidSpec", message) in told(api_server, namespace), "it is told as an event")
        cloud.flink.stop(pipeline.application)
        until(lambda: cloud.flink.switches.calls.count("start") == 2, "the job is started again")
        pipeline.until("True", "Healthy", "JobHealthy")
        assert pipeline.condition("Stalled")["reason"] == "InvalidSpec"
        pipeline.until_ready(generation=pipeline.change(flink={"scoring": {"rules": []}}))


def test_a_first_spec_that_cannot_be_used_is_told_and_goes_as_it_came(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create(flink={"scoring": {"rules": [{"id": "NO_SUCH_RULE"}]}})
        message = pipeline.until("True", "InvalidSpec", "Stalled")["message"]
        until(lambda: told(api_server, namespace) == [("Warning", "InvalidSpec", message)], "it is told as an event")
        pipeline.delete()
        pipeline.until_gone()
    assert cloud.flink.switches.calls == []


def test_a_paused_resource_is_looked_at_and_left_alone(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
        pipeline.annotate(paused="true")
        pipeline.until("True", "Paused", "Paused")
        generation = pipeline.change(flink={"parallelism": 4})
        pipeline.until("False", "Paused", generation=generation)
        assert "update" not in cloud.flink.switches.calls
        pipeline.annotate(paused=None)
        pipeline.until_ready()
        assert cloud.flink.switches.calls.count("update") == 1


def test_a_suspended_job_stops_with_a_snapshot_and_goes_on_from_it(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud
) -> None:
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
        pipeline.change(suspend=True)
        pipeline.until("False", "Suspended")
        application = cloud.flink.describe(pipeline.application)
        assert application is not None
        assert (application.state, application.has_snapshot) == (ApplicationState.READY, True)
        pipeline.change(suspend=False)
        pipeline.until_ready()
        assert [str(s) for s in cloud.flink.starts] == ["nothing", "latest snapshot"]


def test_an_idle_hour_costs_no_write(api_server: ApiServer, namespace: str, resources: Resources) -> None:
    cloud = FakeCloud(FastClock(tempo=600))
    cloud.telemetry.lag, cloud.telemetry.incoming = 2.0, 0
    cloud.workloads[f"{namespace}/scheduled"] = FakeWorkloads(verdict="Passing")
    pipelines = {name: Pipeline(resources, name) for name in IN_PEACE}
    with running_operator(api_server, cloud, (namespace,)) as operator:
        for name, pipeline in pipelines.items():
            pipeline.create(**IN_PEACE[name])
        pipelines["replayed"].until("True", "AllReplayed", "ReplayComplete")
        pipelines["scheduled"].until("True", "ChecksPass", "QualityPassing")
        pipelines["resting"].until("True", "Idle")
        for pipeline in pipelines.values():
            pipeline.until("True", "Idle" if pipeline.name == "resting" else "AsSpecified")
        before = {name: pipeline.version() for name, pipeline in pipelines.items()}
        patches, looks = operator.patches(), cloud.flink.switches.calls.count("describe")
        until_over(cloud, HOUR)
        assert {name: pipeline.version() for name, pipeline in pipelines.items()} == before
        assert operator.patches() == patches
        assert cloud.flink.switches.calls.count("describe") >= looks + 20 * len(pipelines)
    assert cloud.workloads[f"{namespace}/scheduled"].scheduled.keys() == {"quality", "aggregates"}


def told(api_server: ApiServer, namespace: str) -> list[tuple[str, str, str]]:
    """The namespace's events, as `kubectl get events` finds them."""
    found = api_server.ask(f"/apis/events.k8s.io/v1/namespaces/{namespace}/events")["items"]
    return [(event["type"], event["reason"], event["note"]) for event in found]


def until_over(cloud: FakeCloud, seconds: float) -> None:
    over = cloud.clock.now().timestamp() + seconds
    until(lambda: cloud.clock.now().timestamp() >= over, "time goes by")


def test_a_hundred_resources_become_ready(
    api_server: ApiServer, namespace: str, resources: Resources, cloud: FakeCloud
) -> None:
    count = 100
    pipelines = [Pipeline(resources, f"p{number}") for number in range(count)]
    cloud.artifacts.keys.add(f"code/{MATERIAL.code_sha256}.zip")
    with running_operator(api_server, cloud, (namespace,)) as operator:
        for pipeline in pipelines:
            pipeline.create()
        until(
            lambda: operator.metrics.values("resources").get(("True", "AsSpecified")) == count,
            "all are Ready",
            seconds=100,
        )
        assert sum(operator.patches().values()) <= 6 * count
        assert operator.metrics.values("unexpected_errors_total") == {}
