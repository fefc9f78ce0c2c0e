"""A pipeline as somebody sees and drives it who has nothing but Argo CD."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from cluster.operator.conftest import Pipeline
from kubernetes import client

from authpulse.cli.places import ROOT
from doubles.clock import FastClock
from doubles.cloud import FakeCloud
from support.argo import Create, Customizations, Patch, installed
from support.kube import ApiServer, Resources, until
from support.operator import running_operator

ARGOCD = ROOT / "deploy/argocd"
SECONDS = 120


def choose(argo: Customizations, name: str, pipeline: Pipeline, snapshots: Resources) -> str:
    """Returns the name of what was made, if something was."""
    live = pipeline.resources.get(pipeline.name)
    assert argo.offered(live)[name]
    action = argo.act(name, live, now=1_764_000_123)
    if isinstance(action, Create):
        made: str = snapshots.create(dict(action.resource))["metadata"]["name"]
        return made
    assert isinstance(action, Patch)
    pipeline.resources.merge(pipeline.name, dict(action.changes))
    return ""


def test_every_action_is_carried_out_and_seen(
    api_server: ApiServer, namespace: str, resources: Resources, snapshots: Resources
) -> None:
    argo, cloud, pipeline = installed(), FakeCloud(FastClock(tempo=50)), Pipeline(resources)

    def until_health(wanted: str, of: Resources = resources, name: str = pipeline.name) -> None:
        until(lambda: argo.health(of.get(name)).status == wanted, f"{name} is {wanted}", seconds=SECONDS)

    pipeline.create()
    assert argo.health(resources.get("dev")).status == "Progressing"
    with running_operator(api_server, cloud, (namespace,)):
        until_health("Healthy")
        choose(argo, "suspend", pipeline, snapshots)
        assert argo.health(resources.get("dev")).status != "Healthy"
        until_health("Suspended")
        choose(argo, "resume", pipeline, snapshots)
        until_health("Healthy")
        choose(argo, "restart", pipeline, snapshots)
        assert resources.get("dev")["spec"]["flink"]["restartNonce"] == 1
        until_health("Healthy")
        made = choose(argo, "snapshot", pipeline, snapshots)
        assert made == "dev-1764000123"
        until_health("Healthy", snapshots, made)
        pipeline.delete()
        assert not pipeline.found() or argo.health(resources.get("dev")).status == "Progressing"
        pipeline.until_gone()


def test_the_config_map_of_an_installation_keeps_what_it_has(api_server: ApiServer) -> None:
    core = client.CoreV1Api(api_server.client())
    core.create_namespace({"metadata": {"name": "argocd"}})
    core.create_namespaced_config_map("argocd", {"metadata": {"name": "argocd-cm"}, "data": {"url": "https://argo"}})
    patch = ARGOCD / "argocd-cm.yaml"
    kubectl(
        "patch",
        "configmap",
        "argocd-cm",
        "-n",
        "argocd",
        f"--patch-file={patch}",
        f"--kubeconfig={api_server.kubeconfig}",
    )
    data = core.read_namespaced_config_map("argocd-cm", "argocd").data
    assert data == {"url": "https://argo"} | yaml.safe_load(patch.read_text())["data"]


def test_an_installation_by_kustomize_takes_it_as_a_component(tmp_path: Path) -> None:
    base = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-cm", "namespace": "argocd"}}
    (tmp_path / "base.yaml").write_text(json.dumps({**base, "data": {"url": "https://argo"}}))
    kustomization = {"resources": ["base.yaml"], "components": [os.path.relpath(ARGOCD, tmp_path)]}
    (tmp_path / "kustomization.yaml").write_text(json.dumps(kustomization))
    made: dict[str, Any] = yaml.safe_load(kubectl("kustomize", str(tmp_path)))
    assert made["data"] == {"url": "https://argo"} | dict(installed().data)


def kubectl(*arguments: str) -> str:
    program = Path(os.environ["KUBEBUILDER_ASSETS"]) / "kubectl"
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, timeout=120).stdout
