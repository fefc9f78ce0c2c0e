"""A small pipeline in which everybody has the role that they have on AWS: what each did with it is what counts.

One job, started once, restarted once by a change, stopped once with a snapshot. It lives on the session's local AWS.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from authpulse.cli.pipeline import Pipeline
from authpulse.cli.places import ROOT
from authpulse.names import Names
from authpulse_operator.adapters.aws.credentials import Role
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.progress import S3Progress
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAws
from authpulse_operator.api.resource import AuthPulse, parse_manifest
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.core.world import Snapshot
from authpulse_operator.runtime.embedded import is_suspended, run_until
from support.local_aws import REGION, RunningAws
from support.logs import write_lanl_auth

EVENTS: Final = 300
WITHIN: Final = timedelta(minutes=15)
LOG, CHECKPOINT, SNAPSHOT = "logs/small.csv", "replays/small/checkpoint.json", "asked-for"
FLINK: Final[Mapping[str, Any]] = {
    "parallelism": 1,
    "parallelismPerKPU": 1,
    "checkpointing": {"intervalSeconds": 5, "minPauseSeconds": 2},
    "health": {"stableForSeconds": 1, "timeoutSeconds": 800},
    "scoring": {"hostPopularity": str(ROOT / "data/sample/host_popularity.csv")},
}


class AsOperator(Pipeline):
    """The pipeline as its operator sees it."""

    @property
    def session(self) -> Session:
        return Session(self.names.region, self.aws.endpoint, Role(role_arn(self.names, "operator")))


def _snapshots(flink: AwsFlinkService, application: str) -> tuple[Snapshot, ...]:
    described = flink.describe(application)
    return described.snapshots if described else ()


def role_arn(names: Names, kind: str) -> str:
    return f"arn:aws:iam::{names.account}:role/{names.role(kind)}"


@dataclass(frozen=True)
class SmallPipeline:
    """`folder` is the test's own."""

    aws: RunningAws
    names: Names
    folder: Path

    @property
    def _home(self) -> Home:
        return Home(self.folder / "home")

    def live(self) -> None:
        """From nothing to tables that were checked and aggregated, and a job that is stopped."""
        self._operate(until=lambda s: s.is_true(ConditionType.READY))
        self._replay()
        self._take_snapshot()
        self._as("aggregates", "lakehouse.aggregates", "--days", "2")
        self._operate(until=lambda s: s.is_true(ConditionType.READY), scoring={"dedupEvents": 256})
        self._operate(until=is_suspended, suspend=True)
        self._as("quality", "quality.run_quality_checks", "--window", "all", ends=(0, 1))

    def _operate(self, *, until: Callable[[Status], bool], **changes: Any) -> None:
        pipeline = AsOperator(self._home.apply(self._resource(**changes)), self._home, self._place)
        pipeline.write_configuration()
        run_until(until, pipeline.plan(), pipeline.world(), within=WITHIN)

    @property
    def _as_operator(self) -> Session:
        return Session(REGION, self.aws.endpoint, Role(role_arn(self.names, "operator")))

    @property
    def _place(self) -> LocalAws:
        return LocalAws(self.aws.endpoint, "of the session")

    def _resource(self, *, suspend: bool = False, scoring: Mapping[str, Any] | None = None) -> AuthPulse:
        document = {
            "apiVersion": "authpulse.io/v1alpha1",
            "kind": "AuthPulse",
            "metadata": {"name": self.names.environment},
            "spec": {
                "environment": self.names.environment,
                "suspend": suspend,
                "flink": {**FLINK, "scoring": {**FLINK["scoring"], **(scoring or {})}},
            },
        }
        return parse_manifest(document, "the small pipeline")

    def _replay(self) -> None:
        """As a Job in a cluster: log and checkpoint are in the bucket, and the operator looks there."""
        s3 = self.aws.client("s3")
        log = write_lanl_auth(self.folder / "small.csv", events=EVENTS, prefix="small-")
        s3.upload_file(str(log), self.names.bucket, LOG)
        followed = S3Progress(self._as_operator, self.names.bucket)
        assert followed.read(CHECKPOINT) is None
        bucket = f"s3://{self.names.bucket}"
        self._as(
            "replay", "producer.replay_lanl", "--input", f"{bucket}/{LOG}", "--checkpoint", f"{bucket}/{CHECKPOINT}"
        )
        found = followed.read(CHECKPOINT)
        assert found is not None
        assert found["events"] == EVENTS
        self._until_in_tables()

    def _take_snapshot(self) -> None:
        """As for an AuthPulseSnapshot."""
        flink, application = AwsFlinkService(self._as_operator), self.names.application
        flink.take_snapshot(application, SNAPSHOT)
        self._until("the snapshot is there", lambda: any(s.status == "READY" for s in _snapshots(flink, application)))

    def _until(self, what: str, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WITHIN.total_seconds()
        while not condition():
            assert time.monotonic() < deadline, f"{what}: not in time"
            time.sleep(0.5)

    def _until_in_tables(self) -> None:
        """Looked at by nobody in particular."""
        athena = Pipeline(self._resource(), self._home, self._place).athena()
        count = "SELECT count(*) FROM auth_events_curated"
        self._until("the events are in the tables", lambda: int(athena.query(count).rows[0][0] or 0) == EVENTS)

    def _as(self, kind: str, module: str, *arguments: str, ends: tuple[int, ...] = (0,)) -> None:
        """Runs a worker with its role."""
        keys = self.aws.client("sts").assume_role(RoleArn=role_arn(self.names, kind), RoleSessionName="worker")[
            "Credentials"
        ]
        environ = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
        command = [sys.executable, "-m", module, "--config", str(self.folder / "home/config.yaml"), *arguments]
        ended = subprocess.run(
            command, env=environ, cwd=self.folder, capture_output=True, text=True, check=False, timeout=1200
        )
        assert ended.returncode in ends, f"{' '.join(command)}:\n{ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
