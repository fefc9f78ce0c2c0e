"""A PyFlink application that writes the numbers from 1 on into files, and the API's calls to run it."""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from support.local_aws import ACCOUNT, REGION, LocalAws

ROOT: Final = Path(__file__).resolve().parents[3]
FLINK_PYTHON: Final = Path(os.environ.get("AUTHPULSE_ENVS") or ROOT / ".envs") / "flink/bin/python"
WITHIN_SECONDS: Final = 240
RUN_OPTIONS: Final = "kinesis.analytics.flink.run.options"

MAIN: Final = """\
import json
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.table import StreamTableEnvironment
from numbers_job import statements

with open("/etc/flink/application_properties.json") as file:
    groups = {g["PropertyGroupId"]: g["PropertyMap"] for g in json.load(file)}
environment = StreamExecutionEnvironment.get_execution_environment()
tables = StreamTableEnvironment.create(environment)
for option, value in groups.get("options", {}).items():
    tables.get_config().set(option, value)
for statement in statements(groups["numbers"]):
    tables.execute_sql(statement)
"""

# what `pyFiles` adds
NUMBERS: Final = '''\
def statements(group):
    yield f"""CREATE TEMPORARY TABLE numbers (n BIGINT) WITH (
        'connector'='datagen', 'rows-per-second'='20',
        'fields.n.kind'='sequence', 'fields.n.start'='1', 'fields.n.end'='{group["last"]}')"""
    yield f"""CREATE TEMPORARY TABLE files (n BIGINT) WITH (
        'connector'='filesystem', 'path'='file://{group["folder"]}', 'format'='json',
        'sink.rolling-policy.rollover-interval'='1 s', 'sink.rolling-policy.check-interval'='500 ms')"""
    yield "INSERT INTO files SELECT n FROM numbers"
'''


def bundle() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("main.py", MAIN)
        zipped.writestr("python/numbers_job.py", NUMBERS)
    return buffer.getvalue()


@dataclass
class NumbersJob:
    """One application. Its numbers are files in `folder`; each number must be there once."""

    aws: LocalAws
    name: str
    folder: Path
    last: int = 100_000
    flink: Any = field(init=False)

    def __post_init__(self) -> None:
        self.flink = self.aws.client("kinesisanalyticsv2")

    @property
    def groups(self) -> list[dict[str, Any]]:
        return [
            {"PropertyGroupId": RUN_OPTIONS, "PropertyMap": {"python": "main.py", "pyFiles": "python/"}},
            {"PropertyGroupId": "numbers", "PropertyMap": {"folder": str(self.folder), "last": str(self.last)}},
        ]

    @property
    def log_stream_arn(self) -> str:
        return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{self.name}:log-stream:job"

    def create(self, *, groups: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        s3 = self.aws.client("s3")
        s3.create_bucket(Bucket=self.name)
        s3.put_object(Bucket=self.name, Key="job.zip", Body=bundle())
        logs = self.aws.client("logs")
        logs.create_log_group(logGroupName=self.name)
        logs.create_log_stream(logGroupName=self.name, logStreamName="job")
        location = {"BucketARN": f"arn:aws:s3:::{self.name}", "FileKey": "job.zip"}
        answer: dict[str, Any] = self.flink.create_application(
            ApplicationName=self.name,
            RuntimeEnvironment="FLINK-2_2",
            ServiceExecutionRole=f"arn:aws:iam::{ACCOUNT}:role/job",
            CloudWatchLoggingOptions=[{"LogStreamARN": self.log_stream_arn}],
            ApplicationConfiguration={
                "ApplicationCodeConfiguration": {
                    "CodeContentType": "ZIPFILE",
                    "CodeContent": {"S3ContentLocation": location},
                },
                "EnvironmentProperties": {"PropertyGroups": groups or self.groups},
                "FlinkApplicationConfiguration": {
                    "CheckpointConfiguration": {
                        "ConfigurationType": "CUSTOM",
                        "CheckpointingEnabled": True,
                        "CheckpointInterval": 1000,
                        "MinPauseBetweenCheckpoints": 200,
                    }
                },
            },
        )
        return answer["ApplicationDetail"]  # type: ignore[no-any-return]

    def describe(self) -> dict[str, Any]:
        detail: dict[str, Any] = self.flink.describe_application(ApplicationName=self.name)["ApplicationDetail"]
        return detail

    def start(self) -> dict[str, Any]:
        """Until the operation has ended; returns its description."""
        return self.ended(self.flink.start_application(ApplicationName=self.name)["OperationId"])

    def stop(self) -> dict[str, Any]:
        return self.ended(self.flink.stop_application(ApplicationName=self.name)["OperationId"])

    def update(self, **changes: Any) -> dict[str, Any]:
        token = self.describe()["ConditionalToken"]
        updated = self.flink.update_application(ApplicationName=self.name, ConditionalToken=token, **changes)
        return self.ended(updated["OperationId"])

    def ended(self, operation: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            described: dict[str, Any] = self.flink.describe_application_operation(
                ApplicationName=self.name, OperationId=operation
            )["ApplicationOperationInfoDetails"]
            return described if described["OperationStatus"] != "IN_PROGRESS" else None

        return until(look, "the operation has ended")

    def processes(self) -> dict[str, int]:
        """Their pids by name, as the run's folder tells them."""
        folder = self.aws.state / "flink" / f"{ACCOUNT}-{REGION}-{self.name}" / "run" / "pid"
        return {file.name: int(file.read_text()) for file in folder.iterdir()}

    def numbers(self) -> list[int]:
        """What is committed, in order of value, doubles included."""
        files = [f for f in self.folder.rglob("part-*") if f.is_file()]
        return sorted(json.loads(line)["n"] for file in files for line in file.read_text().splitlines())

    def await_more_numbers(self) -> None:
        before = len(self.numbers())
        until(lambda: len(self.numbers()) > before, "more numbers are there")

    def check_numbers(self) -> None:
        """None is missing, none is there twice."""
        numbers = self.numbers()
        assert numbers == list(range(1, len(numbers) + 1))


def until[T](look: Callable[[], T | None], what: str) -> T:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {WITHIN_SECONDS} seconds: {what}"
        time.sleep(0.1)
    return found


def is_alive(pid: int) -> bool:
    """A zombie is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
