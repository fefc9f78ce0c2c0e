"""A resource that lives with a real Flink: the operator as a process of its own, a real API server, the local AWS."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from authpulse.cli.places import JOB_ZIP, ROOT
from authpulse.configuration import LOCAL_ACCOUNT, Aws
from authpulse.names import Names
from lakehouse.athena import Athena
from lakehouse.clients import Clients
from support.kube import ApiServer, Resources, until
from support.local_aws import REGION, RunningAws
from support.logs import write_lanl_auth

EVENTS, ACCOUNTS = 3000, 30
SECONDS = 240


@dataclass
class Life:
    """The resource, named as its environment is; what is put into its stream; and how long each step took."""

    environment: str
    resources: Resources
    aws: RunningAws
    folder: Path
    operator: subprocess.Popen[bytes]
    logs: list[str] = field(default_factory=list)
    steps: list[tuple[str, float]] = field(default_factory=list)

    @property
    def names(self) -> Names:
        return Names(self.environment, LOCAL_ACCOUNT, REGION)

    @property
    def configuration(self) -> Path:
        """A file for the workers: what the operator hands to those in a cluster."""
        path = self.folder / "config.yaml"
        aws = {"account": LOCAL_ACCOUNT, "region": REGION, "endpoint_url": self.aws.endpoint}
        path.write_text(yaml.safe_dump({"environment": self.environment, "aws": aws}))
        return path

    def resource(self, **spec: Any) -> dict[str, Any]:
        """A manifest whose job checkpoints often and is soon taken for healthy."""
        flink = {
            "parallelism": 2,
            "parallelismPerKPU": 2,
            "checkpointing": {"intervalSeconds": 2, "minPauseSeconds": 1},
            "health": {"stableForSeconds": 2, "timeoutSeconds": 300, "maxRestarts": 2},
        }
        return {
            "apiVersion": "authpulse.io/v1alpha1",
            "kind": "AuthPulse",
            "metadata": {"name": self.environment},
            "spec": {"environment": self.environment, "flink": {**flink, **spec.pop("flink", {})}, **spec},
        }

    def step(self, what: str, change: Callable[[], Any], reached: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Changes something, and waits until the status says what it should."""
        began = time.monotonic()
        change()
        status: dict[str, Any] = {}

        def is_there() -> Any:
            assert self.operator.poll() is None, f"the operator has ended: {self.last_words()}"
            status.clear()
            status.update(self.resources.get(self.environment).get("status", {}))
            return reached(status)

        try:
            until(is_there, what, seconds=SECONDS, every=0.2)
        except AssertionError as late:
            raise AssertionError(f"{late}: {status}\n{self.last_words()}") from late
        self.steps.append((what, time.monotonic() - began))
        return status

    def spec(self, **changes: Any) -> Callable[[], Any]:
        return lambda: self.resources.merge(self.environment, {"spec": changes})

    def replay(self) -> None:
        """Sends a log of its own through the producer."""
        name = f"log{len(self.logs)}"
        self.send(write_lanl_auth(self.folder / f"{name}.csv", events=EVENTS, prefix="", accounts=ACCOUNTS))
        self.logs.append(name)

    def send(self, log: Path) -> None:
        """Sends any log through the producer."""
        subprocess.run(
            [
                *(sys.executable, "-m", "producer.replay_lanl", "--config", str(self.configuration)),
                *("--input", str(log), "--format", "lanl-auth", "--dataset", log.stem),
                *("--checkpoint", str(log.with_suffix(".json"))),
            ],
            check=True,
            capture_output=True,
        )

    def rows(self, sql: str) -> list[dict[str, str | None]]:
        clients = Clients(Aws(region=self.names.region, endpoint_url=self.aws.endpoint))
        return Athena(clients, self.names.database, self.names.work_group).query(sql).dicts()

    def until_written(self) -> None:
        wanted = str(EVENTS * len(self.logs))
        count = "SELECT count(*) AS n FROM auth_events_curated"
        until(lambda: self.rows(count)[0]["n"] == wanted, "every event is in the table", seconds=SECONDS, every=1)

    def show(self) -> None:
        """Prints how long each step took."""
        table = Table("step", "seconds")
        for what, seconds in self.steps:
            table.add_row(what, f"{seconds:.1f}")
        Console().print(table)

    def last_words(self) -> str:
        return (self.folder / "operator.log").read_text()[-4000:]


@contextmanager
def living(
    environment: str, api_server: ApiServer, resources: Resources, aws: RunningAws, folder: Path, **more: str
) -> Iterator[Life]:
    """With an operator that looks after the namespace of `resources`; stopped at the end. `more` are its settings."""
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
        **more,
    }
    with (folder / "operator.log").open("wb") as log:
        command = [sys.executable, "-m", "authpulse_operator"]
        operator = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
    try:
        yield Life(environment, resources, aws, folder, operator)
    finally:
        operator.terminate()
        operator.wait(60)


def condition(status: dict[str, Any], kind: str) -> tuple[str, str]:
    found = next((c for c in status.get("conditions", []) if c["type"] == kind), {})
    return found.get("status", ""), found.get("reason", "")


def is_ready(status: dict[str, Any]) -> bool:
    return condition(status, "Ready") == ("True", "AsSpecified")
