"""Each check by itself: it has an answer for whatever is seen, not only for what those before it leave over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from authpulse_operator.api.status import Failed, Status
from authpulse_operator.api.upkeep_spec import Action
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Check, Decision
from authpulse_operator.core.deciding import CHECKS
from authpulse_operator.core.deleting import STEPS
from authpulse_operator.core.remediating import STEPS as ACTIONS
from authpulse_operator.core.world import Alarm, AlarmKind, ApplicationState, Observation
from doubles.cases import NOW, RESTARTING, application, resource, settings, snapshot
from doubles.table import PLAIN, running, stable

EVERYTHING = resource(
    stream={"shards": 2, "scaling": {"max": 8}},
    flink={
        "autoscaling": {"parallelism": {"max": 8}},
        "snapshots": {"everyMinutes": 5},
        "redeploy": {"snapshot": "gone", "nonce": 1},
        "maintenanceWindow": "02:00",
    },
    replays=[{"name": "first", "input": "a", "format": "lanl-auth"}],
    remediation={"mode": "Active"},
    idle={"afterMinutes": 5},
    adopt=True,
)
GOOD = settings(PLAIN)
TROUBLED = Status(
    last_stable=stable(GOOD),
    failed=Failed(id="failed", generation=1, wanted=settings(EVERYTHING).id, reason="Unhealthy", message="", at=NOW),
    snapshot_refused="no",
    redeploying="1",
    restoring_latest=True,
    idle=True,
    quiet_since=NOW - timedelta(hours=1),
)
ALARMS = tuple(Alarm(kind, kind.value, NOW) for kind in AlarmKind)
NOTHING = Observation(alarms=ALARMS, lag_seconds=900, incoming_records=0)
OF_NO_APPLICATION = acts.MakeFoundation | acts.Reshard | acts.Upload | acts.CreateApplication | acts.ApplyWorkloads

SPECS_AND_MEMORIES = tuple(product((PLAIN, EVERYTHING), (Status(), TROUBLED)))


def name_of(check: Callable[..., object]) -> str:
    return check.__name__


each_check = pytest.mark.parametrize("check", [*CHECKS, *STEPS], ids=name_of)


@each_check
@pytest.mark.parametrize("deleting", [False, True], ids=["wanted", "deleted"])
def test_without_an_application_nothing_is_done_to_one(check: Check, deleting: bool) -> None:
    for of, status in SPECS_AND_MEMORIES:
        decision = check(Case(of, settings(of), NOTHING, status, NOW, deleting=deleting))
        allowed = OF_NO_APPLICATION | acts.StartReplay | acts.StopReplay
        assert decision is None or decision.act is None or isinstance(decision.act, allowed)


@each_check
@pytest.mark.parametrize("state", ApplicationState)
def test_in_every_state_there_is_an_answer_that_says_one_thing(check: Check, state: ApplicationState) -> None:
    for of, status in SPECS_AND_MEMORIES:
        there = application(of, state, settings=GOOD, snapshots=(snapshot(),), maintenance_start="02:00")
        seen = running(of, application=there, health=RESTARTING, alarms=ALARMS)
        decision = check(Case(of, settings(of), seen, status, NOW))
        assert decision is None or not (decision.reconciling and decision.stalled)


@pytest.mark.parametrize("action", Action)
def test_without_an_application_no_action_of_remediation_touches_one(action: Action) -> None:
    decision = ACTIONS[action](Case(EVERYTHING, settings(EVERYTHING), NOTHING, Status(), NOW), ALARMS[0])
    assert decision is None or decision.act is None


def test_shards_at_their_bound_are_not_doubled() -> None:
    seen = replace(NOTHING, shards=8)
    assert ACTIONS[Action.RESHARD](Case(EVERYTHING, settings(EVERYTHING), seen, Status(), NOW), ALARMS[0]) is None


def test_a_failed_deployment_that_is_gone_already_is_not_forced_out() -> None:
    check = next(c for c in CHECKS if c.__name__ == "force_out_failed_deployment")
    failed = Failed(id="failed", generation=1, wanted="wanted", reason="Unhealthy", message="", at=NOW)
    status = Status(last_stable=stable(GOOD), failed=failed.model_copy(update={"wanted": GOOD.id}))
    assert check(Case(PLAIN, GOOD, running(health=RESTARTING), status, NOW)) is None
    other = running(application=application(PLAIN, settings=replace(GOOD, code_key="code/bad.zip")), health=RESTARTING)
    forced = check(Case(PLAIN, GOOD, other, status, NOW))
    assert isinstance(forced, Decision)
    assert forced.act == acts.StopApplication(force=True)
