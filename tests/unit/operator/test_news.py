"""What a pass tells people: what is new about Ready, in its words, and nothing that is over at once."""

from dataclasses import replace

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import Condition, ConditionType, Status
from authpulse_operator.core.errors import Terminal
from authpulse_operator.runtime.passes import NO_NEWS, WARNINGS, make_pass
from doubles.cases import plan, resource
from doubles.reaching import ready
from doubles.world import FakeWorld
from support.lives import Life, live, prepared
from support.scenarios import LIVES

STEPS = {
    "create": "LayingFoundation UploadingCode Updating Starting ApplyingWorkloads Replaying AsSpecified Replaying "
    "AsSpecified",
    "code": "UploadingCode Updating AsSpecified",
    "suspend and resume": "Stopping Suspended Starting AsSpecified",
    "idle, and a record": "Stopping Idle Starting AsSpecified",
    "a replay that breaks twice": "Replaying AsSpecified",
    "rollback of code that cannot start": "UploadingCode Updating Starting !RollingBack Starting !RolledBack "
    "AsSpecified",
    "an update that does not end": "UploadingCode Updating !RollingBack !RolledBack Updating AsSpecified",
    "failed checkpoints: restart": "!Remediating Updating AsSpecified",
    "an application of somebody else's": "!NotOwned",
    "ignored change": "",
}
"""By the sentence of a life: the reasons told in it, those of warnings with a mark of exclamation."""

Told = list[tuple[str, Reason, str]]


def told_in(life: Life) -> tuple[Told, list[Status]]:
    """What was told, and the statuses that were written meanwhile."""
    world = prepared(life)
    before, written = len(world.events.told), len(world.status.written)
    live(life.steps, world, generation=len(life.before) + 1)
    return world.events.told[before:], world.status.written[written:]


def readiness(status: Status) -> Condition:
    found = status.condition(ConditionType.READY)
    assert found is not None
    return found


@pytest.mark.parametrize("sentence", STEPS)
def test_what_is_told_in_a_life(sentence: str) -> None:
    told, _ = told_in(next(life for life in LIVES if life.sentence == sentence))
    assert " ".join(f"{'!' if kind == 'Warning' else ''}{reason}" for kind, reason, _ in told) == STEPS[sentence]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_what_is_told_is_in_the_words_of_ready_and_a_warning_where_it_is_one(life: Life) -> None:
    told, written = told_in(life)
    said = set()
    for status in written:
        ready_now, stalled = readiness(status), status.is_true(ConditionType.STALLED)
        kind = "Warning" if stalled or ready_now.reason in WARNINGS else "Normal"
        said.add((kind, ready_now.reason, ready_now.message))
    assert [news for news in told if news not in said] == []
    assert [news for news in told if news[1] in NO_NEWS] == []


def test_ready_is_told_once_however_often_it_is_looked_at() -> None:
    world = FakeWorld()
    status = ready(world, resource())
    assert [reason for _, reason, _ in world.events.told] == [
        Reason.LAYING_FOUNDATION,
        Reason.UPLOADING_CODE,  # that what was created starts goes without saying
        Reason.AS_SPECIFIED,
    ]
    assert world.events.told[-1] == ("Normal", Reason.AS_SPECIFIED, readiness(status).message)
    told = len(world.events.told)
    for _ in range(5):
        world.clock.pass_time(30)
        make_pass(plan(resource()), world.ports())
    assert world.events.told[told:] == []


def test_other_words_for_the_same_reason_are_no_news() -> None:
    world = FakeWorld()
    for said in ("Kinesis says no", "Kinesis says never"):
        world.foundations.switches.fail("missing", Terminal(said))
        make_pass(plan(resource()), world.ports())
    assert readiness(world.status.read()).message == "Kinesis says never"
    assert world.events.told == [("Warning", Reason.OPERATION_FAILED, "Kinesis says no")]


def test_a_spec_that_cannot_be_used_is_a_warning_in_the_words_of_the_condition() -> None:
    world = FakeWorld()
    ready(world, resource())
    told = len(world.events.told)
    for _ in range(2):
        make_pass(replace(plan(resource()), problem="spec.x: no such key"), world.ports())
    assert world.events.told[told:] == [("Warning", Reason.INVALID_SPEC, "spec.x: no such key")]
    make_pass(plan(resource()), world.ports())
    assert world.events.told[-1][:2] == ("Normal", Reason.AS_SPECIFIED)
