"""A node with one duty: the commands of Jobs run as processes here, with the producer that sends nothing in place of
the real one and a folder in place of S3. What becomes of them is said to a real API server."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from authpulse_operator.adapters.kube.jobs import state_of
from authpulse_operator.adapters.kube.kinds import JOBS
from doubles import producer
from doubles.kube import JobController

SECONDS_BETWEEN_LOOKS = 0.05
SECONDS_TO_END = 10


@dataclass
class Folder:
    """`ProgressReader` of the folder that stands for the bucket."""

    path: Path

    def read(self, key: str) -> Mapping[str, Any] | None:
        kept = self.path / key
        return json.loads(kept.read_text()) if kept.exists() else None


@dataclass
class Node:
    """A context: Jobs of the controller's namespace run while it is open."""

    controller: JobController
    folder: Path
    _pods: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        for uid in list(self._pods):
            self._end(uid)

    def _run(self) -> None:
        while not self._closing.wait(SECONDS_BETWEEN_LOOKS):
            jobs = self.controller.api.list(JOBS, self.controller.owner.namespace)
            for gone in self._pods.keys() - {j["metadata"]["uid"] for j in jobs}:
                self._end(gone)
            for job in jobs:
                self._look_at(job)

    def _look_at(self, job: dict[str, Any]) -> None:
        name, uid = job["metadata"]["name"], job["metadata"]["uid"]
        pod = self._pods.get(uid)
        match state_of(job):
            case "Stopping":
                if pod is not None:
                    self._end(uid)
                self.controller.holds(name)
            case "Running" if pod is None:
                self.controller.begins(name)
                self._pods[uid] = self._start(job)
            case "Running" if pod is not None and pod.poll() is not None:
                said = pod.communicate()[1]
                del self._pods[uid]
                if pod.returncode == 0:
                    self.controller.completes(name)
                else:
                    self.controller.fails(name, last_words=said, exit_code=pod.returncode)

    def _start(self, job: dict[str, Any]) -> "subprocess.Popen[str]":
        (container,) = job["spec"]["template"]["spec"]["containers"]
        asked = container["command"][container["command"].index("producer.replay_lanl") + 1 :]
        del asked[asked.index("--output") : asked.index("--output") + 2]  # this producer prints nothing
        arguments = [self._here(a) for a in asked]
        for kept in (a for a in arguments if a.startswith(str(self.folder))):
            Path(kept).parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(Path(producer.__file__)), *arguments]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def _here(self, argument: str) -> str:
        """s3://bucket/key in the folder."""
        return str(self.folder / argument.split("/", 3)[3]) if argument.startswith("s3://") else argument

    def _end(self, uid: str) -> None:
        pod = self._pods.pop(uid)
        pod.terminate()
        pod.communicate(timeout=SECONDS_TO_END)
