"""Releases come, change and go on a real API server, and resources stay where they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from chart.conftest import until_definitions_are_gone
from kubernetes import client

from authpulse.cli.places import ROOT
from support.helm import CHART, HelmFailed, Release, rendered, run
from support.kube import ApiServer, Resources, until
from support.manifests import document

pytestmark = pytest.mark.timeout(600)

EVERYTHING = (
    *("localstack.enabled=true", "podDisruptionBudget.enabled=true", "networkPolicy.enabled=true"),
    *("monitoring.dashboards.enabled=true", "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.a=b"),
    *("aws.credentialsSecret=aws", "aws.region=eu-west-1", "workers.serviceAccount.create=true"),
    *("workers.serviceAccount.name=workers", "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn"),
    *("extraEnv[0].name=A", "extraEnv[0].value=b", "extraVolumes[0].name=v", "extraVolumes[0].emptyDir.medium=Memory"),
    *("extraVolumeMounts[0].name=v", "extraVolumeMounts[0].mountPath=/v", "extraEnvFrom[0].configMapRef.name=c"),
    *("tolerations[0].operator=Exists", "nodeSelector.zone=a", "priorityClassName=high", "imagePullSecrets[0].name=p"),
    *("podLabels.a=b", "podAnnotations.a=b", "deploymentLabels.a=b", "deploymentAnnotations.a=b", "commonLabels.c=d"),
    *("commonAnnotations.e=f", "settings.pollSeconds=5", "settings.logLevel=DEBUG", "image.tag=1.2"),
)


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The chart as a release before this one might have been: another version, and definitions of the last release."""
    chart = tmp_path / "authpulse"
    shutil.copytree(CHART, chart)
    described = yaml.safe_load((chart / "Chart.yaml").read_text())
    (chart / "Chart.yaml").write_text(yaml.safe_dump({**described, "version": "0.0.9", "appVersion": "0.0.9"}))
    return chart


@pytest.fixture
def release(api_server: ApiServer, namespace: str, no_definitions: None) -> Iterator[Release]:
    made = Release(api_server, namespace)
    yield made
    run("helm", "uninstall", made.name, "--ignore-not-found", f"--namespace={namespace}",
        KUBECONFIG=str(api_server.kubeconfig))  # fmt: skip


def test_resources_survive_an_upgrade_and_an_uninstallation(
    release: Release, previous: Path, api_server: ApiServer, namespace: str
) -> None:
    release.install(chart=previous)
    resources = Resources(api_server, namespace)
    made = create(resources)
    release.upgrade()
    assert resources.get("dev")["metadata"]["uid"] == made["metadata"]["uid"]
    deployment = client.AppsV1Api(api_server.client()).read_namespaced_deployment("authpulse", namespace)
    assert deployment.metadata.labels["app.kubernetes.io/version"] == "0.1.0"
    said = release.uninstall()
    assert "authpulses.authpulse.io" in said, "helm names what it keeps"
    assert resources.get("dev")["metadata"]["uid"] == made["metadata"]["uid"]
    release.install()  # the next one takes over what was kept
    assert resources.get("dev")["metadata"]["uid"] == made["metadata"]["uid"]


def test_definitions_go_with_a_release_that_does_not_keep_them(
    release: Release, api_server: ApiServer, namespace: str
) -> None:
    release.install("crds.keep=false")
    create(Resources(api_server, namespace))
    release.uninstall()
    until_definitions_are_gone(api_server)


def test_an_api_server_takes_all_that_the_chart_renders(release: Release, api_server: ApiServer) -> None:
    release.install()
    for settings in ((), EVERYTHING, ("namespaces={default}", *EVERYTHING)):
        apply_dry(api_server, rendered(*settings, namespace="default"))


def test_kustomize_makes_what_an_api_server_takes(api_server: ApiServer, definitions: None) -> None:
    text = run("kubectl", "kustomize", str(ROOT / "deploy/manifests"))
    documents = [d for d in yaml.safe_load_all(text) if d]
    assert {d["kind"] for d in documents} >= {"CustomResourceDefinition", "Deployment", "Namespace", "ClusterRole"}
    kubectl = ("kubectl", f"--kubeconfig={api_server.kubeconfig}")
    run(*kubectl, "apply", "--server-side", "--force-conflicts", "--validate=strict", "-f", "-", stdin=text)
    run(*kubectl, "delete", "--wait=false", "-f", "-", stdin=text)


def test_a_second_release_without_definitions_lives_beside_the_first(
    release: Release, api_server: ApiServer, namespace: str
) -> None:
    release.install(f"namespaces={{{namespace}}}")
    other = Release(api_server, api_server.create_namespace())
    with pytest.raises(HelmFailed, match="exists and cannot be imported"):
        other.install(f"namespaces={{{other.namespace}}}")
    other.install("crds.enabled=false", "rbac.aggregate=false", f"namespaces={{{other.namespace}}}")
    other.uninstall()


def create(resources: Resources) -> dict[str, Any]:
    """A resource, once its kind is served."""
    until(lambda: serves(resources), "the kind is served", seconds=120)
    return resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))


def serves(resources: Resources) -> bool:
    try:
        return not resources.exists("nothing")
    except client.ApiException:
        return False


def apply_dry(api_server: ApiServer, documents: list[dict[str, Any]]) -> None:
    """By server-side apply without effect: fields that do not exist are errors."""
    text = yaml.safe_dump_all(d for d in documents if d["apiVersion"] != "monitoring.coreos.com/v1")
    run(
        *("kubectl", f"--kubeconfig={api_server.kubeconfig}", "apply", "--server-side", "--dry-run=server"),
        *("--validate=strict", "--force-conflicts", "-f", "-"),
        stdin=text,
    )
