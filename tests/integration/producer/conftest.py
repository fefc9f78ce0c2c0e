"""A stream of the test's own in the local Kinesis, and the producer as a process against it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from authpulse.cli.places import ROOT
from support.local_aws import RunningAws, unique_names

SHARDS = 2
SECONDS = 60


@dataclass
class Site:
    """Where a test's producer runs and what it has sent."""

    aws: RunningAws
    folder: Path
    environment: str
    stream: str

    def configuration(self, **producer: Any) -> Path:
        path = self.folder / "config.yaml"
        document = {
            "environment": self.environment,
            "aws": {"endpoint_url": self.aws.endpoint},
            "producer": {"buckets": 8, **producer},
        }
        path.write_text(yaml.safe_dump(document))
        return path

    def command(self, log: Path | str, *arguments: str, **producer: Any) -> list[str]:
        config = self.configuration(**producer)
        return [
            *(sys.executable, "-m", "producer.replay_lanl"),
            *("--config", str(config), "--input", str(log), *arguments),
        ]

    def run(self, log: Path | str, *arguments: str, **producer: Any) -> "subprocess.CompletedProcess[str]":
        """The producer to its end."""
        return subprocess.run(
            self.command(log, *arguments, **producer), cwd=self.folder, capture_output=True, text=True, check=False
        )

    def start(self, log: Path, *arguments: str, **producer: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command(log, *arguments, **producer),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def shards(self) -> list[list[dict[str, Any]]]:
        """Everything in the stream, shard by shard."""
        kinesis = self.aws.client("kinesis")
        return [
            list(read_shard(kinesis, self.stream, s["ShardId"]))
            for s in kinesis.list_shards(StreamName=self.stream)["Shards"]
        ]

    def elements(self) -> list[dict[str, Any]]:
        return [e for shard in self.shards() for e in shard]

    def until(self, what: str, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{what}: not within {SECONDS} s"
            time.sleep(0.02)


def read_shard(kinesis: Any, stream: str, shard: str) -> Iterator[dict[str, Any]]:
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    while True:
        answer = kinesis.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            yield from json.loads(record["Data"])
        if answer["MillisBehindLatest"] == 0:
            return
        iterator = answer["NextShardIterator"]


@pytest.fixture
def site(local_aws: RunningAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    names = unique_names()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    kinesis = local_aws.client("kinesis")
    kinesis.create_stream(StreamName=names.stream, ShardCount=SHARDS)
    kinesis.get_waiter("stream_exists").wait(StreamName=names.stream)
    yield Site(local_aws, tmp_path, names.environment, names.stream)
    kinesis.delete_stream(StreamName=names.stream)
