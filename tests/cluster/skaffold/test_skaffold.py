"""skaffold.yaml as skaffold itself reads it: what each profile installs, without a cluster and without building."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

from authpulse.cli.places import ROOT
from support.leaving_out import left_out

IMAGES = ("authpulse-operator", "authpulse-workers", "authpulse-localstack")
TAG = "4f2c"
BINARIES = Path(os.environ.get("KUBEBUILDER_ASSETS", ""))


def skaffold(*arguments: str, home: Path) -> str:
    """What it prints. It finds helm and kubectl beside itself, no cluster, and no settings of a person's."""
    program = BINARIES / "skaffold"
    if not program.exists():
        left_out(f"no skaffold in {BINARIES}: put it beside kube-apiserver")
    (home / ".skaffold").mkdir(exist_ok=True)
    (home / ".skaffold/config").write_text("global: {collect-metrics: false, survey: {disable-prompt: true}}\n")
    environment = {
        "HOME": str(home),
        "PATH": f"{BINARIES}:{os.environ['PATH']}",
        "KUBECONFIG": str(home / "none"),
        "SKAFFOLD_UPDATE_CHECK": "false",
    }
    ended = subprocess.run(
        [program, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    return ended.stdout


def rendered(home: Path, *arguments: str) -> list[dict[str, Any]]:
    """All that would be applied, with images that somebody has built."""
    builds = home / "builds.json"
    builds.write_text(json.dumps({"builds": [{"imageName": i, "tag": f"{i}:{TAG}"} for i in IMAGES]}))
    offline = ("--offline=true", "--digest-source=tag", "--build-artifacts", str(builds))
    return [d for d in yaml.safe_load_all(skaffold("render", *offline, *arguments, home=home)) if d]


def containers(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of the Deployments, by their name."""
    templates = [d["spec"]["template"]["spec"] for d in documents if d["kind"] == "Deployment"]
    return {c["name"]: c for template in templates for c in template["containers"]}


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {v["name"]: v.get("value", "") for v in container["env"]}


def test_what_was_built_is_what_is_installed(tmp_path: Path) -> None:
    found = containers(rendered(tmp_path))
    assert found["operator"]["image"] == f"authpulse-operator:{TAG}"
    assert found["localstack"]["image"] == f"authpulse-localstack:{TAG}"
    settings = variables(found["operator"])
    assert settings["AUTHPULSE_OPERATOR_WORKER_IMAGE"] == f"authpulse-workers:{TAG}"
    assert "localstack" in settings["AUTHPULSE_OPERATOR_AWS_ENDPOINT"]
    assert found["operator"]["securityContext"]["readOnlyRootFilesystem"] is True
    assert "AUTHPULSE_OPERATOR_RELOAD" not in settings


def test_a_development_loop_can_write_code_and_takes_it_up(tmp_path: Path) -> None:
    operator = containers(rendered(tmp_path, "--profile=dev"))["operator"]
    assert operator["securityContext"]["readOnlyRootFilesystem"] is False
    assert operator["securityContext"]["allowPrivilegeEscalation"] is False
    assert variables(operator)["AUTHPULSE_OPERATOR_RELOAD"] == "true"


def test_what_is_copied_lies_where_the_image_has_it(tmp_path: Path) -> None:
    read = yaml.safe_load(skaffold("diagnose", "--yaml-only", "--profile=dev", home=tmp_path))
    (operator,) = (a for a in read["build"]["artifacts"] if a["image"] == "authpulse-operator")
    assert operator["docker"]["buildArgs"]["CODE_OWNER"] == "65532"
    dockerfile = (ROOT / operator["docker"]["dockerfile"]).read_text()
    for rule in operator["sync"]["manual"]:
        package = rule["src"].split("/**")[0]
        assert list(ROOT.glob(rule["src"]))
        assert f"COPY {package} {rule['dest']}/{package.removeprefix(rule.get('strip', ''))}\n" in dockerfile


def test_the_example_and_its_proof_are_profiles_of_their_own(tmp_path: Path) -> None:
    plain = yaml.safe_load(skaffold("diagnose", "--yaml-only", home=tmp_path))
    assert "hooks" not in plain["deploy"]["helm"]
    read = yaml.safe_load(skaffold("diagnose", "--yaml-only", "--profile=e2e", home=tmp_path))
    (hook,) = read["deploy"]["helm"]["hooks"]["after"]
    assert (ROOT / hook["host"]["command"][-1]).exists()
    (proof,) = read["verify"]
    assert proof["container"]["image"] in IMAGES
    compile(proof["container"]["args"][0], "verify", "exec")
