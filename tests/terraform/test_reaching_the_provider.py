"""What `make test-terraform` does before the provider is there, or where it cannot be had."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.terraform import ROOT, Terraform
from support.terraform_provider import SERVICES, NoProviderError, environment_of, made_ready, surroundings

PAGE = ROOT / "docs/terraform.md"
VERSION = "5.31.0"
LOCAL = "http://127.0.0.1:4566"


def mirror_of_the_page(folder: Path) -> Path:
    """The page's file for a mirror, with the folder that it has to name."""
    blocks = re.findall(r"```hcl\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = (b for b in blocks if "filesystem_mirror" in b)
    configuration = folder.with_name("mirror.tfrc")
    configuration.write_text(block.replace('"DIR"', json.dumps(str(folder))), encoding="utf-8")
    return configuration


def copy_of_kinesis(folder: Path) -> Path:
    """The sources of one module, where Terraform may write its lock file."""
    module = folder / "terraform/modules/kinesis"
    module.mkdir(parents=True)
    for source in (ROOT / "terraform/modules/kinesis").glob("*.tf"):
        (module / source.name).write_bytes(source.read_bytes())
    return module


@pytest.mark.timeout(300)
def test_without_a_provider_the_run_ends_with_4_and_one_message_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment["TF_CLI_CONFIG_FILE"] = str(mirror_of_the_page(tmp_path / "empty"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/terraform_provider"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 4, said
    assert "the provider hashicorp/aws cannot be had: reach the Terraform registry, or name a mirror" in said
    assert "docs/terraform.md" in said
    assert "Traceback" not in said
    assert said.count("cannot be had") == 1


def test_a_mirror_as_the_page_has_it_is_where_the_provider_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terraform takes a file out of a mirror by its name, and does not start it yet: an empty one will do."""
    asked = subprocess.run(["terraform", "version", "-json"], capture_output=True, text=True, timeout=60, check=True)
    platform = json.loads(asked.stdout)["platform"]
    there = tmp_path / "mirror/registry.terraform.io/hashicorp/aws" / VERSION / platform
    there.mkdir(parents=True)
    (there / f"terraform-provider-aws_v{VERSION}_x5").touch(mode=0o755)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(mirror_of_the_page(tmp_path / "mirror")))
    module = copy_of_kinesis(tmp_path)
    said = Terraform(module, tmp_path, surroundings(tmp_path / "terraform")).run("init", "-no-color", "-input=false")
    assert f"Installed hashicorp/aws v{VERSION}" in said


def test_what_else_is_wrong_is_not_taken_for_a_missing_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "none.tfrc"))
    module = copy_of_kinesis(tmp_path)
    (module / "main.tf").write_text("resource {\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"main\.tf line 1"):
        made_ready(tmp_path / "terraform", tmp_path)


def test_without_terraform_it_says_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoProviderError, match="install Terraform"):
        made_ready(tmp_path / "terraform", tmp_path)


def test_no_call_can_go_to_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "none.tfrc"))
    found = surroundings(tmp_path / "terraform", LOCAL)
    assert (found["AWS_ENDPOINT_URL"], found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"]) == (
        LOCAL,
        "test",
        "test",
    )
    assert "TF_CLI_CONFIG_FILE" not in found
    monkeypatch.setattr(Terraform, "init", lambda self: self)
    (tmp_path / "terraform/envs/dev").mkdir(parents=True)
    environment_of(tmp_path / "terraform", "dev", tmp_path, LOCAL)
    override = (tmp_path / "terraform/envs/dev/local_override.tf").read_text(encoding="utf-8")
    assert re.findall(r"(\w+) = \"(.*)\"", override) == [(service, LOCAL) for service in SERVICES]
