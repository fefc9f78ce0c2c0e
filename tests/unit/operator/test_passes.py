"""Passes over an in-memory world: from nothing to Ready, through changes and failures, to nothing again."""

import re
from datetime import timedelta

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ConditionType
from authpulse_operator.core.acts import LATEST, NOTHING
from authpulse_operator.core.errors import Recoverable, Terminal, Wait
from authpulse_operator.core.world import ApplicationState, ReplayProgress
from authpulse_operator.runtime.embedded import NotReachedError, is_ready, is_suspended, run_until
from authpulse_operator.runtime.passes import make_pass, status_now, unforeseen
from doubles.cases import NAMES, application, plan, resource
from doubles.reaching import REPLAYS, WITHIN, announced, ready, writes
from doubles.world import FakeWorld


def test_a_new_resource_becomes_ready_with_each_write_made_once() -> None:
    world = FakeWorld()
    status = ready(world)
    assert writes(world) == ["make", "put", "create", "start", "start_replay", "start_replay"]
    assert [r.state for r in status.replays] == ["Completed", "Completed"]
    assert status.is_true(ConditionType.JOB_HEALTHY)
    assert status.application is not None
    assert status.application.version_id == 1


def test_a_ready_resource_needs_no_more_writes() -> None:
    world = FakeWorld()
    ready(world)
    before, versions = writes(world), len(world.status.written)
    for _ in range(5):
        world.clock.pass_time(30)
        make_pass(plan(resource(replays=REPLAYS)), world.ports())
    assert writes(world) == before
    assert len(world.status.written) == versions


def test_every_write_is_announced_before_it_is_made() -> None:
    world = FakeWorld()
    ready(world)
    assert announced(world.status.written) == [
        "MakeFoundation",
        "Upload",
        "CreateApplication",
        "StartApplication",
        "StartReplay",
        "StartReplay",
    ]
    assert world.status.read().intent is None


def test_changed_code_restarts_the_job_from_a_snapshot() -> None:
    world = FakeWorld()
    ready(world)
    status = ready(world, code="b" * 64)
    assert writes(world)[-2:] == ["start_replay", "start_replay"]
    assert world.flink.starts == [NOTHING, LATEST]
    assert status.application is not None
    assert status.application.version_id == 2
    assert status.application.code.startswith("code/bbb")


def test_a_suspended_resource_goes_on_where_it_stopped() -> None:
    world = FakeWorld()
    ready(world)
    run_until(is_suspended, plan(resource(replays=REPLAYS, suspend=True)), world.ports(), within=WITHIN)
    stopped = world.flink.describe(NAMES.application)
    assert stopped is not None
    assert stopped.state is ApplicationState.READY
    ready(world)
    assert world.flink.starts == [NOTHING, LATEST]


def test_a_deleted_resource_leaves_no_application() -> None:
    world = FakeWorld()
    of = resource(replays=REPLAYS, deletionPolicy="Delete")
    ready(world, of)
    for _ in range(20):
        if make_pass(plan(of), world.ports(), deleting=True).done:
            break
        world.clock.pass_time(3)
    assert world.flink.describe(NAMES.application) is None


def test_a_deletion_that_does_not_show_yet_is_not_asked_for_again() -> None:
    world = FakeWorld()
    world.flink.seconds_per_operation, world.flink.seconds_until_visible = 20, 3
    of = resource(deletionPolicy="Delete")
    ready(world, of)
    for _ in range(60):
        if make_pass(plan(of), world.ports(), deleting=True).done:
            break
        world.clock.pass_time(2)
    assert world.flink.describe(NAMES.application) is None
    assert [world.flink.switches.calls.count(c) for c in ("stop", "delete")] == [1, 1]


def test_a_broken_replay_is_resumed_and_the_goal_reached() -> None:
    world = FakeWorld()
    world.workloads.broken["first"] = 2
    ready(world)
    assert world.workloads.switches.calls == ["start_replay"] * 4


def test_a_replay_that_stays_broken_ends_in_its_own_message() -> None:
    world = FakeWorld()
    world.workloads.broken["first"] = 9
    with pytest.raises(NotReachedError, match="ReplayFailed: replay first failed 3 times: it broke"):
        ready(world)


