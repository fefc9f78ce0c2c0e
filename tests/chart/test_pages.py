"""The commands of docs/install that install something are ones that helm and an API server accept."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from authpulse.cli.places import ROOT
from support.helm import run
from support.kube import ApiServer

PAGES = ROOT / "docs/install"
PLACEHOLDERS = {"sha256:…": f"sha256:{'0' * 64}", "REGISTRY": "registry.example", "ACCOUNT": "123456789012"}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """Those of the page's blocks, with placeholders filled in."""
    blocks = "".join(re.findall(r"^```\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL))
    for placeholder, value in PLACEHOLDERS.items():
        blocks = blocks.replace(placeholder, value)
    for line in blocks.replace("\\\n", " ").splitlines():
        if line.startswith(f"{program} "):
            yield shlex.split(line, comments=True)[1:]


def test_installations_of_the_page_are_accepted(
    api_server: ApiServer, no_definitions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = [c for c in commands(PAGES / "helm.md", "helm") if c[0] == "install"]
    assert len(found) == 3
    for arguments in found:
        run("helm", *arguments, "--dry-run=client", KUBECONFIG=str(api_server.kubeconfig))


def test_the_overlay_of_the_page_changes_what_it_says(tmp_path: Path) -> None:
    page = (PAGES / "manifests.md").read_text()
    block = next(b for b in re.findall(r"<<END\n(.*?)\nEND", page, re.DOTALL))
    for placeholder, value in PLACEHOLDERS.items():
        block = block.replace(placeholder, value)
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/manifests").symlink_to(ROOT / "deploy/manifests")
    (overlay / "kustomization.yaml").write_text(block)
    made = list(yaml.safe_load_all(run("kubectl", "kustomize", str(overlay))))
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
