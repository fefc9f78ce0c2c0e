"""Managed Flink as the operator needs it."""

from collections.abc import Mapping
from typing import Protocol

from authpulse_operator.core.acts import Restore
from authpulse_operator.core.world import Application, JobHealth, Settings


class FlinkService(Protocol):
    """All methods raise OperatorError: Recoverable for what another try helps, Terminal for what it does not.

    Every write is safe to repeat: creating what exists, starting what runs and updating by a token that was used are
    refused by the service and become Recoverable, so that the next pass looks again.
    """

    def describe(self, name: str) -> Application | None:
        """The application, or None if there is none."""

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        """Creates it, stopped, at version 1."""

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> None:
        """Changes it by its conditional token; a running job restarts."""

    def start(self, name: str, *, restore: Restore) -> None:
        """Begins to start it; it is STARTING until its job runs."""

    def stop(self, name: str, *, force: bool = False) -> None:
        """Begins to stop it, with a snapshot unless forced."""

    def delete(self, application: Application) -> None:
        """Begins to delete it, snapshots included. It has to be stopped."""

    def job_health(self, name: str) -> JobHealth | None:
        """What the running job says of itself; None while it does not answer."""
