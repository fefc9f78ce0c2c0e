"""The state of LocalStack's own services: its stores and moto's backends, found as LocalStack itself finds them."""

import logging
import pickle
import threading
from pathlib import Path
from typing import Any, Final

from localstack.services.plugins import SERVICE_PLUGINS
from localstack.state import pickle as localstack_pickle
from localstack.state.core import StateVisitor

from authpulse_localstack.state.keeper import KEEPER
from authpulse_localstack.state.objects import load_objects, save_objects

LOG = logging.getLogger(__name__)

SERVICES: Final = ("s3", "glue", "iam", "logs", "cloudwatch", "sns", "sqs")


@localstack_pickle.register(type(threading.RLock()))
def _pickle_lock(pickler: Any, lock: Any) -> None:
    """A lock comes back free. dill would restore it as held by a thread that is gone."""
    pickler.save_reduce(threading.RLock, (), obj=lock)


class _Containers(StateVisitor):
    """Collects what a service keeps its state in; asset folders are files and not collected."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def visit(self, state_container: Any) -> None:
        if isinstance(state_container, dict):
            self.found.append(state_container)


def keep_service(name: str) -> None:
    """Lets a loaded service take part."""
    KEEPER.keep(name, lambda folder: _save(name, folder), lambda folder: _load(name, folder))


def keep_loaded_services() -> None:
    """Every service that was used by now."""
    for name in SERVICES:
        if name in SERVICE_PLUGINS.list_loaded_services():
            keep_service(name)


def _containers(name: str) -> list[dict[str, Any]]:
    visitor = _Containers()
    SERVICE_PLUGINS.require(name).accept_state_visitor(visitor)
    return visitor.found


def _save(name: str, folder: Path) -> None:
    for number, container in enumerate(_containers(name)):
        try:
            (folder / f"{number}.pickle").write_bytes(localstack_pickle.dumps(container))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise RuntimeError(f"the state of {name} cannot be saved: {error}") from error
    if name == "s3":
        save_objects(folder / "objects")


def _load(name: str, folder: Path) -> None:
    for number, container in enumerate(_containers(name)):
        loaded = localstack_pickle.loads((folder / f"{number}.pickle").read_bytes())
        # In place: everybody holds this very object. Beside its items it has attributes that span accounts.
        container.clear()
        container.update(loaded)
        vars(container).update({k: v for k, v in vars(loaded).items() if "lock" not in k})
    if name == "s3":
        load_objects(folder / "objects")
