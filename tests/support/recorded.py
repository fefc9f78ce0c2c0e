"""Resources as the operator leaves them, in every state it knows: its own core has lived them in a world in memory.

So they are what the operator writes today, not what somebody once wrote down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import API_VERSION, KIND, PAUSED_ANNOTATION, AuthPulse
from authpulse_operator.api.snapshot import KIND as SNAPSHOT_KIND
from authpulse_operator.api.snapshot import SnapshotState, SnapshotStatus, parse_snapshot
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.core.case import Decision
from authpulse_operator.core.errors import AccessDenied, OperatorError, Recoverable, Terminal, WrongAccount
from authpulse_operator.core.snapshot_resource import SnapshotCase, after_refusal, decide_snapshot
from authpulse_operator.core.world import AlarmKind, Application, ApplicationState
from authpulse_operator.runtime.passes import hindrance, make_pass, report, unforeseen
from doubles.cases import NAMES
from doubles.world import FakeWorld
from support.lives import Goal, Happening, Life, Step, live, prepared, truth
from support.scenarios import (
    LIVES,
    MADE,
    NEW,
    NEWER,
    OLD,
    REPLAY,
    UPDATED,
    break_code,
    is_idle,
    is_ready,
    measure,
    resource,
)

MAX_SNAPSHOT_LOOKS: Final = 60


@dataclass(frozen=True)
class Recorded:
    """A resource at one moment of its life."""

    sentence: str
    document: Mapping[str, Any]

    @property
    def status(self) -> Mapping[str, Any]:
        status: Mapping[str, Any] = self.document["status"]
        return status

    def condition(self, kind: ConditionType) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next((c for c in self.status["conditions"] if c["type"] == kind), {})
        return found

    @property
    def reason(self) -> Reason:
        """Of Ready."""
        return Reason(self.condition(ConditionType.READY)["reason"])


def says(reason: Reason) -> Goal:
    """Ready gives this reason."""

    def said(world: FakeWorld, _decision: object) -> bool:
        ready = world.status.read().condition(ConditionType.READY)
        return ready is not None and ready.reason is reason

    return said


def until(reason: Reason, happens: Happening = lambda _world: None, of: AuthPulse | None = None, **more: Any) -> Step:
    return Step(of or resource(), says(reason), happens=happens, **more)


def failing(part: str, operation: str, error: OperatorError, **more: Any) -> Happening:
    return lambda world: getattr(world, part).switches.fail(operation, error, **more)


def no_image(world: FakeWorld) -> None:
    world.workloads.in_the_way = "set AUTHPULSE_OPERATOR_WORKER_IMAGE"


def in_state(state: ApplicationState) -> Happening:
    """The service does something of its own."""

    def happen(world: FakeWorld) -> None:
        there = truth(world)
        assert there is not None
        world.flink.add(replace(there, state=state))

    return happen


def nobody_hears_of_an_update(world: FakeWorld) -> None:
    world.flink.seconds_until_visible = 8
    world.flink.switches.fail("update", UNHEARD, after_effect=True)


def alarm_that_stays(world: FakeWorld) -> None:
    world.telemetry.fire(AlarmKind.FAILED_CHECKPOINTS, world.clock.now())


def is_behind(world: FakeWorld, decision: Decision) -> bool:
    """Ready, and its data are not."""
    fresh = world.status.read().condition(ConditionType.DATA_FRESH)
    return is_ready(world, decision) and fresh is not None and fresh.status == "False"


def checks_fail(world: FakeWorld) -> None:
    world.workloads.verdict = "Failing"
    world.telemetry.lag = 900


PAUSED: Final = resource().model_copy(
    update={"metadata": resource().metadata.model_copy(update={"annotations": {PAUSED_ANNOTATION: "true"}})}
)
BUDGET: Final = {"mode": "Active", "failedCheckpoints": {"actions": ["Restart"], "dailyBudget": 0}}
DENIED: Final = AccessDenied("kinesisanalytics:DescribeApplication: AccessDeniedException")
UNHEARD: Final = Recoverable("UpdateApplication: 500", after_seconds=5, unclear=True)
NOWHERE: Final = resource(flink={"redeploy": {"snapshot": "nowhere", "nonce": 1}})
ON_HOLD: Final = resource(flink={"refusedSnapshot": "Hold"})

STATES: Final = (
    Life("a permission is missing", (until(Reason.ACCESS_DENIED, failing("flink", "describe", DENIED)),)),
    Life(
        "AWS fails for a while",
        (until(Reason.OPERATION_FAILED, failing("flink", "describe", Recoverable("500", after_seconds=5))),),
        MADE,
    ),
    Life(
        "nobody saw the end of an update",
        (
            until(
                Reason.SETTLING_INTENT,
                nobody_hears_of_an_update,
                code=NEW,
            ),
        ),
        MADE,
    ),
    Life(
        "the service patches the application",
        (until(Reason.OPERATION_IN_FLIGHT, in_state(ApplicationState.MAINTENANCE)),),
        MADE,
    ),
    Life(
        "somebody else makes the foundation", (until(Reason.WAITING_FOR_FOUNDATION, of=resource(foundation="Expect")),)
    ),
    Life("paused by hand", (until(Reason.PAUSED, of=PAUSED),), MADE),
    Life("a first deployment fails", (until(Reason.UNHEALTHY, break_code(OLD)),)),
    Life("a snapshot that does not exist", (until(Reason.NOTHING_TO_RESTORE, of=NOWHERE, code=NEW),), UPDATED),
    Life(
        "a job that can take no snapshot, and a person is waited for",
        (until(Reason.SNAPSHOT_REFUSED, lambda w: w.flink.break_running("ValueError: full"), of=ON_HOLD, code=NEWER),),
        UPDATED,
    ),
    Life(
        "the day's budget is used up",
        (until(Reason.REMEDIATION_EXHAUSTED, alarm_that_stays, of=resource(remediation=BUDGET)),),
        MADE,
    ),
    Life(
        "an operator that has no image for workers",
        (until(Reason.NO_WORKER_IMAGE, no_image, of=resource(replays=[REPLAY], quality={})),),
        MADE,
    ),
    Life(
        "a replay that breaks again and again",
        (until(Reason.REPLAY_FAILED, lambda w: w.workloads.broken.update(first=99), of=resource(replays=[REPLAY])),),
        MADE,
    ),
    Life(
        "checks fail and the job is behind",
        (Step(resource(quality={}), is_behind, happens=checks_fail),),
        MADE,
    ),
    Life("rest", (Step(resource(idle={"afterMinutes": 5}), is_idle, happens=measure(incoming=0)),), MADE),
)


def pipelines() -> Iterator[Recorded]:
    """AuthPulses with every status that every life writes."""
    for life in (*LIVES, *STATES):
        world, generation = prepared(life), len(life.before) + 1
        for number, step in enumerate(life.steps):
            written = len(world.status.written)
            live((step,), world, generation=generation + number)
            of = step.plan(generation + number).resource
            for status in world.status.written[written:]:
                yield Recorded(life.sentence, _pipeline(of, status, deleting=step.deleting))
    yield from _without_a_pass()


def _without_a_pass() -> Iterator[Recorded]:
    """What stands in the way of a pass, or of the newest spec, is no world's doing."""
    world = prepared(Life("", (), MADE))
    planned = replace(MADE[0].plan(2), problem="spec.flink.scoring.rules[0].id: NO_SUCH_RULE")
    make_pass(planned, world.ports())
    yield Recorded("a spec that cannot be used", _pipeline(planned.resource, world.status.read()))
    world = FakeWorld()
    wrong = hindrance(WrongAccount("spec.aws.account: the credentials are of 111111111111"))
    report(wrong, world.status, world.events, generation=1, now=world.clock.now())
    yield Recorded("another account's credentials", _pipeline(MADE[0].plan(1).resource, world.status.read()))
    mistake = unforeseen(_raised(ZeroDivisionError()))
    report(mistake, world.status, world.events, generation=1, now=world.clock.now())
    yield Recorded("an error of the operator's own", _pipeline(MADE[0].plan(1).resource, world.status.read()))


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as raised:
        return raised


