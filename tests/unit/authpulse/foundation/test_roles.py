"""Roles and their permissions: least privilege, and a reason for each."""

import json

import pytest

from authpulse.foundation import Foundation
from authpulse.foundation.roles import Role, roles
from authpulse.foundation.statements import Option, Statement
from authpulse.names import Names

NAMES = Names("dev", "111122223333", "eu-west-1")
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0c2a"
ROLES = roles(NAMES, key_arn=KEY)
STATEMENTS = [(r, s) for r in ROLES for s in r.statements]
KNOW_NO_RESOURCES = {
    *("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:ListDashboards", "cloudwatch:ListMetrics"),
    *("ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
    *("ec2:DescribeSubnets", "ec2:DescribeVpcs", "logs:DescribeLogGroups"),
}

each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.kind)
each_statement = pytest.mark.parametrize(
    "statement", [s for _, s in STATEMENTS], ids=[f"{r.kind} {s.sid}" for r, s in STATEMENTS]
)


@each_statement
def test_a_statement_names_actions_and_says_why(statement: Statement) -> None:
    assert statement.why
    assert statement.actions == tuple(sorted(statement.actions))
    assert not [a for a in statement.actions if "*" in a]
    assert statement.rarely.keys() <= set(statement.actions)


@each_statement
def test_everything_is_the_resource_only_of_what_knows_no_resources(statement: Statement) -> None:
    if "*" not in statement.resources:
        return
    in_a_namespace = "cloudwatch:namespace" in statement.conditions.get("StringEquals", {})
    assert set(statement.actions) <= KNOW_NO_RESOURCES or in_a_namespace


@each_role
def test_sids_are_unique_and_the_policy_is_as_small_as_iam_wants_it(role: Role) -> None:
    sids = [s.sid for s in role.statements]
    assert len(sids) == len(set(sids))
    assert all(sid.isalnum() for sid in sids)
    assert len(json.dumps(role.policy(Option), separators=(",", ":"))) <= 10_240


@pytest.mark.parametrize("role", [r for r in ROLES if r.kind != "workers"], ids=lambda role: role.kind)
def test_no_action_is_granted_twice_on_the_same_resource(role: Role) -> None:
    granted = [(a, r, str(s.conditions)) for s in role.statements for a in s.actions for r in s.resources]
    assert len(granted) == len(set(granted))


def test_what_has_to_be_chosen_is_left_out_unless_it_is() -> None:
    for role in ROLES:
        plain = json.dumps(role.policy())
        assert not [part for part in ("kms:", "ec2:", "iam:Create", "iam:Put", "CreateTable") if part in plain]
    operator = next(r for r in ROLES if r.kind == "operator")
    assert "iam:CreateRole" not in json.dumps(operator.policy())
    assert "iam:CreateRole" in json.dumps(operator.policy([Option.CREATE]))


def test_two_environments_share_nothing_that_can_be_told_apart() -> None:
    other = Names("prod", "111122223333", "eu-west-1")
    for here, there in zip(roles(NAMES), roles(other), strict=True):
        ours = {r for s in here.statements for r in s.resources} - {"*"}
        theirs = {r for s in there.statements for r in s.resources}
        general = {
            r
            for r in ours & theirs
            if r.endswith((":catalog", "AwsDataCatalog", ":subnet/*", "-group/*", "-interface/*"))
        }
        assert ours & theirs == general


def test_the_operators_own_calls_are_granted() -> None:
    from authpulse_operator.core.calls import OF_ACTS, OF_FOUNDATION

    operator = next(r for r in ROLES if r.kind == "operator")
    granted = {a for s in operator.statements for a in s.actions}
    as_iam_says = {"s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock"}
    calls = {c for group in (OF_ACTS, OF_FOUNDATION) for calls in group.values() for c in calls}
    assert {as_iam_says.get(c, c) for c in calls if not c.startswith(("kubernetes", "process"))} <= granted


def test_checks_write_to_the_quarantine_table_and_no_other() -> None:
    from lakehouse.tables import QUARANTINE

    quality = next(r for r in ROLES if r.kind == "quality")
    writes = {
        r for s in quality.statements for r in s.resources if {"s3:DeleteObject", "glue:UpdateTable"} & set(s.actions)
    }
    tables = {r for r in writes if r.endswith(("table/authpulse_dev/*", "warehouse/*")) or QUARANTINE.name in r}
    assert tables == {
        f"arn:aws:glue:eu-west-1:111122223333:table/authpulse_dev/{QUARANTINE.name}",
        f"{NAMES.bucket_arn}/warehouse/{QUARANTINE.name}/*",
    }


def test_the_jobs_policy_is_what_the_operator_puts() -> None:
    foundation = Foundation(NAMES, shards=1)
    assert json.loads(foundation.job_policy) == ROLES[0].policy()
    assert "111122223333:application/authpulse-dev" in foundation.job_trust_policy
