"""From `helm install` to nothing left, on a real cluster, while the operator is killed again and again.

Both namespaces are under Pod Security's level Restricted, and the operator has rights in the pipeline's alone. What the
resource said is compared with what there is: rows in Athena with events sent, and the operations of Managed Flink with
those that this life asks for, so a write that was repeated after a kill would be seen.
"""

import gzip
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import yaml
from cluster_e2e.cluster import Cluster, ProgramFailed
from cluster_e2e.conftest import TAG, Steps
from cluster_e2e.killing import Killer, killing
from cluster_e2e.tunnel import Tunnel, tunnel

from authpulse.cli.places import ROOT
from authpulse.configuration import LOCAL_ACCOUNT, Aws
from authpulse.foundation import metrics
from authpulse.names import Names
from authpulse_operator.adapters.aws.session import Session
from lakehouse.athena import Athena
from lakehouse.clients import Clients
from support.install_pages import DEFINITIONS
from support.kube import NotReached, until

SYSTEM, TEAM, RELEASE = "authpulse-system", "security", "authpulse"
CHART: Final = ROOT / "charts/authpulse"
EXAMPLE: Final = ROOT / "deploy/examples/cluster.yaml"
LOG: Final = ROOT / "data/sample/lanl-cyber1.csv.gz"
REGION: Final = "us-east-1"
_OF = f"app.kubernetes.io/instance={RELEASE},app.kubernetes.io/component="
OPERATOR, LOCALSTACK = f"{_OF}operator", f"{_OF}localstack"
VALUES: Final = (
    *("--set", f"namespaces={{{TEAM}}}", "--set", "localstack.enabled=true"),
    *("--set", f"image.tag={TAG}", "--set", f"workers.image.tag={TAG}", "--set", f"localstack.image.tag={TAG}"),
    *("--set", "settings.pollSeconds=5"),
)
UPGRADED: Final = ("--set", "podAnnotations.example\\.com/upgraded=yes")
SECONDS: Final = 420
"""For each step: a machine that does much else is slow, and slow is not wrong."""
NAMES: Final = Names("dev", LOCAL_ACCOUNT, REGION)
EVENTS, DAMAGED = 39_995, 5
"""Of the sample's 40,000 lines."""


@dataclass
class Pipeline:
    """The resource, its AWS, and what happened to it so far."""

    cluster: Cluster
    aws: Tunnel
    steps: Steps
    killer: Killer

    @property
    def session(self) -> Session:
        return Session(REGION, self.aws.address())

    def resource(self) -> dict[str, Any]:
        found = [r for r in self.cluster.found("authpulses", "-n", TEAM) if r["metadata"]["name"] == "dev"]
        return found[0] if found else {}

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.resource().get("status", {})
        return status

    def until(self, what: str, reached: Callable[[dict[str, Any]], Any], *, seconds: float = SECONDS) -> dict[str, Any]:
        """Waits for something to be true of the status; a step of its own."""
        status: dict[str, Any] = {}

        def is_there() -> Any:
            status.clear()
            status.update(self.status())
            return reached(status)

        try:
            until(is_there, what, seconds=seconds, every=1)
        except NotReached as late:
            raise NotReached(f"{late}: {yaml.safe_dump(status)}\n{self.last_words()}") from late
        self.steps.done(what)
        return status

    def merge(self, patch: dict[str, Any]) -> int:
        """The new generation."""
        self.cluster.kubectl("patch", "authpulses", "dev", "-n", TEAM, "--type=merge", "-p", json.dumps(patch))
        generation: int = self.resource()["metadata"]["generation"]
        return generation

    def rows(self, sql: str) -> list[dict[str, str | None]]:
        clients = Clients(Aws(region=self.session.region, endpoint_url=self.session.endpoint))
        return Athena(clients, NAMES.database, NAMES.work_group).query(sql).dicts()

    def count(self, table: str, where: str = "true") -> int:
        (row,) = self.rows(f"SELECT count(*) AS n FROM {table} WHERE {where}")
        return int(row["n"] or 0)

    def operations(self) -> list[str]:
        """What Managed Flink was asked for, oldest first."""
        client = self.session.client("kinesisanalyticsv2")
        listed = client.list_application_operations(ApplicationName=NAMES.application)["ApplicationOperationInfoList"]
        return [o["Operation"] for o in reversed(listed)]

    def last_words(self) -> str:
        """Of those who might know why something did not happen."""
        asked = [
            ("get", "pods,jobs,cronjobs,events", "-n", TEAM, "-o", "wide"),
            ("get", "pods,events", "-n", SYSTEM, "-o", "wide"),
            ("logs", "-n", SYSTEM, "-l", OPERATOR, "--tail=60"),
            ("logs", "-n", SYSTEM, "-l", LOCALSTACK, "--tail=30"),
            ("logs", "-n", TEAM, "-l", "app.kubernetes.io/name=authpulse", "--tail=30"),
        ]
        return "\n".join(f"$ kubectl {' '.join(a)}\n{_said(self.cluster, *a)}" for a in asked)


