"""The way to AWS in README and docs/terraform.md: a test types each command or says why not, and they fit together."""

import re
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