def test_a_job_that_only_restarts_ends_in_its_own_exception() -> None:
    world = FakeWorld()
    world.flink.break_code(plan(resource()).wanted.code_key, "ValueError: no such table")
    with pytest.raises(NotReachedError, match=r"Unhealthy: job RESTARTING.*ValueError: no such table"):
        ready(world)
    assert world.status.read().is_true(ConditionType.STALLED)


def test_an_application_of_somebody_else_stalls_without_a_write() -> None:
    world = FakeWorld()
    world.foundations.there, world.foundations.shards = True, 2
    world.flink.add(application(resource(), owner="security/other"))
    with pytest.raises(NotReachedError, match=r"NotOwned: .*belongs to security/other"):
        ready(world)
    assert writes(world) == []


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the effect", "after the effect"])
@pytest.mark.parametrize("operation", ["create", "start"])
def test_a_failing_write_is_tried_again_until_it_has_taken_effect_once(operation: str, after_effect: bool) -> None:
    world = FakeWorld()
    world.flink.switches.fail(operation, Recoverable("ThrottlingException"), times=2, after_effect=after_effect)
    status = ready(world)
    tries = world.flink.switches.calls.count(operation)
    assert tries == (1 if after_effect else 3)
    assert status.application is not None
    assert status.application.version_id == 1


def test_an_update_that_took_effect_unseen_is_not_made_twice() -> None:
    world = FakeWorld()
    ready(world)
    world.flink.switches.fail("update", Recoverable("time-out"), after_effect=True)
    status = ready(world, code="b" * 64)
    assert world.flink.switches.calls.count("update") == 1
    assert status.application is not None
    assert status.application.version_id == 2


def test_what_only_a_new_spec_helps_stalls_with_the_services_words() -> None:
    world = FakeWorld()
    world.flink.switches.fail("create", Terminal("creating authpulse-dev: AccessDenied: no"), times=99)
    with pytest.raises(NotReachedError, match="OperationFailed: creating authpulse-dev: AccessDenied: no"):
        ready(world)
    stalled = world.status.read().condition(ConditionType.STALLED)
    assert stalled is not None
    assert stalled.reason is Reason.OPERATION_FAILED


def test_time_that_runs_out_says_what_was_waited_for() -> None:
    world = FakeWorld()
    world.flink.seconds_per_operation = 9999
    with pytest.raises(NotReachedError, match="not there after 60 s: starting from nothing"):
        run_until(is_ready, plan(resource()), world.ports(), within=timedelta(seconds=60))


def test_a_condition_keeps_its_transition_time_until_it_flips() -> None:
    world = FakeWorld()
    ready(world)
    first = world.status.read().condition(ConditionType.READY)
    world.clock.pass_time(100)
    make_pass(plan(resource(replays=REPLAYS)), world.ports())
    second = world.status.read().condition(ConditionType.READY)
    assert first is not None
    assert second is not None
    assert second.last_transition_time == first.last_transition_time


def test_a_world_that_cannot_be_seen_is_not_taken_for_the_one_seen_last() -> None:
    world = FakeWorld()
    ready(world)
    seen = world.status.read()
    world.flink.switches.fail("describe", Recoverable("describing authpulse-dev: ThrottlingException"))
    decision = make_pass(plan(resource(replays=REPLAYS), code="b" * 64), world.ports())
    assert decision.reconciling is Reason.OPERATION_FAILED
    status = world.status.read()
    assert not is_ready(status)
    assert status.is_true(ConditionType.RECONCILING)
    assert status.condition(ConditionType.REPLAY_COMPLETE) == seen.condition(ConditionType.REPLAY_COMPLETE)
    assert (status.replays, status.application) == (seen.replays, seen.application)
    assert ready(world, code="b" * 64).application.version_id == 2


def test_a_world_that_must_not_be_seen_stalls() -> None:
    world = FakeWorld()
    world.foundations.switches.fail("missing", Terminal("looking at the foundation: AccessDenied"))
    with pytest.raises(NotReachedError, match="OperationFailed: looking at the foundation: AccessDenied"):
        ready(world)
    assert world.status.read().is_true(ConditionType.STALLED)


def test_waiting_is_not_a_failure() -> None:
    world = FakeWorld()
    world.flink.switches.fail("job_health", Wait("the dashboard is not there yet", after_seconds=7))
    ready(world)
    assert 7 in world.clock.slept
    assert not any(c.reason is Reason.OPERATION_FAILED for s in world.status.written for c in s.conditions)


