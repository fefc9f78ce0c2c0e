"""An API server for charts: with nothing installed, since installing is what is under test here."""

import contextlib
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
    extensions = client.ApiextensionsV1Api(api_server.client())
    until(lambda: not any(map(_is_going, _found(extensions))), "those of an earlier test are gone", seconds=120)
    if not _found(extensions):
        api_server.install(sorted((ROOT / "deploy/crds").glob("*.yaml")))


@pytest.fixture
def no_definitions(api_server: ApiServer) -> None:
    """None are there, as in a cluster that has never seen us."""
    extensions = client.ApiextensionsV1Api(api_server.client())
    for definition in _found(extensions):
        if not _is_going(definition):
            _delete(extensions, definition.metadata.name)
    until(lambda: not _found(extensions), "the definitions are gone", seconds=120)


def _found(extensions: client.ApiextensionsV1Api) -> list[client.V1CustomResourceDefinition]:
    listed = extensions.list_custom_resource_definition().items
    return [definition for definition in listed if definition.spec.group == "authpulse.io"]


def _is_going(definition: client.V1CustomResourceDefinition) -> bool:
    """Deleted, but listed until its finalizers have run."""
    return definition.metadata.deletion_timestamp is not None


def _delete(extensions: client.ApiextensionsV1Api, name: str) -> None:
    """An uninstall of an earlier test may delete the same one at the same moment: either may be first."""
    with contextlib.suppress(client.exceptions.NotFoundException):
        extensions.delete_custom_resource_definition(name)
