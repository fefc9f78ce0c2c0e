"""What each condition says of what was seen."""

from dataclasses import replace
from typing import Any

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import PAUSED_ANNOTATION
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.concluding import conclude
from authpulse_operator.core.world import Observation, ReplayProgress
from doubles.cases import NOW, RESTARTING, resource, settings
from doubles.table import PLAIN, running

REPLAY = {"name": "first", "input": "a", "format": "lanl-auth"}
REPLAYED = resource(replays=[REPLAY])
HELD = resource(replays=[{**REPLAY, "suspend": True}])
SUSPENDED = resource(suspend=True)
PAUSED = PLAIN.model_copy(
    update={"metadata": PLAIN.metadata.model_copy(update={"annotations": {PAUSED_ANNOTATION: "true"}})}
)
READY, STALLED = ConditionType.READY, ConditionType.STALLED
COMPLETE, FRESH = ConditionType.REPLAY_COMPLETE, ConditionType.DATA_FRESH
QUALITY, STOPPED = ConditionType.QUALITY_PASSING, ConditionType.PAUSED


def replay(state: Any, message: str = "") -> Observation:
    return running(replays={"first": ReplayProgress(state, message=message)})


TABLE = [
    (PLAIN, running(), READY, "True", Reason.AS_SPECIFIED),
    (PAUSED, running(), READY, "False", Reason.PAUSED),
    (PAUSED, running(), STOPPED, "True", Reason.PAUSED),
    (SUSPENDED, running(), READY, "False", Reason.SUSPENDED),
    (SUSPENDED, running(), STOPPED, "True", Reason.SUSPENDED),
    (PLAIN, running(), STOPPED, "False", Reason.AS_SPECIFIED),
    (PLAIN, running(), ConditionType.JOB_HEALTHY, "True", Reason.HEALTHY),
    (PLAIN, running(health=RESTARTING), ConditionType.JOB_HEALTHY, "False", Reason.WAITING_FOR_JOB),
    (PLAIN, running(health=None), ConditionType.JOB_HEALTHY, "False", Reason.WAITING_FOR_JOB),
    (PLAIN, Observation(), ConditionType.JOB_HEALTHY, "False", Reason.NOT_RUNNING),
    (PLAIN, running(), COMPLETE, "True", Reason.NO_REPLAYS),
    (REPLAYED, running(), COMPLETE, "False", Reason.WAITING_FOR_REPLAY),
    (REPLAYED, replay("Running"), COMPLETE, "False", Reason.REPLAYING),
    (REPLAYED, replay("Failed", "it broke"), COMPLETE, "False", Reason.REPLAY_FAILED),
    (REPLAYED, replay("Completed"), COMPLETE, "True", Reason.ALL_REPLAYED),
    (HELD, replay("Pending"), COMPLETE, "False", Reason.REPLAY_HELD),
    (PLAIN, running(), FRESH, "Unknown", Reason.NOT_MEASURED),
    (PLAIN, running(lag_seconds=599), FRESH, "True", Reason.KEEPING_UP),
    (PLAIN, running(lag_seconds=600), FRESH, "False", Reason.BEHIND),
    (PLAIN, running(), QUALITY, "Unknown", Reason.NOT_MEASURED),
    (PLAIN, running(quality="Passing"), QUALITY, "True", Reason.CHECKS_PASS),
    (PLAIN, running(quality="Failing"), QUALITY, "False", Reason.CHECKS_FAIL),
]


def test_what_has_been_cleaned_up_is_not_said_to_be_as_specified() -> None:
    gone = conclude(Case(PLAIN, settings(PLAIN), Observation(), Status(), NOW, deleting=True), Decision(done=True))
    ready = gone.condition(READY)
    assert ready is not None
    assert (ready.status, ready.reason) == ("False", Reason.DELETED)


@pytest.mark.parametrize(("of", "seen", "kind", "truth", "reason"), TABLE)
def test_a_condition_says_what_was_seen(of, seen: Observation, kind: ConditionType, truth: str, reason: Reason) -> None:
    status = conclude(Case(of, settings(of), seen, Status(), NOW), Decision())
    condition = status.condition(kind)
    assert condition is not None
    assert (condition.status, condition.reason) == (truth, reason)


def test_a_spec_that_cannot_be_used_stalls_whatever_else_is_done() -> None:
    case = replace(Case(PLAIN, settings(PLAIN), running(), Status(), NOW), problem="spec.flink: no such code")
    status = conclude(case, Decision(reconciling=Reason.UPDATING, message="changing"))
    ready, stalled = status.condition(READY), status.condition(STALLED)
    assert ready is not None
    assert stalled is not None
    assert (ready.status, ready.reason, ready.message) == ("False", Reason.INVALID_SPEC, "spec.flink: no such code")
    assert (stalled.status, stalled.reason) == ("True", Reason.INVALID_SPEC)
