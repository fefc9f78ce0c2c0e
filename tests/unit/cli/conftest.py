"""The commands in this process: what they print and end with, over a world in memory where they need one."""

import json
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from authpulse.cli import places, up
from authpulse.cli.app import main
from authpulse.cli.kubectl.app import main as kubectl_main
from authpulse.cli.pipeline import Pipeline
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAws
from authpulse_operator.adapters.local.status_file import StatusFile
from authpulse_operator.runtime.passes import World
from doubles.world import FakeWorld
from lakehouse.athena import Answer
from lakehouse.tables import ALERTS, CURATED, QUARANTINE, RAW


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        return [line.removeprefix("error: ") for line in self.err.splitlines() if line.startswith("error: ")]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of everything that the commands keep; and what they change of our environment is taken back."""
    for name in ("NO_PROXY", "no_proxy", "JAVA_HOME"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("AUTHPULSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def command(*arguments: str | Path) -> Ended:
        code = main([str(a) for a in arguments])
        return Ended(code, *capsys.readouterr())

    return command


@pytest.fixture
def kubectl(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """`kubectl authpulse`."""

    def command(*arguments: str | Path) -> Ended:
        code = kubectl_main([str(a) for a in arguments])
        return Ended(code, *capsys.readouterr())

    return command


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("1,U1,C1\n2,U2,C2\n")
    return path


@pytest.fixture
def written(tmp_path: Path, log: Path) -> Callable[..., Path]:
    """Writes a manifest with the given parts of a spec."""

    def write(**spec: Any) -> Path:
        path = tmp_path / "pipeline.yaml"
        spec = {
            "environment": "dev",
            "replays": [{"name": "first", "input": log.name, "format": "lanl-auth"}],
            **spec,
        }
        document = {"apiVersion": "authpulse.io/v1alpha1", "kind": "AuthPulse", "metadata": {"name": "dev"}}
        path.write_text(yaml.safe_dump({**document, "spec": spec}))
        return path

    return write


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@dataclass
class FakeLocalAws:
    """`LocalAwsProcess` without a process."""

    home: Path
    log: Path = Path("/nowhere/localstack.log")
    incarnation: str = "one"
    is_running: bool = False
    starts: int = 0

    def find(self, *, within_seconds: float = 0) -> LocalAws | None:
        return LocalAws("http://127.0.0.1:4599", self.incarnation) if self.is_running else None

    def start(self, port: int | None = None) -> LocalAws:
        self.is_running, self.starts = True, self.starts + 1
        found = self.find()
        assert found is not None
        return found

    def stop(self) -> bool:
        self.is_running, was = False, self.is_running
        return was

    def lose_state(self) -> None:
        """It is killed; the next one knows nothing."""
        self.is_running, self.incarnation = False, self.incarnation + "'"


@dataclass
class FakeAthena:
    """The tables as they would be if every event of every replay had been written, later by `queries_behind`."""

    world: FakeWorld
    queries_behind: int = 0
    asked: list[str] = field(default_factory=list)

    def query(self, sql: str, *, within_seconds: float = 0) -> Answer:
        self.asked.append(sql)
        if "UNION ALL" in sql:
            sent = {
                n: p.events for n, p in self.world.workloads.progress.items() if "LIKE" not in sql or f"'{n}:" in sql
            }
            events = sum(sent.values())
            if self.queries_behind > 0:
                self.queries_behind, events = self.queries_behind - 1, 0
            rows = [(RAW.name, str(events)), (CURATED.name, str(events)), (QUARANTINE.name, "0"), (ALERTS.name, "1")]
            return self._answer(("name", "n"), [r for r in rows if f"'{r[0]}'" in sql])
        if "lag_seconds" in sql:
            return self._answer(("lag_seconds",), [("7",)])
        if "GROUP BY rule_id" in sql:
            return self._answer(("rule_id", "alerts"), [("NEW_DEVICE", "1")])
        if "explanation" in sql:
            columns = ("event_time", "rule_id", "entity_id", "risk_level", "explanation")
            return self._answer(columns, [("2025-06-02 09:00:00.000", "NEW_DEVICE", "U2", "HIGH", "new [host] C9")])
        return self._answer(("user_id", "note"), [("U1[/]", None), ("U2", "[bold]x")])

    @staticmethod
    def _answer(columns: tuple[str, ...], rows: Sequence[tuple[str | None, ...]]) -> Answer:
        return Answer(columns, tuple(rows), scanned_bytes=1234, seconds=0.5)


@dataclass
class Machine:
    """A machine on which everything is installed and built, with a world in memory."""

    world: FakeWorld
    process: FakeLocalAws
    athena: FakeAthena
    home: Home

    @property
    def writes(self) -> list[str]:
        looks = {"describe", "job_health", "missing", "open_shards", "has"}
        parts = (self.world.foundations, self.world.artifacts, self.world.flink, self.world.workloads)
        return [c for part in parts for c in part.switches.calls if c not in looks]

    def world_of(self, pipeline: Pipeline) -> World:
        return replace(self.world.ports(), status=StatusFile(pipeline.home.status))

    def local_aws_of(self, home: Home) -> FakeLocalAws:
        return self.process

    def forget(self) -> None:
        """The world of a local AWS that has lost its state."""
        self.process.lose_state()
        self.world = FakeWorld()
        self.athena.world = self.world


@pytest.fixture
def machine(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    world = FakeWorld()
    made = Machine(world, FakeLocalAws(home), FakeAthena(world), Home(home / "dev"))
    zip_ = tmp_path / "job.zip"
    zip_.write_bytes(b"code")
    monkeypatch.setattr(places, "JOB_ZIP", zip_)
    monkeypatch.setattr(places, "require_java", lambda: None)
    monkeypatch.setattr(up, "POLL_SECONDS", 0.001)
    for module in ("up", "down", "status", "pipeline", "plan"):
        monkeypatch.setattr(f"authpulse.cli.{module}.local_aws_of", made.local_aws_of)

    def world_of(pipeline: Pipeline) -> World:  # a plain function, so that it becomes a method
        return made.world_of(pipeline)

    monkeypatch.setattr(Pipeline, "world", world_of)
    monkeypatch.setattr(Pipeline, "athena", lambda _pipeline: made.athena)
    return made
