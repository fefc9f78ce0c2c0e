"""One resource's whole life: the operator as a process of its own, a real API server, the local AWS with a real Flink.

After every step a log is replayed into the pipeline. In the end the tables prove what the conditions said:
`account_attempts` counts an account's earlier attempts, so state that was lost in any of the steps would begin again at
0, and state that was restored twice would skip.
"""

import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console
from rich.table import Table

from authpulse.cli.athena import Athena
from authpulse.cli.places import JOB_ZIP, ROOT
from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.names import Names
from support.kube import ApiServer, Resources, until
from support.local_aws import REGION, RunningAws, running_aws
from support.logs import write_lanl_auth

ENVIRONMENT, EVENTS, ACCOUNTS = "life", 3000, 30
NAMES = Names(ENVIRONMENT, LOCAL_ACCOUNT, REGION)
SECONDS = 240
BROKEN = "raise ValueError('this program has a mistake')"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    with running_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@dataclass
class Life:
    """The resource, what is put into its stream, and how long each step took."""

    resources: Resources
    aws: RunningAws
    folder: Path
    operator: subprocess.Popen[bytes]
    logs: list[str] = field(default_factory=list)
    steps: list[tuple[str, float]] = field(default_factory=list)

    def step(self, what: str, change: Callable[[], Any], reached: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Changes something, and waits until the status says what it should."""
        began = time.monotonic()
        change()
        status: dict[str, Any] = {}

        def is_there() -> Any:
            assert self.operator.poll() is None, f"the operator has ended: {self.last_words()}"
            status.clear()
            status.update(self.resources.get(ENVIRONMENT).get("status", {}))
            return reached(status)

        try:
            until(is_there, what, seconds=SECONDS, every=0.2)
        except AssertionError as late:
            raise AssertionError(f"{late}: {status}\n{self.last_words()}") from late
        self.steps.append((what, time.monotonic() - began))
        return status

    def spec(self, **changes: Any) -> Callable[[], Any]:
        return lambda: self.resources.merge(ENVIRONMENT, {"spec": changes})

    def replay(self) -> None:
        """Sends a log of its own through the producer."""
        name = f"log{len(self.logs)}"
        log = write_lanl_auth(self.folder / f"{name}.csv", events=EVENTS, prefix="", accounts=ACCOUNTS)
        config = {
            "environment": ENVIRONMENT,
            "aws": {"account": LOCAL_ACCOUNT, "region": REGION, "endpoint_url": self.aws.endpoint},
        }
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config))
        subprocess.run(
            [
                *(sys.executable, "-m", "producer.replay_lanl", "--config", str(self.folder / "config.yaml")),
                *("--input", str(log), "--format", "lanl-auth", "--dataset", name),
                *("--checkpoint", str(self.folder / f"{name}.json")),
            ],
            check=True,
            capture_output=True,
        )
        self.logs.append(name)

    def rows(self, sql: str) -> list[dict[str, str | None]]:
        athena = Athena(self.aws.session, database=NAMES.database, work_group=NAMES.work_group)
        return athena.query(sql).dicts()

    def until_written(self) -> None:
        wanted = str(EVENTS * len(self.logs))
        count = "SELECT count(*) AS n FROM auth_events_curated"
        until(lambda: self.rows(count)[0]["n"] == wanted, "every event is in the table", seconds=SECONDS, every=1)

    def last_words(self) -> str:
        return (self.folder / "operator.log").read_text()[-4000:]


@pytest.fixture
def life(api_server: ApiServer, resources: Resources, aws: RunningAws, tmp_path: Path) -> Iterator[Life]:
    settings = {
        "KUBECONFIG": str(api_server.kubeconfig),
        "AUTHPULSE_OPERATOR_NAMESPACES": resources.namespace,
        "AUTHPULSE_OPERATOR_CODE": str(JOB_ZIP),
        "AUTHPULSE_OPERATOR_RULES": str(ROOT / "flink_job/rules.yaml"),
        "AUTHPULSE_OPERATOR_AWS_ENDPOINT": aws.endpoint,
        "AUTHPULSE_OPERATOR_HEALTH_PORT": "0",
        "AUTHPULSE_OPERATOR_METRICS_PORT": "0",
        "AUTHPULSE_OPERATOR_POLL_SECONDS": "2",
        "AUTHPULSE_OPERATOR_LOG_FORMAT": "text",
        "PATH": "/usr/bin:/bin",
    }
    with (tmp_path / "operator.log").open("wb") as log:
        command = [sys.executable, "-m", "authpulse_operator"]
        operator = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
    try:
        yield Life(resources, aws, tmp_path, operator)
    finally:
        operator.terminate()
        operator.wait(60)


def condition(status: dict[str, Any], kind: str) -> tuple[str, str]:
    found = next((c for c in status.get("conditions", []) if c["type"] == kind), {})
    return found.get("status", ""), found.get("reason", "")


def is_ready(status: dict[str, Any]) -> bool:
    return condition(status, "Ready") == ("True", "AsSpecified")


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
    flink = {
        "parallelism": 2,
        "parallelismPerKPU": 2,
        "checkpointing": {"intervalSeconds": 2, "minPauseSeconds": 1},
        "health": {"stableForSeconds": 2, "timeoutSeconds": 300, "maxRestarts": 2},
    }
    remediation = {"mode": "Active", "failedCheckpoints": {"cooldownMinutes": 60}}
    resource = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": ENVIRONMENT},
        "spec": {
            "environment": ENVIRONMENT,
            "flink": flink,
            "remediation": remediation,
            "deletionPolicy": "Delete",
        },
    }
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

    life.aws.client("s3").upload_file(str(broken_zip(life.folder)), NAMES.bucket, "code/broken.zip")
    for what, bad, why in (
        ("code that cannot start", {"code": {"s3Key": "code/broken.zip"}}, "the service could not start it"),
        ("a job that only restarts", {"scoring": {"hostPopularity": f"s3://{NAMES.bucket}/none.csv"}}, "RESTARTING"),
    ):
        rolled_back = life.step(f"{what}, rolled back", life.spec(flink=bad), is_rolled_back)
        assert why in rolled_back["failed"]["message"]
        assert rolled_back["deployment"]["id"] == changed["lastStable"]["id"]
        life.replay()
        life.until_written()
        cured = {part: None if part == "code" else {"hostPopularity": None} for part in bad}
        life.step("the spec put right", life.spec(flink=cured), is_ready)

    cloudwatch = life.aws.client("cloudwatch")
    alarm = f"{NAMES.prefix}-flink-failed-checkpoints-rate"
    fired = {"StateReason": "a test", "StateValue": "ALARM"}
    version = rolled_back["application"]["versionId"]
    make_alarm(cloudwatch, alarm)
    remediated = life.step(
        "an alarm, remediated",
        lambda: cloudwatch.set_alarm_state(AlarmName=alarm, **fired),
        lambda s: is_ready(s) and s.get("restarts") == 1 and s["application"]["versionId"] > version,
    )
    (entry,) = remediated["remediations"]
    assert (entry["action"], entry["dryRun"]) == ("Restart", False)
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
    life.resources.delete(ENVIRONMENT)
    until(lambda: not life.resources.exists(ENVIRONMENT), "the resource is gone", seconds=SECONDS, every=0.2)
    life.steps.append(("deleted", time.monotonic() - began))
    managed_flink = life.aws.client("kinesisanalyticsv2")
    assert managed_flink.list_applications()["ApplicationSummaries"] == []
    show(life.steps)


def make_alarm(cloudwatch: Any, name: str) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/KinesisAnalytics",
        MetricName="numberOfFailedCheckpoints",
        Statistic="Average",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",  # without data the state stays as it is set
    )


def show(steps: list[tuple[str, float]]) -> None:
    table = Table("step", "seconds")
    for what, seconds in steps:
        table.add_row(what, f"{seconds:.1f}")
    Console().print(table)
