"""What docs/install says holds: every command is typed by a test or said not to be.

Those that helm, kustomize or an API server answers for are typed here, those that take a node in tests/cluster_e2e.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from kubernetes import client

from authpulse.cli.places import ROOT
from support.helm import run
from support.install_pages import (
    ARGO_CD,
    IN_OTHER_TESTS,
    MENTIONED,
    NOT_RUN,
    ON_A_NODE,
    PAGES,
    commands,
    filled_in,
)
from support.kube import ApiServer

OF_PAGES = {command: page.name for page in sorted(PAGES.glob("*.md")) for command in commands(page.read_text())}
OVERLAY = next(command for command in OF_PAGES if command.startswith("mkdir overlay "))
TYPED = {OVERLAY, *ON_A_NODE, *ARGO_CD, *IN_OTHER_TESTS, *MENTIONED}
ARGO_CD_KIND = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "applications.argoproj.io"},
    "spec": {
        "group": "argoproj.io",
        "names": {"kind": "Application", "plural": "applications", "singular": "application"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1alpha1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


def test_every_command_is_typed_by_a_test_or_said_not_to_be() -> None:
    assert {command: page for command, page in OF_PAGES.items() if command not in TYPED | NOT_RUN.keys()} == {}


def test_what_is_said_of_commands_is_said_of_some_that_a_page_has() -> None:
    assert (TYPED | NOT_RUN.keys()) - OF_PAGES.keys() == set()
    assert TYPED & NOT_RUN.keys() == set()
    assert [file for file in IN_OTHER_TESTS.values() if not (ROOT / file).exists()] == []


def test_installations_of_the_page_are_accepted(
    api_server: ApiServer, no_definitions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = [shlex.split(filled_in(c)) for c in OF_PAGES if c.startswith("helm install ")]
    assert len(found) == 4
    for helm, *arguments in found:
        run(helm, *arguments, "--dry-run=client", KUBECONFIG=str(api_server.kubeconfig))


def test_argo_cd_takes_what_the_page_gives_it(
    api_server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an API server that has its kind, its namespace and its settings."""
    monkeypatch.chdir(ROOT)
    core, objects = client.CoreV1Api(api_server.client()), client.CustomObjectsApi(api_server.client())
    core.create_namespace({"metadata": {"name": "argocd"}})
    core.create_namespaced_config_map("argocd", {"metadata": {"name": "argocd-cm"}})
    definition = tmp_path / "application.yaml"
    definition.write_text(yaml.safe_dump(ARGO_CD_KIND))
    api_server.install([definition])
    for command in ARGO_CD:
        kubectl, *arguments = shlex.split(command)
        run(kubectl, *arguments, KUBECONFIG=str(api_server.kubeconfig))
    settings = core.read_namespaced_config_map("argocd-cm", "argocd").data
    assert {key for key in settings if "authpulse.io_AuthPulse" in key}
    listed = objects.list_namespaced_custom_object("argoproj.io", "v1alpha1", "argocd", "applications")["items"]
    assert [item["metadata"]["name"] for item in listed] == ["authpulse"]


def test_the_overlay_of_the_page_changes_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/manifests").symlink_to(ROOT / "deploy/manifests")
    subprocess.run(["bash", "-euc", filled_in(OVERLAY)], cwd=tmp_path, check=True, timeout=60)
    made = list(yaml.safe_load_all(run("kubectl", "kustomize", str(tmp_path / "overlay"))))
    deployment = next(d for d in made if d["kind"] == "Deployment")
    image = deployment["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image == f"registry.example/authpulse-operator@sha256:{'0' * 64}"
    account = next(d for d in made if d["kind"] == "ServiceAccount")
    assert account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].startswith("arn:aws:iam::123456789012:")


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_links_of_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_troubleshooting_knows_only_reasons_and_conditions_that_there_are() -> None:
    page = (PAGES / "troubleshooting.md").read_text()
    reasons = (ROOT / "docs/reference/reasons.md").read_text()
    section = page.partition("## By reason")[2].partition("## The operator")[0]
    named = {
        word for row in re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)
    }
    assert named
    assert {word for word in named if f"| `{word}` |" not in reasons} == set()
