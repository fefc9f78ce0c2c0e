"""The files of deploy/argocd: what is generated is current, and the waves come in their order."""

import subprocess
import sys
from pathlib import Path

import yaml

from authpulse.cli.places import ROOT

ARGOCD = ROOT / "deploy/argocd"
WAVE = "argocd.argoproj.io/sync-wave"


def test_the_config_map_is_made_of_the_scripts_beside_it(tmp_path: Path) -> None:
    made = tmp_path / "argocd-cm.yaml"
    subprocess.run([sys.executable, str(ROOT / "scripts/argocd-cm"), str(made)], check=True, timeout=60)
    assert made.read_text() == (ARGOCD / "argocd-cm.yaml").read_text(), "run `make generate`"


def test_definitions_come_before_the_operator_and_the_operator_before_pipelines() -> None:
    applications = [yaml.safe_load(path.read_text()) for path in (ARGOCD / "apps").glob("*.yaml")]
    assert {a["kind"] for a in applications} == {"Application"}
    waves = sorted((int(a["metadata"]["annotations"][WAVE]), a["metadata"]["name"]) for a in applications)
    assert waves == [(-2, "authpulse-crds"), (-1, "authpulse-operator"), (0, "authpulse-pipelines")]


def test_every_application_points_to_what_is_there() -> None:
    for path in (ARGOCD / "application.yaml", *(ARGOCD / "apps").glob("*.yaml")):
        source = yaml.safe_load(path.read_text())["spec"]["source"]
        folder = ROOT / source["path"]
        if source["path"] != "charts/authpulse":
            assert list(folder.glob(source.get("directory", {}).get("include", "*.yaml"))), f"{path.name}: {folder}"


def test_neither_definitions_nor_pipelines_are_pruned() -> None:
    for name in ("crds", "pipelines"):
        policy = yaml.safe_load((ARGOCD / f"apps/{name}.yaml").read_text())["spec"]["syncPolicy"]
        assert policy["automated"]["prune"] is False
