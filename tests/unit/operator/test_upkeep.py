"""What keeps a pipeline healthy: remediation, scaling, snapshots on schedule, rest, held replays, and who may act."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import PAUSED_ANNOTATION
from authpulse_operator.api.status import Deployment, HeldReplays, RemediationStatus, ScalingStatus, Status
from authpulse_operator.api.upkeep_spec import Action
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case
from authpulse_operator.core.concluding import conclude
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.world import Alarm, AlarmKind, ApplicationState, Observation, ReplayProgress
from doubles.cases import HEALTHY, NOW, RESTARTING, application, resource, settings, snapshot
from doubles.table import PLAIN, Row, check, running, stable

READY = ApplicationState.READY
REPLAY = {"name": "sample", "input": "log.csv", "format": "lanl-cyber1"}
FORCE = acts.StopApplication(force=True)


def minutes_ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def fires(kind: AlarmKind, *, minutes: float = 1) -> tuple[Alarm, ...]:
    return (Alarm(kind, f"authpulse-dev-{kind.value}", minutes_ago(minutes)),)


def did(kind: AlarmKind, action: Action, *, minutes: float) -> RemediationStatus:
    return RemediationStatus(alarm=kind.value, action=action, at=minutes_ago(minutes))


def standing(of: Any = PLAIN, **status: Any) -> Status:
    return Status(last_stable=stable(settings(of)), **status)


def stable_for(minutes: float) -> Deployment:
    """A deployment that has been stable for so long."""
    began = minutes_ago(minutes)
    return Deployment(id=settings(PLAIN_ACTIVE).id, version_id=1, since=began, stable=True, stable_since=began)


AGE, CHECKPOINTS, INVALID = AlarmKind.ITERATOR_AGE, AlarmKind.FAILED_CHECKPOINTS, AlarmKind.INVALID_RECORDS
BOUNDS = {
    "stream": {"shards": 2, "scaling": {"max": 4}},
    "flink": {"parallelism": 2, "autoscaling": {"parallelism": {"max": 8}}},
}
ACTIVE = resource(remediation={"mode": "Active"}, **BOUNDS)
PLAIN_ACTIVE = resource(remediation={"mode": "Active"})
DRY = resource(remediation={"mode": "DryRun"}, **BOUNDS)
FIRING = [
    Row("with remediation off an alarm is only looked at", running(alarms=fires(AGE)), None, status=standing()),
    Row("a job that is behind is scaled up first", running(ACTIVE, alarms=fires(AGE)), None, Reason.REMEDIATING,
        of=ACTIVE, status=standing(ACTIVE), says="ScaleUp: parallelism 4"),
    Row("after the cooldown its stream is resharded", running(ACTIVE, alarms=fires(AGE, minutes=40)), None,
        Reason.REMEDIATING, of=ACTIVE,
        status=standing(ACTIVE, remediations=(did(AGE, Action.SCALE_UP, minutes=31),)), says="from 2 to 4 shards"),
    Row("within the cooldown nothing more is done", running(ACTIVE, alarms=fires(AGE, minutes=40)), None, of=ACTIVE,
        status=standing(ACTIVE, remediations=(did(AGE, Action.SCALE_UP, minutes=29),))),
    Row("an alarm that fires anew begins with the first action", running(ACTIVE, alarms=fires(AGE, minutes=5)), None,
        Reason.REMEDIATING, of=ACTIVE,
        status=standing(ACTIVE, remediations=(did(AGE, Action.SCALE_UP, minutes=60),)), says="ScaleUp"),
    Row("an action without room is passed over", running(PLAIN_ACTIVE, alarms=fires(AGE)), None, Reason.REMEDIATING,
        of=PLAIN_ACTIVE, status=standing(PLAIN_ACTIVE), says="Restart"),
    Row("a used up budget is a person's turn", running(PLAIN_ACTIVE, alarms=fires(AGE, minutes=600)), None,
        Reason.REMEDIATION_EXHAUSTED, of=PLAIN_ACTIVE, stalled=True,
        status=standing(PLAIN_ACTIVE,
                        remediations=tuple(did(AGE, Action.RESTART, minutes=m) for m in (500, 300, 100)))),
    Row("yesterday's actions are not counted", running(PLAIN_ACTIVE, alarms=fires(AGE)), None, Reason.REMEDIATING,
        of=PLAIN_ACTIVE,
        status=standing(PLAIN_ACTIVE,
                        remediations=tuple(did(AGE, Action.RESTART, minutes=1441 + m) for m in (3, 2, 1)))),
    Row("failing checkpoints restart the job, also while it is not healthy",
        running(PLAIN_ACTIVE, alarms=fires(CHECKPOINTS), health=RESTARTING), None, Reason.REMEDIATING,
        of=PLAIN_ACTIVE, status=standing(PLAIN_ACTIVE), says="Restart"),
    Row("and then restore the latest snapshot",
        running(PLAIN_ACTIVE, alarms=fires(CHECKPOINTS, minutes=40), health=RESTARTING,
                application=application(PLAIN_ACTIVE, snapshots=(snapshot("good"),))), None, Reason.REMEDIATING,
        of=PLAIN_ACTIVE, says="snapshot good",
        status=standing(PLAIN_ACTIVE, remediations=(did(CHECKPOINTS, Action.RESTART, minutes=31),))),
    Row("which is done once it is recorded, whatever has become of the job since",
        running(PLAIN_ACTIVE, application=application(PLAIN_ACTIVE, snapshots=(snapshot("good"),))), FORCE,
        Reason.REMEDIATING, of=PLAIN_ACTIVE, status=standing(PLAIN_ACTIVE, restoring_latest=True)),
    Row("not without a snapshot", running(PLAIN_ACTIVE), None, of=PLAIN_ACTIVE,
        status=standing(PLAIN_ACTIVE, restoring_latest=True)),
    Row("invalid records hold the replays", running(PLAIN_ACTIVE, alarms=fires(INVALID)), None, Reason.REMEDIATING,
        of=resource(remediation={"mode": "Active"}, replays=[REPLAY]), status=standing(PLAIN_ACTIVE),
        says="holding replays until the spec changes"),
    Row("invalid records without a replay leave nothing to do", running(PLAIN_ACTIVE, alarms=fires(INVALID)), None,
        of=PLAIN_ACTIVE, status=standing(PLAIN_ACTIVE)),
    Row("a deployment on trial is not remediated", running(PLAIN_ACTIVE, alarms=fires(AGE), health=RESTARTING), None,
        Reason.WAITING_FOR_JOB, of=PLAIN_ACTIVE),
    Row("an alarm of the time before the deployment was stable is given a cooldown to be over",
        running(PLAIN_ACTIVE, alarms=fires(CHECKPOINTS, minutes=3)), None, of=PLAIN_ACTIVE,
        status=standing(PLAIN_ACTIVE, deployment=stable_for(4))),
    Row("one that began later is remediated", running(PLAIN_ACTIVE, alarms=fires(CHECKPOINTS, minutes=3)), None,
        Reason.REMEDIATING, of=PLAIN_ACTIVE, status=standing(PLAIN_ACTIVE, deployment=stable_for(6)), says="Restart"),
    Row("after which it is remediated", running(PLAIN_ACTIVE, alarms=fires(CHECKPOINTS, minutes=33)), None,
        Reason.REMEDIATING, of=PLAIN_ACTIVE, status=standing(PLAIN_ACTIVE, deployment=stable_for(32)), says="Restart"),
    Row("bad records have nothing to do with the deployment", running(PLAIN_ACTIVE, alarms=fires(INVALID, minutes=3)),
        None, Reason.REMEDIATING, of=resource(remediation={"mode": "Active"}, replays=[REPLAY]),
        status=standing(PLAIN_ACTIVE, deployment=stable_for(2)), says="holding replays"),
    Row("a dry run only says what it would do", running(DRY, alarms=fires(AGE)), None, of=DRY, status=standing(DRY),
        says="would have acted"),
]  # fmt: skip


@pytest.mark.parametrize("row", FIRING, ids=str)
def test_what_is_done_about_an_alarm(row: Row) -> None:
    check(row)


def test_a_remediation_is_recorded_with_what_it_changes() -> None:
    scaled = check(next(r for r in FIRING if "scaled up first" in r.sentence)).record
    assert [(r.alarm, r.action, r.dry_run) for r in scaled["remediations"]] == [(AGE.value, Action.SCALE_UP, False)]
    assert scaled["scaling"].parallelism == 4
    dry = check(next(r for r in FIRING if "dry run" in r.sentence)).record
    assert [r.dry_run for r in dry["remediations"]] == [True]
    assert "scaling" not in dry


def test_the_newest_twenty_remediations_are_kept() -> None:
    many = tuple(did(CHECKPOINTS, Action.RESTART, minutes=5000 - m) for m in range(20))
    record = check(Row("", running(PLAIN_ACTIVE, alarms=fires(AGE)), None, Reason.REMEDIATING, of=PLAIN_ACTIVE,
                       status=standing(PLAIN_ACTIVE, remediations=many))).record  # fmt: skip
    assert len(record["remediations"]) == 20
    assert record["remediations"][:19] == many[1:]


def test_a_restart_that_did_not_help_is_followed_by_the_next_action() -> None:
    status = standing(
        PLAIN_ACTIVE, restarts=1, remediations=(did(CHECKPOINTS, Action.RESTART, minutes=31),), unhealthy_since=NOW
    )
    restarted = Case(PLAIN_ACTIVE, settings(PLAIN_ACTIVE), running(PLAIN_ACTIVE), status, NOW).target
    there = application(PLAIN_ACTIVE, settings=restarted, snapshots=(snapshot("good"),))
    seen = running(PLAIN_ACTIVE, application=there, health=RESTARTING, alarms=fires(CHECKPOINTS, minutes=40))
    row = Row("", seen, None, Reason.REMEDIATING, of=PLAIN_ACTIVE, status=status, says="RestoreLatestSnapshot")
    assert check(row).record["restoring_latest"] is True


def test_a_restart_is_no_deployment_on_trial() -> None:
    status = standing(restarts=1, unhealthy_since=minutes_ago(60))
    restarted = Case(PLAIN, settings(PLAIN), running(), status, NOW).target
    assert restarted.id != settings(PLAIN).id
    assert restarted.unrestarted == settings(PLAIN)
    seen = running(application=application(PLAIN, settings=restarted), health=RESTARTING)
    check(Row("", seen, None, Reason.UNHEALTHY, status=status, stalled=True))


def test_a_restart_keeps_the_nonce_of_the_spec() -> None:
    of = resource(flink={"restartNonce": 3})
    restarted = Case(of, settings(of), running(of), Status(restarts=2), NOW).target
    assert restarted.property_groups["authpulse.operation"] == {"restart": "3.2"}
    assert restarted.unrestarted == settings(of)


def test_a_restart_by_remediation_is_deployed_like_any_change() -> None:
    before = application(PLAIN_ACTIVE)
    case = Case(PLAIN_ACTIVE, settings(PLAIN_ACTIVE), running(PLAIN_ACTIVE), standing(PLAIN_ACTIVE, restarts=1), NOW)
    assert decide(case).act == acts.UpdateApplication(before, case.target, acts.LATEST)
    assert case.target.property_groups["authpulse.operation"] == {"restart": "0.1"}


SCALING = ScalingStatus(spec_parallelism=2, spec_shards=2)
BEHIND = SCALING.model_copy(update={"behind_since": minutes_ago(16)})
CALM = SCALING.model_copy(update={"parallelism": 4, "keeping_up_since": minutes_ago(361)})
AUTO = resource(**BOUNDS)
LAG = [
    ("a job that is behind for the cooldown gets twice the parallelism", 2, BEHIND, 4),
    ("one that is behind for a moment does not", 2,
     SCALING.model_copy(update={"behind_since": minutes_ago(14)}), None),
    ("one that was scaled a moment ago is given time", 2,
     BEHIND.model_copy(update={"changed_at": minutes_ago(14)}), None),
    ("it is never scaled beyond the bound", 8, BEHIND.model_copy(update={"parallelism": 8}), None),
    ("after a long time without lag it is scaled down", 4, CALM, 2),
    ("but never below what the spec says", 2, CALM.model_copy(update={"parallelism": None}), None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "parallelism", "scaling", "wanted"), LAG)
def test_parallelism_follows_the_lag(
    sentence: str, parallelism: int, scaling: ScalingStatus, wanted: int | None
) -> None:
    scaled = resource(**BOUNDS | {"flink": BOUNDS["flink"] | {"parallelism": parallelism}})
    lag = 900.0 if scaling.behind_since else 1.0
    there = running(AUTO, application=application(AUTO, settings=settings(scaled)), lag_seconds=lag)
    row = Row(sentence, there, None, Reason.SCALING if wanted else None, of=AUTO, status=Status(scaling=scaling))
    record = check(row).record
    assert (record["scaling"].parallelism if wanted else None) == wanted


def test_what_scaling_has_decided_is_deployed_until_the_spec_says_another_number() -> None:
    status = Status(scaling=SCALING.model_copy(update={"parallelism": 4, "shards": 4}))
    case = Case(AUTO, settings(AUTO), running(AUTO), status, NOW)
    assert (case.target.parallelism, case.shards) == (4, 4)
    other = resource(**BOUNDS | {"flink": BOUNDS["flink"] | {"parallelism": 3}, "stream": {"shards": 3}})
    case = Case(other, settings(other), running(other), status, NOW)
    assert (case.target.parallelism, case.shards) == (3, 3)
    concluded = conclude(case, decide(case)).scaling
    assert concluded is not None
    assert (concluded.spec_parallelism, concluded.parallelism) == (3, None)


def test_falling_behind_and_catching_up_are_remembered() -> None:
    def after(lag: float | None, before: ScalingStatus | None) -> ScalingStatus:
        seen = running(AUTO, lag_seconds=lag)
        case = Case(AUTO, settings(AUTO), seen, Status(scaling=before), NOW)
        kept = conclude(case, decide(case)).scaling
        assert kept is not None
        return kept

    behind = after(300, None)
    assert (behind.behind_since, behind.keeping_up_since) == (NOW, None)
    caught_up = after(2, behind)
    assert (caught_up.behind_since, caught_up.keeping_up_since) == (None, NOW)
    assert after(None, behind) == behind


def test_lag_that_is_not_measured_any_more_scales_nothing() -> None:
    check(Row("", running(AUTO), None, of=AUTO, status=Status(scaling=BEHIND)))


def test_a_job_that_stood_still_was_not_behind_meanwhile() -> None:
    asleep = running(AUTO, application=application(AUTO, READY, snapshots=(snapshot(),)), health=None)
    case = Case(AUTO, settings(AUTO), asleep, Status(scaling=BEHIND), NOW)
    kept = conclude(case, decide(case)).scaling
    assert kept is not None
    assert kept.behind_since is None


SCHEDULED = resource(flink={"snapshots": {"everyMinutes": 60, "retention": {"count": 2, "maxAgeDays": 7}}})


def with_snapshots(*names: Any, **changes: Any) -> Observation:
    return running(SCHEDULED, application=application(SCHEDULED, snapshots=names, **changes))


def old(name: str, days: float, status: str = "READY") -> Any:
    return snapshot(name, minutes_ago=days * 1440, status=status)


FRESH = snapshot("scheduled-new", minutes_ago=5)
BEYOND = old("scheduled-3", 3)
SNAPSHOTS = [
    Row("a snapshot is taken when the newest is too old", with_snapshots(snapshot(minutes_ago=61)),
        acts.TakeSnapshot("scheduled-20250602T090000Z"), Reason.SNAPSHOTTING, of=SCHEDULED),
    Row("not before", with_snapshots(snapshot(minutes_ago=59)), None, of=SCHEDULED),
    Row("the first one is taken when the application is old enough",
        with_snapshots(created=minutes_ago(61)), acts.TakeSnapshot("scheduled-20250602T090000Z"),
        Reason.SNAPSHOTTING, of=SCHEDULED),
    Row("one is not begun beside another", with_snapshots(snapshot(minutes_ago=70, status="CREATING")), None,
        of=SCHEDULED),
    Row("one that failed is not tried again before it is due", with_snapshots(snapshot(minutes_ago=5, status="FAILED")),
        None, of=SCHEDULED),
    Row("of a job that is not healthy none is taken", running(SCHEDULED, health=RESTARTING), None,
        Reason.WAITING_FOR_JOB, of=SCHEDULED),
    Row("beyond the retention the oldest goes", with_snapshots(FRESH, old("scheduled-2", 2), BEYOND),
        acts.DeleteSnapshot(BEYOND), Reason.PRUNING_SNAPSHOTS, of=SCHEDULED),
    Row("what is too old goes", with_snapshots(FRESH, old("scheduled-8", 8)),
        acts.DeleteSnapshot(old("scheduled-8", 8)), Reason.PRUNING_SNAPSHOTS, of=SCHEDULED),
    Row("the last good one is kept however old it is",
        with_snapshots(snapshot("scheduled-x", minutes_ago=5, status="CREATING"), old("scheduled-8", 8)), None,
        of=SCHEDULED),
    Row("a snapshot that failed goes", with_snapshots(FRESH, old("scheduled-f", 0.1, "FAILED")),
        acts.DeleteSnapshot(old("scheduled-f", 0.1, "FAILED")), Reason.PRUNING_SNAPSHOTS, of=SCHEDULED),
    Row("a snapshot that a person or the service has taken is never deleted",
        with_snapshots(FRESH, *(old(f"by-hand-{n}", n) for n in range(1, 20))), None, of=SCHEDULED),
]  # fmt: skip


@pytest.mark.parametrize("row", SNAPSHOTS, ids=str)
def test_snapshots_on_schedule(row: Row) -> None:
    check(row)


def test_a_snapshot_that_a_resource_refers_to_is_kept() -> None:
    there = application(SCHEDULED, snapshots=(FRESH, old("scheduled-2", 2), BEYOND))
    check(Row("", running(SCHEDULED, application=there, kept_snapshots=frozenset({BEYOND.name})), of=SCHEDULED))


IDLE = resource(idle={"afterMinutes": 10}, replays=[])
WITH_REPLAY = resource(idle={"afterMinutes": 10}, replays=[REPLAY])
QUIET = Status(quiet_since=minutes_ago(11))
ASLEEP = Status(idle=True)
STOPPED = running(IDLE, application=application(IDLE, READY, snapshots=(snapshot(),)), health=None, incoming_records=0)
REST = [
    Row("a job without records for so long rests", running(IDLE, incoming_records=0), acts.StopApplication(),
        Reason.STOPPING, of=IDLE, status=QUIET, says="nothing came in for 10 minutes"),
    Row("one that was quiet for a shorter time goes on", running(IDLE, incoming_records=0), None, of=IDLE,
        status=Status(quiet_since=minutes_ago(9))),
    Row("one that gets records goes on", running(IDLE, incoming_records=3), None, of=IDLE, status=QUIET),
    Row("where nothing is measured nothing rests", running(IDLE), None, of=IDLE, status=QUIET),
    Row("a replay to come is work", running(WITH_REPLAY, incoming_records=0),
        acts.StartReplay(WITH_REPLAY.spec.replays[0], "sample"), Reason.REPLAYING, of=WITH_REPLAY, status=QUIET),
    Row("at rest it stays so", STOPPED, None, of=IDLE, status=ASLEEP),
    Row("a record wakes it", running(IDLE, application=STOPPED.application, health=None, incoming_records=1), None,
        Reason.STARTING, of=IDLE, status=ASLEEP),
    Row("a new replay wakes it", running(WITH_REPLAY, application=application(WITH_REPLAY, READY), health=None,
        incoming_records=0), None, Reason.STARTING, of=WITH_REPLAY, status=ASLEEP),
    Row("a spec without the policy wakes it", running(application=application(PLAIN, READY, snapshots=(snapshot(),)),
        health=None), acts.StartApplication(acts.LATEST), Reason.STARTING, status=ASLEEP),
]  # fmt: skip


@pytest.mark.parametrize("row", REST, ids=str)
def test_rest_without_work(row: Row) -> None:
    check(row)


def test_a_job_at_rest_is_ready_and_says_why() -> None:
    case = Case(IDLE, settings(IDLE), STOPPED, ASLEEP, NOW)
    ready = conclude(case, decide(case)).conditions[0]
    assert (ready.status, ready.reason) == ("True", Reason.IDLE)


def test_quiet_is_counted_from_when_it_was_first_seen() -> None:
    case = Case(IDLE, settings(IDLE), running(IDLE, incoming_records=0), Status(), NOW)
    assert conclude(case, decide(case)).quiet_since == NOW
    busy = Case(IDLE, settings(IDLE), running(IDLE, incoming_records=1), QUIET, NOW)
    assert conclude(busy, decide(busy)).quiet_since is None


HOLDING = resource(replays=[{**REPLAY, "suspend": True}])
PLAIN_REPLAY = resource(replays=[REPLAY])
RUNS = {"sample": ReplayProgress("Running")}
HELD = HeldReplays(since=NOW, generation=1)
REPLAYS = [
    Row("a replay that the spec holds is stopped", running(HOLDING, replays=RUNS), acts.StopReplay("sample"),
        Reason.STOPPING, of=HOLDING, says="which is held"),
    Row("and is not started", running(HOLDING), None, of=HOLDING),
    Row("replays held by remediation stop too", running(PLAIN_REPLAY, replays=RUNS), acts.StopReplay("sample"),
        Reason.STOPPING, of=PLAIN_REPLAY, status=Status(held_replays=HELD)),
    Row("and wait", running(PLAIN_REPLAY), None, of=PLAIN_REPLAY, status=Status(held_replays=HELD)),
    Row("a changed spec lets them go on", running(PLAIN_REPLAY), None, Reason.REPLAYING, of=PLAIN_REPLAY,
        status=Status(held_replays=HELD.model_copy(update={"generation": 0}))),
    Row("those that are to begin anew wait for the alarm to be over",
        running(PLAIN_REPLAY, alarms=fires(INVALID)), None, of=PLAIN_REPLAY,
        status=Status(held_replays=HELD.model_copy(update={"again": True}))),
    Row("and then begin anew", running(PLAIN_REPLAY), None, Reason.REPLAYING, of=PLAIN_REPLAY,
        status=Status(held_replays=HELD.model_copy(update={"again": True})), says="replaying again"),
    Row("another round is another run", running(PLAIN_REPLAY, replays={"sample": ReplayProgress("Completed")}),
        acts.StartReplay(PLAIN_REPLAY.spec.replays[0], "sample-r1"), Reason.REPLAYING, of=PLAIN_REPLAY,
        status=Status(replay_rounds=1)),
]  # fmt: skip


WANTED = "set an image"
SCHEDULED = resource(quality={}, aggregates={})
NO_IMAGE = [
    Row("a replay that cannot be started says what to set", running(PLAIN_REPLAY, workload_obstacle=WANTED), None,
        Reason.NO_WORKER_IMAGE, of=PLAIN_REPLAY, stalled=True, says="replay sample cannot be started: set an image"),
    Row("so do checks and aggregates", running(SCHEDULED, workload_obstacle=WANTED), None,
        Reason.NO_WORKER_IMAGE, of=SCHEDULED, stalled=True, says="checks, aggregates cannot be started"),
    Row("all else goes on", running(PLAIN_REPLAY, workload_obstacle=WANTED, shards=1), acts.Reshard(2),
        Reason.RESHARDING, of=PLAIN_REPLAY),
    Row("a replay that runs is watched", running(PLAIN_REPLAY, workload_obstacle=WANTED, replays=RUNS),
        of=PLAIN_REPLAY, says="replay sample: "),
    Row("one that is complete needs nothing any more", of=PLAIN_REPLAY, seen=running(
        PLAIN_REPLAY, workload_obstacle=WANTED, replays={"sample": ReplayProgress("Completed")})),
    Row("neither does one that is held", running(HOLDING, workload_obstacle=WANTED), of=HOLDING),
    Row("who asks for nothing of the kind is not told", running(workload_obstacle=WANTED)),
]  # fmt: skip


@pytest.mark.parametrize("row", NO_IMAGE, ids=str)
def test_an_operator_without_an_image_for_workers(row: Row) -> None:
    check(row)


@pytest.mark.parametrize("row", REPLAYS, ids=str)
def test_held_replays(row: Row) -> None:
    check(row)


def test_a_nonce_is_another_run() -> None:
    again = resource(replays=[{**REPLAY, "nonce": 2}])
    seen = running(again, replays={"sample": ReplayProgress("Completed")})
    check(Row("", seen, acts.StartReplay(again.spec.replays[0], "sample-2"), Reason.REPLAYING, of=again))


def paused(of: Any = PLAIN) -> Any:
    metadata = of.metadata.model_copy(update={"annotations": {PAUSED_ANNOTATION: "true"}})
    return of.model_copy(update={"metadata": metadata})


ADOPTING = resource(adopt=True)
NOBODYS, OTHERS = (application(PLAIN, owner=owner) for owner in (None, "security/other"))
EXPECTING = resource(foundation="Expect")
WINDOW = resource(flink={"maintenanceWindow": "02:00"})
QUALITY = resource(quality={"schedule": "5 * * * *"})
RIGHTS = [
    Row("nobody's application is adopted if the spec says so", running(application=NOBODYS),
        acts.AdoptApplication(NOBODYS), Reason.ADOPTING, of=ADOPTING),
    Row("another's never is", running(application=OTHERS), None, Reason.NOT_OWNED, of=ADOPTING, stalled=True),
    Row("how to take nobody's over is said", running(application=NOBODYS), None, Reason.NOT_OWNED, stalled=True,
        says="`adopt: true` takes it over"),
    Row("paused, nothing is adopted", running(application=NOBODYS), None, Reason.NOT_OWNED, of=paused(ADOPTING),
        stalled=True, says="it is taken over when the pause ends"),
    Row("paused, nothing is done", running(shards=1), None, of=paused(), says="paused by annotation"),
    Row("paused, a deletion is carried out all the same", running(), acts.StopApplication(), Reason.STOPPING,
        of=paused(), deleting=True),
    Row("a foundation that others make is waited for", Observation(missing_foundation=("stream",)), None,
        Reason.WAITING_FOR_FOUNDATION, of=EXPECTING, says="missing: stream"),
    Row("the maintenance window is set", running(WINDOW), acts.SetMaintenanceWindow("02:00"), Reason.UPDATING,
        of=WINDOW),
    Row("once", running(WINDOW, application=application(WINDOW, maintenance_start="02:00")), None, of=WINDOW),
    Row("scheduled work that is not as the spec says is applied", running(QUALITY, workload_drift=("quality",)),
        acts.ApplyWorkloads(("quality",)), Reason.APPLYING_WORKLOADS, of=QUALITY),
]  # fmt: skip


@pytest.mark.parametrize("row", RIGHTS, ids=str)
def test_who_may_do_what(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(
    ("quality", "truth", "reason"),
    [
        (None, "Unknown", Reason.NOT_MEASURED),
        ("Passing", "True", Reason.CHECKS_PASS),
        ("Failing", "False", Reason.CHECKS_FAIL),
    ],
)
def test_the_verdict_of_the_checks_is_a_condition(quality: Any, truth: str, reason: Reason) -> None:
    case = Case(PLAIN, settings(PLAIN), running(quality=quality), Status(), NOW)
    said = next(c for c in conclude(case, decide(case)).conditions if c.type == "QualityPassing")
    assert (said.status, said.reason) == (truth, reason)


@pytest.mark.parametrize(
    ("lag", "words", "truth"),
    [
        (None, None, "Unknown"),
        (0, "<10s", "True"),
        (59, "<1m", "True"),
        (599, "<10m", "True"),
        (600, "<1h", "False"),
        (3600, ">=1h", "False"),
    ],
)
def test_the_lag_is_told_in_steps_that_seldom_change(lag: float | None, words: str | None, truth: str) -> None:
    case = Case(PLAIN, settings(PLAIN), running(lag_seconds=lag), Status(), NOW)
    status = conclude(case, decide(case))
    assert status.lag == words
    assert next(c for c in status.conditions if c.type == "DataFresh").status == truth


def test_an_invalid_spec_is_told_while_healing_goes_on_with_the_last_valid_one() -> None:
    case = Case(PLAIN, settings(PLAIN), running(health=HEALTHY, shards=1), Status(), NOW, problem="spec.x: unknown")
    decision = decide(case)
    status = conclude(case, decision)
    assert decision.act == acts.Reshard(2)
    assert [(c.type, c.status, c.reason) for c in status.conditions if c.type in ("Ready", "Stalled")] == [
        ("Ready", "False", Reason.INVALID_SPEC),
        ("Stalled", "True", Reason.INVALID_SPEC),
    ]
    assert status.accepted is None
