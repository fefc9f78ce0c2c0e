"""What a job has to lose before it has passed the gate, and that it is never started without by itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ApplicationStatus, Status
from authpulse_operator.core.acts import LATEST, NOTHING
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.concluding import conclude
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.world import ApplicationState
from authpulse_operator.runtime.passes import make_pass
from doubles.cases import HEALTHY, NAMES, NOW, RESTARTING, application, plan, resource, settings, snapshot
from doubles.table import PLAIN, Row, check, running, stable
from doubles.world import FakeWorld

READY, RUNNING = ApplicationState.READY, ApplicationState.RUNNING
SLOW: dict[str, Any] = {"health": {"stableForSeconds": 300, "timeoutSeconds": 600}}
OF_SLOW = resource(flink=SLOW)
KEY = plan(OF_SLOW).wanted.code_key

Progress = Literal["Possible", "Saved"] | None


def live(world: FakeWorld, minutes: float, **flink: Any) -> Decision:
    """Passes for so long; returns the last decision."""
    of = plan(resource(flink={**SLOW, **flink}))
    until = world.clock.now() + timedelta(minutes=minutes)
    while True:
        decision = make_pass(of, world.ports())
        world.clock.pass_time(decision.next_look_seconds)
        if world.clock.now() >= until:
            return decision


def somebody_stops(world: FakeWorld) -> None:
    """By force, past the operator."""
    kept = world.flink._kept[NAMES.application]
    kept.state, kept.job = READY, None
    kept.note(world.clock.now())


def test_a_first_deployment_that_has_saved_something_is_not_started_without_although_it_was_never_stable() -> None:
    world = FakeWorld()
    live(world, 2)
    health = world.flink.job_health(NAMES.application)
    assert health is not None
    assert health.checkpoints_completed > 0
    assert world.status.read().last_stable is None
    somebody_stops(world)
    decision = live(world, 1)
    assert decision.stalled is Reason.NOTHING_TO_RESTORE
    assert world.flink.starts == [NOTHING]
    assert live(world, 1, upgradeMode="stateless").stalled is None
    assert world.flink.starts == [NOTHING, NOTHING]


def test_it_is_kept_in_mind_for_as_long_as_it_takes() -> None:
    world = FakeWorld()
    live(world, 2)
    somebody_stops(world)
    live(world, 60)
    assert world.status.read().progress == "Saved"
    assert world.flink.starts == [NOTHING]


def test_one_that_only_failed_has_nothing_to_lose() -> None:
    world = FakeWorld()
    world.flink.break_code(KEY, "ValueError: no such table")
    live(world, 2)
    somebody_stops(world)
    live(world, 1)
    assert world.flink.starts == [NOTHING, NOTHING]


def test_what_was_saved_before_an_update_that_only_fails_is_not_forgotten() -> None:
    world = FakeWorld()
    live(world, 2)
    world.flink.break_code(KEY, "ValueError: no such table")
    live(world, 2, restartNonce=1)
    assert world.flink.starts == [NOTHING, LATEST]
    world.flink._kept[NAMES.application].snapshots.clear()
    somebody_stops(world)
    assert live(world, 1, restartNonce=1).stalled is Reason.NOTHING_TO_RESTORE


def test_an_application_that_is_made_anew_has_nothing_to_lose() -> None:
    world = FakeWorld()
    live(world, 2)
    kept = world.flink._kept[NAMES.application]
    kept.gone = True
    kept.note(world.clock.now())
    live(world, 2)
    assert world.flink.starts == [NOTHING, NOTHING]


def test_a_creation_takes_no_write_for_it() -> None:
    world = FakeWorld()
    world.artifacts.keys.add(KEY)
    world.foundations.there, world.foundations.shards = True, OF_SLOW.spec.stream.shards
    live(world, 10)
    assert [s.progress for s in world.status.written] == [None, "Possible", None]  # the intent; it comes up; Ready


FAILING = replace(RESTARTING, checkpoints_completed=5)
COMES_UP = JobHealth("RUNNING", 3, 3, 0, 0, 0, running_seconds=5)
SAVES = replace(COMES_UP, checkpoints_completed=1)
RECOVERING = replace(COMES_UP, restarts=2, last_exception="ValueError: no such table")
RESTORED = replace(RESTARTING, restored_checkpoint=True)
CONCLUSIONS: list[tuple[str, ApplicationState, JobHealth | None, str, Progress, Progress]] = [
    ("one that comes up may save something before it is told of again", RUNNING, COMES_UP, "STARTING", None,
     "Possible"),
    ("the first checkpoint of one that comes up is no news", RUNNING, SAVES, "RUNNING", "Possible", "Possible"),
    ("one that does not answer yet may save something", RUNNING, None, "STARTING", None, "Possible"),
    ("one that does not answer any more is what it was", RUNNING, None, "RUNNING", None, None),
    ("one that is being stopped, too", RUNNING, None, "FORCE_STOPPING", None, None),
    ("one that only fails has saved nothing", RUNNING, RESTARTING, "RUNNING", "Possible", None),
    ("nor one that runs between two failures", RUNNING, RECOVERING, "RUNNING", None, None),
    ("one that fails after a checkpoint has", RUNNING, FAILING, "RUNNING", "Possible", "Saved"),
    ("one that went on from its own checkpoint has", RUNNING, RESTORED, "RUNNING", None, "Saved"),
    ("what another has saved is not lost with one that fails", RUNNING, RESTARTING, "RUNNING", "Saved", "Saved"),
    ("one that goes may have saved something at last", READY, None, "RUNNING", "Possible", "Saved"),
    ("one that goes without has not", READY, None, "RUNNING", None, None),
    ("one that passes the gate is the last stable", RUNNING, replace(HEALTHY, running_seconds=300), "RUNNING",
     "Possible", None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "state", "health", "seen", "before", "after"), CONCLUSIONS)
def test_what_is_remembered(
    sentence: str, state: ApplicationState, health: JobHealth | None, seen: str, before: Progress, after: Progress
) -> None:
    was = ApplicationStatus(name=NAMES.application, status=seen, version_id=3, code="")
    observed = running(OF_SLOW, application=application(OF_SLOW, state), health=health)
    case = Case(OF_SLOW, settings(OF_SLOW), observed, Status(progress=before, application=was), NOW)
    assert conclude(case, decide(case)).progress == after, sentence


@pytest.mark.parametrize("progress", ["Possible", "Saved"])
def test_a_start_without_a_snapshot_waits_for_a_person(progress: Progress) -> None:
    seen, status = running(application=application(PLAIN, READY), health=None), Status(progress=progress)
    check(Row("", seen, None, Reason.NOTHING_TO_RESTORE, status=status, stalled=True, says="upgradeMode: stateless"))


def test_nothing_of_it_is_remembered_of_anothers_application_or_beside_a_stable_one() -> None:
    theirs = running(application=application(PLAIN, READY, owner="security/other"), health=None)
    ours = running(application=application(PLAIN, READY, snapshots=(snapshot(),)), health=None)
    for seen, status in (
        (theirs, Status(progress="Saved")),
        (ours, Status(progress="Saved", last_stable=stable(settings(PLAIN)))),
    ):
        case = Case(PLAIN, settings(PLAIN), seen, status, NOW)
        assert conclude(case, decide(case)).progress is None
