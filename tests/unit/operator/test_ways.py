"""What chance may leave out of the state machine's random lives: ways on which every check has something to answer."""

from typing import Any

import pytest
from unit.operator.test_state_machine import BOUNDS, CODES, DISTURBANCES, PASSES_TO_COME_UP, QUICK, Pipeline

from authpulse_operator.core import deciding
from authpulse_operator.core.case import Case, Check, Decision
from authpulse_operator.core.world import AlarmKind
from doubles.cases import resource

PLAIN: dict[str, Any] = {"flink": {"health": QUICK}, "adopt": False}


def somebodys(way: Pipeline, spec: dict[str, Any], owner: str) -> None:
    way.begin(spec=spec, stale=3, seconds=5, passes=0, there=owner)
    way.operate_for_long(times=PASSES_TO_COME_UP)


def anothers_application(way: Pipeline) -> None:
    somebodys(way, PLAIN, "security/other")


def anothers_application_may_not_be_adopted(way: Pipeline) -> None:
    somebodys(way, {**PLAIN, "adopt": True}, "security/other")


def anothers_application_at_a_deletion(way: Pipeline) -> None:
    somebodys(way, {**PLAIN, "deletionPolicy": "Delete"}, "security/other")
    way.person_does(what="delete", passes=3)


def nobodys_application(way: Pipeline) -> None:
    somebodys(way, PLAIN, "nobody")


def nobodys_application_is_adopted(way: Pipeline) -> None:
    somebodys(way, {**PLAIN, "adopt": True}, "nobody")
    assert way.owner == resource().identity


def begun(way: Pipeline, **spec: Any) -> None:
    way.begin(spec={**PLAIN, **spec}, stale=0, seconds=5, passes=60, there=None)


def stopped_before_its_gate(way: Pipeline) -> None:
    begun(way, suspend=True)
    way.somebody_stops_what_was_never_stable(breaks=False)


def failed_and_stopped_before_its_gate(way: Pipeline) -> None:
    begun(way, suspend=True)
    way.somebody_stops_what_was_never_stable(breaks=True)


def stopped_after_its_gate(way: Pipeline) -> None:
    begun(way)
    way.somebody(what="stops", position=0, passes=5)


def spoilt(way: Pipeline) -> None:
    begun(way)
    way.code_that_only_fails(rollback="Automatic")
    way.code_that_only_fails(rollback="Manual")
    way.change_of_a_job_that_fails(policy="Hold", then="another nonce")
    way.change_of_a_job_that_fails(policy="RestoreLatest", then="suspend")


def looked_after(way: Pipeline) -> None:
    begun(way, stream={"shards": 1, "scaling": BOUNDS})
    way.snapshots_add_up(hours=3)
    for actions in (["RestoreLatestSnapshot"], ["Restart"]):
        policy = {"actions": actions, "cooldownMinutes": 2, "dailyBudget": 1}
        way.alarm_that_stays(kind=AlarmKind.ITERATOR_AGE, policy=policy, minutes=8, ends=False)
    policy = {"actions": ["ReplayAgain"], "cooldownMinutes": 2, "dailyBudget": 2}
    way.alarm_that_stays(kind=AlarmKind.INVALID_RECORDS, policy=policy, minutes=8, ends=True)
    way.lag_that_stays(lag=900, minutes=10)


def asked_for_much(way: Pipeline) -> None:
    begun(way, stream={"shards": 1})
    spec = {"stream": {"shards": 4}, "flink": {"health": QUICK, "maintenanceWindow": "02:00"}, "quality": {}}
    way.another_spec(spec=spec, whole=True, passes=20)
    way.no_image_of_workers(wants={"aggregates": {}})
    way.image_of_workers()
    way.replay_that_is_no_longer_wanted(then={"replays": []})
    way.nothing_comes_in(minutes=9, wakes="a record")
    way.person_does(what="pause", passes=3)
    way.person_does(what="go on", passes=3)
    way.person_does(what="suspend", passes=20)
    way.person_does(what="delete", passes=20)


def disturbed(way: Pipeline) -> None:
    begun(way)
    way.trouble_at_a_write(disturbance=DISTURBANCES[1], ahead=1)
    way.other_code(code=CODES[1], is_bad=None, passes=20)


WAYS = (
    anothers_application,
    anothers_application_may_not_be_adopted,
    anothers_application_at_a_deletion,
    nobodys_application,
    nobodys_application_is_adopted,
    stopped_before_its_gate,
    failed_and_stopped_before_its_gate,
    stopped_after_its_gate,
    spoilt,
    looked_after,
    asked_for_much,
    disturbed,
)


def test_every_check_answers_on_these_ways_and_none_does_what_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    answered: set[str] = set()
    wanted = tuple(check.__name__ for check in deciding.CHECKS)

    def listening(check: Check) -> Check:
        def heard(case: Case) -> Decision | None:
            decision = check(case)
            if decision is not None:
                answered.add(check.__name__)
            return decision

        return heard

    monkeypatch.setattr(deciding, "CHECKS", tuple(listening(check) for check in deciding.CHECKS))
    for walk in WAYS:
        way = Pipeline()
        walk(way)
        way.status_is_well_formed()
        way.teardown()
    assert set(wanted) - answered == set()
