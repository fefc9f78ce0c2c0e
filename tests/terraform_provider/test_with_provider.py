"""What only the provider can tell: that it takes the modules, makes what they say, finds no drift and destroys it."""

from pathlib import Path
from typing import Any

import pytest

from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.foundation import Foundation
from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from authpulse.foundation.roles import roles
from authpulse.names import Names
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from support.local_aws import REGION, RunningAws
from support.terraform import Terraform
from support.terraform_provider import environment_of, surroundings

MOCKED = ["kinesis", "monitoring", "pipeline", "s3"]
SECONDS = 900
NO_CHANGES = 0


@pytest.mark.timeout(SECONDS)  # the first one waits for the provider to come from the registry
@pytest.mark.parametrize("module", MOCKED)
def test_modules_hold_with_mocked_resources(module: str, terraform_folder: Path, tmp_path: Path) -> None:
    terraform = Terraform(terraform_folder / "modules" / module, tmp_path, surroundings(terraform_folder)).init()
    terraform.run("validate", "-no-color")
    assert "0 failed" in terraform.run("test", "-no-color")


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_apply_finds_no_drift_and_destroy_leaves_nothing(
    environment: str, aws: RunningAws, terraform_folder: Path, tmp_path: Path
) -> None:
    terraform = environment_of(terraform_folder, environment, tmp_path, aws.endpoint)
    terraform.run("validate", "-no-color")
    state = f"-state={tmp_path / 'state'}"
    # the local AWS has no KMS, so no key of one's own
    chosen = {"emulated": "true", "keep_data": "false", "customer_key": "false", "alert_email": "oncall@example.com"}
    given = ["-input=false", "-no-color", state, f"-var=region={REGION}", *(f"-var={k}={v}" for k, v in chosen.items())]
    terraform.run("apply", "-auto-approve", *given)
    assert "No changes" in terraform.run("plan", "-detailed-exitcode", *given, expect=NO_CHANGES)
    names = Names(environment, LOCAL_ACCOUNT, REGION)
    hours = 72 if environment == "prod" else 24
    missing = AwsFoundations(aws.session).missing(Foundation(names, shards=1, retention_hours=hours))
    assert missing == (f"tables in {names.database}",)
    compare_alarms(aws, names)
    policy = aws.client("iam").get_role_policy(RoleName=names.job_role, PolicyName="job")["PolicyDocument"]
    assert policy == roles(names)[0].policy()
    terraform.run("destroy", "-auto-approve", *given)
    assert AwsFoundations(aws.session).missing(Foundation(names, shards=1)) == Foundation(names, shards=1).parts


def compare_alarms(aws: RunningAws, names: Names) -> None:
    """What was made is what is described, in its rendering for AWS."""
    types = ["MetricAlarm", "CompositeAlarm"]
    answer = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=names.prefix, AlarmTypes=types)
    found = {a["AlarmName"]: a for a in (*answer["MetricAlarms"], *answer["CompositeAlarms"])}
    wanted: list[dict[str, Any]] = [a.request(names, local=False) for a in ALARMS]
    assert found.keys() == {UNHEALTHY.name(names), *(w["AlarmName"] for w in wanted)}
    for request in wanted:
        made = found[request["AlarmName"]]
        plain = {k: v for k, v in request.items() if k not in ("Metrics", "InsufficientDataActions")}
        assert {k: made[k] for k in plain} == plain
        assert {q["Id"] for q in made.get("Metrics", [])} == {q["Id"] for q in request.get("Metrics", [])}
