"""A real cluster and the programs that talk to it: kubectl, helm, and what brings a cluster up where none is named."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from authpulse.cli.places import ROOT
from support import install_pages as pages

SECONDS: Final = 300
"""For one call of a program; what waits longer says so."""


class ProgramFailed(AssertionError):
    """A program ended badly; the text has what it said."""


def run(*command: str, seconds: float = SECONDS, stdin: str | None = None, cwd: Path = ROOT, **environment: str) -> str:
    """What a program prints. Raises ProgramFailed."""
    ended = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **environment},
        cwd=cwd,
    )
    if ended.returncode:
        said = (ended.stdout + ended.stderr)[-6000:]
        raise ProgramFailed(f"{' '.join(command)}: exit code {ended.returncode}\n{said}")
    return ended.stdout


@dataclass(frozen=True)
class Cluster:
    """One that answers."""

    kubeconfig: Path

    def kubectl(self, *arguments: str, seconds: float = SECONDS, stdin: str | None = None) -> str:
        return run("kubectl", f"--kubeconfig={self.kubeconfig}", *arguments, seconds=seconds, stdin=stdin)

    def helm(self, *arguments: str, seconds: float = SECONDS) -> str:
        return run("helm", f"--kubeconfig={self.kubeconfig}", *arguments, seconds=seconds)

    def found(self, *arguments: str) -> list[dict[str, Any]]:
        """What `kubectl get` lists."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json"))["items"]
        return items

    def apply(self, document: dict[str, Any], namespace: str) -> None:
        self.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(document))

    def make_namespace(self, name: str) -> None:
        """Under Pod Security's level Restricted: what does not meet it is refused."""
        label = {"pod-security.kubernetes.io/enforce": "restricted"}
        document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": label}}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(document))

    def load(self) -> None:
        """Images onto the node, past every registry. A cluster that is not kind's has to have them already."""
        context = self.kubectl("config", "current-context").strip()
        if context.startswith("kind-"):
            name = context.removeprefix("kind-")
            run(*shlex.split(pages.LOAD), seconds=900, KUBECONFIG=str(self.kubeconfig), KIND_CLUSTER_NAME=name)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """The one that KUBECONFIG names, which stays; otherwise one of `kube-up`, taken down afterwards."""
    if named := os.environ.get("KUBECONFIG"):
        yield Cluster(Path(named))
        return
    said = run("kube-up")
    found = re.search(r"KUBECONFIG=(\S+)", said)
    assert found, said
    try:
        yield Cluster(Path(found[1]))
    finally:
        run("kube-down", seconds=900)


def build_images() -> None:
    """The three, as the page has it, by what Docker has kept of earlier builds."""
    buildkit = os.environ.get("DOCKER_BUILDKIT", "0")
    run("bash", "-euc", pages.BUILD, seconds=1800, DOCKER_BUILDKIT=buildkit)


def missing_programs() -> list[str]:
    """What a run would need and does not find."""
    own = () if os.environ.get("KUBECONFIG") else ("kube-up",)
    return [program for program in ("docker", "helm", "kubectl", *own) if not shutil.which(program)]
