"""Events per second of the producer: reading and packing alone, and into the local Kinesis on the same machine."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from authpulse import formats
from authpulse.cli.places import ROOT
from authpulse.formats.lines import dataset_of, open_lines
from bench.logs import generated
from bench.results import Measurement, show
from support.local_aws import REGION, RunningAws, running_aws, unique_names

EVENTS = 1_000_000


def replay(*arguments: str, **environ: str) -> tuple[dict[str, Any], float]:
    """Runs the producer; its summary and the CPU seconds it took."""
    command = [sys.executable, "-m", "producer.replay_lanl", "--config", str(ROOT / "config/dev.yaml")]
    before = os.times()
    ended = subprocess.run(
        [*command, *arguments, "--output", "json"], env={**os.environ, **environ}, stdout=subprocess.PIPE, check=True
    )
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return json.loads(ended.stdout), used


def reading(log: Path) -> Measurement:
    """Lines to events, without packs: what the producer cannot be faster than."""
    before = os.times()
    reader = formats.reader("lanl-cyber1", dataset_of(log))
    events = sum(isinstance(reader.read(number, line), formats.Event) for number, line in open_lines(log))
    after = os.times()
    return Measurement("read", events, after.elapsed - before.elapsed, after.user - before.user)


def dry_run(log: Path) -> Measurement:
    summary, cpu = replay("--input", str(log), "--format", "lanl-cyber1", "--dry-run")
    return Measurement("read and pack", summary["events"], summary["run"]["seconds"], cpu, baseline="read")


def into_kinesis(log: Path, aws: RunningAws, folder: Path) -> Measurement:
    names = unique_names()
    aws.client("kinesis").create_stream(StreamName=names.stream, ShardCount=2)
    aws.client("kinesis").get_waiter("stream_exists").wait(StreamName=names.stream, WaiterConfig={"Delay": 1})
    summary, cpu = replay(
        *("--input", str(log), "--format", "lanl-cyber1", "--checkpoint", str(folder / "checkpoint.json")),
        AUTHPULSE_STREAM__NAME=names.stream,
        AWS_ENDPOINT_URL=aws.endpoint,
        AWS_REGION=REGION,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
    )
    return Measurement(
        "read, pack and send", summary["events"], summary["run"]["seconds"], cpu, baseline="read and pack"
    )


def measure(folder: Path) -> list[Measurement]:
    log = generated(EVENTS)
    with running_aws(folder / "aws") as aws:
        return [reading(log), dry_run(log), into_kinesis(log, aws, folder)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        show("producer", measure(Path(temporary)))