def example() -> dict[str, Any]:
    """With checks when the test asks for them: at their own time they could meet a log of which only the damaged
    beginning has come in. And with restarts when it asks for them: it counts the operations of Managed Flink, and a
    machine at its limit may fail a checkpoint at any time."""
    manifest: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())
    for scheduled in ("quality", "aggregates"):
        manifest["spec"][scheduled] = {**manifest["spec"][scheduled], "schedule": "0 0 1 1 *"}
    manifest["spec"]["remediation"]["failedCheckpoints"] = {"actions": []}
    return manifest


def upload(pipeline: Pipeline, key: str, body: bytes) -> None:
    """Where the replays of a manifest find it."""
    s3 = pipeline.session.client("s3")
    s3.create_bucket(Bucket="samples")
    s3.put_object(Bucket="samples", Key=key, Body=body)


def damaged_log() -> bytes:
    """Its first lines are no events, one in three; the rest is there to be held."""
    lines = gzip.decompress(LOG.read_bytes()).decode().splitlines()[:20_000]
    for number in range(0, 900, 3):
        lines[number] = f"{number},nobody knows"
    return "\n".join(lines).encode()


def rows_are_there(pipeline: Pipeline) -> None:
    """Every event and every damaged line of the sample is in the tables, once."""
    of_sample = "source LIKE 'sample:%'"
    until(lambda: pipeline.count("auth_events_curated", of_sample) >= EVENTS, "rows", seconds=SECONDS, every=2)
    assert pipeline.count("auth_events_curated", of_sample) == EVENTS
    assert pipeline.count("auth_events_raw", of_sample) == EVENTS
    assert pipeline.count("auth_events_quarantine") == DAMAGED
    assert pipeline.count("auth_alerts") > 0
    pipeline.steps.done("rows are in Athena")


def rows_have_stayed(pipeline: Pipeline) -> None:
    """What was sent before all of this is still there once, and scored with the state of before."""
    assert pipeline.count("auth_events_curated", "source LIKE 'sample:%'") == EVENTS
    (row,) = pipeline.rows("SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM auth_events_curated")
    assert row["n"] == row["ids"]


def damage_is_found_and_the_replay_held(pipeline: Pipeline) -> None:
    """By the checks, the alarm on what they measured, and the remediation that the manifest allows."""
    upload(pipeline, "damaged.csv", damaged_log())
    damaged = {"name": "damaged", "input": "s3://samples/damaged.csv", "format": "lanl-cyber1", "rate": 20}
    replays = pipeline.resource()["spec"]["replays"]
    pipeline.merge({"spec": {"replays": [*replays, damaged]}})
    pipeline.until("a damaged log is replayed", lambda s: state_of(s, "damaged") == "Running")
    until(lambda: pipeline.count("auth_events_quarantine") >= 100, "damage is in quarantine", seconds=SECONDS, every=2)
    pipeline.steps.done("damage is in quarantine")
    run_checks(pipeline)
    pipeline.until("the alarm fires, and the replay is held", lambda s: state_of(s, "damaged") == "Held")
    (entry,) = pipeline.status()["remediations"]
    assert (entry["action"], entry["dryRun"]) == ("StopReplays", False)
    until(lambda: not pods_of(pipeline, "authpulse.io/run=damaged"), "its pod is gone", seconds=SECONDS, every=1)


