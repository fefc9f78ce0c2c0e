"""Anything, in any order: specs, failures, other people and crashes. What must never happen never does, and when the
trouble is over the resource gets to where its spec wants it, or says rightly why it cannot."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import ABANDON_ANNOTATION, PAUSED_ANNOTATION, AuthPulse
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.core.case import Decision
from authpulse_operator.core.errors import AccessDenied, OperatorError, Recoverable, Unreachable
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import AlarmKind, Application, ApplicationState
from authpulse_operator.runtime.passes import Plan, make_pass
from doubles import cases
from doubles.cases import NAMES, application, resource
from doubles.switches import Crash, Disturbance
from doubles.world import FakeWorld
from support.watching import WatchedFlink

CODES = ("a" * 64, "b" * 64, "c" * 64)
PASSES = st.integers(0, 20)
KEYS = {code: cases.plan(resource(), code=code).wanted.code_key for code in CODES}
SECONDS_TO_BE_SEEN = 5
PASSES_TO_COME_UP = 20
PASSES_TO_CALM_DOWN = 400
SECONDS_BETWEEN_PASSES = 30
QUIET_PASSES = 22
"""Longer than every cooldown and every delay of the specs below, snapshots on schedule excepted."""

REPLAY = st.fixed_dictionaries(
    {"name": st.sampled_from(["first", "second"]), "input": st.just("a"), "format": st.just("lanl-auth")},
    optional={"suspend": st.booleans(), "nonce": st.integers(0, 1)},
)
ONE_REPLAY = {"name": "first", "input": "a", "format": "lanl-auth"}
POLICY = st.lists(
    st.sampled_from(["Restart", "RestoreLatestSnapshot", "ScaleUp", "Reshard", "StopReplays", "ReplayAgain"]),
    max_size=3,
).map(lambda actions: {"actions": actions, "cooldownMinutes": 2, "dailyBudget": 2})
POLICIES = {
    AlarmKind.ITERATOR_AGE: "iteratorAgeHigh",
    AlarmKind.FAILED_CHECKPOINTS: "failedCheckpoints",
    AlarmKind.INVALID_RECORDS: "invalidRecords",
}
BOUNDS = {"min": 1, "max": 8}
AUTOSCALING = {"parallelism": BOUNDS, "cooldownMinutes": 2, "scaleDownAfterMinutes": 10}
QUICK = {"stableForSeconds": 5, "timeoutSeconds": 120, "maxRestarts": 3}
SLOW = {"stableForSeconds": 240, "timeoutSeconds": 300, "maxRestarts": 3}
"""So long that much happens before anything has passed the gate."""
FLINK = st.fixed_dictionaries(
    {
        "health": st.sampled_from([QUICK, QUICK, SLOW]),
        "autoscaling": st.sampled_from([None, AUTOSCALING]),
    },
    optional={
        "parallelism": st.integers(1, 3),
        "restartNonce": st.integers(0, 2),
        "checkpointing": st.just({"intervalSeconds": 30}),
        "upgradeMode": st.sampled_from(["savepoint", "lastState", "stateless"]),
        "refusedSnapshot": st.sampled_from(["Hold", "RestoreLatest"]),
        "rollback": st.sampled_from(["Automatic", "Automatic", "Manual"]),
        "maintenanceWindow": st.sampled_from(["02:00", "03:00"]),
        "snapshots": st.fixed_dictionaries(
            {"enabled": st.sampled_from([True, True, True, False])},
            optional={"everyMinutes": st.just(60), "retention": st.just({"count": 1})},
        ),
    },
)
SPEC = st.fixed_dictionaries(
    {"flink": FLINK},
    optional={
        "stream": st.fixed_dictionaries(
            {"shards": st.integers(1, 8), "scaling": st.just(BOUNDS)}, optional={"retentionHours": st.just(48)}
        ),
        "replays": st.lists(REPLAY, max_size=2, unique_by=lambda r: r["name"]),
        "quality": st.just({}),
        "aggregates": st.just({}),
        "remediation": st.fixed_dictionaries(
            {"mode": st.sampled_from(["Off", "DryRun", "Active", "Active"])},
            optional={"iteratorAgeHigh": POLICY, "failedCheckpoints": POLICY, "invalidRecords": POLICY},
        ),
        "idle": st.just({"afterMinutes": 5}),
        "suspend": st.sampled_from([False, False, True]),
        "deletionPolicy": st.sampled_from(["Retain", "Snapshot", "Delete"]),
        "adopt": st.booleans(),
    },
)


def raising(error: Exception) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error.with_traceback(None)  # it is raised again and again, and would hold on to every world it has seen

    return fail


DISTURBANCES = (
    Disturbance(before=raising(Crash())),
    Disturbance(after=raising(Crash())),
    Disturbance(before=raising(Recoverable("ThrottlingException", after_seconds=5)), times=3),
    Disturbance(before=raising(Recoverable("500", after_seconds=5, unclear=True))),
    Disturbance(after=raising(Recoverable("500", after_seconds=5, unclear=True))),
    Disturbance(before=raising(Unreachable("no connection", after_seconds=5)), times=2),
    Disturbance(before=raising(AccessDenied("AccessDenied")), times=2),
)


@dataclass
class Person:
    """What a person wants, for the moment."""

    spec: dict[str, Any] = field(default_factory=dict)
    code: str = CODES[0]
    generation: int = 1
    annotations: dict[str, str] = field(default_factory=dict)
    redeploy: dict[str, Any] | None = None
    deleting: bool = False

    @property
    def resource(self) -> AuthPulse:
        flink = {k: v for k, v in self.spec.get("flink", {}).items() if v is not None}
        if self.redeploy:
            flink["redeploy"] = self.redeploy
        made = resource(**{**self.spec, "flink": flink})
        metadata = {"generation": self.generation, "annotations": self.annotations}
        return made.model_copy(update={"metadata": made.metadata.model_copy(update=metadata)})

    @property
    def plan(self) -> Plan:
        return cases.plan(self.resource, code=self.code)


class Pipeline(RuleBasedStateMachine):
    """One resource in one world."""

    def __init__(self) -> None:
        super().__init__()
        self.person = Person()
        self.decision: Decision | None = None
        self.may_have_state = False

    @initialize(
        spec=SPEC,
        stale=st.sampled_from([0, 3]),
        seconds=st.sampled_from([1, 5, 20]),
        passes=st.sampled_from([0, 60, 60]),
        there=st.sampled_from([None, None, None, None, None, "nobody", "security/other"]),
    )
    def begin(self, spec: dict[str, Any], stale: float, seconds: float, passes: int, there: str | None) -> None:
        self.world = FakeWorld()
        self.flink = WatchedFlink(self.world.clock, seconds_until_visible=stale, seconds_per_operation=seconds)
        self.flink.switches = self.world.flink.switches
        self.world.flink = self.flink
        self.person.spec = spec
        if there is not None:
            self._somebody_makes(None if there == "nobody" else there)
        self._passes(passes)

    # -- the operator

    @rule(times=st.integers(1, 5))
    def operate(self, times: int) -> None:
        self._passes(times)

    @rule(times=st.integers(20, 60))
    def operate_for_long(self, times: int) -> None:
        self._passes(times)

    @rule(seconds=st.sampled_from([20, 60, 400, 4000]), times=st.integers(1, 5))
    def time_passes(self, seconds: float, times: int) -> None:
        self.world.clock.pass_time(seconds)
        self._passes(times)

    def _passes(self, times: int) -> None:
        for _ in range(times):
            self._pass()

    def _pass(self) -> None:
        person, world = self.person, self.world
        self.flink.resource, self.flink.status = person.resource, world.status.read()
        self.flink.referred = world.references.names
        try:
            self.decision = make_pass(person.plan, world.ports(), deleting=person.deleting)
        except (Crash, OperatorError):
            world.status.noted = None
            self._look_after_job()
            world.clock.pass_time(1)
            return
        self._look_after_job()
        if self.decision.done:
            self._begin_anew()
            return
        world.clock.pass_time(self.decision.next_look_seconds)

    def _look_after_job(self) -> None:
        self.flink.note_progress(self.world.status.read())
        there, kept = self._true, self.flink._kept.get(NAMES.application)
        if there is not None and kept is not None and there.owner == self.person.resource.identity:
            self.may_have_state |= kept.job is not None and not kept.job.broken

    def _begin_anew(self) -> None:
        """The resource is gone, and is made again."""
        self.person.deleting, self.person.generation, self.person.redeploy = False, 1, None
        self.world.status.written.clear()
        self.world.status.noted = None
        self.may_have_state = False
        self.flink.forget_progress()

    # -- the person

    @rule(spec=SPEC, whole=st.booleans(), passes=PASSES)
    def another_spec(self, spec: dict[str, Any], whole: bool, passes: int) -> None:
        flink = spec["flink"] if whole else {**self.person.spec.get("flink", {}), **spec["flink"]}
        self._change(spec={**({} if whole else self.person.spec), **spec, "flink": flink})
        self._passes(passes)

    @rule(code=st.sampled_from(CODES), is_bad=st.sampled_from([None, None, "runs", "starts"]), passes=PASSES)
    def other_code(self, code: str, is_bad: str | None, passes: int) -> None:
        if is_bad:
            breaks = self.flink.break_code if is_bad == "runs" else self.flink.break_start
            breaks(KEYS[code], "ValueError: bad")
        self._change(code=code)
        self._passes(passes)

    @rule(rollback=st.sampled_from(["Automatic", "Manual"]))
    def code_that_only_fails(self, rollback: str) -> None:
        """And then code that does not."""
        flink = {**self.person.spec.get("flink", {}), "rollback": rollback}
        bad, good = (code for code in CODES if code != self.person.code)
        self.flink.break_code(KEYS[bad], "ValueError: bad")
        self.flink.mend(KEYS[good])
        for code in (bad, good):
            self._change(code=code, spec={"flink": flink})
            self._passes(PASSES_TO_COME_UP)

    @rule(position=st.integers(-1, 2), passes=PASSES)
    def redeploy(self, position: int, passes: int) -> None:
        names = [s.name for s in self._true.snapshots] if self._true else []
        name = names[position % len(names)] if names and position >= 0 else "gone"
        nonce = self.person.redeploy["nonce"] + 1 if self.person.redeploy else 1
        self._change(redeploy={"snapshot": name, "nonce": nonce} if position >= 0 or nonce > 1 else None)
        self._passes(passes)

    @rule(
        what=st.sampled_from(
            ["pause", "go on", "go on", "abandon", "no redeploy", "suspend", "resume", "delete", "delete"]
        ),
        passes=PASSES,
    )
    def person_does(self, what: str, passes: int) -> None:
        deployment = self.world.status.read().deployment
        match what:
            case "pause" | "go on":
                self.person.annotations = {PAUSED_ANNOTATION: "true" if what == "pause" else "false"}
            case "abandon":
                self.person.annotations = {ABANDON_ANNOTATION: deployment.id if deployment else "none"}
            case "no redeploy":
                self._change(redeploy=None)
            case "suspend" | "resume":
                self._change(spec={**self.person.spec, "suspend": what == "suspend"})
            case _:
                self.person.deleting = True
        self._passes(passes)

    @rule(positions=st.sets(st.integers(0, 3), max_size=2))
    def refer_to_snapshots(self, positions: set[int]) -> None:
        taken = [s.name for s in self._true.snapshots] if self._true else []
        self.world.references.names = frozenset(taken[n] for n in positions if n < len(taken))

    def _change(self, **changes: Any) -> None:
        self.person = replace(self.person, generation=self.person.generation + 1, **changes)

    # -- the world

    @rule(disturbance=st.sampled_from(DISTURBANCES), ahead=st.integers(0, 3))
    def trouble_at_a_write(self, disturbance: Disturbance, ahead: int) -> None:
        self.world.journal.disturb_write(len(self.world.journal.tried) + ahead, disturbance)

    @rule(disturbance=st.sampled_from(DISTURBANCES), ahead=st.integers(0, 10))
    def trouble_at_a_look(self, disturbance: Disturbance, ahead: int) -> None:
        self.world.journal.disturb_look(len(self.world.journal.looks) + ahead, disturbance)

    @rule(
        what=st.sampled_from(
            ["job breaks", "job recovers", "code is mended", "updates stick", "starts stick", "unstuck"]
        ),
        passes=PASSES,
    )
    def jobs(self, what: str, passes: int) -> None:
        match what:
            case "job breaks":
                self.flink.break_running("ValueError: it broke")
            case "job recovers":
                self.flink.mend_running()
            case "code is mended":
                for key in KEYS.values():
                    self.flink.mend(key)
            case "updates stick":
                self.flink.get_stuck("UpdateApplication")
            case "starts stick":
                self.flink.get_stuck("StartApplication")
            case _:
                self.flink.get_unstuck()
        self._passes(passes)

    @rule(policy=st.sampled_from(["Hold", "RestoreLatest"]), then=st.sampled_from(["another nonce", "suspend"]))
    def change_of_a_job_that_fails(self, policy: str, then: str) -> None:
        """It can take no snapshot for it, until it is well again."""
        flink = {**self.person.spec.get("flink", {}), "refusedSnapshot": policy, "snapshots": {"enabled": True}}
        flink["upgradeMode"] = "savepoint"
        self._change(spec={"flink": flink})
        self._passes(PASSES_TO_COME_UP)
        self.flink.break_running("ValueError: it broke")
        self.world.clock.pass_time(SECONDS_TO_BE_SEEN)
        nonce = {"restartNonce": flink.get("restartNonce", 0) + 1}
        self._change(spec={"flink": flink, "suspend": True} if then == "suspend" else {"flink": {**flink, **nonce}})
        self._passes(10)
        self.flink.mend_running()

    @rule(kind=st.sampled_from(AlarmKind), fires=st.booleans(), passes=PASSES)
    def alarm(self, kind: AlarmKind, fires: bool, passes: int) -> None:
        if fires:
            self.world.telemetry.fire(kind, self.world.clock.now())
        else:
            self.world.telemetry.quiet(kind)
        self._passes(passes)

    @rule(kind=st.sampled_from(AlarmKind), policy=POLICY, minutes=st.integers(1, 8), ends=st.booleans())
    def alarm_that_stays(self, kind: AlarmKind, policy: dict[str, Any], minutes: int, ends: bool) -> None:
        """Of a job that runs, until one action after the other has been taken and the budget is used up."""
        remediation = {"mode": "Active", POLICIES[kind]: policy}
        replays = self.person.spec.get("replays") or [ONE_REPLAY]
        self._change(spec={**self.person.spec, "remediation": remediation, "replays": replays, "suspend": False})
        self._passes(PASSES_TO_COME_UP)
        self.world.telemetry.fire(kind, self.world.clock.now())
        self._look_every_minute(minutes)
        if ends:
            self.world.telemetry.quiet(kind)
            self._passes(5)

    @rule(lag=st.sampled_from([1, 900]), minutes=st.integers(1, 30))
    def lag_that_stays(self, lag: float, minutes: int) -> None:
        """Of a job that may be scaled, for longer than the cooldown."""
        flink = {**self.person.spec.get("flink", {}), "autoscaling": AUTOSCALING}
        self._change(spec={**self.person.spec, "flink": flink, "suspend": False})
        self._passes(PASSES_TO_COME_UP)
        self.world.telemetry.lag, self.world.telemetry.incoming = lag, 5
        self._look_every_minute(minutes)

    def _look_every_minute(self, minutes: int) -> None:
        for _ in range(minutes):
            self.world.clock.pass_time(60)
            self._passes(3)

    @rule(lag=st.sampled_from([None, 1, 900]), incoming=st.sampled_from([None, 0, 0, 5]), passes=PASSES)
    def measure(self, lag: float | None, incoming: int | None, passes: int) -> None:
        self.world.telemetry.lag, self.world.telemetry.incoming = lag, incoming
        self._passes(passes)

    @rule(minutes=st.integers(5, 9), wakes=st.sampled_from(["a record", "a replay", None]))
    def nothing_comes_in(self, minutes: int, wakes: str | None) -> None:
        """For longer than the idle policy allows."""
        flink = {k: v for k, v in self.person.spec.get("flink", {}).items() if k != "autoscaling"}
        self._change(spec={"flink": flink, "idle": {"afterMinutes": 5}})
        self._passes(PASSES_TO_COME_UP)
        self.world.telemetry.incoming = 0
        self._look_every_minute(minutes)
        if wakes == "a record":
            self.world.telemetry.incoming = 5
        elif wakes == "a replay":
            self._change(spec={**self.person.spec, "replays": [ONE_REPLAY]})
        self._passes(5)

    @rule(then=st.sampled_from([{"replays": []}, {"suspend": True}, {"replays": [{**ONE_REPLAY, "suspend": True}]}]))
    def replay_that_is_no_longer_wanted(self, then: dict[str, Any]) -> None:
        """It has begun, and is not through."""
        self.world.workloads.holding.add(ONE_REPLAY["name"])
        self._change(spec={**self.person.spec, "replays": [ONE_REPLAY], "suspend": False})
        self._passes(PASSES_TO_COME_UP)
        self._change(spec={**self.person.spec, **then})
        self._passes(5)

    @rule(wants=st.sampled_from([{"replays": [{**ONE_REPLAY, "nonce": 2}]}, {"quality": {}}, {"aggregates": {}}]))
    def no_image_of_workers(self, wants: dict[str, Any]) -> None:
        """What needs one waits, and all else goes on."""
        self.world.workloads.in_the_way = "no image is set"
        self._change(spec={**self.person.spec, **wants, "suspend": False})
        self._passes(PASSES_TO_COME_UP)

    @rule()
    def image_of_workers(self) -> None:
        self.world.workloads.in_the_way = None

    @rule(hours=st.integers(2, 4))
    def snapshots_add_up(self, hours: int) -> None:
        """Until the oldest goes."""
        kept = {"enabled": True, "everyMinutes": 60, "retention": {"count": 1}}
        flink = {**self.person.spec.get("flink", {}), "snapshots": kept}
        self._change(spec={"flink": flink})
        self._passes(PASSES_TO_COME_UP)
        for _ in range(hours):
            self.world.clock.pass_time(3600)
            self._passes(5)

    @rule(run=st.sampled_from(["first", "second"]), breaks=st.integers(0, 3), held=st.booleans())
    def replays(self, run: str, breaks: int, held: bool) -> None:
        self.world.workloads.broken[run] = breaks
        (self.world.workloads.holding.add if held else self.world.workloads.holding.discard)(run)

    # -- other people

    @rule(
        what=st.sampled_from(["changes", "changes", "stops", "stops", "snapshot", "snapshot", "deletes"]),
        position=st.integers(0, 5),
        passes=PASSES,
    )
    def somebody(self, what: str, position: int, passes: int) -> None:
        there, now = self._true, self.world.clock.now()
        kept = self.flink._kept.get(NAMES.application)
        if there is None or kept is None or there.state.is_in_flight:
            return
        match what:
            case "changes":
                kept.change(replace(kept.settings, log_level="DEBUG"))
            case "stops":
                kept.state, kept.job = ApplicationState.READY, None
            case "snapshot":
                ready = [s.name for s in kept.snapshots.values() if s.status == "READY"]
                if ready:
                    del kept.snapshots[ready[position % len(ready)]]
                    self.flink.forget_schedule()
            case _:
                kept.due.clear()
                kept.gone = True
        kept.note(now)
        self._is_seen()
        self._passes(passes)

    @precondition(lambda self: self.world.status.read().last_stable is None)
    @rule(breaks=st.booleans())
    def somebody_stops_what_was_never_stable(self, breaks: bool) -> None:
        """Without a snapshot, and maybe after it has failed."""
        flink = {"health": SLOW, "snapshots": {"enabled": True}, "autoscaling": None}
        self._change(spec={"flink": flink})
        self._passes(PASSES_TO_COME_UP)
        if breaks:
            self.flink.break_running("ValueError: it broke")
            self._passes(2)
        self.somebody("stops", 0, 5)

    @precondition(lambda self: self._true is None)
    @rule(owner=st.sampled_from([None, "security/other"]), passes=PASSES)
    def somebody_makes_an_application(self, owner: str | None, passes: int) -> None:
        self._somebody_makes(owner)
        self._passes(passes)

    @precondition(lambda self: self._true is not None and self._true.owner != resource().identity)
    @rule(goes=st.sampled_from([True, True, False]))
    def the_other_application(self, goes: bool) -> None:
        kept = self.flink._kept[NAMES.application]
        if goes:
            kept.gone = True
        else:
            kept.owner = None
        kept.note(self.world.clock.now())
        self._is_seen()

    def _somebody_makes(self, owner: str | None) -> None:
        now = self.world.clock.now()
        self.flink.add(application(resource(), owner=owner, created=now, settings=self._other_settings))
        self._is_seen()

    def _is_seen(self) -> None:
        self.world.clock.pass_time(SECONDS_TO_BE_SEEN)

    @property
    def _true(self) -> Application | None:
        self.flink._settle(NAMES.application)
        kept = self.flink._kept.get(NAMES.application)
        return None if kept is None or kept.gone else kept._described()

    @property
    def _other_settings(self) -> Settings:
        return replace(cases.settings(resource()), code_key="code/theirs.zip")

    @property
    def owner(self) -> str | None:
        return self._true.owner if self._true else None

    # -- what always holds

    @invariant()
    def status_is_well_formed(self) -> None:
        if not hasattr(self, "world"):
            return
        written = self.world.status.written
        if not written:
            return
        status = written[-1]
        assert Status.model_validate_json(status.model_dump_json(by_alias=True, exclude_none=True)) == status
        kinds = [c.type for c in status.conditions]
        assert len(kinds) == len(set(kinds))
        assert {ConditionType.READY, ConditionType.RECONCILING, ConditionType.STALLED} <= set(kinds)
        assert not (status.is_true(ConditionType.RECONCILING) and status.is_true(ConditionType.STALLED))
        under_way = status.is_true(ConditionType.RECONCILING) or status.is_true(ConditionType.STALLED)
        assert not (status.is_true(ConditionType.READY) and under_way)
        for before, after in pairwise(written):
            assert before != after
            for condition in after.conditions:
                was = before.condition(condition.type)
                if was is not None:
                    flipped = was.status != condition.status
                    assert flipped or was.last_transition_time == condition.last_transition_time
        del written[:-1]

    # -- and how it ends

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self._calm_down()
            self._judge()

    def _calm_down(self) -> None:
        """All trouble is over, and time passes."""
        world, flink = self.world, self.flink
        world.journal._at_writes.clear()
        world.journal._at_looks.clear()
        for key in KEYS.values():
            flink.mend(key)
        flink.mend_running()
        flink.get_unstuck()
        world.telemetry.alarms.clear()
        world.telemetry.lag, world.telemetry.incoming = 1, 5
        world.workloads.holding.clear()
        world.workloads.broken.clear()
        world.workloads.in_the_way = None
        self.person.annotations = {}
        quiet = 0
        for _ in range(PASSES_TO_CALM_DOWN):
            before = (len(world.journal.tried), self.person.deleting)
            self._pass()
            flink.mend_running()  # of what was broken before it came up
            is_at_rest = self.decision is not None and self.decision.reconciling is None
            is_quiet = is_at_rest and (len(world.journal.tried), self.person.deleting) == before
            quiet = quiet + 1 if is_quiet else 0
            world.clock.pass_time(SECONDS_BETWEEN_PASSES)
            if quiet >= QUIET_PASSES:
                return
        raise AssertionError(f"no rest after {PASSES_TO_CALM_DOWN} passes: {self.decision} {world.journal.tried[-20:]}")

    def _judge(self) -> None:
        """Where it has come to rest is where its spec wants it, or there is a good reason why not."""
        decision, status, there = self.decision, self.world.status.read(), self._true
        assert decision is not None
        assert decision.reconciling is None, decision
        assert not self.person.deleting, decision
        of = self.person.resource
        if there is not None and there.owner != of.identity:
            assert decision.stalled is Reason.NOT_OWNED
            return
        if of.spec.suspend:
            assert decision.stalled is None, decision
            assert there is None or there.state is ApplicationState.READY
            return
        assert there is not None
        match decision.stalled:
            case None:
                assert status.is_true(ConditionType.READY), status
                assert there.state is ApplicationState.RUNNING
            case Reason.ROLLED_BACK:
                assert status.failed is not None
                assert status.failed.wanted == self.person.plan.wanted.id
                assert there.state is ApplicationState.RUNNING
            case Reason.NOTHING_TO_RESTORE:
                ready = {s.name for s in there.restorable}
                redeploy = of.spec.flink.redeploy
                named = redeploy is not None and redeploy.snapshot not in ready
                assert named or (not ready and self.may_have_state), decision
            case Reason.REPLAY_FAILED:
                assert any(r.state == "Failed" and r.attempts >= 3 for r in self.world.workloads.progress.values())
            case _:
                raise AssertionError(f"stalled without a reason: {decision}")


Pipeline.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
test_whatever_happens = pytest.mark.timeout(1200)(Pipeline.TestCase)
