"""Deployments on trial: what they restore, when they are given up, and that they are not tried again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import ABANDON_ANNOTATION, AuthPulse
from authpulse_operator.api.status import Failed, Status
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case
from authpulse_operator.core.concluding import conclude
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Failure, Observation
from doubles.cases import HEALTHY, NOW, RESTARTING, application, resource, settings, snapshot
from doubles.table import PLAIN, Row, check, running, stable

READY = ApplicationState.READY
GOOD = settings(PLAIN)
BAD = replace(GOOD, code_key="code/bad.zip")
SNAPSHOTS = (snapshot("update"),)
TRIED_LONG = {"unhealthy_since": NOW - timedelta(seconds=601)}


def on_trial(state: ApplicationState = ApplicationState.RUNNING, **changes: Any) -> Application:
    return application(PLAIN, state, settings=BAD, snapshots=SNAPSHOTS, **changes)


def standing(**status: Any) -> Status:
    return Status(last_stable=stable(GOOD), **status)


def failed(of: Settings = BAD) -> Failed:
    return Failed(id=of.id, generation=2, reason=Reason.UNHEALTHY, message="it broke", at=NOW)


def row(sentence: str, seen: Observation, act: acts.Act | None, reason: Reason | None, **rest: Any) -> Row:
    return Row(sentence, seen, act, reason, wanted=BAD, **rest)


FORCE = acts.StopApplication(force=True)
MANUAL = resource(flink={"rollback": "Manual"})
OFTEN = replace(RESTARTING, restarts=5)
TABLE = [
    row("a new deployment gets its time", running(application=on_trial(), health=replace(RESTARTING, restarts=1)),
        None, Reason.WAITING_FOR_JOB, status=standing()),
    row("one that restarts over and over is given up before its time is over",
        running(application=on_trial(), health=OFTEN), None, Reason.ROLLING_BACK, status=standing(),
        says="no such table"),
    row("given up, it is stopped by force: it could take no snapshot", running(application=on_trial(), health=OFTEN),
        FORCE, Reason.ROLLING_BACK, status=standing(failed=failed())),
    row("given up, it is replaced without force where it runs", running(application=on_trial(), health=None),
        acts.UpdateApplication(on_trial(), GOOD, acts.LATEST), Reason.ROLLING_BACK, status=standing(failed=failed())),
    row("one that is not healthy in time is given up", running(application=on_trial(), health=None), None,
        Reason.ROLLING_BACK, status=standing(**TRIED_LONG), says="not healthy after 600 s"),
    row("one that the service cannot start is given up after the second try",
        running(application=on_trial(READY, failure=Failure(2, "no main", NOW)), health=None), None,
        Reason.ROLLING_BACK, status=standing(), says="no main"),
    row("one try is not enough to give it up",
        running(application=on_trial(READY, failure=Failure(1, "no main", NOW)), health=None),
        acts.StartApplication(acts.LATEST), Reason.STARTING, status=standing()),
    row("with a manual rollback it is only called unhealthy", running(application=on_trial(), health=OFTEN), None,
        Reason.UNHEALTHY, of=MANUAL, status=standing(**TRIED_LONG), stalled=True),
    row("without anything stable there is nothing to go back to", running(application=on_trial(), health=OFTEN), None,
        Reason.UNHEALTHY, status=Status(**TRIED_LONG), stalled=True),
    row("what was given up is replaced by the last stable settings",
        running(application=on_trial(READY), health=None),
        acts.UpdateApplication(on_trial(READY), GOOD, acts.LATEST), Reason.ROLLING_BACK,
        status=standing(failed=failed())),
    row("and the last stable ones are started from the snapshot",
        running(application=application(PLAIN, READY, snapshots=SNAPSHOTS), health=None),
        acts.StartApplication(acts.LATEST), Reason.STARTING, status=standing(failed=failed())),
    row("rolled back, it says so, and does not try again", running(), None, Reason.ROLLED_BACK,
        status=standing(failed=failed()), stalled=True, says="generation 2: it broke"),
    Row("another spec is tried", running(application=application(PLAIN)),
        acts.UpdateApplication(application(PLAIN), replace(BAD, code_key="code/mended.zip"), acts.LATEST),
        Reason.UPDATING, wanted=replace(BAD, code_key="code/mended.zip"), status=standing(failed=failed())),
    row("a deployment that was stable once is not rolled back when it becomes unhealthy",
        running(application=on_trial(), health=OFTEN), None, Reason.UNHEALTHY,
        status=Status(last_stable=stable(BAD), **TRIED_LONG), stalled=True),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_decision(row: Row) -> None:
    check(row)


def annotated(of: AuthPulse, deployment: str) -> AuthPulse:
    metadata = of.metadata.model_copy(update={"annotations": {ABANDON_ANNOTATION: deployment}})
    return of.model_copy(update={"metadata": metadata})


def test_a_person_may_give_a_deployment_up_also_with_a_manual_rollback() -> None:
    decision = check(
        Row(
            "",
            running(application=on_trial()),
            None,
            Reason.ROLLING_BACK,
            of=annotated(MANUAL, BAD.id),
            wanted=BAD,
            status=standing(),
        )
    )
    assert decision.record["failed"].id == BAD.id


def test_an_annotation_about_another_deployment_means_nothing() -> None:
    check(Row("", running(), None, None, of=annotated(PLAIN, BAD.id), status=standing()))


def test_giving_up_is_recorded_with_its_reason_before_anything_is_done() -> None:
    decision = check(next(r for r in TABLE if "over and over" in r.sentence))
    recorded = decision.record["failed"]
    assert isinstance(recorded, Failed)
    assert (recorded.id, recorded.generation) == (BAD.id, 1)
    assert "no such table" in recorded.message


def test_only_what_passes_the_gate_becomes_the_last_stable() -> None:
    unhealthy = Case(PLAIN, BAD, running(application=on_trial(), health=RESTARTING), standing(), NOW)
    healthy = Case(PLAIN, BAD, running(application=on_trial(), health=HEALTHY), standing(failed=failed()), NOW)
    kept, moved = (conclude(c, decide(c)) for c in (unhealthy, healthy))
    assert kept.last_stable == standing().last_stable
    assert moved.last_stable is not None
    assert moved.last_stable.id == BAD.id
    assert Settings.of_document(moved.last_stable.settings) == BAD
    assert [s.deployment.stable for s in (kept, moved) if s.deployment] == [False, True]


def test_a_failure_is_forgotten_once_what_is_wanted_is_healthy() -> None:
    mended = Case(PLAIN, GOOD, running(), standing(failed=failed()), NOW)
    assert conclude(mended, decide(mended)).failed is None


RESTORES = [
    ("a first start restores nothing", {}, (), Status(), acts.NOTHING),
    ("a later start goes on from the latest snapshot", {}, SNAPSHOTS, Status(), acts.LATEST),
    ("a snapshot that is being taken is none yet", {}, (snapshot(status="CREATING"),), Status(), acts.NOTHING),
    ("only the spec makes a start forget its state", {"upgradeMode": "stateless"}, SNAPSHOTS, Status(), acts.NOTHING),
    ("a job without snapshots by the spec's wish starts with nothing", {"snapshots": {"enabled": False}}, (),
     Status(last_stable=stable(GOOD)), acts.NOTHING),
    ("a redeployment under way starts from the snapshot it names", {"redeploy": {"snapshot": "update", "nonce": 1}},
     SNAPSHOTS, Status(redeploying="1"), acts.named("update")),
    ("a redeployment that is over does not", {"redeploy": {"snapshot": "update", "nonce": 1}}, SNAPSHOTS, Status(),
     acts.LATEST),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "flink", "snapshots", "status", "restore"), RESTORES)
def test_what_a_start_restores(
    sentence: str, flink: dict[str, Any], snapshots: Any, status: Status, restore: acts.Restore
) -> None:
    of = resource(flink=flink)
    seen = running(of, application=application(of, READY, snapshots=snapshots), health=None)
    check(Row(sentence, seen, acts.StartApplication(restore), Reason.STARTING, of=of, status=status))


def test_a_job_that_had_state_is_never_started_without_by_itself() -> None:
    seen = running(application=application(PLAIN, READY), health=None)
    check(Row("", seen, None, Reason.NOTHING_TO_RESTORE, status=standing(), stalled=True, says="upgradeMode"))


REDEPLOY = resource(flink={"redeploy": {"snapshot": "update", "nonce": 2}})


def test_a_failed_redeployment_is_rolled_back_to_the_latest_snapshot_not_to_the_one_it_named() -> None:
    wanted, good = settings(REDEPLOY), settings(PLAIN)
    failed_redeployment = failed(wanted).model_copy(update={"wanted": wanted.id})
    status = Status(last_stable=stable(good), failed=failed_redeployment, redeploying="2")
    there = application(REDEPLOY, READY, settings=good, snapshots=SNAPSHOTS)
    check(Row("", running(REDEPLOY, application=there, health=None), acts.StartApplication(acts.LATEST),
              Reason.STARTING, of=REDEPLOY, status=status))  # fmt: skip


def test_a_redeployment_goes_on_although_the_job_before_it_is_well() -> None:
    of = REDEPLOY
    before = running(of, application=application(of, settings=settings(PLAIN), snapshots=SNAPSHOTS))
    after = running(of, application=application(of, snapshots=SNAPSHOTS))
    kept, over = (
        conclude(c, decide(c)).redeploying
        for c in (Case(of, settings(of), s, Status(redeploying="2"), NOW) for s in (before, after))
    )
    assert (kept, over) == ("2", None)


def test_neither_a_restart_nor_scaling_makes_another_deployment_of_a_failed_spec() -> None:
    failed_spec = failed().model_copy(update={"wanted": BAD.id})
    case = Case(PLAIN, BAD, running(), standing(failed=failed_spec, restarts=1), NOW)
    decision = decide(case)
    assert isinstance(decision.act, acts.UpdateApplication)
    assert decision.act.settings.code_key == GOOD.code_key
    assert decision.act.settings.property_groups["authpulse.operation"] == {"restart": "0.1"}


def test_another_resources_application_is_not_remembered() -> None:
    foreign = running(application=application(PLAIN, owner="security/other", snapshots=SNAPSHOTS))
    left = conclude(case := Case(PLAIN, GOOD, foreign, Status(), NOW), decide(case))
    assert (left.deployment, left.last_stable, left.snapshots.count) == (None, None, 0)


def changed(of: AuthPulse, **changes: Any) -> Application:
    return application(of, settings=replace(settings(of), code_key="code/old.zip"), **changes)


UPDATES = [
    ("a running job keeps its state", {}, (), acts.LATEST),
    ("stateless forgets it", {"upgradeMode": "stateless"}, SNAPSHOTS, acts.NOTHING),
    ("without snapshots of its own it goes on from the last one", {"snapshots": {"enabled": False}}, SNAPSHOTS,
     acts.LATEST),
    ("a redeployment goes back to the snapshot it names", {"redeploy": {"snapshot": "update", "nonce": 1}}, SNAPSHOTS,
     acts.named("update")),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "flink", "snapshots", "restore"), UPDATES)
def test_what_an_update_restores(sentence: str, flink: dict[str, Any], snapshots: Any, restore: acts.Restore) -> None:
    of = resource(flink=flink)
    old = changed(resource(flink={k: v for k, v in flink.items() if k != "redeploy"}), snapshots=snapshots)
    row = Row(sentence, running(of, application=old), acts.UpdateApplication(old, settings(of), restore),
              Reason.UPDATING, of=of, says="code_key")  # fmt: skip
    decision = check(row)
    assert decision.record == ({"redeploying": "1"} if "redeploy" in flink else {})


def test_a_redeployment_from_a_snapshot_that_is_not_there_waits_and_names_those_that_are() -> None:
    of = resource(flink={"redeploy": {"snapshot": "gone", "nonce": 1}})
    seen = running(of, application=changed(PLAIN, snapshots=SNAPSHOTS))
    check(
        Row(
            "",
            seen,
            None,
            Reason.NOTHING_TO_RESTORE,
            of=of,
            stalled=True,
            says="no snapshot gone; the newest are update",
        )
    )


LAST_STATE = resource(flink={"upgradeMode": "lastState"})
HOLD = resource(flink={"refusedSnapshot": "Hold"})
DELETED = resource(deletionPolicy="Delete")
REFUSED = Status(snapshot_refused="updating: cannot snapshot")
SICK = replace(RESTARTING, checkpoints_completed=5)
POLICIES = [
    Row("lastState takes no snapshot for an update",
        running(LAST_STATE, application=changed(LAST_STATE, snapshots=SNAPSHOTS)), FORCE, Reason.UPDATING,
        of=LAST_STATE),
    Row("lastState without a snapshot takes one after all", running(LAST_STATE, application=changed(LAST_STATE)),
        acts.UpdateApplication(changed(LAST_STATE), settings(LAST_STATE), acts.LATEST), Reason.UPDATING, of=LAST_STATE),
    Row("a refused snapshot is got past by the last one",
        running(application=changed(PLAIN, snapshots=SNAPSHOTS), health=SICK), FORCE, Reason.STOPPING, status=REFUSED,
        says="to go on from snapshot update"),
    Row("a refused snapshot is a person's turn where the spec says so",
        running(HOLD, application=changed(HOLD, snapshots=SNAPSHOTS), health=SICK), None, Reason.SNAPSHOT_REFUSED,
        of=HOLD, status=REFUSED, stalled=True),
    Row("a refused snapshot without an earlier one is a person's turn",
        running(application=changed(PLAIN), health=SICK), None, Reason.SNAPSHOT_REFUSED,
        status=REFUSED, stalled=True, says="upgradeMode: stateless"),
    Row("a refused snapshot of a job that saved nothing is no loss",
        running(application=changed(PLAIN), health=RESTARTING), FORCE, Reason.STOPPING, status=REFUSED),
    Row("a job that has recovered is asked again", running(application=changed(PLAIN)),
        acts.UpdateApplication(changed(PLAIN), settings(PLAIN), acts.LATEST), Reason.UPDATING, status=REFUSED),
    Row("nothing is stopped by force when nothing is to be changed any more",
        running(application=application(PLAIN, snapshots=SNAPSHOTS), health=SICK), None, Reason.WAITING_FOR_JOB,
        status=REFUSED),
    Row("a suspended job that can take no snapshot is got past like an update",
        running(resource(suspend=True), application=application(PLAIN, snapshots=SNAPSHOTS), health=SICK), FORCE,
        Reason.STOPPING, of=resource(suspend=True), status=REFUSED),
    Row("a deleted resource that is to keep a snapshot waits for a person where there is none",
        running(application=application(PLAIN), health=SICK), None, Reason.SNAPSHOT_REFUSED, status=REFUSED,
        deleting=True, stalled=True, says="deletionPolicy"),
    Row("and where the spec says to hold",
        running(HOLD, application=application(HOLD, snapshots=SNAPSHOTS), health=SICK), None, Reason.SNAPSHOT_REFUSED,
        of=HOLD, status=REFUSED, deleting=True, stalled=True),
    Row("one that is to be deleted misses none", running(DELETED, application=application(DELETED), health=SICK), FORCE,
        Reason.STOPPING, of=DELETED, status=REFUSED, deleting=True),
    Row("a deleted resource makes do with the last snapshot too",
        running(application=application(PLAIN, snapshots=SNAPSHOTS), health=SICK), FORCE, Reason.STOPPING,
        status=REFUSED, deleting=True),
]  # fmt: skip


@pytest.mark.parametrize("row", POLICIES, ids=str)
def test_what_becomes_of_a_refused_snapshot(row: Row) -> None:
    check(row)


def test_a_restart_nonce_is_a_deployment_of_its_own() -> None:
    of = resource(flink={"restartNonce": 1})
    before = application(PLAIN)
    check(Row("", running(of, application=before), acts.UpdateApplication(before, settings(of), acts.LATEST),
              Reason.UPDATING, of=of, says="authpulse.operation.restart"))  # fmt: skip
