"""One real API server for all tests here, with AuthPulse's resources installed; a namespace for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.kube import ApiServer, Resources, running_api_server

DEFINITIONS = Path(__file__).parents[2] / "deploy/crds"


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """etcd and kube-apiserver of the folder KUBEBUILDER_ASSETS, shared: a test that stops it starts it again."""
    with running_api_server(tmp_path_factory.mktemp("kube"), Path(os.environ["KUBEBUILDER_ASSETS"])) as server:
        server.install(sorted(DEFINITIONS.glob("*.yaml")))
        yield server


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    return api_server.create_namespace()


@pytest.fixture
def resources(api_server: ApiServer, namespace: str) -> Resources:
    """AuthPulse resources of the test's namespace."""
    return Resources(api_server, namespace)


@pytest.fixture
def snapshots(api_server: ApiServer, namespace: str) -> Resources:
    """AuthPulseSnapshot resources of the test's namespace."""
    return Resources(api_server, namespace, "authpulsesnapshots")
