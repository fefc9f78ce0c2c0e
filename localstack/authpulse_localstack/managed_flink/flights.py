"""Operations under way: one per application, in the background, cancelled by the next that takes its place."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from authpulse_localstack.managed_flink.applications import Application, Operation, Progress, Status
from authpulse_localstack.managed_flink.cluster.port import Cluster
from authpulse_localstack.managed_flink.errors import ResourceInUse

LOG = logging.getLogger(__name__)

Work = Callable[[], None]
CANCEL_SECONDS: Final = 60


@dataclass(slots=True)
class Flight:
    """An operation under way."""

    operation: Operation
    cancelled: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


def in_background(work: Work) -> None:
    threading.Thread(target=work, name="managed-flink", daemon=True).start()


class Flights:
    """The machinery below the lifecycle: operations and the clusters that they start and end.

    Thread-safe; `lock` guards the applications as well.
    """

    def __init__(self, run: Callable[[Work], None]) -> None:
        self.lock = threading.RLock()
        self._run = run
        self._clusters: dict[str, Cluster] = {}
        self._flights: dict[str, Flight] = {}

    def cluster(self, application: Application) -> Cluster | None:
        return self._clusters.get(application.arn)

    def kill_all(self) -> None:
        for arn in list(self._clusters):
            self._clusters.pop(arn).kill()

    def _begin(self, application: Application, name: str, work: Callable[[Flight], None]) -> Operation:
        operation = application.add_operation(name)
        if (before := self._flights.get(application.arn)) is not None:
            before.operation.end(Progress.CANCELLED)
        flight = self._flights[application.arn] = Flight(operation)
        self._run(lambda: self._land(application, flight, work))
        return operation

    def _land(self, application: Application, flight: Flight, work: Callable[[Flight], None]) -> None:
        try:
            work(flight)
        except Exception as error:
            LOG.exception("%s: %s", application.name, flight.operation.name)
            self._kill(application)
            self._end(application, flight, Status.READY, f"{type(error).__name__}: {error}")
            raise
        finally:
            flight.done.set()

    def _end(self, application: Application, flight: Flight, status: Status, error: str | None = None) -> None:
        """Says nothing of the status for an operation that was cancelled: who cancelled it decides."""
        with self.lock:
            if not self._is_current(application, flight):
                return
            del self._flights[application.arn]
            if flight.cancelled.is_set():
                flight.operation.end(Progress.CANCELLED)
            else:
                flight.operation.end(Progress.FAILED if error else Progress.SUCCESSFUL, error)
                application.set_status(status)

    def _is_current(self, application: Application, flight: Flight) -> bool:
        return self._flights.get(application.arn) is flight

    def _interrupt(self, application: Application, flight: Flight | None) -> None:
        """Ends the cluster and what is under way with it, also when that is just launching another."""
        if flight is not None:
            flight.cancelled.set()
            self._kill(application)
            flight.done.wait(CANCEL_SECONDS)
        self._kill(application)

    def _await_flight(self, application: Application) -> None:
        """An operation under way may be taking a snapshot: it gets its time, and is cancelled then."""
        flight = self._flights.get(application.arn)
        if flight is not None and not flight.done.wait(CANCEL_SECONDS):
            self._interrupt(application, flight)

    def _kill(self, application: Application) -> None:
        cluster = self._clusters.pop(application.arn, None)
        if cluster is not None:
            cluster.kill()


def require(application: Application, *allowed: Status) -> None:
    if application.status not in allowed:
        raise ResourceInUse(
            f"application {application.name} is {application.status}; this operation needs it {' or '.join(allowed)}"
        )
