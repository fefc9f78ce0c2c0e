"""What to do next about one AuthPulseSnapshot. The first check that answers decides.

Its name in the service is made from the resource, so what was taken is recognised by it. The status is written before
each call, with the time from which on the service is sure to show what came of it (`next_attempt_at`): until then
nothing is asked for again, by whoever comes after a crash neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.snapshot import AuthPulseSnapshot, SnapshotState, SnapshotStatus
from authpulse_operator.core import acts
from authpulse_operator.core.errors import OperatorError, Recoverable, Unreachable
from authpulse_operator.core.settling import CONSISTENT_AFTER
from authpulse_operator.core.world import Application, ApplicationState, Snapshot

SOON, LATER, NEVER = 2.0, 10.0, float("inf")
FIRST_BACKOFF: Final = timedelta(seconds=10)
ENDED: Final = frozenset({SnapshotState.COMPLETED, SnapshotState.FAILED, SnapshotState.ABANDONED})


@dataclass(frozen=True)
class SnapshotCase:
    """One such resource at one moment. `pipeline` says whether its AuthPulse is there, `application` what it has."""

    snapshot: AuthPulseSnapshot
    status: SnapshotStatus
    now: datetime
    pipeline: bool
    application: Application | None
    deleting: bool = False

    @property
    def name(self) -> str:
        return self.status.snapshot_name or self.snapshot.snapshot_name

    @property
    def pipeline_identity(self) -> str:
        return f"{self.snapshot.metadata.namespace}/{self.snapshot.spec.auth_pulse}"

    @cached_property
    def found(self) -> Snapshot | None:
        """The snapshot in the service."""
        listed = self.application.snapshots if self.application else ()
        return next((s for s in listed if s.name == self.name), None)

    @property
    def is_ours(self) -> bool:
        """The application belongs to the AuthPulse that is named."""
        return self.application is not None and self.application.owner == self.pipeline_identity

    @property
    def is_too_early(self) -> bool:
        """For another attempt, or for asking again what may have been asked for."""
        at = self.status.next_attempt_at
        return at is not None and at > self.now

    @property
    def shown_by(self) -> datetime:
        """What is asked for now shows by then, or it has not been."""
        return self.now + CONSISTENT_AFTER

    def becomes(self, state: SnapshotState, reason: Reason, message: str, **more: object) -> SnapshotStatus:
        generation = self.snapshot.metadata.generation
        update = {"observed_generation": generation, "state": state, "snapshot_name": self.name}
        return self.status.model_copy(update={**update, "reason": reason, "message": message, **more})


@dataclass(frozen=True, slots=True)
class SnapshotDecision:
    """The status to write first, at most one act to carry out after it, and when to look again."""

    status: SnapshotStatus
    act: acts.TakeSnapshot | acts.DeleteSnapshot | None = None
    next_look_seconds: float = LATER
    done: bool = False
    """Deletion: nothing is left to clean up."""


SnapshotCheck = Callable[[SnapshotCase], SnapshotDecision | None]


def decide_snapshot(case: SnapshotCase) -> SnapshotDecision:
    """The decision of the first check that answers."""
    checks = FAREWELL if case.deleting else CHECKS
    return next(decision for check in checks if (decision := check(case)) is not None)


def after_refusal(case: SnapshotCase, error: OperatorError) -> SnapshotDecision:
    """The act was refused. What nobody heard of may have taken effect, and is looked for; the rest counts."""
    if isinstance(error, Unreachable) or (isinstance(error, Recoverable) and error.unclear):
        status = case.becomes(SnapshotState.IN_PROGRESS, error.reason, str(error), next_attempt_at=case.shown_by)
        return SnapshotDecision(status, next_look_seconds=SOON)
    return _failed(case, error.reason, str(error))


def rest_when_ended(case: SnapshotCase) -> SnapshotDecision | None:
    """Completed, failed and abandoned ones stay so."""
    if case.status.state not in ENDED:
        return None
    return SnapshotDecision(case.status, next_look_seconds=NEVER)


def wait_for_pipeline(case: SnapshotCase) -> SnapshotDecision | None:
    """Its AuthPulse may be made after it. One that goes away while the snapshot is taken takes it along."""
    if case.pipeline:
        return None
    name = case.snapshot.spec.auth_pulse
    if case.status.state is SnapshotState.IN_PROGRESS:
        message = f"AuthPulse {name} is gone"
        status = case.becomes(SnapshotState.ABANDONED, Reason.NOT_RUNNING, message, next_attempt_at=None)
        return SnapshotDecision(status, next_look_seconds=NEVER)
    message = f"waiting for AuthPulse {name}, which does not exist"
    return SnapshotDecision(case.becomes(SnapshotState.PENDING, Reason.NOT_RUNNING, message))


def leave_foreign_application(case: SnapshotCase) -> SnapshotDecision | None:
    """Nothing is done with an application that is not its AuthPulse's."""
    if case.application is None or case.is_ours:
        return None
    message = f"application {case.application.name} is not {case.pipeline_identity}'s"
    return SnapshotDecision(case.becomes(SnapshotState.PENDING, Reason.NOT_OWNED, message))


