"""Writes whose end nobody saw, and operations that the service is at."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import Condition, ConditionType, Intent, OperationStatus, Status
from authpulse_operator.core import acts
from authpulse_operator.core.world import Application, ApplicationState, Observation, Operation
from doubles.cases import NOW, application, resource, settings, snapshot
from doubles.table import PLAIN, Row, check, running, stable

READY = ApplicationState.READY
JUST, LONG = NOW - timedelta(seconds=3), NOW - timedelta(seconds=11)


def intent(act: str, at: datetime = JUST, *, detail: str = "from nothing", version: int | None = 3) -> Status:
    return Status(intent=Intent(act=act, detail=detail, at=at, version_id=version))


def announcing(at: datetime) -> Status:
    """A creation that a start was to follow."""
    return Status(intent=Intent(act="CreateApplication", detail="", at=at, then="StartApplication"))


def operation(kind: str, status: Any = "SUCCESSFUL", *, started: datetime = JUST, id_: str = "op") -> Operation:
    return Operation(id_, kind, status, started)


def stopped(*operations: Operation, **changes: Any) -> Observation:
    return running(application=application(PLAIN, READY, operations=operations, **changes), health=None)


def at_work(state: ApplicationState, kind: str, *, minutes: float, **changes: Any) -> Application:
    started = NOW - timedelta(minutes=minutes)
    return application(PLAIN, state, operations=(operation(kind, "IN_PROGRESS", started=started),), **changes)


SETTLING = Reason.SETTLING_INTENT
WINDOW = resource(flink={"maintenanceWindow": "02:00"})
PRUNED = application(PLAIN, snapshots=(snapshot("scheduled-1"),))
OLD_CODE = replace(settings(PLAIN), code_key="code/old.zip")
TABLE = [
    Row("a start that nobody saw the end of is not repeated at once", stopped(), None, SETTLING,
        status=intent("StartApplication")),
    Row("a start without a trace after ten seconds did not take effect", stopped(),
        acts.StartApplication(acts.NOTHING), Reason.STARTING, status=intent("StartApplication", LONG)),
    Row("a start that is listed took effect, and what has come of it counts", stopped(operation("StartApplication")),
        acts.StartApplication(acts.NOTHING), Reason.STARTING, status=intent("StartApplication")),
    Row("an operation of long ago is not the one that was meant",
        stopped(operation("StartApplication", started=NOW - timedelta(hours=1))), None, SETTLING,
        status=intent("StartApplication")),
    Row("an operation of another kind is not the one that was meant", stopped(operation("StopApplication")), None,
        SETTLING, status=intent("StartApplication")),
    Row("clocks that differ by seconds do not hide it",
        stopped(operation("StartApplication", started=JUST - timedelta(seconds=4))),
        acts.StartApplication(acts.NOTHING), Reason.STARTING, status=intent("StartApplication")),
    Row("an update shows in the version", running(application=application(PLAIN, version_id=4)), None,
        status=intent("UpdateApplication")),
    Row("an update that does not show yet is waited for", running(application=application(PLAIN, settings=OLD_CODE)),
        None, SETTLING, status=intent("UpdateApplication")),
    Row("a creation that does not show yet is waited for", Observation(shards=2), None, SETTLING,
        status=intent("CreateApplication", version=None)),
    Row("a creation shows in the application", stopped(), acts.StartApplication(acts.NOTHING), Reason.STARTING,
        status=intent("CreateApplication", version=None)),
    Row("a start that was announced with a creation may have begun later, and is waited for longer", stopped(), None,
        SETTLING, status=announcing(LONG)),
    Row("an announced start without a trace after all that time did not take effect", stopped(),
        acts.StartApplication(acts.NOTHING), Reason.STARTING, status=announcing(NOW - timedelta(seconds=26))),
    Row("an announced start that is listed took effect", stopped(operation("StartApplication")),
        acts.StartApplication(acts.NOTHING), Reason.STARTING, status=announcing(JUST)),
    Row("nothing follows a creation that did not take effect", Observation(shards=2),
        acts.CreateApplication(settings(PLAIN)), Reason.CREATING, status=announcing(LONG)),
    Row("a snapshot that does not show yet is waited for", running(), None, SETTLING,
        status=intent("TakeSnapshot", detail="scheduled-1")),
    Row("a snapshot shows in the list", running(application=application(PLAIN, snapshots=(snapshot("scheduled-1"),))),
        None, status=intent("TakeSnapshot", detail="scheduled-1")),
    Row("a snapshot that is still listed may be on its way out", running(application=PRUNED), None, SETTLING,
        status=intent("DeleteSnapshot", detail="scheduled-1")),
    Row("a snapshot on its way out is deleted",
        running(application=application(PLAIN, snapshots=(snapshot("scheduled-1", status="DELETING"),))), None,
        status=intent("DeleteSnapshot", detail="scheduled-1")),
    Row("an adoption that does not show yet is waited for", running(application=application(PLAIN, owner=None)), None,
        SETTLING, of=resource(adopt=True), status=intent("AdoptApplication", detail="authpulse-dev")),
    Row("an adoption shows in the owner", running(), None, of=resource(adopt=True),
        status=intent("AdoptApplication", detail="authpulse-dev")),
    Row("a maintenance window that does not show yet is waited for", running(), None, SETTLING, of=WINDOW,
        status=intent("SetMaintenanceWindow", detail="from 02:00 UTC")),
    Row("a maintenance window shows", running(application=application(PLAIN, maintenance_start="02:00")), None,
        of=WINDOW, status=intent("SetMaintenanceWindow", detail="from 02:00 UTC")),
    Row("an operation that was listed before is not the one that was meant, however close", stopped(
        operation("StartApplication", "FAILED", id_="before")), None, SETTLING,
        status=Status(intent=Intent(act="StartApplication", detail="", at=JUST, after_operation="before"))),
    Row("what looks before it writes needs no waiting", Observation(missing_foundation=("stream",)),
        acts.MakeFoundation(("stream",)), Reason.LAYING_FOUNDATION, status=intent("MakeFoundation")),
    Row("a deletion whose application is gone took effect", Observation(), None, deleting=True, done=True,
        status=intent("DeleteApplication")),
    Row("a deletion is settled like everything else", stopped(), None, SETTLING, of=resource(deletionPolicy="Delete"),
        deleting=True, status=intent("DeleteApplication")),
    Row("an operation of ours that the description does not show yet is waited for", stopped(), None,
        Reason.OPERATION_IN_FLIGHT, status=Status(operation=OperationStatus(act="StartApplication", id="op", at=JUST))),
    Row("an operation of ours that is listed as running is waited for",
        stopped(operation("StartApplication", "IN_PROGRESS")), None, Reason.OPERATION_IN_FLIGHT,
        status=Status(operation=OperationStatus(act="StartApplication", id="op", at=JUST))),
    Row("an operation of ours that has ended is over", stopped(operation("StartApplication", "FAILED")),
        acts.StartApplication(acts.NOTHING), Reason.STARTING,
        status=Status(operation=OperationStatus(act="StartApplication", id="op", at=JUST))),
    Row("an operation of ours that is never listed is given up after ten seconds", stopped(),
        acts.StartApplication(acts.NOTHING), Reason.STARTING,
        status=Status(operation=OperationStatus(act="StartApplication", id="op", at=LONG))),
    Row("an operation that takes its time is waited for",
        running(application=at_work(ApplicationState.UPDATING, "UpdateApplication", minutes=14)), None,
        Reason.OPERATION_IN_FLIGHT),
    Row("an update that does not end is stopped by force when there is nothing to roll back to",
        running(application=at_work(ApplicationState.UPDATING, "UpdateApplication", minutes=16)),
        acts.StopApplication(force=True), Reason.STOPPING, says="has not ended after 15 minutes"),
    Row("a start that does not end is stopped by force",
        running(application=at_work(ApplicationState.STARTING, "StartApplication", minutes=16)),
        acts.StopApplication(force=True), Reason.STOPPING),
    Row("what does not end is broken off once, though descriptions still show it at work",
        running(application=at_work(ApplicationState.STARTING, "StartApplication", minutes=16)), None,
        Reason.OPERATION_IN_FLIGHT,
        status=Status(operation=OperationStatus(act="StopApplication", id="stop", at=JUST))),
    Row("the service's own maintenance is never broken off",
        running(application=at_work(ApplicationState.MAINTENANCE, "ApplicationMaintenance", minutes=90)), None,
        Reason.OPERATION_IN_FLIGHT),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_decision(row: Row) -> None:
    check(row)


def test_an_update_that_does_not_end_is_rolled_back_to_its_snapshot() -> None:
    stuck = at_work(ApplicationState.UPDATING, "UpdateApplication", minutes=16, snapshots=(snapshot(),))
    check(Row("", running(application=stuck), acts.RollBackApplication(stuck), Reason.ROLLING_BACK))


def test_what_we_began_goes_on_under_the_words_it_began_with() -> None:
    said = Condition(
        type=ConditionType.RECONCILING,
        status="True",
        reason=Reason.UPDATING,
        message="changing code_key",
        observed_generation=1,
        last_transition_time=JUST,
    )
    seen = running(application=at_work(ApplicationState.UPDATING, "UpdateApplication", minutes=1))
    row = Row("", seen, None, Reason.UPDATING, status=Status(conditions=(said,)), says="changing code_key")
    assert check(row).message == said.message


def test_an_update_that_does_not_end_is_not_tried_again_where_something_stable_can_be_gone_back_to() -> None:
    stuck = at_work(ApplicationState.UPDATING, "UpdateApplication", minutes=16, snapshots=(snapshot(),))
    status = Status(last_stable=stable(OLD_CODE))
    decision = check(
        Row("", running(application=stuck), acts.RollBackApplication(stuck), Reason.ROLLING_BACK, status=status)
    )
    assert decision.record["failed"].id == stuck.settings.id
    manual = resource(flink={"rollback": "Manual"})
    row = Row(
        "", running(application=stuck), acts.RollBackApplication(stuck), Reason.ROLLING_BACK, of=manual, status=status
    )
    assert check(row).record == {}