def _pipeline(of: AuthPulse, status: Status, *, deleting: bool = False) -> dict[str, Any]:
    metadata = of.metadata.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if deleting:
        metadata["deletionTimestamp"] = "2025-06-02T12:00:00Z"
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": metadata,
        "spec": of.spec.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "status": status.model_dump(mode="json", by_alias=True, exclude_none=True),
    }


def snapshots() -> Iterator[Recorded]:
    """AuthPulseSnapshots with every status that their lives write."""
    refused = Terminal("CreateApplicationSnapshot: InvalidApplicationConfigurationException")
    yield from _snapshot("taken", prepared(Life("", (), MADE)))
    yield from _snapshot("of nobody", FakeWorld(), pipeline=False)
    broken = prepared(Life("", (), MADE))
    broken.flink.switches.fail("take_snapshot", refused, times=99)
    yield from _snapshot("refused again and again", broken)
    yield from _snapshot("its pipeline is gone", prepared(Life("", (), MADE)), leaves=True)


def _snapshot(sentence: str, world: FakeWorld, *, pipeline: bool = True, leaves: bool = False) -> Iterator[Recorded]:
    """Looks at it until it has come to its end, or as often as there is patience."""
    manifest = {
        "apiVersion": API_VERSION,
        "kind": SNAPSHOT_KIND,
        "metadata": {"name": "before", "namespace": "security", "uid": "12345678-1234", "generation": 2},
        "spec": {"authPulse": "dev"},
    }
    snapshot, status = parse_snapshot(manifest, "recorded"), SnapshotStatus()
    for _ in range(MAX_SNAPSHOT_LOOKS):
        there = pipeline and not (leaves and status.state is SnapshotState.IN_PROGRESS)
        application: Application | None = world.flink.describe(NAMES.application) if there else None
        case = SnapshotCase(snapshot, status, world.clock.now(), there, application)
        decision = decide_snapshot(case)
        if decision.act is not None:
            try:
                world.flink.take_snapshot(NAMES.application, case.name)
            except OperatorError as error:
                decision = after_refusal(case, error)
        if decision.status != status:
            status = decision.status
            written = status.model_dump(mode="json", by_alias=True, exclude_none=True)
            yield Recorded(sentence, {**manifest, "status": written})
        if decision.next_look_seconds == float("inf"):
            return
        world.clock.pass_time(decision.next_look_seconds)
