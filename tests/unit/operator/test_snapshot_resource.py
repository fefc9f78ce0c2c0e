"""What is done about an AuthPulseSnapshot, by what is seen of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.snapshot import SnapshotState, SnapshotStatus, parse_snapshot
from authpulse_operator.core import acts
from authpulse_operator.core.errors import OperatorError, Recoverable, Terminal, Unreachable
from authpulse_operator.core.snapshot_resource import (
    NEVER,
    SnapshotCase,
    SnapshotDecision,
    after_refusal,
    decide_snapshot,
)
from authpulse_operator.core.world import Application, ApplicationState, Snapshot
from doubles.cases import NOW, application, resource

OWNER = resource()
PENDING, IN_PROGRESS, COMPLETED = SnapshotState.PENDING, SnapshotState.IN_PROGRESS, SnapshotState.COMPLETED
FAILED, ABANDONED = SnapshotState.FAILED, SnapshotState.ABANDONED
NAME = "before-12345678"


def snapshot(status: str = "READY", name: str = NAME, at: datetime = NOW) -> Snapshot:
    return Snapshot(name, status, at, version_id=3)  # type: ignore[arg-type]


def with_snapshots(*snapshots: Snapshot, state: ApplicationState = ApplicationState.RUNNING) -> Application:
    return application(OWNER, state, snapshots=snapshots)


def case(
    *,
    spec: dict[str, Any] | None = None,
    status: SnapshotStatus | None = None,
    seen: Application | None = None,
    pipeline: bool = True,
    deleting: bool = False,
) -> SnapshotCase:
    manifest = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulseSnapshot",
        "metadata": {"name": "before", "namespace": "security", "uid": "12345678-1234", "generation": 2},
        "spec": {"authPulse": "dev", **(spec or {})},
    }
    return SnapshotCase(parse_snapshot(manifest, "test"), status or SnapshotStatus(), NOW, pipeline, seen, deleting)


@dataclass(frozen=True)
class Want:
    """What a decision should be."""

    state: SnapshotState
    act: object = None
    reason: Reason | None = None
    status: dict[str, object] = field(default_factory=dict)


IN_10_SECONDS = NOW + timedelta(seconds=10)
COUNTED = SnapshotStatus(attempts=1, next_attempt_at=IN_10_SECONDS)
ADOPTED = {"snapshotName": "old", "alreadyExists": True}
TAKEN = {"snapshot_name": NAME, "created_at": NOW, "version_id": 3, "observed_generation": 2}
TABLE = [
    ("a new one is taken of a running job", case(seen=with_snapshots()), Want(IN_PROGRESS, acts.TakeSnapshot(NAME))),
    (
        "one with a name of its own is taken under it",
        case(spec={"snapshotName": "mine"}, seen=with_snapshots()),
        Want(IN_PROGRESS, acts.TakeSnapshot("mine"), status={"snapshot_name": "mine"}),
    ),
    (
        "one that the service is taking is waited for",
        case(status=SnapshotStatus(state=IN_PROGRESS), seen=with_snapshots(snapshot("CREATING"))),
        Want(IN_PROGRESS),
    ),
    (
        "one that a crash left without a status is recognised by its name",
        case(seen=with_snapshots(snapshot())),
        Want(COMPLETED, status=TAKEN),
    ),
    (
        "one that the service does not show yet is waited for",
        case(status=SnapshotStatus(state=IN_PROGRESS, next_attempt_at=IN_10_SECONDS), seen=with_snapshots()),
        Want(IN_PROGRESS, status={"next_attempt_at": IN_10_SECONDS}),
    ),
    (
        "one that the service does not show in time is asked for again",
        case(status=SnapshotStatus(state=IN_PROGRESS, next_attempt_at=NOW), seen=with_snapshots()),
        Want(IN_PROGRESS, acts.TakeSnapshot(NAME), status={"next_attempt_at": IN_10_SECONDS}),
    ),
    (
        "before its AuthPulse is made it waits",
        case(pipeline=False),
        Want(PENDING, reason=Reason.NOT_RUNNING),
    ),
    (
        "when its AuthPulse goes while it is taken, it is abandoned",
        case(pipeline=False, status=SnapshotStatus(state=IN_PROGRESS)),
        Want(ABANDONED, reason=Reason.NOT_RUNNING),
    ),
    ("without an application it waits", case(), Want(PENDING, reason=Reason.NOT_RUNNING)),
    (
        "of a stopped job it waits",
        case(seen=with_snapshots(state=ApplicationState.READY)),
        Want(PENDING, reason=Reason.NOT_RUNNING),
    ),
    (
        "an application of somebody else is left alone",
        case(seen=replace(with_snapshots(), owner="other/dev")),
        Want(PENDING, reason=Reason.NOT_OWNED),
    ),
    (
        "what exists is taken over",
        case(spec=ADOPTED, seen=with_snapshots(snapshot(name="old"), state=ApplicationState.READY)),
        Want(COMPLETED, status={"snapshot_name": "old", "message": "taken over"}),
    ),
    (
        "what should exist and does not is looked for again",
        case(spec=ADOPTED, seen=with_snapshots()),
        Want(
            PENDING,
            reason=Reason.NOTHING_TO_RESTORE,
            status={"attempts": 1, "next_attempt_at": NOW + timedelta(seconds=10)},
        ),
    ),
    (
        "what should exist is waited for as long as there is no application",
        case(spec=ADOPTED),
        Want(PENDING, reason=Reason.NOT_RUNNING),
    ),
    (
        "what should exist and has failed cannot be taken over, nor is it deleted",
        case(spec=ADOPTED, seen=with_snapshots(snapshot("FAILED", name="old"))),
        Want(FAILED, reason=Reason.NOTHING_TO_RESTORE),
    ),
    (
        "what the service could not take makes room for the next attempt",
        case(status=SnapshotStatus(state=IN_PROGRESS), seen=with_snapshots(snapshot("FAILED"))),
        Want(PENDING, acts.DeleteSnapshot(snapshot("FAILED")), status={"attempts": 1}),
    ),
    (
        "one that a crash may have left to be deleted is waited for",
        case(status=COUNTED, seen=with_snapshots(snapshot("FAILED"))),
        Want(PENDING, status={"attempts": 1}),
    ),
    (
        "one that a crash left to be deleted is deleted, and counts once",
        case(status=COUNTED.model_copy(update={"next_attempt_at": NOW}), seen=with_snapshots(snapshot("FAILED"))),
        Want(PENDING, acts.DeleteSnapshot(snapshot("FAILED")), status={"attempts": 1}),
    ),
    (
        "the last one that the service could not take needs no room",
        case(
            spec={"backoffLimit": 0}, status=SnapshotStatus(state=IN_PROGRESS), seen=with_snapshots(snapshot("FAILED"))
        ),
        Want(FAILED, reason=Reason.OPERATION_FAILED),
    ),
    (
        "what makes room is waited for",
        case(status=SnapshotStatus(attempts=1), seen=with_snapshots(snapshot("DELETING"))),
        Want(PENDING),
    ),
    (
        "the next attempt has its time",
        case(status=SnapshotStatus(attempts=1, next_attempt_at=NOW + timedelta(seconds=1)), seen=with_snapshots()),
        Want(PENDING, status={"attempts": 1}),
    ),
    (
        "when its time has come it is tried again",
        case(status=SnapshotStatus(attempts=1, next_attempt_at=NOW), seen=with_snapshots()),
        Want(IN_PROGRESS, acts.TakeSnapshot(NAME), status={"attempts": 1}),
    ),
    *(
        (
            f"one that is {state} stays so",
            case(status=SnapshotStatus(state=state, snapshot_name=NAME), seen=with_snapshots()),
            Want(state),
        )
        for state in (COMPLETED, FAILED, ABANDONED)
    ),
]


@pytest.mark.parametrize(("given", "want"), [(g, w) for _, g, w in TABLE], ids=[name for name, _, _ in TABLE])
def test_decide(given: SnapshotCase, want: Want) -> None:
    decision = decide_snapshot(given)
    assert (decision.status.state, decision.act) == (want.state, want.act)
    assert want.reason in (None, decision.status.reason)
    assert want.status.items() <= decision.status.model_dump().items()
    assert not decision.done
    assert decision.next_look_seconds == NEVER if decision.status.state in (COMPLETED, FAILED, ABANDONED) else True


FAREWELL = [
    ("one that was taken is deleted with it", case(seen=with_snapshots(snapshot()), deleting=True), snapshot(), False),
    (
        "one that is being taken is waited for first",
        case(seen=with_snapshots(snapshot("CREATING")), deleting=True),
        None,
        False,
    ),
    (
        "one whose deletion may have been asked for is waited for",
        case(
            status=SnapshotStatus(state=COMPLETED, reason=Reason.DELETING, next_attempt_at=IN_10_SECONDS),
            seen=with_snapshots(snapshot()),
            deleting=True,
        ),
        None,
        False,
    ),
    (
        "one that may have been asked for is waited for",
        case(
            status=SnapshotStatus(state=IN_PROGRESS, next_attempt_at=IN_10_SECONDS),
            seen=with_snapshots(),
            deleting=True,
        ),
        None,
        False,
    ),
    ("what is gone lets it go", case(seen=with_snapshots(), deleting=True), None, True),
    ("without an application it goes", case(deleting=True), None, True),
    ("without its AuthPulse it goes", case(pipeline=False, deleting=True), None, True),
    (
        "one that was taken over is never deleted",
        case(spec=ADOPTED, seen=with_snapshots(snapshot(name="old")), deleting=True),
        None,
        True,
    ),
    (
        "one that is to be kept is not deleted",
        case(spec={"disposeOnDelete": False}, seen=with_snapshots(snapshot()), deleting=True),
        None,
        True,
    ),
    (
        "one of an application that is not its AuthPulse's is not deleted",
        case(seen=replace(with_snapshots(snapshot()), owner=None), deleting=True),
        None,
        True,
    ),
]


@pytest.mark.parametrize(("given", "deleted", "done"), [f[1:] for f in FAREWELL], ids=[f[0] for f in FAREWELL])
def test_farewell(given: SnapshotCase, deleted: Snapshot | None, done: bool) -> None:
    decision = decide_snapshot(given)
    assert decision.act == (acts.DeleteSnapshot(deleted) if deleted else None)
    assert decision.done is done


def test_attempts_are_made_after_10_then_20_then_40_seconds_and_then_no_more() -> None:
    status, pauses = SnapshotStatus(), []
    for _ in range(4):
        refused = after_refusal(case(status=status, seen=with_snapshots()), Terminal("no"))
        status = refused.status
        pauses.append(refused.next_look_seconds)
    assert pauses == [10, 20, 40, NEVER]
    assert (status.state, status.attempts, status.next_attempt_at) == (FAILED, 4, None)


def test_without_a_backoff_limit_the_first_failure_is_the_last() -> None:
    refused = after_refusal(case(spec={"backoffLimit": 0}, seen=with_snapshots()), Terminal("no"))
    assert refused.status.state is FAILED


@pytest.mark.parametrize("error", [Unreachable("nobody there"), Recoverable("no answer", unclear=True)], ids=str)
def test_what_nobody_heard_of_is_looked_for_and_counts_as_no_attempt(error: OperatorError) -> None:
    refused: SnapshotDecision = after_refusal(case(seen=with_snapshots()), error)
    assert (refused.status.state, refused.status.attempts) == (IN_PROGRESS, 0)