def test_looking_only_says_what_a_pass_would_and_does_nothing() -> None:
    world = FakeWorld()
    status = status_now(plan(resource()), world.ports())
    ready_ = status.condition(ConditionType.READY)
    assert ready_ is not None
    assert ready_.reason is Reason.LAYING_FOUNDATION
    assert (writes(world), world.status.written) == ([], [])


def test_a_replay_that_the_spec_lost_ends_before_another_begins() -> None:
    world = FakeWorld()
    world.workloads.progress["stray"] = ReplayProgress("Running", attempts=1)
    world.workloads.holding.add("stray")
    ready(world)
    assert world.workloads.switches.calls == ["stop_replay", "start_replay", "start_replay"]
    assert [r.name for r in world.status.read().replays] == ["first", "second"]


def test_a_replay_that_runs_goes_on_with_its_new_values() -> None:
    world = FakeWorld()
    first, second = REPLAYS
    world.workloads.holding.add("first")
    for _ in range(10):
        make_pass(plan(resource(replays=REPLAYS)), world.ports())
        world.clock.pass_time(10)
    before = world.workloads.progress["first"]
    assert before.state == "Running"
    world.workloads.holding.clear()
    ready(world, resource(replays=[{**first, "limit": 7}, second]))
    assert world.workloads.switches.calls == ["start_replay", "stop_replay", "start_replay", "start_replay"]
    assert world.workloads.started["first"].limit == 7
    assert world.workloads.progress["first"].attempts == 1


@pytest.mark.parametrize(
    ("policy", "state"), [("Retain", ApplicationState.RUNNING), ("Snapshot", ApplicationState.READY), ("Delete", None)]
)
def test_what_a_deletion_leaves(policy: str, state: ApplicationState | None) -> None:
    world = FakeWorld()
    of = resource(replays=REPLAYS, deletionPolicy=policy)
    ready(world, of)
    while not make_pass(plan(of), world.ports(), deleting=True).done:
        world.clock.pass_time(3)
    there = world.flink.describe(NAMES.application)
    assert (there.state if there else None) is state


def test_policy_retain_needs_no_answer_from_aws() -> None:
    world = FakeWorld()
    of = resource(deletionPolicy="Retain")
    world.flink.switches.fail("describe", Recoverable("AWS does not answer"), times=99)
    assert make_pass(plan(of), world.ports(), deleting=True).done


def test_what_was_begun_is_known_at_once_and_written_with_the_next_news() -> None:
    world = FakeWorld()
    run_until(lambda s: s.operation is not None, plan(resource()), world.ports(), within=WITHIN)
    written = world.status.written[-1]
    assert written.intent is not None
    assert (written.intent.then, written.operation) == ("StartApplication", None)
    assert (world.status.read().intent, written.application) == (None, world.status.read().application)
    assert written.application is not None
    assert written.application.status == "STARTING"
    status = ready(world, resource())
    assert status == world.status.written[-1]
    assert status.operation is not None
    assert [s.intent for s in world.status.written][-2:] == [None, None]


def test_an_error_of_the_operators_own_is_named_without_its_words() -> None:
    said = []
    for secret in ("one", "another"):
        with pytest.raises(ZeroDivisionError) as raised:
            raise ZeroDivisionError(secret)
        said.append(unforeseen(raised.value))
    assert said[0] == said[1]
    assert said[0].reconciling is Reason.INTERNAL_ERROR
    assert re.search(r"ZeroDivisionError in test_passes\.py, line \d+; its log has more$", said[0].message)


def test_without_an_image_for_workers_scheduled_work_is_left_as_it_is() -> None:
    world, of = FakeWorld(), resource(replays=REPLAYS, quality={})
    world.workloads.in_the_way = "set an image"
    with pytest.raises(NotReachedError, match=r"NoWorkerImage: replay first, .*checks cannot be started: set an image"):
        ready(world, of)
    assert world.status.read().is_true(ConditionType.JOB_HEALTHY)
    assert writes(world) == ["make", "put", "create", "start"]
    versions = len(world.status.written)
    make_pass(plan(of), world.ports())
    assert len(world.status.written) == versions
    world.workloads.in_the_way = None
    ready(world, of)
    assert writes(world)[4:] == ["apply", "start_replay", "start_replay"]
