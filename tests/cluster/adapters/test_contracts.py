"""What `tests/contract` says of ports holds for a cluster's adapters: the same sentences, over a real API server."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from contract import test_status_writer, test_workloads
from contract.test_workloads import Site

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.status import KubeStatus
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from authpulse_operator.adapters.local.clock import SystemClock
from doubles.kube import NAMES, WORKER, JobController, resource_of
from doubles.node import Folder, Node


def promises(module: ModuleType, *given: str) -> list[Callable[..., None]]:
    """Tests of a module that ask for no more than what is given."""
    tests = (f for name, f in vars(module).items() if name.startswith("test_") and inspect.isfunction(f))
    found = [f for f in tests if tuple(inspect.signature(f).parameters) == given]
    assert found
    return found


def sentence(promise: object) -> str:
    return getattr(promise, "__name__", str(promise)).removeprefix("test_")


@pytest.mark.parametrize("promise", promises(test_status_writer, "reopened"), ids=sentence)
def test_of_a_status_it_holds_that(promise: Callable[..., None], api: KubeApi, owner: Owner) -> None:
    promise(lambda: KubeStatus.read_afresh(api, owner, clock=SystemClock()))


@pytest.fixture
def site(api: KubeApi, owner: Owner, controller: JobController, tmp_path: Path) -> Iterator[Site]:
    log = tmp_path / "log.csv"
    log.write_text("1,U1,C1\n")
    workloads = KubeWorkloads(
        api,
        SharedLists(api, fresh_seconds=0),
        resource_of(owner),
        names=NAMES,
        settings=WORKER,
        progress=Folder(tmp_path / "bucket"),
        clock=SystemClock(),
    )
    with Node(controller, tmp_path / "bucket"):
        yield Site(workloads, log, lambda: _write(log, "broken"), lambda: _write(log, "in order"))


def _write(log: Path, text: str) -> None:
    log.write_text(text)


@pytest.mark.parametrize("promise", promises(test_workloads, "site"), ids=sentence)
def test_of_workloads_it_holds_that(promise: Callable[..., None], site: Site) -> None:
    promise(site)


@pytest.mark.parametrize("state", ["Pending", "Completed"])
@pytest.mark.parametrize("promise", promises(test_workloads, "site", "state"), ids=sentence)
def test_of_workloads_in_a_state_it_holds_that(promise: Callable[..., None], site: Site, state: str) -> None:
    promise(site, state)
