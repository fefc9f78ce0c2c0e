"""An application that is created is started under the same intent, once, whatever happens in between."""

from collections.abc import Callable
from typing import NoReturn

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core.acts import CreateApplication
from authpulse_operator.core.errors import Recoverable, Terminal
from authpulse_operator.runtime.embedded import run_until
from authpulse_operator.runtime.passes import make_pass, report, unforeseen
from doubles.cases import plan, resource
from doubles.reaching import WITHIN, announced, ready
from doubles.switches import Disturbance
from doubles.world import FakeWorld


@pytest.fixture
def world() -> FakeWorld:
    """Everything is there but the application."""
    world = FakeWorld()
    world.foundations.there, world.foundations.shards = True, 2
    world.artifacts.keys.update(plan(resource()).artifacts)
    return world


def calls(world: FakeWorld) -> list[str]:
    return [c for c in world.flink.switches.calls if c in {"create", "start"}]


def test_one_pass_and_one_write_of_the_status_create_and_start_it(world: FakeWorld) -> None:
    decision = make_pass(plan(resource()), world.ports())
    assert calls(world) == ["create", "start"]
    (written,) = world.status.written
    assert (announced([written]), written.application and written.application.status) == (
        ["CreateApplication", "StartApplication"],
        "STARTING",
    )
    assert decision.message == "creating the application, starting from nothing"


def test_the_status_said_from_the_beginning_what_came_of_it(world: FakeWorld) -> None:
    make_pass(plan(resource()), world.ports())
    world.clock.pass_time(1)
    make_pass(plan(resource()), world.ports())
    assert len(world.status.written) == 1
    assert world.status.read().operation is not None


def test_an_application_that_does_not_show_yet_is_started_when_it_does(world: FakeWorld) -> None:
    world.flink.seconds_until_visible = 3
    ready(world, resource())
    assert calls(world) == ["create", "start"]


def test_a_start_that_comes_too_late_for_its_announcement_gets_an_intent_of_its_own(world: FakeWorld) -> None:
    world.flink.switches.journal.disturb_write(0, Disturbance(after=lambda: world.clock.pass_time(20)))
    make_pass(plan(resource()), world.ports())
    assert calls(world) == ["create"]
    make_pass(plan(resource()), world.ports())
    assert calls(world) == ["create", "start"]
    assert announced(world.status.written[1:]) == ["StartApplication"]


def test_a_world_that_does_not_answer_in_between_is_asked_again_by_the_next_pass(world: FakeWorld) -> None:
    world.flink.switches.fail("describe", Recoverable("ThrottlingException"), skip=1)
    ready(world, resource())
    assert calls(world) == ["create", "start"]


def test_a_start_that_is_refused_is_told(world: FakeWorld) -> None:
    world.flink.switches.fail("start", Terminal("starting authpulse-dev: AccessDenied: no"))
    decision = make_pass(plan(resource()), world.ports())
    assert (decision.stalled, world.status.written[-1].intent) == (Reason.OPERATION_FAILED, None)
    assert decision.message == "creating the application, then: starting authpulse-dev: AccessDenied: no"
    assert isinstance(decision.act, CreateApplication)


def test_a_start_whose_end_nobody_saw_is_an_intent_of_its_own(world: FakeWorld) -> None:
    world.flink.switches.fail("start", Recoverable("time-out", unclear=True), after_effect=True)
    make_pass(plan(resource()), world.ports())
    assert announced(world.status.written[1:]) == ["StartApplication"]
    ready(world, resource())
    assert calls(world) == ["create", "start"]


def raising(error: Exception) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail


def test_a_start_of_which_nobody_heard_and_nothing_could_be_written_is_looked_for(world: FakeWorld) -> None:
    world.flink.seconds_until_visible, world.flink.seconds_to_create = 3, 4
    unheard, unwritten = Recoverable("time-out", unclear=True), Recoverable("the API server does not answer")
    world.journal.disturb_write(2, Disturbance(after=raising(unheard)))
    world.journal.disturb_write(3, Disturbance(before=raising(unwritten)))
    with pytest.raises(Recoverable, match="API server"):
        make_pass(plan(resource()), world.ports())
    ready(world, resource())
    assert calls(world) == ["create", "start"]


def test_an_error_of_the_operators_own_after_the_start_has_it_looked_for(world: FakeWorld) -> None:
    world.flink.seconds_until_visible, world.flink.seconds_to_create = 3, 4
    world.journal.disturb_write(2, Disturbance(after=raising(KeyError("OperationId"))))
    with pytest.raises(KeyError) as raised:
        make_pass(plan(resource()), world.ports())
    report(unforeseen(raised.value), world.status, world.events, generation=1, now=world.clock.now())
    ready(world, resource())
    assert calls(world) == ["create", "start"]


def test_nothing_is_announced_but_what_comes_next(world: FakeWorld) -> None:
    of = resource(flink={"maintenanceWindow": "03:00"})
    run_until(lambda s: s.operation is not None, plan(of), world.ports(), within=WITHIN)
    intents = [s.intent for s in world.status.written if s.intent]
    assert [i.act for i in intents] == ["CreateApplication", "SetMaintenanceWindow", "StartApplication"]
    assert [i.then for i in intents] == [None, None, None]