def run_checks(pipeline: Pipeline) -> None:
    """Not at their time, but at once."""
    until(lambda: pipeline.cluster.found("cronjobs", "-n", TEAM), "checks are scheduled", seconds=SECONDS, every=1)
    pipeline.cluster.kubectl("create", "job", "checks-now", "--from=cronjob/dev-quality", "-n", TEAM)

    def has_ended() -> bool:
        (job,) = (j for j in pipeline.cluster.found("jobs", "-n", TEAM) if j["metadata"]["name"] == "checks-now")
        ended = {c["type"] for c in job["status"].get("conditions", ()) if c["status"] == "True"}
        return bool(ended & {"Complete", "Failed"})

    until(has_ended, "the checks have run", seconds=SECONDS, every=1)
    pipeline.steps.done("the checks have run in a pod")


def a_person_takes_the_damaged_log_out(pipeline: Pipeline) -> None:
    """The spec changes, so what remediation held is released."""
    replays = [r for r in pipeline.resource()["spec"]["replays"] if r["name"] != "damaged"]
    pipeline.merge({"spec": {"replays": replays, "remediation": {"invalidRecords": {"actions": []}}}})
    pipeline.until("Ready without the damaged log", is_replayed)


def checkpoints_fail_and_the_job_is_restarted(pipeline: Pipeline) -> None:
    """By an alarm on a metric, from a snapshot: nothing is lost and nothing comes twice."""
    version = pipeline.status()["application"]["versionId"]
    pipeline.merge({"spec": {"remediation": {"failedCheckpoints": {"actions": ["Restart"], "cooldownMinutes": 1}}}})
    cloudwatch = pipeline.session.client("cloudwatch")
    failed = metrics.NEW_FAILED_CHECKPOINTS
    datum = {"MetricName": failed.name, "Dimensions": failed.dimensions(NAMES), "Value": 3.0, "Unit": failed.unit}
    cloudwatch.put_metric_data(Namespace=failed.namespace, MetricData=[datum])
    pipeline.until(
        "checkpoints fail, and the job is restarted from a snapshot",
        lambda s: is_ready(s) and s.get("restarts") == 1 and s["application"]["versionId"] == version + 1,
    )


def clean_up(cluster: Cluster) -> None:
    """Whatever a failure has left: nobody may be there any more who would take the finalizers away."""
    cluster.helm("uninstall", RELEASE, "-n", SYSTEM, "--ignore-not-found")
    for name in (r["metadata"]["name"] for r in cluster.found("authpulses", "-n", TEAM)):
        patch = '{"metadata": {"finalizers": null}}'
        cluster.kubectl("patch", "authpulses", name, "-n", TEAM, "--type=merge", "-p", patch)
    cluster.kubectl("delete", "namespace", TEAM, SYSTEM, "--ignore-not-found", "--wait=false")
    cluster.kubectl("delete", "crd", *DEFINITIONS, "--ignore-not-found")


def nothing_of_the_pipeline_is_left(pipeline: Pipeline) -> None:
    """Neither in its namespace nor on AWS, as `deletionPolicy: Delete` says."""
    left = ("authpulses,authpulsesnapshots,jobs,cronjobs,pods", "-n", TEAM)
    until(lambda: not pipeline.cluster.found(*left), "nothing is left", seconds=SECONDS, every=1)
    assert pipeline.session.client("kinesisanalyticsv2").list_applications()["ApplicationSummaries"] == []


def nothing_of_the_chart_is_left(cluster: Cluster) -> None:
    """But the definitions, which it keeps, and what Kubernetes itself puts into a namespace."""
    kinds = "deployments,replicasets,pods,services,jobs,roles,rolebindings,secrets,networkpolicies,poddisruptionbudgets"
    for namespace in (SYSTEM, TEAM):
        until(lambda n=namespace: not cluster.found(kinds, "-n", n), f"{namespace} is empty", seconds=SECONDS, every=1)
        accounts = {a["metadata"]["name"] for a in cluster.found("serviceaccounts", "-n", namespace)}
        assert accounts == {"default"}
    assert len(cluster.found("crds", *DEFINITIONS)) == len(DEFINITIONS)


def pods_of(pipeline: Pipeline, selector: str) -> list[dict[str, Any]]:
    """That are still there and have not ended."""
    pods = pipeline.cluster.found("pods", "-n", TEAM, "-l", selector)
    return [p for p in pods if p["status"]["phase"] in ("Pending", "Running")]


