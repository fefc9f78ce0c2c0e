"""An API server for charts: with nothing installed, since installing is what is under test here."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from itertools import count
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
    if any(map(_is_going, _found(_extensions(api_server)))):
        until_definitions_are_gone(api_server)
    if not _found(_extensions(api_server)):
        api_server.install(sorted((ROOT / "deploy/crds").glob("*.yaml")))


@pytest.fixture
def no_definitions(api_server: ApiServer) -> None:
    """None are there, as in a cluster that has never seen us."""
    extensions = _extensions(api_server)
    for definition in _found(extensions):
        if not _is_going(definition):
            with _unless_gone():
                extensions.delete_custom_resource_definition(definition.metadata.name)
    until_definitions_are_gone(api_server)


def until_definitions_are_gone(api_server: ApiServer) -> None:
    """They are deleted already, and are changed until they are gone.

    An API server that is asked for the objects of a kind before its storage has begun fails, tries once more with what
    it knew of the definition before, and then waits for a change of it or for five minutes.
    """
    extensions, changes = _extensions(api_server), count()

    def are_gone() -> bool:
        found = _found(extensions)
        change = {"metadata": {"annotations": {"tests/changes": str(next(changes))}}}
        for definition in found:
            with _unless_gone():
                extensions.patch_custom_resource_definition(definition.metadata.name, change)
        return not found

    until(are_gone, "the definitions are gone", seconds=120, every=1)


def _extensions(api_server: ApiServer) -> client.ApiextensionsV1Api:
    return client.ApiextensionsV1Api(api_server.client())


def _found(extensions: client.ApiextensionsV1Api) -> list[client.V1CustomResourceDefinition]:
    listed = extensions.list_custom_resource_definition().items
    return [definition for definition in listed if definition.spec.group == "authpulse.io"]


def _is_going(definition: client.V1CustomResourceDefinition) -> bool:
    """Deleted, but listed until its finalizers have run."""
    return definition.metadata.deletion_timestamp is not None


def _unless_gone() -> AbstractContextManager[None]:
    """An uninstall of an earlier test may be deleting the same one at the same moment: either may be first."""
    return suppress(client.exceptions.NotFoundException)
