"""One resource's whole life: the operator as a process of its own, a real API server, the local AWS with a real Flink.

After every step a log is replayed into the pipeline. In the end the tables prove what the conditions said:
`account_attempts` counts an account's earlier attempts, so state that was lost in any of the steps would begin again at
0, and state that was restored twice would skip.
"""

import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster.flink.conftest import Steps

from authpulse.cli.places import JOB_ZIP
from support.kube import ApiServer, Resources, until
from support.living import ACCOUNTS, SECONDS, Life, condition, is_ready, living
from support.local_aws import RunningAws

BROKEN = "raise ValueError('this program has a mistake')"


@pytest.fixture
def life(api_server: ApiServer, resources: Resources, aws: RunningAws, tmp_path: Path, timed: Steps) -> Iterator[Life]:
    with living("life", api_server, resources, aws, tmp_path) as begun:
        begun.steps = timed
        yield begun


def is_rolled_back(status: dict[str, Any]) -> bool:
    return condition(status, "Stalled") == ("True", "RolledBack") and condition(status, "JobHealthy")[0] == "True"


def broken_zip(folder: Path) -> Path:
    """The job's zip with a program that ends before there is a job."""
    path = folder / "broken.zip"
    with zipfile.ZipFile(JOB_ZIP) as good, zipfile.ZipFile(path, "w") as broken:
        for entry in good.infolist():
            if entry.filename == "main.py":
                broken.writestr(entry, BROKEN)
                continue
            with good.open(entry) as source, broken.open(entry.filename, "w") as target:
                shutil.copyfileobj(source, target)
    return path


@pytest.mark.timeout(900)
def test_a_life_with_flink(life: Life) -> None:
    resource = life.resource(deletionPolicy="Delete")  # not remediated yet: a job that is spoilt fails checkpoints
    created = life.step("created and healthy", lambda: life.resources.create(resource), is_ready)
    assert created["deployment"]["stable"]
    life.replay()
    life.until_written()

    rules = {"scoring": {"rules": [{"id": "NEW_DEVICE", "mode": "shadow"}]}}
    first = created["lastStable"]["id"]
    changed = life.step(
        "other rules, from a savepoint",
        life.spec(flink=rules),
        lambda s: is_ready(s) and s["lastStable"]["id"] != first,
    )
    assert changed["application"]["versionId"] == created["application"]["versionId"] + 1
    assert changed["snapshots"]["count"] == 1
    life.replay()

    life.aws.client("s3").upload_file(str(broken_zip(life.folder)), life.names.bucket, "code/broken.zip")
    for what, bad, why in (
        ("code that cannot start", {"code": {"s3Key": "code/broken.zip"}}, "the service could not start it"),
        (
            "a job that only restarts",
            {"scoring": {"hostPopularity": f"s3://{life.names.bucket}/none.csv"}},
            "RESTARTING",
        ),
    ):
        rolled_back = life.step(f"{what}, rolled back", life.spec(flink=bad), is_rolled_back)
        assert why in rolled_back["failed"]["message"]
        assert rolled_back["deployment"]["id"] == changed["lastStable"]["id"]
        life.replay()
        life.until_written()
        cured = {part: None if part == "code" else {"hostPopularity": None} for part in bad}
        life.step("the spec put right", life.spec(flink=cured), is_ready)

    cloudwatch = life.aws.client("cloudwatch")
    alarm = f"{life.names.prefix}-flink-failed-checkpoints-rate"
    fired = {"StateReason": "a test", "StateValue": "ALARM"}
    version = rolled_back["application"]["versionId"]
    make_alarm(cloudwatch, alarm)
    life.spec(remediation={"mode": "Active", "failedCheckpoints": {"cooldownMinutes": 1}})()
    remediated = life.step(
        "an alarm, remediated",
        lambda: cloudwatch.set_alarm_state(AlarmName=alarm, **fired),
        lambda s: is_ready(s) and s.get("restarts") == 1 and s["application"]["versionId"] > version,
    )
    (entry,) = remediated["remediations"]
    assert (entry["action"], entry["dryRun"]) == ("Restart", False)
    life.spec(remediation=None)()
    cloudwatch.set_alarm_state(AlarmName=alarm, StateReason="over", StateValue="OK")
    life.replay()
    life.until_written()

    suspended = life.step("suspended", life.spec(suspend=True), lambda s: condition(s, "Ready")[1] == "Suspended")
    assert suspended["application"]["status"] == "READY"
    life.step("resumed", life.spec(suspend=False), is_ready)
    life.replay()
    life.until_written()

    broken = life.rows(
        "SELECT user_id, count(*) AS n, max(account_attempts) AS most, "
        "count(DISTINCT account_attempts) AS different FROM auth_events_curated GROUP BY user_id "
        "HAVING max(account_attempts) <> count(*) - 1 OR count(DISTINCT account_attempts) <> count(*)"
    )
    assert broken == []
    accounts = life.rows("SELECT count(DISTINCT user_id) AS n FROM auth_events_curated")
    assert accounts[0]["n"] == str(ACCOUNTS)

    began = time.monotonic()
    life.resources.delete(life.environment)
    until(lambda: not life.resources.exists(life.environment), "the resource is gone", seconds=SECONDS, every=0.2)
    life.steps.append(("deleted", time.monotonic() - began))
    managed_flink = life.aws.client("kinesisanalyticsv2")
    assert managed_flink.list_applications()["ApplicationSummaries"] == []


def make_alarm(cloudwatch: Any, name: str) -> None:
    """In place of the foundation's: on a metric that nobody measures."""
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Test",
        MetricName="none",
        Statistic="Average",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",  # without data the state stays as it is set
    )
