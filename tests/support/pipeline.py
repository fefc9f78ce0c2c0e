"""A whole pipeline of its own folder, driven by the commands that a person uses."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from authpulse.cli.places import ROOT

AUTHPULSE = str(ROOT / "bin/authpulse")
ENVIRONMENT = "dev"


@dataclass
class PipelineRun:
    """`folder` holds the manifest and everything that the pipeline keeps."""

    folder: Path
    flink: Mapping[str, Any] = field(default_factory=dict)
    """Changes to the manifest's flink section."""
    replays: list[dict[str, Any]] = field(default_factory=list)
    minutes: float = 8

    @property
    def home(self) -> Path:
        return self.folder / "home" / ENVIRONMENT

    def manifest(self) -> Path:
        flink = {
            "parallelism": 2,
            "parallelismPerKPU": 2,
            "checkpointing": {"intervalSeconds": 2, "minPauseSeconds": 1},
            "health": {"stableForSeconds": 1, "timeoutSeconds": 300},
        }
        spec = {"environment": ENVIRONMENT, "flink": {**flink, **self.flink}, "replays": self.replays}
        path = self.folder / "pipeline.yaml"
        document = {"apiVersion": "authpulse.io/v1alpha1", "kind": "AuthPulse", "metadata": {"name": ENVIRONMENT}}
        path.write_text(yaml.safe_dump({**document, "spec": spec}))
        return path

    def authpulse(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end. With `check` a failure fails the test with what it said."""
        ended = subprocess.run(
            [AUTHPULSE, *arguments], env=self._environ(), capture_output=True, text=True, check=False
        )
        assert not check or ended.returncode == 0, f"authpulse {' '.join(arguments)}: {ended.stderr[-4000:]}"
        return ended

    def up(self, *arguments: str) -> dict[str, Any]:
        """`authpulse up`; its report."""
        ended = self.authpulse("up", "-f", str(self.manifest()), *self._within(), "--output", "json", *arguments)
        report: dict[str, Any] = json.loads(ended.stdout)
        return report

    @contextmanager
    def coming_up(self) -> Iterator[subprocess.Popen[str]]:
        """`authpulse up` beside the test, which ends when the block does; it must succeed."""
        command = [AUTHPULSE, "up", "-f", str(self.manifest()), *self._within(), "--output", "json"]
        said = (self.folder / "up.log").open("w+")
        with said, subprocess.Popen(command, env=self._environ(), stdout=said, stderr=said, text=True) as process:
            try:
                yield process
                process.wait(self.minutes * 60)
            finally:
                process.kill()
        assert process.returncode == 0, (self.folder / "up.log").read_text()[-4000:]

    def query(self, sql: str) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = json.loads(self.authpulse("query", "--output", "json", sql).stdout)
        return answer

    def events_sent(self, replay: str) -> int:
        """By the replay's checkpoint, which is behind the truth and never before it."""
        checkpoint = self.home / "replays" / replay / "checkpoint.json"
        try:
            return int(json.loads(checkpoint.read_text())["events"])
        except (FileNotFoundError, KeyError, ValueError):
            return 0

    def wait_for(self, what: str, condition: Callable[[], bool], *, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what}: not within {seconds} s\n{self._last_words()}"
            time.sleep(0.05)

    def processes(self, *words: str) -> list[int]:
        """Ids of the processes of this pipeline whose command line has all the words."""
        listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        wanted = (*words, str(self.folder))
        return [int(line.split()[0]) for line in listed.splitlines() if all(w in line for w in wanted)]

    def kill(self, *words: str) -> int:
        """SIGKILL to the one process whose command line has all the words; its id."""
        (pid,) = self.processes(*words)
        os.kill(pid, signal.SIGKILL)
        return pid

    def _within(self) -> tuple[str, str]:
        return "--minutes", str(self.minutes)

    def _environ(self) -> dict[str, str]:
        return {**os.environ, "AUTHPULSE_HOME": str(self.folder / "home")}

    def _last_words(self) -> str:
        log = self.folder / "up.log"
        return log.read_text()[-3000:] if log.exists() else ""


@contextmanager
def pipeline(folder: Path, **settings: Any) -> Iterator[PipelineRun]:
    """A pipeline that leaves nothing running behind."""
    run = PipelineRun(folder, **settings)
    try:
        yield run
    finally:
        run.authpulse("down", "--purge", check=False)
