"""`plan` against a cluster: the resource and its status from there, AWS as it is, or what the operator saw last."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from authpulse.cli import places
from authpulse.cli.kubectl import cluster, planning
from authpulse.cli.kubectl.planning import plan_in_cluster
from authpulse.cli.kubectl.told import Told, WritesNothing
from authpulse.cli.plan import Planned
from authpulse.errors import InputError
from authpulse.names import Names
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.kube.status import dumped
from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.api.status import Status
from authpulse_operator.core.errors import Terminal, Unreachable
from authpulse_operator.runtime.passes import World, make_pass
from doubles.kubectl import FakeKube
from doubles.world import FakeWorld

ACCOUNT = "000000000000"
FROM_NOTHING = ["MakeFoundation", "Upload", "CreateApplication", "StartApplication"]


def document(**spec: Any) -> dict[str, Any]:
    """A manifest; the plan is for AWS of that account."""
    return {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": "dev"},
        "spec": {"environment": "dev", "aws": {"account": ACCOUNT}, **spec},
    }


class Here:
    """A cluster and an AWS in memory in which the resource has got all that its spec asks for."""

    def __init__(self, tmp_path: Path) -> None:
        self.kube, self.world, self.manifest = FakeKube(), FakeWorld(), tmp_path / "pipeline.yaml"

    def write(self, **spec: Any) -> Path:
        self.manifest.write_text(yaml.safe_dump(document(**spec)))
        return self.manifest

    def world_of(self, _session: Session, _names: Names, told: Told) -> World:
        return replace(self.world.ports(), workloads=told, telemetry=told, references=told, status=told, events=told)

    def plan(self, **spec: Any) -> Planned:
        return plan_in_cluster(self.write(**spec), self.kube.cluster, make_world=self.world_of)

    def settle(self, **spec: Any) -> None:
        """The operator makes it true, and writes the status."""
        made = document(**spec)
        made["metadata"] |= {"namespace": "security", "uid": "1", "generation": 1}
        self.kube.add("authpulses", made)
        resource = parse_manifest(made, "test")
        told = Told(Status(), None)
        wanted = planning._Wanted(resource, told).plan(ACCOUNT, None)
        for _ in range(100):
            make_pass(wanted, self.world.ports())
            self.world.clock.pass_time(5)
        made["status"] = dumped(self.world.status.read())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    zip_ = tmp_path / "job.zip"
    zip_.write_bytes(b"code")
    monkeypatch.setattr(places, "JOB_ZIP", zip_)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return Here(tmp_path)


def acts(planned: Planned) -> list[str]:
    return [type(step.act).__name__ for step in planned.forecast.steps]


def test_a_resource_that_is_not_there_yet_is_planned_against_aws(here: Here) -> None:
    planned = here.plan()
    assert (acts(planned), planned.changes) == (FROM_NOTHING, ())
    assert planned.basis == "against the cluster and AWS (us-east-1)"
    assert planned.resource.identity == "security/dev"


def test_what_is_applied_already_has_nothing_to_do(here: Here) -> None:
    here.settle()
    planned = here.plan()
    assert (acts(planned), planned.exit_code(detailed=True)) == ([], 0)


def test_a_changed_spec_is_compared_with_the_live_one(here: Here) -> None:
    here.settle()
    planned = here.plan(flink={"parallelism": 4})
    assert acts(planned) == ["UpdateApplication"]
    assert [c.changed.name for c in planned.changes] == ["spec.flink.parallelism"]
    assert planned.resource.metadata.generation == 2
    assert planned.exit_code(detailed=True) == 10


def test_the_operators_code_is_the_one_that_runs_and_not_what_is_built_here(here: Here) -> None:
    here.settle()
    places.JOB_ZIP.write_bytes(b"another")
    assert acts(here.plan()) == []


def test_without_any_code_known_the_plan_says_whose_it_is(here: Here) -> None:
    places.JOB_ZIP.unlink()
    upload = here.plan().forecast.steps[1]
    assert upload.message == "uploading code/that-comes-with-the-operator.zip"


def test_scheduled_work_and_replays_are_as_the_status_tells(here: Here) -> None:
    replay = {"name": "a", "input": "s3://b/log", "format": "lanl-auth"}
    here.settle(replays=[replay])
    assert acts(here.plan(replays=[replay])) == []
    planned = here.plan(replays=[{**replay, "nonce": 1}], quality={})
    assert acts(planned) == ["ApplyWorkloads", "StartReplay"]


@pytest.mark.parametrize("is_away", [False, True])
def test_a_replay_that_runs_would_go_on_with_its_new_values(here: Here, *, is_away: bool) -> None:
    replay = {"name": "a", "input": "s3://b/log", "format": "lanl-auth"}
    here.settle(replays=[replay])
    status = here.kube.objects["authpulses", "dev"]["status"]
    status["replays"][0]["state"] = "Running"
    if is_away:
        here.world.flink.switches.fail("describe", Unreachable("AWS does not answer"), times=9)
    assert acts(here.plan(replays=[replay])) == []
    assert acts(here.plan(replays=[{**replay, "rate": 5}])) == ["StopReplay", "StartReplay"]
    assert acts(here.plan(replays=[{**replay, "suspend": True}])) == ["StopReplay"]


def test_what_a_resource_is_annotated_with_counts(here: Here) -> None:
    here.settle()
    here.kube.objects["authpulses", "dev"]["metadata"]["annotations"] = {"authpulse.io/paused": "true"}
    planned = here.plan(flink={"parallelism": 4})
    assert acts(planned) == []
    assert planned.warnings[0].startswith("the annotation authpulse.io/paused is set")


def test_the_manifests_own_namespace_goes_before_the_contexts(here: Here) -> None:
    made = document()
    made["metadata"]["namespace"] = "other"
    here.manifest.write_text(yaml.safe_dump(made))
    planned = plan_in_cluster(here.manifest, here.kube.cluster, make_world=here.world_of)
    assert planned.resource.identity == "other/dev"


def test_without_aws_it_is_planned_from_what_the_operator_saw_last(here: Here) -> None:
    here.settle()
    here.world.flink.switches.fail("describe", Unreachable("describing authpulse-dev: AWS does not answer"))
    planned = here.plan(flink={"parallelism": 4})
    assert acts(planned) == ["UpdateApplication"]
    said = "from what the operator saw last: AWS was not asked (describing authpulse-dev: AWS does not answer)"
    assert planned.basis == said
    assert planned.forecast.restored == "a snapshot taken for it"


def test_with_neither_it_is_planned_from_nothing_and_said_so(here: Here) -> None:
    here.world.flink.switches.fail("describe", Terminal("no AWS credentials"))
    planned = here.plan()
    assert acts(planned) == FROM_NOTHING
    assert planned.basis == "from nothing: AWS was not asked (no AWS credentials)"


def test_nothing_is_written(here: Here) -> None:
    here.settle()
    before = list(here.world.status.written), here.kube.patches
    parts = (here.world.flink, here.world.foundations, here.world.artifacts, here.world.workloads)
    for part in parts:
        part.switches.calls.clear()
    assert acts(here.plan(flink={"parallelism": 4}, suspend=False, quality={}))
    assert {c for p in parts for c in p.switches.calls} <= {"describe", "job_health", "missing", "open_shards", "has"}
    assert (list(here.world.status.written), here.kube.patches) == before


def test_the_ports_of_a_plan_refuse_to_write() -> None:
    told = Told(Status(), None)
    with pytest.raises(WritesNothing):
        told.write(Status())
    with pytest.raises(WritesNothing):
        told.stop_replay("a")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"flink": {"parallelism": 0}}, "spec.flink.parallelism: 0 is below 1"),
        ({"flink": {"scoring": {"hostPopularity": "hosts.csv"}}}, "a cluster has no files; upload it to s3://"),
    ],
    ids=["a bound", "a file"],
)
def test_a_manifest_that_a_cluster_cannot_use_ends_with_3(here: Here, spec: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        here.plan(**spec)


@pytest.mark.parametrize("command", ["authpulse", "kubectl"])
def test_both_commands_plan_against_a_cluster(here: Here, run, kubectl, command: str, monkeypatch) -> None:
    here.settle()

    def unreachable(_session: Session, _names: Names, _told: Told) -> World:
        raise Unreachable("AWS does not answer")

    monkeypatch.setattr(cluster, "connect", lambda *_a, **_k: here.kube.cluster)
    monkeypatch.setattr(planning, "aws_world", unreachable)
    manifest = here.write(flink={"restartNonce": 1})
    options = ("plan", "-f", manifest, "-n", "security", "-o", "json", "--detailed-exitcode")
    ended = run(*options) if command == "authpulse" else kubectl(*options)
    assert ended.code == 10
    assert [s["act"] for s in ended.json["steps"]] == ["UpdateApplication"]
    assert ended.json["resource"] == "security/dev"
