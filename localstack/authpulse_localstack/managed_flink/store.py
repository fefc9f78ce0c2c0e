"""Applications by account, region and name; saved and loaded with their snapshots."""

import os
import pickle
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from authpulse_localstack.managed_flink.applications import Application
from authpulse_localstack.managed_flink.errors import LimitExceeded, ResourceInUse, ResourceNotFound

APPLICATIONS: Final = "applications.pickle"
MAX_APPLICATIONS: Final = 100

Key = tuple[str, str, str]


class Store:
    """Thread-safe. `snapshots` is the folder of an application's snapshots."""

    def __init__(self, snapshots: Callable[[Application], Path]) -> None:
        self._applications: dict[Key, Application] = {}
        self._snapshots = snapshots
        self._lock = threading.Lock()

    def find(self, account: str, region: str, name: str) -> Application:
        """Raises ResourceNotFound."""
        found = self._applications.get((account, region, name))
        if found is None:
            raise ResourceNotFound(f"Application {name} does not exist in account {account}, region {region}")
        return found

    def find_by_arn(self, account: str, region: str, arn: str) -> Application:
        """Raises ResourceNotFound."""
        return self.find(account, region, arn.rpartition(":application/")[2])

    def add(self, application: Application) -> None:
        """Raises ResourceInUse for a name that is taken, LimitExceeded above the service's limit."""
        key = (application.account, application.region, application.name)
        with self._lock:
            if key in self._applications:
                raise ResourceInUse(f"Application {application.name} already exists")
            if sum(k[:2] == key[:2] for k in self._applications) >= MAX_APPLICATIONS:
                raise LimitExceeded(f"there are {MAX_APPLICATIONS} applications already, which is the limit")
            self._applications[key] = application

    def remove(self, application: Application) -> None:
        with self._lock:
            self._applications.pop((application.account, application.region, application.name), None)

    def listed(self, account: str, region: str) -> list[Application]:
        with self._lock:
            mine = [a for key, a in self._applications.items() if key[:2] == (account, region)]
        return sorted(mine, key=lambda a: a.name)

    def all(self) -> list[Application]:
        with self._lock:
            return list(self._applications.values())

    def save(self, folder: Path) -> None:
        """Snapshots are linked where the file system can, so that a large state costs nothing."""
        with (folder / APPLICATIONS).open("wb") as file:
            pickle.dump(self.all(), file)
        for number, application in enumerate(self.all()):
            _copy(self._snapshots(application), folder / str(number))

    def load(self, folder: Path) -> None:
        with (folder / APPLICATIONS).open("rb") as file:
            loaded: list[Application] = pickle.load(file)  # noqa: S301 - our own file
        for number, application in enumerate(loaded):
            self.add(application)
            shutil.rmtree(self._snapshots(application), ignore_errors=True)
            _copy(folder / str(number), self._snapshots(application))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
