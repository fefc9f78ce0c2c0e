"""Terraform, the operator and the reference page say the same of the foundation."""

import json
from typing import Any

import pytest

from authpulse.foundation import Foundation
from authpulse.foundation.dashboards import dashboard
from authpulse.foundation.documents import all_alarms, all_names, trust
from authpulse.foundation.iam_page import iam
from authpulse.foundation.pages import EXAMPLE
from authpulse.foundation.pages import foundation as page
from authpulse.foundation.roles import roles
from authpulse.foundation.statements import Option
from authpulse.foundation.trust import pod_trust
from authpulse.names import Names
from support.terraform import MODULES, Terraform

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0c2a"
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"


def place(names: Names) -> dict[str, Any]:
    return {"environment": names.environment, "account": names.account, "region": names.region}


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_all_of_an_environment_is_the_same_in_python_and_terraform(foundation: Terraform, environment: str) -> None:
    names = Names(environment, "111122223333", "eu-west-1")
    said = foundation.outputs(place(names))
    described = Foundation(names, shards=1)
    assert said["names"] == all_names(names)
    assert said["names"]["tags"] == described.tags
    assert {r.kind: json.loads(said["policies"][r.kind]) for r in roles(names)} == {
        r.kind: r.policy() for r in roles(names)
    }
    assert json.loads(said["policies"]["job"]) == json.loads(described.job_policy)
    assert {what: json.loads(policy) for what, policy in said["trust"].items()} == trust(names)
    assert json.loads(said["trust"]["job"]) == json.loads(described.job_trust_policy)
    assert list(said["alarms"].values()) == sorted(described.alarms, key=lambda a: a["AlarmName"])
    assert list(said["composite_alarms"].values()) == [described.composite_alarm]
    assert json.loads(said["dashboard"]) == dashboard(names) == json.loads(described.dashboard)


def test_what_can_be_chosen_is_the_same_too(foundation: Terraform) -> None:
    names = Names("dev", "111122223333", "eu-west-1", own_bucket="our-lake", own_application="scores")
    said = foundation.outputs(
        place(names)
        | {
            "bucket": "our-lake",
            "application": "scores",
            "runbook": "https://wiki.example.com/runbook",
            "customer_key": True,
            "key_arn": KEY,
            "job_in_vpc": True,
            "operator_lays_foundation": True,
            "pods": {
                "identity": "irsa",
                "oidc_provider_arn": PROVIDER,
                "namespaces": {"quality": "security"},
                "service_accounts": {"quality": "authpulse-quality"},
            },
        }
    )
    assert said["names"] == all_names(names)
    assert {kind: json.loads(policy) for kind, policy in said["policies"].items()} == {
        r.kind: r.policy(Option) for r in roles(names, key_arn=KEY)
    }
    assert said["alarms"] == all_alarms(names, "https://wiki.example.com/runbook")["metric"]
    assert json.loads(said["pod_trust"]["quality"]) == pod_trust(
        "irsa", provider_arn=PROVIDER, issuer=ISSUER, namespace="security", service_account="authpulse-quality"
    )


def test_the_reference_pages_have_every_name_alarm_and_permission() -> None:
    text, permissions = page(), iam()
    for name in all_names(EXAMPLE).values():
        assert isinstance(name, dict) or f"`{name}`" in text
    for alarm in all_alarms(EXAMPLE)["metric"].values():
        assert alarm["AlarmName"] in text
    for role in roles(EXAMPLE):
        assert f"`{role.name(EXAMPLE)}`" in text
        for statement in role.statements:
            assert all(f"`{a}`" in permissions for a in statement.actions), statement.sid
            assert all(f"`{r}`" in permissions for r in statement.resources), statement.sid
            assert statement.why in permissions
            assert all(f"`{k}`" in permissions for test in statement.conditions.values() for k in test)


@pytest.mark.parametrize("module", ["foundation", "guard"])
def test_terraforms_own_tests_pass(module: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    terraform = Terraform(MODULES / module, tmp_path_factory.mktemp(module)).init()
    assert "The configuration is valid" in terraform.run("validate", "-no-color")
    assert "0 failed" in terraform.run("test", "-no-color")


def test_destroying_is_refused_as_long_as_data_are_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    guard = Terraform(MODULES / "guard", tmp_path_factory.mktemp("kept")).init()
    assert guard.outputs({"what": "tables"}) == {"force_destroy": False}
    state, said = f"-state={guard.home / 'state'}", ("-auto-approve", "-input=false", "-no-color", "-var=what=tables")
    assert "data_is_kept[0] has lifecycle.prevent_destroy" in guard.run("destroy", state, *said, expect=1).replace(
        "\n", " "
    )
    guard.run("state", "rm", state, "terraform_data.data_is_kept")
    assert "Destroy complete" in guard.run("destroy", state, *said)
