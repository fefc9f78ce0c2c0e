"""Managed Flink as the operator needs it."""

from collections.abc import Mapping
from typing import Protocol

from authpulse_operator.core.acts import Restore
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, Snapshot

OperationId = str


class FlinkService(Protocol):
    """All methods raise OperatorError: Recoverable for what another try helps, Terminal for what it does not.

    Every write is safe to repeat: creating what exists, starting what runs and updating by a token that was used are
    refused by the service and become Recoverable, so that the next pass looks again. A write whose answer never came
    is an `unclear` Recoverable.
    """

    def describe(self, name: str) -> Application | None:
        """The application with its snapshots and newest operations, or None if there is none."""

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        """Creates it, stopped, at version 1."""

    def adopt(self, application: Application, *, tags: Mapping[str, str]) -> None:
        """Tags it."""

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> OperationId | None:
        """Changes it by its conditional token; a running job restarts. Raises SnapshotRefused where the job can give
        no snapshot first."""

    def start(self, name: str, *, restore: Restore) -> OperationId | None:
        """Begins to start it; it is STARTING until its job runs."""

    def stop(self, name: str, *, force: bool = False) -> OperationId | None:
        """Begins to stop it, with a snapshot unless forced. Raises SnapshotRefused like `update`."""

    def roll_back(self, application: Application) -> OperationId | None:
        """Breaks an update off: back to the version that ran before, from the last snapshot."""

    def delete(self, application: Application) -> OperationId | None:
        """Begins to delete it, snapshots included. It has to be stopped."""

    def take_snapshot(self, name: str, snapshot: str) -> None:
        """Begins to take one of the running job under that name; a name that is taken is refused."""

    def delete_snapshot(self, name: str, snapshot: Snapshot) -> None:
        """Deletes it; one that is not there is no error."""

    def set_maintenance_window(self, name: str, start: str) -> None:
        """Start of the window, HH:MM in UTC."""

    def job_health(self, name: str) -> JobHealth | None:
        """What the running job says of itself; None while it does not answer."""