def state_of(status: dict[str, Any], replay: str) -> str:
    return next((str(r["state"]) for r in status.get("replays", ()) if r["name"] == replay), "")


def condition(status: dict[str, Any], kind: str) -> tuple[str, str]:
    found = next((c for c in status.get("conditions", []) if c["type"] == kind), {})
    return found.get("status", ""), found.get("reason", "")


def is_ready(status: dict[str, Any]) -> bool:
    return condition(status, "Ready") == ("True", "AsSpecified")


def is_replayed(status: dict[str, Any]) -> bool:
    return is_ready(status) and condition(status, "ReplayComplete") == ("True", "AllReplayed")


def _said(cluster: Cluster, *arguments: str) -> str:
    try:
        return cluster.kubectl(*arguments)
    except ProgramFailed as failed:
        return str(failed)


@pytest.fixture
def system(cluster: Cluster, steps: Steps) -> Iterator[None]:
    """The chart is installed, with the local AWS that it brings along; in the end it is gone, whatever happened."""
    for namespace in (SYSTEM, TEAM):
        cluster.make_namespace(namespace)
    cluster.helm("install", RELEASE, str(CHART), "-n", SYSTEM, *VALUES, "--wait", "--timeout=10m", seconds=660)
    steps.done("helm install")
    try:
        said = cluster.helm("test", RELEASE, "-n", SYSTEM, "--timeout=5m", seconds=360)
        assert "Phase:          Succeeded" in said
        steps.done("helm test")
        yield
    finally:
        clean_up(cluster)


@pytest.fixture
def pipeline(cluster: Cluster, system: None, steps: Steps) -> Iterator[Pipeline]:
    seed = int(os.environ.get("AUTHPULSE_E2E_SEED") or random.randrange(2**32))
    killer = Killer(cluster, SYSTEM, OPERATOR, seed)
    with tunnel(cluster, SYSTEM, f"{RELEASE}-localstack", 4566) as aws:
        yield Pipeline(cluster, aws, steps, killer)
    steps.notes.append(
        f"the operator was killed {len(killer.kills)} times; AUTHPULSE_E2E_SEED={seed} has the same dice"
    )


@pytest.mark.timeout(3000)
def test_a_pipeline_from_install_to_nothing_left(pipeline: Pipeline) -> None:
    cluster, steps = pipeline.cluster, pipeline.steps
    upload(pipeline, "lanl-cyber1.csv.gz", LOG.read_bytes())
    with killing(pipeline.killer):
        cluster.apply(example(), TEAM)
        replayed = pipeline.until("the example is Ready and its log replayed", is_replayed)
        (sample,) = replayed["replays"]
        assert (sample["state"], sample["events"], sample["rejected"]) == ("Completed", EVENTS, DAMAGED)
        (job,) = cluster.found("jobs", "-n", TEAM, "-l", "authpulse.io/run=sample")
        assert job["status"]["succeeded"] == 1
        rows_are_there(pipeline)

        damage_is_found_and_the_replay_held(pipeline)
        a_person_takes_the_damaged_log_out(pipeline)
        checkpoints_fail_and_the_job_is_restarted(pipeline)

        before = pipeline.status()
        cluster.helm("upgrade", RELEASE, str(CHART), "-n", SYSTEM, *VALUES, *UPGRADED, "--wait", "--timeout=10m")
        steps.done("helm upgrade")
        after = pipeline.until("Ready under the new operator", is_ready)
        assert after["application"]["versionId"] == before["application"]["versionId"]
        rows_have_stayed(pipeline)
        assert pipeline.operations() == ["StartApplication", "UpdateApplication"]
        cluster.kubectl("delete", "authpulses", "dev", "-n", TEAM, f"--timeout={SECONDS}s", seconds=SECONDS + 60)
        steps.done("deleted")
    assert len(pipeline.killer.kills) >= 3, "the operator was hardly killed"
    nothing_of_the_pipeline_is_left(pipeline)
    cluster.helm("uninstall", RELEASE, "-n", SYSTEM, "--wait", "--timeout=5m")
    nothing_of_the_chart_is_left(cluster)
    steps.done("uninstalled")
