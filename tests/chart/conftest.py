"""An API server for charts: with nothing installed, since installing is what is under test here."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client

from authpulse.cli.places import ROOT
from support.kube import ApiServer, running_api_server, until


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with running_api_server(tmp_path_factory.mktemp("kube"), Path(os.environ["KUBEBUILDER_ASSETS"])) as server:
        yield server


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    return api_server.create_namespace()


@pytest.fixture
def definitions(api_server: ApiServer) -> None:
    """Installed, by nobody's release."""
    if not _found(api_server):
        api_server.install(sorted((ROOT / "deploy/crds").glob("*.yaml")))


@pytest.fixture
def no_definitions(api_server: ApiServer) -> None:
    """None are there, as in a cluster that has never seen us."""
    extensions = client.ApiextensionsV1Api(api_server.client())
    for name in _found(api_server):
        extensions.delete_custom_resource_definition(name)
    until(lambda: not _found(api_server), "the definitions are gone", seconds=120)


def _found(api_server: ApiServer) -> list[str]:
    listed = client.ApiextensionsV1Api(api_server.client()).list_custom_resource_definition().items
    return [definition.metadata.name for definition in listed if definition.spec.group == "authpulse.io"]
