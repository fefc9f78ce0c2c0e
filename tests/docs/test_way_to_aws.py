"""The way to AWS in README and docs/terraform.md: a test types each command or says why not, and they fit together."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from authpulse.cli.places import ROOT
from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.api.resource import AuthPulse, parse_manifest
from support.aws_steps import (
    AGAINST_A_LOCAL_AWS,
    COPY,
    IN_OTHER_TESTS,
    MIGRATE,
    NOT_TYPED,
    PAGE,
    commands,
    steps_of_readme,
    type_in,
)
from support.local_aws import RunningAws

FOUND = {*steps_of_readme(), *commands(PAGE.read_text(encoding="utf-8"))}
ANY_ACCOUNT = "111122223333"


@pytest.fixture(scope="module")
def expected() -> AuthPulse:
    """The manifest that the reader applies."""
    return parse_manifest(yaml.safe_load((ROOT / "deploy/examples/aws.yaml").read_text()), "aws.yaml")


@pytest.fixture(scope="module")
def variables() -> Mapping[str, str]:
    """Of the file that the reader copies; those of one line."""
    text = (ROOT / "terraform/envs/prod/terraform.tfvars.example").read_text(encoding="utf-8")
    return {name: value.strip('"') for name, value in re.findall(r'^(\w+) += ("[^"]*"|\w+)', text, re.MULTILINE)}


def test_every_command_is_typed_by_a_test_or_said_not_to_be() -> None:
    assert FOUND - AGAINST_A_LOCAL_AWS - IN_OTHER_TESTS.keys() - NOT_TYPED.keys() == set()


def test_what_is_said_of_commands_is_said_of_some_that_a_page_has() -> None:
    assert (AGAINST_A_LOCAL_AWS | IN_OTHER_TESTS.keys() | NOT_TYPED.keys()) - FOUND == set()
    assert IN_OTHER_TESTS.keys().isdisjoint(NOT_TYPED)
    assert [file for file in IN_OTHER_TESTS.values() if not (ROOT / file).exists()] == []


def test_the_manifest_expects_what_the_variables_make(expected: AuthPulse, variables: Mapping[str, str]) -> None:
    """Otherwise the operator would wait for ever for a foundation that nobody makes."""
    spec = expected.spec
    assert spec.foundation == "Expect"
    assert spec.environment == "prod"
    assert variables["region"] == spec.aws.region
    assert int(variables["retention_hours"]) == spec.stream.retention_hours
    assert int(variables["shards"]) == spec.stream.shards
    tools = yaml.safe_load((ROOT / "config/prod.yaml").read_text())
    assert (tools["environment"], tools["aws"]["region"]) == ("prod", spec.aws.region)


def test_the_namespace_is_the_one_whose_pods_may_take_the_roles(variables: Mapping[str, str]) -> None:
    text = (ROOT / "terraform/envs/prod/terraform.tfvars.example").read_text(encoding="utf-8")
    namespaces = dict(re.findall(r'(\w+) = "([^"]*)"', re.findall(r"namespaces += \{(.*)\}", text)[0]))
    steps = " ; ".join(steps_of_readme())
    assert f"kubectl apply -n {namespaces['workers']} " in steps
    assert f"--namespace {namespaces['operator']} " in steps


@pytest.mark.timeout(600)
def test_after_the_steps_the_operator_waits_for_nothing(
    pipeline: RunningAws, copy: Path, expected: AuthPulse, variables: Mapping[str, str]
) -> None:
    """What `terraform apply` would make is made by the operator's hand; the rest is typed."""
    session = Session(expected.spec.aws.region, pipeline.endpoint)
    names = Names("prod", LOCAL_ACCOUNT, session.region)
    wanted = Foundation(names, expected.spec.stream.shards, expected.spec.stream.retention_hours)
    type_in([COPY], copy)
    assert (copy / "terraform/envs/prod/terraform.tfvars").exists()
    shards, hours = int(variables["shards"]), int(variables["retention_hours"])
    without_tables(session, Foundation(names, shards, hours))
    assert AwsFoundations(session).missing(wanted) == (f"tables in {names.database}",)
    file = copy / "config/prod.yaml"
    file.write_text(file.read_text().replace(ANY_ACCOUNT, LOCAL_ACCOUNT))
    said = type_in([MIGRATE], copy, AWS_ENDPOINT_URL=pipeline.endpoint)
    assert said.startswith("made ")
    assert AwsFoundations(session).missing(wanted) == ()


def without_tables(session: Session, foundation: Foundation) -> None:
    """A foundation as Terraform leaves it: a database with nothing in it."""
    AwsFoundations(session).make(foundation)
    glue = session.client("glue")
    for table in glue.get_tables(DatabaseName=foundation.names.database)["TableList"]:
        glue.delete_table(DatabaseName=foundation.names.database, Name=table["Name"])


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform")
def test_the_state_is_kept_in_a_bucket_as_the_page_says(pipeline: RunningAws, tmp_path: Path) -> None:
    """The page's backend.tf beside the module that needs no provider, on the local AWS."""
    (backend,) = (b for b in re.findall(r"```hcl\n(.*?)```", PAGE.read_text(), re.DOTALL) if 'backend "s3"' in b)
    folder = tmp_path / "guard"
    shutil.copytree(ROOT / "terraform/modules/guard", folder, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
    (folder / "backend.tf").write_text(backend, encoding="utf-8")
    given = dict(re.findall(r'^ +(\w+) += "?([^"\n]*)"?$', backend, re.MULTILINE))
    s3 = Session(given["region"], pipeline.endpoint).client("s3")
    s3.create_bucket(Bucket=given["bucket"], CreateBucketConfiguration={"LocationConstraint": given["region"]})
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    steps = [
        "terraform init -input=false -no-color -backend-config=use_path_style=true",
        "terraform apply -auto-approve -input=false -no-color -var what=tables",
    ]
    type_in(steps, folder, CHECKPOINT_DISABLE="1", AWS_ENDPOINT_URL=pipeline.endpoint, **keys)
    kept = [found["Key"] for found in s3.list_objects_v2(Bucket=given["bucket"])["Contents"]]
    assert kept == [given["key"]]
    assert not (folder / "terraform.tfstate").exists()
