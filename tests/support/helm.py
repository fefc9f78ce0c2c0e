"""Helm and its helpers for tests: what a chart renders, and releases of it on an API server of the test's own."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from authpulse.cli.places import ROOT
from support.kube import ApiServer

CHART = ROOT / "charts/authpulse"
SECONDS = 240


class HelmFailed(AssertionError):
    """A program refused; the text is what it said."""


def program(name: str) -> str:
    """Where it is: on PATH, or with the cluster's programs."""
    beside = Path(os.environ["KUBEBUILDER_ASSETS"]) / name
    found = shutil.which(name) or (str(beside) if beside.exists() else None)
    assert found, f"no {name}: put it on PATH"
    return found


def run(name: str, *arguments: str, stdin: str | None = None, **environment: str) -> str:
    """What it prints. Raises HelmFailed."""
    ended = subprocess.run(
        [program(name), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, **environment},
    )
    if ended.returncode:
        raise HelmFailed(f"{name} {' '.join(arguments)}: {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def rendered(*settings: str, chart: Path = CHART, namespace: str = "authpulse-system") -> list[dict[str, Any]]:
    """The documents of `helm template` with `--set` of each setting."""
    text = run("helm", "template", "authpulse", str(chart), f"--namespace={namespace}", *chosen(settings))
    return [d for d in yaml.safe_load_all(text) if d]


def chosen(settings: Sequence[str]) -> list[str]:
    return [f"--set={setting}" for setting in settings]


@dataclass(frozen=True)
class Release:
    """A release of the chart. Nothing waits for pods: there are none."""

    server: ApiServer
    namespace: str
    name: str = "authpulse"

    def install(self, *settings: str, chart: Path = CHART) -> str:
        return self._helm("install", self.name, str(chart), *chosen(settings))

    def upgrade(self, *settings: str, chart: Path = CHART) -> str:
        return self._helm("upgrade", self.name, str(chart), *chosen(settings))

    def uninstall(self) -> str:
        return self._helm("uninstall", self.name)

    def _helm(self, *arguments: str) -> str:
        return run("helm", *arguments, f"--namespace={self.namespace}", KUBECONFIG=str(self.server.kubeconfig))
