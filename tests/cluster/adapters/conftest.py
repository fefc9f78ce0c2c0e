"""The adapters of a cluster, each over the one real API server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from doubles.clock import FakeClock
from doubles.kube import NAMES, WORKER, Calls, Checkpoints, JobController, make_resource, resource_of
from support.kube import ApiServer


@pytest.fixture
def calls() -> Calls:
    """Those made through `api`."""
    return Calls()


@pytest.fixture
def api(api_server: ApiServer, calls: Calls) -> Iterator[KubeApi]:
    connected = KubeApi.connect(api_server.kubeconfig, on_call=calls)
    yield connected
    connected.close()


@pytest.fixture
def other_api(api_server: ApiServer) -> Iterator[KubeApi]:
    """Somebody else's, not counted."""
    connected = KubeApi.connect(api_server.kubeconfig)
    yield connected
    connected.close()


@pytest.fixture
def owner(other_api: KubeApi, namespace: str) -> Owner:
    """A resource named dev."""
    return make_resource(other_api, namespace)


@pytest.fixture
def controller(other_api: KubeApi, owner: Owner) -> JobController:
    return JobController(other_api, owner)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def checkpoints() -> Checkpoints:
    return Checkpoints()


MakeWorkloads = Callable[..., KubeWorkloads]


@pytest.fixture
def workloads_of(api: KubeApi, owner: Owner, checkpoints: Checkpoints, clock: FakeClock) -> MakeWorkloads:
    """Makes workloads for a spec, by default of the resource dev. Every look is a new one."""

    def make(of: Owner = owner, *, settings: WorkerSettings = WORKER, **spec: Any) -> KubeWorkloads:
        lists = SharedLists(api, fresh_seconds=0)
        return KubeWorkloads(
            api, lists, resource_of(of, **spec), names=NAMES, settings=settings, progress=checkpoints, clock=clock
        )

    return make
