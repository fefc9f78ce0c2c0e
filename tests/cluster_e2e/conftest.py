"""A cluster with the images of this checkout on its node; and at the end, how long each step took."""

import io
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from cluster_e2e.cluster import Cluster, build_images, missing_programs, running_cluster
from rich.console import Console
from rich.table import Table

from support.leaving_out import left_out

TAG = os.environ.get("AUTHPULSE_E2E_TAG") or "0.1.0"
"""That of the pages of docs/install. Images of a tag that is given are on the nodes already."""
STEPS = pytest.StashKey["Steps"]()


@dataclass
class Steps:
    """What was waited for, and for how long."""

    taken: list[tuple[str, float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What else a reader of the table wants to know."""
    _began: float = field(default_factory=time.monotonic)

    def done(self, what: str) -> None:
        """Since the last step, or the beginning."""
        now = time.monotonic()
        self.taken.append((what, now - self._began))
        self._began = now


@pytest.fixture(scope="session")
def steps(pytestconfig: pytest.Config) -> Steps:
    return pytestconfig.stash.setdefault(STEPS, Steps())


@pytest.fixture(scope="session")
def cluster(steps: Steps) -> Iterator[Cluster]:
    """Where it cannot be, the test is left out; with CI=true that is a failure."""
    if missing := missing_programs():
        left_out(f"no {', '.join(missing)}; without kube-up, KUBECONFIG has to name a cluster")
    built = "AUTHPULSE_E2E_TAG" not in os.environ
    if built:
        build_images()
    steps.done("images built")
    with running_cluster() as running:
        steps.done("a cluster is there")
        if built:
            running.load()
        steps.done("images are on its node")
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    steps = config.stash.get(STEPS, None)
    if steps is None or not steps.taken:
        return
    table = Table("step", "seconds")
    for what, seconds in steps.taken:
        table.add_row(what, f"{seconds:.1f}")
    table.add_row("all", f"{sum(s for _, s in steps.taken):.1f}")
    console = Console(record=True, width=100, file=io.StringIO())
    console.print(table)
    terminalreporter.write_line(console.export_text())
    for note in steps.notes:
        terminalreporter.write_line(note)
