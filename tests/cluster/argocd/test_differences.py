"""Argo CD finds nothing to do where nothing was changed: not after the API server's defaults, the operator's passes, or
its own actions."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

import pytest
import yaml
from cluster.operator.conftest import Pipeline

from authpulse.cli.places import ROOT
from doubles.clock import FastClock
from doubles.cloud import FakeCloud
from support.argo import Patch, comparable, differs, installed
from support.kube import ApiServer, Resources, until
from support.manifests import ACCEPTED, Manifest, document, replay
from support.operator import running_operator

CONTROLLER: Final = "argocd-controller"
"""As Argo CD calls itself when it applies."""
SERVER: Final = "argocd-server"
"""As it calls itself when it carries out an action."""
APPLY: Final = "application/apply-patch+yaml"
EVERYTHING: Final = document(
    "AuthPulse",
    {
        "environment": "dev",
        "flink": {"health": {"stableForSeconds": 0}, "snapshots": {"everyMinutes": 60, "retention": {"count": 5}}},
        "stream": {"scaling": {"max": 8}},
        "replays": [replay(), replay(name="second", nonce=1, volume={"claimName": "logs"})],
        "quality": {},
        "aggregates": {"days": 3},
        "remediation": {"mode": "Active", "invalidRecords": {"actions": []}},
    },
    name="dev",
    labels={"team": "security"},
    annotations={"note": "by hand"},
)
WITHOUT_LISTS: Final = {**EVERYTHING, "spec": {k: v for k, v in EVERYTHING["spec"].items() if k != "replays"}}


def applied(resources: Resources, manifest: Mapping[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
    """As Argo CD does it, or tries it when it looks for differences."""
    body = deepcopy(dict(manifest))
    body["metadata"]["namespace"] = resources.namespace
    more = {"dry_run": "All"} if dry_run else {}
    return resources._patch(
        body["metadata"]["name"],
        body,
        "",
        APPLY,
        field_manager=CONTROLLER,
        force=True,
        field_validation="Strict",
        **more,
    )


def would_change(resources: Resources, manifest: Mapping[str, Any]) -> bool:
    """By the comparison that the Application asks for."""
    tried = applied(resources, manifest, dry_run=True)
    return comparable(tried) != comparable(resources.get(manifest["metadata"]["name"]))


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_what_was_applied_is_in_sync(case: Manifest, resources: Resources, snapshots: Resources) -> None:
    of = resources if case.kind == "AuthPulse" else snapshots
    manifest = case.document()
    applied(of, manifest)
    assert not would_change(of, manifest)


def test_a_changed_manifest_is_a_difference(resources: Resources) -> None:
    applied(resources, EVERYTHING)
    changed = deepcopy(EVERYTHING)
    changed["spec"]["replays"][0]["nonce"] = 1
    assert would_change(resources, changed)
    assert differs(changed, resources.get("dev"))["spec"].keys() == {"replays"}
    less = {**EVERYTHING, "spec": {k: v for k, v in EVERYTHING["spec"].items() if k != "quality"}}
    assert would_change(resources, less)


@pytest.mark.parametrize("manifest", [EVERYTHING, WITHOUT_LISTS], ids=["with replays", "without replays"])
def test_the_operator_makes_no_difference(
    manifest: Mapping[str, Any], api_server: ApiServer, namespace: str, resources: Resources, cloud: FakeCloud
) -> None:
    applied(resources, manifest)
    with running_operator(api_server, cloud, (namespace,)):
        pipeline = Pipeline(resources)
        pipeline.until("True", "Healthy", "JobHealthy")
        until(
            lambda: pipeline.condition().get("reason") in ("AsSpecified", "Replaying"),
            "it has done what it can",
            seconds=120,
        )
        live = resources.get("dev")
        assert live["metadata"]["finalizers"]
        assert not would_change(resources, manifest)
        # the usual way compares lists as a whole, with the defaults in them: why the Application asks for the other
        left = {"spec": {"replays": manifest["spec"]["replays"]}} if "replays" in manifest["spec"] else {}
        assert differs({**manifest, "metadata": {}}, live) == left


@pytest.mark.parametrize("name", ["suspend", "restart", "rollback", "rerun-replay"])
def test_an_action_is_no_difference(name: str, resources: Resources) -> None:
    manifest = deepcopy(EVERYTHING)
    for each in manifest["spec"]["replays"]:
        each.pop("nonce", None)
    applied(resources, manifest)
    stable = {"versionId": 1, "settings": {}}
    deployment = {"id": "new", "versionId": 2, "since": "2026-01-01T00:00:00Z"}
    resources.merge("dev", {"status": {"deployment": deployment, "lastStable": {"id": "old", **stable}}}, "status")
    live = resources.get("dev")
    argo = installed()
    assert argo.offered(live)[name]
    patch = argo.act(name, live)
    assert isinstance(patch, Patch)
    changed = resources._patch(
        "dev", patch.changes, "", "application/merge-patch+json", field_manager=SERVER, field_validation="Strict"
    )
    assert comparable(changed) != comparable(live)
    assert not would_change(resources, manifest)


def test_the_example_for_aws_is_in_sync(resources: Resources) -> None:
    manifest = yaml.safe_load((ROOT / "deploy/examples/aws.yaml").read_text())
    applied(resources, manifest)
    assert not would_change(resources, manifest)
    assert differs(manifest, resources.get("prod")) == {}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(FastClock(tempo=50))
