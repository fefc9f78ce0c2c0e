"""The kubectl plugin as a person runs it: the executable, against a real API server, with a test for an operator."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from authpulse.cli.kubectl import cluster
from authpulse.errors import AuthPulseError, PrerequisiteError, ReachabilityError
from authpulse_operator.adapters.kube.kinds import AUTHPULSES
from support.kube import ApiServer, Resources
from support.leaving_out import left_out
from support.manifests import document

PLUGIN = Path(__file__).parents[3] / "bin/kubectl-authpulse"
AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def errors(self) -> list[str]:
        return [line.removeprefix("error: ") for line in self.err.splitlines() if line.startswith("error: ")]


@dataclass(frozen=True)
class Plugin:
    """The executable, for one namespace."""

    kubeconfig: Path
    namespace: str

    def __call__(self, *arguments: str | Path, **environment: str) -> Ended:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        known = {**inherited, "KUBECONFIG": str(self.kubeconfig), "AWS_EC2_METADATA_DISABLED": "true", **environment}
        command = [str(PLUGIN), *map(str, arguments), "-n", self.namespace]
        ended = subprocess.run(command, env=known, capture_output=True, text=True, timeout=100, check=False)
        return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def plugin(api_server: ApiServer, namespace: str) -> Plugin:
    return Plugin(api_server.kubeconfig, namespace)


@pytest.fixture
def dev(resources: Resources) -> Resources:
    """With a resource named dev that an operator has made Ready."""
    resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))
    resources.merge("dev", {"status": status("True", "AsSpecified")}, "status")
    return resources


def status(ready: str, reason: str, *, generation: int = 1, job: str = "RUNNING", **more: Any) -> dict[str, Any]:
    truths = {"Ready": ready, "Reconciling": "False", "Stalled": "True" if reason == "RolledBack" else "False"}
    conditions = [
        {
            "type": kind,
            "status": truth,
            "reason": reason,
            "message": "so it is",
            "observedGeneration": generation,
            "lastTransitionTime": AT,
        }
        for kind, truth in truths.items()
    ]
    application = {"name": "authpulse-dev", "status": job, "versionId": 4, "code": "code/a.zip", "parallelism": 2}
    return {"observedGeneration": generation, "conditions": conditions, "application": application, **more}


@contextmanager
def operator(work: Callable[[], bool]) -> Iterator[None]:
    """Beside the test: does its work when there is some, once."""
    stop, failed = threading.Event(), []

    def loop() -> None:
        try:
            while not stop.is_set() and not work():
                stop.wait(0.05)
        except Exception as error:  # noqa: BLE001 - it is the test's to see
            failed.append(error)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert not failed


def answering(resources: Resources, **answer: Any) -> Callable[[], bool]:
    """Says so of the next generation as soon as there is one."""
    before = resources.get("dev")["metadata"]["generation"]

    def work() -> bool:
        generation = resources.get("dev")["metadata"]["generation"]
        if generation == before:
            return False
        resources.merge("dev", {"status": status(generation=generation, **answer)}, "status")
        return True

    return work


def test_kubectl_finds_the_plugin(plugin: Plugin, dev: Resources) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        left_out("kubectl is not installed: install it (everything else here runs the plugin itself)")
    environment = {**os.environ, "KUBECONFIG": str(plugin.kubeconfig), "PATH": f"{PLUGIN.parent}:{os.environ['PATH']}"}
    command = [kubectl, "authpulse", "status", "dev", "-n", plugin.namespace]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("next: nothing to do\n")


def test_status_with_snapshots_and_events(plugin: Plugin, dev: Resources, snapshots: Resources) -> None:
    snapshots.create(document("AuthPulseSnapshot", {"authPulse": "dev"}, name="before"))
    snapshots.merge("before", {"status": {"state": "Completed", "snapshotName": "before-1"}}, "status")
    about = {"apiVersion": "authpulse.io/v1alpha1", "kind": "AuthPulse", "name": "dev", "namespace": plugin.namespace}
    client.EventsV1Api(dev.server.client()).create_namespaced_event(
        plugin.namespace,
        {
            "metadata": {"name": "dev.1", "namespace": plugin.namespace},
            "eventTime": "2026-01-01T00:00:00.000001Z",
            "type": "Normal",
            "reason": "AsSpecified",
            "action": "Reconcile",
            "note": "all is well",
            "regarding": {**about, "uid": dev.get("dev")["metadata"]["uid"]},
            "reportingController": "authpulse-operator",
            "reportingInstance": "test",
        },
    )
    ended = plugin("status", "dev", "-o", "json")
    assert ended.code == 0
    assert ended.json["snapshots"][0]["snapshotName"] == "before-1"
    assert [(e["reason"], e["message"]) for e in ended.json["events"]] == [("AsSpecified", "all is well")]
    assert "snapshot before: Completed" in plugin("status", "dev").out


def test_status_of_a_resource_that_nobody_has_looked_at(plugin: Plugin, resources: Resources) -> None:
    resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))
    ended = plugin("status", "dev")
    assert ended.code == 1
    assert "the operator has not looked at this spec yet" in ended.out


def test_restart_suspend_and_resume_are_changes_of_the_spec(plugin: Plugin, dev: Resources) -> None:
    with operator(answering(dev, ready="True", reason="AsSpecified")):
        restarted = plugin("restart", "dev", "--timeout", "60s")
    assert (restarted.code, restarted.out) == (0, f"{plugin.namespace}/dev restarted (restartNonce 1)\n")
    with operator(answering(dev, ready="False", reason="Suspended", job="READY")):
        assert plugin("suspend", "dev", "--timeout", "60s").code == 0
    assert dev.get("dev")["spec"]["suspend"] is True
    resumed = plugin("resume", "dev", "--no-wait", "-o", "json")
    assert (resumed.code, resumed.json["complete"]) == (0, False)
    spec = dev.get("dev")["spec"]
    assert (spec["suspend"], spec["flink"]["restartNonce"]) == (False, 1)
    managers = {m["manager"] for m in dev.get("dev")["metadata"]["managedFields"]}
    assert "kubectl-authpulse" in managers


def test_rollback_is_an_annotation(plugin: Plugin, dev: Resources) -> None:
    trial = {
        "deployment": {"id": "new", "versionId": 4, "since": AT},
        "lastStable": {"id": "old", "versionId": 3, "settings": {}},
    }
    dev.merge("dev", {"status": status("False", "WaitingForJob", **trial)}, "status")

    def give_up() -> bool:
        annotations = dev.get("dev")["metadata"].get("annotations") or {}
        if annotations.get("authpulse.io/abandon-deployment") != "new":
            return False
        failed = {"id": "new", "generation": 1, "reason": "Unhealthy", "message": "asked for", "at": AT}
        dev.merge("dev", {"status": status("False", "RolledBack", **trial, failed=failed)}, "status")
        return True

    with operator(give_up):
        ended = plugin("rollback", "dev", "--timeout", "60s")
    assert (ended.code, ended.errors) == (0, [])
    assert "rolled back from new to old" in ended.out


def test_a_snapshot_is_waited_for(plugin: Plugin, dev: Resources, snapshots: Resources) -> None:
    def take() -> bool:
        found = client.CustomObjectsApi(dev.server.client()).list_namespaced_custom_object(
            "authpulse.io", "v1alpha1", plugin.namespace, "authpulsesnapshots"
        )["items"]
        for made in found:
            done = {"state": "Completed", "snapshotName": "by-hand-1", "createdAt": AT}
            snapshots.merge(made["metadata"]["name"], {"status": done}, "status")
        return bool(found)

    with operator(take):
        ended = plugin("snapshot", "dev", "--timeout", "60s", "-o", "json")
    assert (ended.code, ended.json["state"], ended.json["snapshotName"]) == (0, "Completed", "by-hand-1")
    again = plugin("snapshot", "dev", "--name", ended.json["resource"].partition("/")[2], "--no-wait")
    assert again.code == 1
    assert "already exists" in again.errors[0]


def test_a_plan_without_aws_is_made_from_the_cluster(plugin: Plugin, dev: Resources, tmp_path: Path) -> None:
    manifest = tmp_path / "dev.yaml"
    spec = {"environment": "dev", "deletionPolicy": "Delete"}
    manifest.write_text(yaml.safe_dump(document("AuthPulse", spec, name="dev")))
    before = dev.get("dev")
    nobody = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    ended = plugin("plan", "-f", manifest, "-o", "json", **nobody)
    assert ended.code == 0
    assert "AWS was not asked" in ended.json["basis"]
    assert [(c["name"], c["change"]) for c in ended.json["changes"]] == [("spec.deletionPolicy", "IGNORE")]
    assert dev.get("dev") == before


def test_the_log_of_a_replay_that_has_no_pod(plugin: Plugin, dev: Resources) -> None:
    replay = {"name": "first", "state": "Pending", "run": "first"}
    dev.merge("dev", {"status": status("True", "AsSpecified", replays=[replay])}, "status")
    ended = plugin("logs", "dev", "--source", "first")
    assert ended.code == 3
    assert ended.errors[0].startswith("replay first has no pod")


# -- refusals


def test_a_resource_that_is_not_there(plugin: Plugin, dev: Resources) -> None:
    ended = plugin("suspend", "dve")
    assert (ended.code, ended.errors) == (
        3,
        [f"no AuthPulse dve in namespace {plugin.namespace}; there are dev"],
    )


def changed(plugin: Plugin, tmp_path: Path, part: str, value: dict[str, Any]) -> Path:
    """The kubeconfig with another user or cluster."""
    document = json.loads(plugin.kubeconfig.read_text())
    document[f"{part}s"][0][part] = value
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(document))
    return path


REFUSALS = [
    ("somebody who is not known", "user", {"token": "nobody"}, AuthPulseError, "the API server does not know you"),
    ("somebody without rights", "user", {}, AuthPulseError, "cannot get resource"),
    ("a certificate that nobody vouches for", "cluster", {"server": "URL"}, ReachabilityError, "cannot be trusted"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "part", "value", "kind", "said"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_of_the_api_server_is_put_into_words(
    sentence: str, part: str, value: dict[str, Any], kind: type[AuthPulseError], said: str, plugin: Plugin,
    dev: Resources, tmp_path: Path,
) -> None:  # fmt: skip
    value = {k: dev.server.url if v == "URL" else v for k, v in value.items()}
    refused = cluster.connect(changed(plugin, tmp_path, part, value), context=None, namespace=plugin.namespace)
    with pytest.raises(kind, match=said) as raised:
        refused.get(AUTHPULSES, "dev")
    assert type(raised.value) is kind


def test_an_api_server_that_does_not_answer(plugin: Plugin, dev: Resources, tmp_path: Path) -> None:
    nowhere = changed(plugin, tmp_path, "cluster", {"server": "https://127.0.0.1:9"})
    ended = plugin("status", "dev", "--kubeconfig", nowhere)
    assert (ended.code, len(ended.err.splitlines())) == (5, 1)
    assert "the API server does not answer" in ended.errors[0]


def test_a_cluster_without_the_definitions(api_server: ApiServer, namespace: str, monkeypatch) -> None:
    monkeypatch.setattr(cluster, "GROUP", "nobody.example")
    found = cluster.connect(api_server.kubeconfig, context=None, namespace=namespace)
    with pytest.raises(PrerequisiteError, match="`kubectl apply -f deploy/crds` installs it"):
        found.get(AUTHPULSES, "dev")
