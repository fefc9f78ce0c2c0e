"""The decision about one resource, as a table of sentences."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case
from authpulse_operator.core.deciding import CHECKS, decide
from authpulse_operator.core.world import Application, ApplicationState, Failure, Observation, ReplayProgress
from doubles.cases import HEALTHY, NOW, RESTARTING, application, resource, settings, snapshot
from doubles.table import PLAIN, running

REPLAY = {"name": "sample", "input": "log.csv", "format": "lanl-cyber1"}
REPLAYING = resource(replays=[REPLAY])
SUSPENDED = resource(suspend=True, replays=[REPLAY])


@dataclass
class Row:
    sentence: str
    seen: Observation
    wants: type | None = None
    reason: Reason | None = None
    of: AuthPulse = PLAIN
    status: Status = field(default_factory=Status)
    deleting: bool = False
    stalled: bool = False
    done: bool = False
    force: bool = False
    """What a StopApplication is to do."""

    def __str__(self) -> str:
        return self.sentence


FOREIGN = application(PLAIN, owner="security/other")
OLD_CODE = application(PLAIN, settings=replace(settings(PLAIN), code_key="code/old.zip"))
WAITED = Status(unhealthy_since=NOW - timedelta(seconds=700))
DELETE = resource(deletionPolicy="Delete")
RETAIN = resource(deletionPolicy="Retain")

RUNNING = ApplicationState.RUNNING


def failed(times: int, state: ApplicationState = ApplicationState.READY, *, seconds_ago: float = 5) -> Application:
    """An application whose last operations the service could not finish."""
    return application(PLAIN, state, failure=Failure(times, "no room", NOW - timedelta(seconds=seconds_ago)))


TABLE = [
    Row(
        "a new resource gets its foundation first",
        Observation(missing_foundation=("stream",)),
        acts.MakeFoundation,
        Reason.LAYING_FOUNDATION,
    ),
    Row(
        "with the foundation laid, missing code is uploaded",
        Observation(shards=2, missing_artifacts=("code/a.zip",)),
        acts.Upload,
        Reason.UPLOADING_CODE,
    ),
    Row("with code there, the application is created", Observation(shards=2), acts.CreateApplication, Reason.CREATING),
    Row(
        "a created application is started",
        running(application=application(PLAIN, ApplicationState.READY), health=None),
        acts.StartApplication,
        Reason.STARTING,
    ),
    Row("a stream with too few shards is resharded", running(shards=1), acts.Reshard, Reason.RESHARDING),
    Row("a stream that is changing is left alone", running(shards=None), None),
    Row(
        "a replay that the spec does not name is stopped",
        running(REPLAYING, replays={"other": ReplayProgress("Running"), "sample": ReplayProgress("Running")}),
        acts.StopReplay,
        Reason.STOPPING,
        of=REPLAYING,
    ),
    Row(
        "a replay that runs as an earlier spec had it is stopped, to go on as this one has it",
        running(REPLAYING, replays={"sample": ReplayProgress("Running")}, outdated_replays=frozenset({"sample"})),
        acts.StopReplay,
        Reason.REPLAYING,
        of=REPLAYING,
    ),
    Row(
        "a replay that the spec does not name any more may be complete or broken",
        running(replays={"done": ReplayProgress("Completed"), "bad": ReplayProgress("Failed", attempts=3)}),
        None,
    ),
    Row(
        "a job that works but fails now is updated, from a snapshot or not at all",
        running(application=OLD_CODE, health=replace(RESTARTING, checkpoints_completed=5)),
        acts.UpdateApplication,
        Reason.UPDATING,
    ),
    Row(
        "a job that goes on from a checkpoint of itself has something to lose",
        running(application=OLD_CODE, health=replace(RESTARTING, restored_checkpoint=True)),
        acts.UpdateApplication,
        Reason.UPDATING,
    ),
    Row(
        "a job that fails without having saved anything is stopped by force before it is changed",
        running(application=OLD_CODE, health=RESTARTING),
        acts.StopApplication,
        Reason.STOPPING,
        force=True,
    ),
    Row(
        "a suspended job that has saved nothing is stopped by force",
        running(SUSPENDED, health=RESTARTING),
        acts.StopApplication,
        Reason.STOPPING,
        of=SUSPENDED,
        force=True,
    ),
    Row(
        "a rolled back application is started again",
        running(application=application(PLAIN, ApplicationState.ROLLED_BACK), health=None),
        acts.StartApplication,
        Reason.STARTING,
    ),
    Row(
        "a start that failed twice is tried a third time",
        running(application=failed(2), health=None),
        acts.StartApplication,
        Reason.STARTING,
    ),
    Row(
        "a start that failed three times is called failed",
        running(application=failed(3), health=None),
        None,
        Reason.OPERATION_FAILED,
        stalled=True,
    ),
    Row(
        "what failed too often is tried again after a while",
        running(application=failed(3, seconds_ago=60), health=None),
        acts.StartApplication,
        Reason.STARTING,
    ),
    Row(
        "an update that fails too often is held back",
        running(application=replace(OLD_CODE, failure=failed(4).failure)),
        None,
        Reason.OPERATION_FAILED,
        stalled=True,
    ),
    Row("failures of the past do not trouble a healthy job", running(application=failed(3, RUNNING)), None),
    Row(
        "an application of somebody else is never touched",
        running(application=FOREIGN),
        None,
        Reason.NOT_OWNED,
        stalled=True,
    ),
    Row(
        "an application without an owner is never touched",
        running(application=replace(FOREIGN, owner=None)),
        None,
        Reason.NOT_OWNED,
        stalled=True,
    ),
    Row(
        "an application of somebody else is not deleted either, and holds nothing up",
        running(application=FOREIGN),
        None,
        of=DELETE,
        deleting=True,
        done=True,
    ),
    Row("a changed application is updated", running(application=OLD_CODE), acts.UpdateApplication, Reason.UPDATING),
    Row(
        "a stopped application is updated before it is started",
        running(application=replace(OLD_CODE, state=ApplicationState.READY), health=None),
        acts.UpdateApplication,
        Reason.UPDATING,
    ),
    Row("a job that does not answer yet is waited for", running(health=None), None, Reason.WAITING_FOR_JOB),
    Row("a job that restarts is waited for, for a while", running(health=RESTARTING), None, Reason.WAITING_FOR_JOB),
    Row(
        "a job that only restarts is called unhealthy in the end",
        running(health=RESTARTING),
        None,
        Reason.UNHEALTHY,
        status=WAITED,
        stalled=True,
    ),
    Row(
        "a job without a completed checkpoint is not healthy",
        running(health=replace(HEALTHY, checkpoints_completed=0)),
        None,
        Reason.WAITING_FOR_JOB,
    ),
    Row(
        "a job that runs for too short a time is not healthy",
        running(health=replace(HEALTHY, running_seconds=29)),
        None,
        Reason.WAITING_FOR_JOB,
    ),
    Row(
        "a job with a vertex that does not run is not healthy",
        running(health=replace(HEALTHY, vertices_running=2)),
        None,
        Reason.WAITING_FOR_JOB,
    ),
    Row("a healthy job without replays leaves nothing to do", running(), None),
    Row(
        "a replay begins once the job is healthy", running(REPLAYING), acts.StartReplay, Reason.REPLAYING, of=REPLAYING
    ),
    Row(
        "no replay begins before the job is healthy",
        running(REPLAYING, health=RESTARTING),
        None,
        Reason.WAITING_FOR_JOB,
        of=REPLAYING,
    ),
    Row(
        "a running replay is watched",
        running(REPLAYING, replays={"sample": ReplayProgress("Running", lines=7)}),
        None,
        of=REPLAYING,
    ),
    Row(
        "a broken replay is resumed",
        running(REPLAYING, replays={"sample": ReplayProgress("Failed", attempts=1)}),
        acts.StartReplay,
        Reason.REPLAYING,
        of=REPLAYING,
    ),
    Row(
        "a replay that broke three times is not tried again",
        running(REPLAYING, replays={"sample": ReplayProgress("Failed", attempts=3)}),
        None,
        Reason.REPLAY_FAILED,
        of=REPLAYING,
        stalled=True,
    ),
    Row(
        "a complete replay leaves nothing to do",
        running(REPLAYING, replays={"sample": ReplayProgress("Completed")}),
        None,
        of=REPLAYING,
    ),
    Row(
        "a suspended resource first stops its replay",
        running(SUSPENDED, replays={"sample": ReplayProgress("Running")}),
        acts.StopReplay,
        Reason.STOPPING,
        of=SUSPENDED,
    ),
    Row(
        "a suspended resource stops its job with a snapshot",
        running(SUSPENDED),
        acts.StopApplication,
        Reason.STOPPING,
        of=SUSPENDED,
    ),
    Row(
        "a suspended job stays stopped, whatever has changed",
        running(application=replace(OLD_CODE, state=ApplicationState.READY)),
        None,
        of=SUSPENDED,
    ),
    Row(
        "a suspended resource that was never made needs nothing",
        Observation(missing_foundation=("stream",)),
        None,
        of=SUSPENDED,
    ),
    Row(
        "a deleted resource stops its replay in any case",
        running(RETAIN, replays={"sample": ReplayProgress("Running")}),
        acts.StopReplay,
        Reason.STOPPING,
        of=RETAIN,
        deleting=True,
    ),
    Row("policy Retain leaves the application running", running(), None, of=RETAIN, deleting=True, done=True),
    Row("policy Snapshot stops the job", running(), acts.StopApplication, Reason.STOPPING, deleting=True),
    Row(
        "policy Snapshot keeps the stopped application",
        running(application=application(PLAIN, ApplicationState.READY)),
        None,
        deleting=True,
        done=True,
    ),
    Row(
        "policy Delete stops the job before it deletes",
        running(),
        acts.StopApplication,
        Reason.STOPPING,
        of=DELETE,
        deleting=True,
    ),
    Row(
        "policy Delete deletes the stopped application",
        running(application=application(DELETE, ApplicationState.READY)),
        acts.DeleteApplication,
        Reason.DELETING,
        of=DELETE,
        deleting=True,
    ),
    Row(
        "a deletion waits for what the service is at",
        running(application=application(DELETE, ApplicationState.UPDATING)),
        None,
        Reason.OPERATION_IN_FLIGHT,
        of=DELETE,
        deleting=True,
    ),
    Row(
        "policy Snapshot does not give up what a failing job has saved",
        running(health=replace(RESTARTING, checkpoints_completed=5)),
        acts.StopApplication,
        Reason.STOPPING,
        deleting=True,
    ),
    Row(
        "policy Delete needs no snapshot of a failing job",
        running(health=replace(RESTARTING, checkpoints_completed=5)),
        acts.StopApplication,
        Reason.STOPPING,
        of=DELETE,
        deleting=True,
        force=True,
    ),
    Row(
        "a deletion that fails too often is held back",
        running(application=failed(3), health=None),
        None,
        Reason.OPERATION_FAILED,
        of=DELETE,
        deleting=True,
        stalled=True,
    ),
    Row("a deletion is done when the application is gone", Observation(), None, of=DELETE, deleting=True, done=True),
]
TABLE += [
    Row(
        f"nothing is started beside an application that is {state}",
        running(application=application(PLAIN, state)),
        None,
        Reason.OPERATION_IN_FLIGHT,
    )
    for state in ApplicationState
    if state not in (ApplicationState.READY, ApplicationState.RUNNING, ApplicationState.ROLLED_BACK)
]


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_decision(row: Row) -> None:
    case = Case(row.of, settings(row.of), row.seen, row.status, NOW, deleting=row.deleting)
    decision = decide(case)
    assert (type(decision.act) if decision.act else None) is row.wants
    assert (decision.stalled if row.stalled else decision.reconciling) is row.reason
    assert bool(decision.stalled) is row.stalled
    assert decision.done is row.done
    assert getattr(decision.act, "force", False) is row.force
    assert decision.message or row.reason is None


@pytest.mark.parametrize(
    ("there", "wanted", "step"),
    [
        (2, 3, 3),
        (2, 4, 4),
        (2, 10, 4),
        (4, 10, 8),
        (8, 10, 10),
        (10, 5, 5),
        (10, 1, 5),
        (5, 1, 3),
        (3, 1, 2),
        (2, 1, 1),
    ],
)
def test_a_stream_is_resharded_in_steps_that_kinesis_takes(there: int, wanted: int, step: int) -> None:
    of = resource(stream={"shards": wanted})
    decision = decide(Case(of, settings(of), running(of, shards=there), Status(), NOW))
    assert decision.act == acts.Reshard(step)
    assert there / 2 <= step <= there * 2


@pytest.mark.parametrize("state", ["HIBERNATING", ""])
def test_a_state_that_the_service_has_come_to_know_since_is_waited_out(state: str) -> None:
    seen = running(application=application(PLAIN, ApplicationState(state)))
    assert decide(Case(PLAIN, settings(PLAIN), seen, Status(), NOW)).reconciling is Reason.OPERATION_IN_FLIGHT


@pytest.mark.parametrize("seconds", [0, 29.9])
def test_a_job_that_comes_up_is_told_once_and_not_step_by_step(seconds: float) -> None:
    seen = running(health=replace(HEALTHY, running_seconds=seconds))
    decision = decide(Case(PLAIN, settings(PLAIN), seen, Status(), NOW))
    assert decision.reconciling is Reason.WAITING_FOR_JOB
    assert decision.message == "the job comes up: all vertices have to run, a checkpoint to complete, 30 s to pass"


def test_a_logging_option_that_somebody_removed_does_not_restart_the_job_for_ever() -> None:
    bare = replace(settings(PLAIN), log_stream_arn=None)
    assert (
        decide(Case(PLAIN, settings(PLAIN), running(application=application(PLAIN, settings=bare)), Status(), NOW)).act
        is None
    )


def test_every_act_says_what_it_is_about() -> None:
    there = application(PLAIN)
    changed = replace(settings(PLAIN), parallelism=4)
    said: list[tuple[acts.Act, str]] = [
        (acts.MakeFoundation(("stream", "bucket")), "stream, bucket"),
        (acts.Reshard(4), "to 4 shards"),
        (acts.Upload(("code/a.zip",)), "code/a.zip"),
        (acts.StartApplication(acts.LATEST), "from latest snapshot"),
        (acts.StartApplication(acts.named("before")), "from snapshot before"),
        (acts.StopApplication(), "with a snapshot"),
        (acts.StopApplication(force=True), "by force"),
        (acts.StartReplay(REPLAYING.spec.replays[0], "sample-2"), "sample-2"),
        (acts.RollBackApplication(there), "from version 3"),
        (acts.AdoptApplication(there), there.name),
        (acts.TakeSnapshot("scheduled-1"), "scheduled-1"),
        (acts.DeleteSnapshot(snapshot("old")), "old"),
        (acts.SetMaintenanceWindow("02:00"), "from 02:00 UTC"),
        (acts.ApplyWorkloads(("quality",)), "quality"),
        (acts.StopReplay("sample"), "sample"),
    ]
    assert [act.detail for act, _ in said] == [detail for _, detail in said]
    assert acts.UpdateApplication(there, changed, acts.NOTHING).detail == "version 3: parallelism"
    assert acts.CreateApplication(changed).detail == changed.code_key
    assert acts.DeleteApplication(there).detail == there.name


def test_every_check_says_what_it_is_for() -> None:
    assert all(check.__doc__ for check in CHECKS)