def see_what_came_of_it(case: SnapshotCase) -> SnapshotDecision | None:
    """There is one of that name: taken by us a moment or a crash ago, or to be taken over."""
    found = case.found
    if found is None:
        return None
    match found.status:
        case "READY":
            taken = {"created_at": found.created, "version_id": found.version_id, "next_attempt_at": None}
            message = "taken over" if case.snapshot.spec.already_exists else ""
            return SnapshotDecision(
                case.becomes(SnapshotState.COMPLETED, Reason.AS_SPECIFIED, message, **taken), next_look_seconds=NEVER
            )
        case "CREATING":
            message = "the service is taking it"
            status = case.becomes(SnapshotState.IN_PROGRESS, Reason.SNAPSHOTTING, message, next_attempt_at=None)
            return SnapshotDecision(status, next_look_seconds=SOON)
        case "DELETING":
            status = case.becomes(SnapshotState.PENDING, Reason.SNAPSHOTTING, "one of that name is being deleted")
            return SnapshotDecision(status, next_look_seconds=SOON)
        case "FAILED":
            if case.snapshot.spec.already_exists:
                message = f"snapshot {found.name} cannot be restored: it has failed"
                status = case.becomes(SnapshotState.FAILED, Reason.NOTHING_TO_RESTORE, message)
                return SnapshotDecision(status, next_look_seconds=NEVER)
            return _make_room(case, found)


def take_over_existing(case: SnapshotCase) -> SnapshotDecision | None:
    """What is said to exist and does not is looked for again, as often as a failed attempt."""
    if not case.snapshot.spec.already_exists:
        return None
    if case.application is None:
        message = f"waiting for the application of {case.pipeline_identity}"
        return SnapshotDecision(case.becomes(SnapshotState.PENDING, Reason.NOT_RUNNING, message))
    return _wait_for_attempt(case) or _failed(case, Reason.NOTHING_TO_RESTORE, f"there is no snapshot {case.name}")


def wait_for_job(case: SnapshotCase) -> SnapshotDecision | None:
    """Only of a running job a snapshot can be taken."""
    application = case.application
    if application is not None and application.state is ApplicationState.RUNNING:
        return None
    state = f"is {application.state}" if application else "does not exist"
    message = f"waiting for the application of {case.pipeline_identity}, which {state}"
    return SnapshotDecision(case.becomes(SnapshotState.PENDING, Reason.NOT_RUNNING, message))


def take_it(case: SnapshotCase) -> SnapshotDecision | None:
    """When its time has come."""
    wait = _wait_for_attempt(case)
    if wait is not None:
        return wait
    message = "the service is taking it"
    status = case.becomes(SnapshotState.IN_PROGRESS, Reason.SNAPSHOTTING, message, next_attempt_at=case.shown_by)
    return SnapshotDecision(status, acts.TakeSnapshot(case.name), next_look_seconds=SOON)


def keep_on_delete(case: SnapshotCase) -> SnapshotDecision | None:
    """What was taken over, is to be kept, or is not there, needs no cleaning up. One just asked for is waited for."""
    spec = case.snapshot.spec
    may_come = case.status.state is SnapshotState.IN_PROGRESS and case.is_too_early
    if spec.dispose_on_delete and not spec.already_exists and case.is_ours and (case.found is not None or may_come):
        return None
    return SnapshotDecision(case.status, done=True)


def dispose(case: SnapshotCase) -> SnapshotDecision | None:
    """Deletes the snapshot, when the service has finished with it."""
    is_asked_for = case.status.reason is Reason.DELETING and case.is_too_early
    if case.found is None or case.found.status in ("CREATING", "DELETING") or is_asked_for:
        return SnapshotDecision(case.status, next_look_seconds=SOON)
    message = "the service is deleting it"
    status = case.becomes(case.status.state, Reason.DELETING, message, next_attempt_at=case.shown_by)
    return SnapshotDecision(status, acts.DeleteSnapshot(case.found), next_look_seconds=SOON)


def _make_room(case: SnapshotCase, failed: Snapshot) -> SnapshotDecision:
    """Its name is needed for the next attempt, if there is one. Each is counted before the failed one is deleted."""
    counted = case.status
    if counted.state is not SnapshotState.PENDING or counted.next_attempt_at is None:
        told = _failed(case, Reason.OPERATION_FAILED, "the service could not take it")
        act = None if told.status.state is SnapshotState.FAILED else acts.DeleteSnapshot(failed)
        return SnapshotDecision(told.status, act, told.next_look_seconds)
    again = counted.model_copy(update={"next_attempt_at": case.shown_by})
    return _wait_for_attempt(case) or SnapshotDecision(again, acts.DeleteSnapshot(failed), next_look_seconds=SOON)


def _wait_for_attempt(case: SnapshotCase) -> SnapshotDecision | None:
    at = case.status.next_attempt_at
    if at is None or not case.is_too_early:
        return None
    until = (at - case.now).total_seconds()
    is_asked_for = case.status.state is SnapshotState.IN_PROGRESS
    return SnapshotDecision(case.status, next_look_seconds=min(until, SOON) if is_asked_for else until)


def _failed(case: SnapshotCase, reason: Reason, message: str) -> SnapshotDecision:
    attempts = case.status.attempts + 1
    if attempts > case.snapshot.spec.backoff_limit:
        status = case.becomes(SnapshotState.FAILED, reason, message, attempts=attempts, next_attempt_at=None)
        return SnapshotDecision(status, next_look_seconds=NEVER)
    pause = FIRST_BACKOFF * 2 ** (attempts - 1)
    status = case.becomes(SnapshotState.PENDING, reason, message, attempts=attempts, next_attempt_at=case.now + pause)
    return SnapshotDecision(status, next_look_seconds=pause.total_seconds())


CHECKS: Final[tuple[SnapshotCheck, ...]] = (
    rest_when_ended,
    wait_for_pipeline,
    leave_foreign_application,
    see_what_came_of_it,
    take_over_existing,
    wait_for_job,
    take_it,
)
FAREWELL: Final[tuple[SnapshotCheck, ...]] = (keep_on_delete, dispose)
