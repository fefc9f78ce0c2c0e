"""The steps of docs/terraform.md and README, typed with a stand-in for each module that needs the AWS provider."""

import json
import subprocess
from pathlib import Path

import pytest

from support.aws_steps import COPY, MIGRATE, PAGE, blocks, steps_of_readme, type_in
from support.terraform_stand_ins import without_provider

WITHOUT_ASKING = "-auto-approve -input=false -no-color"
TERRAFORM = {
    "CHECKPOINT_DISABLE": "1",
    "TF_CLI_ARGS_apply": WITHOUT_ASKING,
    "TF_CLI_ARGS_destroy": WITHOUT_ASKING,
    "TF_CLI_ARGS_plan": "-input=false -no-color",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the reader stands: the folder above terraform/."""
    return without_provider(tmp_path).parent


@pytest.fixture
def made(root: Path) -> Path:
    """The environment, after the page's steps from nothing."""
    steps = [step for step in blocks(PAGE.read_text(encoding="utf-8"))[0] if step != MIGRATE]
    said = type_in([*steps, "pwd"], root, **TERRAFORM)
    assert "Apply complete!" in said
    assert said.splitlines()[-1] == str(root)
    return root / "terraform/envs/prod"


def test_the_outputs_have_what_manifests_and_charts_want(made: Path) -> None:
    told = json.loads(type_in(["terraform output -json pipeline"], made, **TERRAFORM))
    assert {"stream_arn", "bucket", "job_role_arn", "alarm_topic_arn", "pod_role_arns"} <= told.keys()


def test_readmes_steps_do_the_same(root: Path) -> None:
    steps = steps_of_readme()
    assert steps[0] == COPY
    said = type_in([*steps[:2], "pwd"], root, **TERRAFORM)
    assert "Apply complete!" in said
    assert said.splitlines()[-1] == str(root)


@pytest.mark.parametrize("kept", [False, True], ids=["with its data", "and keep the data"])
def test_destroying_is_refused_until_the_pages_steps_are_typed(made: Path, kept: bool) -> None:
    refused = subprocess.run(
        ["terraform", "destroy", *WITHOUT_ASKING.split()],
        cwd=made,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert refused.returncode == 1
    assert "prevent_destroy" in refused.stderr
    _, with_data, and_keep = blocks(PAGE.read_text(encoding="utf-8"))
    forgetting, *rest = and_keep if kept else with_data
    type_in([forgetting], made, **TERRAFORM)
    said = type_in(rest, made, **TERRAFORM)
    assert "Destroy complete!" in said
    of_data = [f"module.pipeline.module.{module}." in said for module in ("s3", "lakehouse")]
    assert of_data == [not kept, not kept]
    assert not json.loads((made / "terraform.tfstate").read_text())["resources"]
