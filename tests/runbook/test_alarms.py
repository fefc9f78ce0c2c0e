"""Each alarm that the operator acts on: made to fire by its real cause, told by SNS, remediated, over.

The definitions are the foundation's. Only the iterator's age is not waited for: three minutes above five are one above
one second here.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from authpulse.foundation.alarms import FAILED_CHECKPOINTS, INVALID_RECORDS, ITERATOR_AGE, Alarm
from support.controllers import running_controllers
from support.kube import Resources, running_api_server, until
from support.living import Life, is_ready, living
from support.local_aws import running_aws
from support.logs import write_lanl_auth

ROOT = Path(__file__).parents[2]
SECONDS = 300
CLEAN, FLOOD = 3_000, 200_000
DAY = 86_400
SOON = {"cooldownMinutes": 1}  # what fires at once may be of the start, and is given a cooldown


@dataclass
class Told:
    """What the alarms' topic has told so far."""

    sqs: Any
    queue: str
    messages: list[tuple[str, str]] = field(default_factory=list)

    def has(self, alarm: str, state: str) -> bool:
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            told = json.loads(json.loads(message["Body"])["Message"])
            self.messages.append((told["AlarmName"], told["NewStateValue"]))
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return (alarm, state) in self.messages


@dataclass
class Watch:
    """A pipeline whose alarms are listened to."""

    life: Life
    told: Told

    def until(self, alarm: Alarm, state: str) -> None:
        """The alarm is in that state, and the topic has told it since it was asked last."""
        name = alarm.name(self.life.names)
        began = time.monotonic()
        until(lambda: self.told.has(name, state), f"SNS tells {name} {state}", seconds=SECONDS, every=0.5)
        self.told.messages.clear()
        self.life.steps.append((f"{alarm.kind}: {state}", time.monotonic() - began))

    def until_remediated(self, alarm: Alarm, action: str, reached: Callable[[dict[str, Any]], Any]) -> None:
        """That action was taken because of that alarm, and what it was for is reached."""

        def is_there(status: dict[str, Any]) -> Any:
            taken = {(r["alarm"], r["action"]) for r in status.get("remediations", ())}
            return (alarm.kind, action) in taken and reached(status)

        self.life.step(f"{alarm.kind}: remediated", lambda: None, is_there)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """A pipeline of one task that may have two, remediated without asking, with a replay that waits for a node."""
    (tmp_path / "kube").mkdir()
    with (
        running_api_server(tmp_path / "kube", Path(os.environ["KUBEBUILDER_ASSETS"])) as server,
        running_controllers(server, tmp_path),
        running_aws(tmp_path / "aws") as aws,
    ):
        server.install(sorted((ROOT / "deploy/crds").glob("*.yaml")))
        resources = Resources(server, server.create_namespace())
        with living("alarms", server, resources, aws, tmp_path, AUTHPULSE_OPERATOR_WORKER_IMAGE="workers:none") as life:
            create(life)
            yield Watch(life, listening(life))


def create(life: Life) -> None:
    spec = {
        "flink": {"parallelism": 1, "parallelismPerKPU": 1, "autoscaling": {"parallelism": {"min": 1, "max": 2}}},
        "replays": [{"name": "more", "input": "s3://nowhere/log.csv", "format": "lanl-auth"}],
        "remediation": {"mode": "Active", "failedCheckpoints": SOON, "iteratorAgeHigh": SOON},
        "deletionPolicy": "Delete",
    }
    life.step("created and healthy", lambda: life.resources.create(life.resource(**spec)), is_ready)


def listening(life: Life) -> Told:
    sns, sqs = life.aws.client("sns"), life.aws.client("sqs")
    queue = sqs.create_queue(QueueName="pager")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=life.names.alarm_topic_arn, Protocol="sqs", Endpoint=arn)
    return Told(sqs, queue)


@pytest.mark.timeout(1500)
def test_alarms_fire_by_their_causes_and_what_the_policy_says_is_done(watch: Watch, tmp_path: Path) -> None:
    checkpoints_fail(watch, tmp_path)
    records_are_bad(watch, tmp_path)
    the_producer_is_faster(watch, tmp_path)
    watch.life.show()


def checkpoints_fail(watch: Watch, folder: Path) -> None:
    """The tables' bucket takes no files, so no checkpoint completes."""
    life = watch.life
    with life.aws.failing("s3", "PutObject", "AccessDenied", times=1_000_000):
        life.send(write_lanl_auth(folder / "first.csv", events=CLEAN, prefix="A"))
        watch.until(FAILED_CHECKPOINTS, "ALARM")
    watch.until_remediated(FAILED_CHECKPOINTS, "Restart", is_ready)
    watch.until(FAILED_CHECKPOINTS, "OK")
    until(lambda: rows(life) == CLEAN, "what waited is in the tables, once", seconds=SECONDS, every=1)
    life.spec(remediation={"failedCheckpoints": {"cooldownMinutes": 1440}})()  # a slow machine may fail more of them


def records_are_bad(watch: Watch, folder: Path) -> None:
    """One line in fifty is no event; the next day's are all in order."""
    life = watch.life
    bad = write_lanl_auth(folder / "bad.csv", events=CLEAN, prefix="B")
    with bad.open("a") as log:
        log.writelines("no event\n" for _ in range(CLEAN // 50))
    life.send(bad)
    quarantined = "SELECT count(*) AS n FROM auth_events_quarantine"
    until(lambda: life.rows(quarantined)[0]["n"] == str(CLEAN // 50), "quarantine", seconds=SECONDS, every=1)
    assert checked(life) == 1
    watch.until(INVALID_RECORDS, "ALARM")
    watch.until_remediated(INVALID_RECORDS, "StopReplays", lambda s: s.get("heldReplays"))
    before = rows(life)
    life.send(write_lanl_auth(folder / "good.csv", events=CLEAN, prefix="C", start=3 * DAY))
    until(lambda: rows(life) == before + CLEAN, "the next days' events", seconds=SECONDS, every=1)
    checked(life)
    watch.until(INVALID_RECORDS, "OK")


def the_producer_is_faster(watch: Watch, folder: Path) -> None:
    """The stream goes on taking records, and lets the job read none for a while: too few shards for both."""
    life = watch.life
    soon = {"Threshold": 1_000, "EvaluationPeriods": 1, "DatapointsToAlarm": 1}
    life.aws.client("cloudwatch").put_metric_alarm(**{**ITERATOR_AGE.request(life.names, local=True), **soon})
    with life.aws.failing("kinesis", "GetRecords", "ProvisionedThroughputExceededException", times=1_000_000):
        life.send(write_lanl_auth(folder / "flood.csv", events=FLOOD, prefix="D", start=6 * DAY))
    watch.until(ITERATOR_AGE, "ALARM")
    watch.until_remediated(ITERATOR_AGE, "ScaleUp", lambda s: s["application"]["parallelism"] == 2 and is_ready(s))
    watch.until(ITERATOR_AGE, "OK")


def rows(life: Life) -> int:
    return int(life.rows("SELECT count(*) AS n FROM auth_events_curated")[0]["n"] or 0)


def checked(life: Life) -> int:
    """Runs the checks as the CronJob does; their exit code."""
    command = [sys.executable, "-m", "quality.run_quality_checks", "--suite", "auth_events"]
    ended = subprocess.run([*command, "--config", str(life.configuration)], capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr[-4000:]
    return ended.returncode
