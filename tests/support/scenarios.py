"""The lives that are disturbed: every way of a resource that the operator has to find by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import ConditionType
from authpulse_operator.core.case import Decision
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import AlarmKind, ApplicationState
from doubles import cases
from doubles.cases import application, plan, settings
from doubles.world import FakeWorld
from support.lives import Goal, Life, Step, truth


def resource(**spec: Any) -> AuthPulse:
    """With a short gate: these lives are lived thousands of times."""
    flink = {"health": {"stableForSeconds": 5, "timeoutSeconds": 300}, **spec.pop("flink", {})}
    return cases.resource(flink=flink, **spec)


SECONDS_TO_BE_SEEN = 5
OLD, NEW, NEWER = "a" * 64, "b" * 64, "c" * 64
REPLAY = {"name": "first", "input": "a.csv", "format": "lanl-auth"}
SECOND = {**REPLAY, "name": "second"}
FASTER = {**REPLAY, "rate": 9.0}
PLAIN = resource()
ACTIVE = {"mode": "Active"}
BOUNDED: Final[dict[str, Any]] = {
    "stream": {"shards": 2, "scaling": {"max": 4}},
    "flink": {"autoscaling": {"parallelism": {"max": 8}, "cooldownMinutes": 2, "scaleDownAfterMinutes": 10}},
}
AGAIN = resource(replays=[REPLAY], remediation={**ACTIVE, "invalidRecords": {"actions": ["ReplayAgain"]}})
KEY = {code: plan(PLAIN, code=code).wanted.code_key for code in (OLD, NEW, NEWER)}


def is_ready(world: FakeWorld, decision: Decision) -> bool:
    status = world.status.read()
    return (
        _is_at_rest(decision) and status.is_true(ConditionType.READY) and status.is_true(ConditionType.REPLAY_COMPLETE)
    )


def is_stalled(reason: Reason) -> Goal:
    return lambda _world, decision: decision.stalled is reason


def is_suspended(world: FakeWorld, decision: Decision) -> bool:
    return _is_at_rest(decision) and _ready_reason(world) is Reason.SUSPENDED


def is_idle(world: FakeWorld, decision: Decision) -> bool:
    return _is_at_rest(decision) and _ready_reason(world) is Reason.IDLE


def is_done(_world: FakeWorld, decision: Decision) -> bool:
    return decision.done


def has(what: Callable[[FakeWorld], bool]) -> Goal:
    """Ready, and more."""
    return lambda world, decision: is_ready(world, decision) and what(world)


def _is_at_rest(decision: Decision) -> bool:
    return decision.act is None and decision.reconciling is None and decision.stalled is None


def _ready_reason(world: FakeWorld) -> Reason | None:
    ready = world.status.read().condition(ConditionType.READY)
    return ready.reason if ready else None


def is_remediated(world: FakeWorld) -> bool:
    return bool(world.status.read().remediations)


def fire(kind: AlarmKind) -> Callable[[FakeWorld], None]:
    return lambda world: world.telemetry.fire(kind, world.clock.now())


def quiet(world: FakeWorld) -> None:
    world.telemetry.alarms.clear()


def measure(*, incoming: int | None = None, lag: float | None = None) -> Callable[[FakeWorld], None]:
    def happen(world: FakeWorld) -> None:
        world.telemetry.incoming, world.telemetry.lag = incoming, lag

    return happen


def trouble_is_over(world: FakeWorld) -> None:
    quiet(world)
    world.workloads.holding.clear()


def is_held(world: FakeWorld, _decision: Decision) -> bool:
    return any(replay.state == "Held" for replay in world.status.read().replays)


def hold_replay(world: FakeWorld) -> None:
    world.workloads.holding.add("first")


def replay_runs(world: FakeWorld, _decision: Decision) -> bool:
    return "first" in world.workloads.progress and world.workloads.progress["first"].state == "Running"


def replay_runs_faster(world: FakeWorld, decision: Decision) -> bool:
    return replay_runs(world, decision) and world.workloads.started["first"].rate == FASTER["rate"]


def break_code(code: str) -> Callable[[FakeWorld], None]:
    return lambda world: world.flink.break_code(KEY[code], "ValueError: no such table")


def break_start(code: str) -> Callable[[FakeWorld], None]:
    return lambda world: world.flink.break_start(KEY[code], "KeyError: 'database'")


def unowned(world: FakeWorld) -> None:
    """Somebody made an application of our name, with code of theirs, and it runs."""
    theirs = replace(settings(PLAIN), code_key="code/theirs.zip")
    world.flink.add(application(PLAIN, settings=theirs, owner=None, created=world.clock.now()))
    world.clock.pass_time(SECONDS_TO_BE_SEEN)


def changed_by_hand(world: FakeWorld) -> None:
    there = truth(world)
    assert there is not None
    by_hand = replace(there, settings=replace(there.settings, parallelism=7), version_id=there.version_id + 1)
    world.flink.add(replace(by_hand, token=f"token-{by_hand.version_id}"))
    world.clock.pass_time(SECONDS_TO_BE_SEEN)


def other_rules(wanted: Settings) -> Settings:
    rules = {**wanted.property_groups["authpulse.rules"], "rule.OTHER": "{}"}
    return replace(wanted, property_groups={**wanted.property_groups, "authpulse.rules": rules})


def redeployed(nonce: int = 1, **flink: Any) -> AuthPulse:
    return resource(flink={"redeploy": {"snapshot": f"{1:032x}", "nonce": nonce}, **flink})


def has_failed_thrice(world: FakeWorld, _decision: Decision) -> bool:
    there = truth(world)
    return there is not None and there.failure is not None and there.failure.times == 3


def is_there(state: ApplicationState) -> Goal:
    def seen(world: FakeWorld, _decision: Decision) -> bool:
        there = truth(world)
        return there is not None and there.state is state

    return seen


def _parallelism(world: FakeWorld) -> int:
    there = truth(world)
    return there.settings.parallelism if there else 0


def _snapshots(world: FakeWorld) -> int:
    there = truth(world)
    return len(there.snapshots) if there else 0


MADE = (Step(PLAIN, is_ready),)
UPDATED = (*MADE, Step(PLAIN, is_ready, code=NEW))
SUSPENDED = (*MADE, Step(resource(suspend=True), is_suspended))
EVERYTHING = resource(
    replays=[REPLAY, SECOND], quality={}, aggregates={}, flink={"maintenanceWindow": "02:00"}, stream={"shards": 3}
)


def made(**spec: Any) -> tuple[Step, ...]:
    return (Step(resource(**spec), is_ready),)


def ready(**spec: Any) -> Step:
    return Step(resource(**spec), is_ready)


def remediated(kind: AlarmKind, happens_after: Callable[[FakeWorld], None] = quiet, **spec: Any) -> tuple[Step, ...]:
    of = resource(remediation={**ACTIVE, **spec.pop("policies", {})}, **spec)
    return (Step(of, has(is_remediated), happens=fire(kind)), Step(of, is_ready, happens=happens_after))


LIVES: Final = (
    Life("create", (Step(EVERYTHING, is_ready),)),
    Life("create, and start at once", (Step(PLAIN, is_ready),)),
    Life("ignored change", (ready(deletionPolicy="Delete", idle={"afterMinutes": 60}),), MADE),
    Life("shards up and down", (ready(stream={"shards": 10}), ready(stream={"shards": 3})), MADE),
    Life("retention up and down", (ready(stream={"retentionHours": 48}), ready()), MADE),
    Life("replays", (ready(replays=[REPLAY]), ready(replays=[{**REPLAY, "nonce": 1}, SECOND])), MADE),
    Life(
        "a replay taken out of the spec while it runs",
        (Step(resource(replays=[REPLAY]), replay_runs, happens=hold_replay), ready(replays=[SECOND])),
        MADE,
    ),
    Life(
        "a replay gets another pace while it runs",
        (
            Step(resource(replays=[REPLAY]), replay_runs, happens=hold_replay),
            Step(resource(replays=[FASTER]), replay_runs_faster),
            Step(resource(replays=[FASTER]), is_ready, happens=lambda w: w.workloads.holding.clear()),
        ),
        MADE,
    ),
    Life(
        "a replay that breaks twice",
        (Step(resource(replays=[REPLAY]), is_ready, happens=lambda w: w.workloads.broken.update(first=2)),),
        MADE,
    ),
    Life("maintenance window", (ready(flink={"maintenanceWindow": "02:00"}),), MADE),
    Life("workloads", (ready(quality={}, aggregates={}), ready(quality={"schedule": "1 1 * * *"})), MADE),
    Life("code", (Step(PLAIN, is_ready, code=NEW),), MADE),
    Life("rules", (Step(PLAIN, is_ready, change=other_rules),), MADE),
    Life("parallelism", (ready(flink={"parallelism": 4}),), MADE),
    Life("restart by nonce", (ready(flink={"restartNonce": 1}), ready(flink={"restartNonce": 2})), MADE),
    Life(
        "redeploy from a named snapshot",
        (Step(redeployed(), is_ready, code=NEW), Step(redeployed(2), is_ready, code=NEW)),
        UPDATED,
    ),
    Life(
        "redeploy from a named snapshot whose first start fails",
        (
            Step(
                redeployed(rollback="Manual"),
                has_failed_thrice,
                code=NEWER,
                happens=break_start(NEWER),
            ),
            Step(redeployed(rollback="Manual"), is_ready, code=NEWER, happens=lambda w: w.flink.mend(KEY[NEWER])),
        ),
        UPDATED,
    ),
    Life("lastState", (Step(resource(flink={"upgradeMode": "lastState"}), is_ready, code=NEWER),), UPDATED),
    Life("stateless", (Step(resource(flink={"upgradeMode": "stateless"}), is_ready, code=NEW),), MADE),
    Life(
        "rollback of code that fails the gate, and code that passes",
        (
            Step(PLAIN, is_stalled(Reason.ROLLED_BACK), code=NEW, happens=break_code(NEW)),
            Step(PLAIN, is_ready, code=NEWER),
        ),
        MADE,
    ),
    Life(
        "rollback where a refused snapshot is a person's business",
        (
            Step(
                resource(flink={"refusedSnapshot": "Hold"}),
                is_stalled(Reason.ROLLED_BACK),
                code=NEW,
                happens=break_code(NEW),
            ),
        ),
        MADE,
    ),
    Life(
        "rollback of code that cannot start",
        (Step(PLAIN, is_stalled(Reason.ROLLED_BACK), code=NEW, happens=break_start(NEW)), Step(PLAIN, is_ready)),
        MADE,
    ),
    Life(
        "rollback of a redeployment",
        (Step(redeployed(), is_stalled(Reason.ROLLED_BACK), code=NEWER, happens=break_code(NEWER)),),
        UPDATED,
    ),
    Life(
        "an update refused because the job can take no snapshot",
        (Step(PLAIN, is_ready, code=NEWER, happens=lambda w: w.flink.break_running("ValueError: full")),),
        UPDATED,
    ),
    Life(
        "an update that does not end",
        (
            Step(
                PLAIN,
                is_stalled(Reason.ROLLED_BACK),
                code=NEWER,
                happens=lambda w: w.flink.get_stuck("UpdateApplication"),
            ),
            Step(PLAIN, is_ready, code=NEWER, change=other_rules, happens=lambda w: w.flink.get_unstuck()),
        ),
        UPDATED,
    ),
    Life(
        "a start that does not end",
        (
            Step(PLAIN, is_there(ApplicationState.STARTING), happens=lambda w: w.flink.get_stuck("StartApplication")),
            Step(PLAIN, is_ready, happens=lambda w: w.flink.get_unstuck()),
        ),
        SUSPENDED,
    ),
    Life("suspend and resume", (Step(resource(suspend=True), is_suspended), ready()), MADE),
    Life(
        "suspend while a replay runs",
        (
            Step(resource(replays=[REPLAY]), replay_runs, happens=hold_replay),
            Step(resource(replays=[REPLAY], suspend=True), is_suspended),
            Step(resource(replays=[REPLAY]), is_ready, happens=lambda w: w.workloads.holding.clear()),
        ),
        MADE,
    ),
    Life(
        "change while suspended",
        (Step(resource(suspend=True), is_suspended, code=NEW), Step(PLAIN, is_ready, code=NEW)),
        MADE,
    ),
    Life(
        "idle, and a record",
        (
            Step(resource(idle={"afterMinutes": 5}), is_idle, happens=measure(incoming=0)),
            Step(
                resource(idle={"afterMinutes": 5}), has(lambda w: not w.status.read().idle), happens=measure(incoming=3)
            ),
        ),
        MADE,
    ),
    Life(
        "idle, and a replay",
        (
            Step(resource(idle={"afterMinutes": 5}), is_idle, happens=measure(incoming=0)),
            Step(resource(idle={"afterMinutes": 60}, replays=[REPLAY]), is_ready),
        ),
        MADE,
    ),
    Life(
        "scaling to the lag and back",
        (
            Step(resource(**BOUNDED), has(lambda w: _parallelism(w) == 4), happens=measure(lag=900)),
            Step(resource(**BOUNDED), has(lambda w: _parallelism(w) == 2), happens=measure(lag=1)),
        ),
        made(**BOUNDED),
    ),
    Life(
        "snapshots on schedule, and pruning",
        (
            Step(
                resource(flink={"snapshots": {"everyMinutes": 5, "retention": {"count": 2}}}),
                has(lambda w: sum("take_snapshot" in e for e in w.journal.effects) == 4 and _snapshots(w) == 2),
            ),
        ),
        MADE,
    ),
    Life(
        "failed checkpoints: restart",
        remediated(AlarmKind.FAILED_CHECKPOINTS),
        made(remediation=ACTIVE),
    ),
    Life(
        "failed checkpoints: restore the latest snapshot",
        remediated(
            AlarmKind.FAILED_CHECKPOINTS, policies={"failedCheckpoints": {"actions": ["RestoreLatestSnapshot"]}}
        ),
        (*UPDATED, Step(PLAIN, is_ready)),
    ),
    Life("behind the stream: scale up", remediated(AlarmKind.ITERATOR_AGE, **BOUNDED), made(**BOUNDED)),
    Life(
        "behind the stream: reshard",
        remediated(AlarmKind.ITERATOR_AGE, policies={"iteratorAgeHigh": {"actions": ["Reshard"]}}, **BOUNDED),
        made(**BOUNDED),
    ),
    Life(
        "invalid records: hold replays until the spec changes",
        (
            Step(resource(replays=[REPLAY], remediation=ACTIVE), replay_runs, happens=hold_replay),
            Step(
                resource(replays=[REPLAY], remediation=ACTIVE),
                is_held,
                happens=fire(AlarmKind.INVALID_RECORDS),
            ),
            Step(
                resource(replays=[REPLAY], remediation=ACTIVE, deletionPolicy="Retain"),
                is_ready,
                happens=trouble_is_over,
            ),
        ),
        MADE,
    ),
    Life(
        "invalid records: replay again when the alarm is over",
        (
            Step(
                AGAIN,
                replay_runs,
                happens=hold_replay,
            ),
            Step(AGAIN, is_held, happens=fire(AlarmKind.INVALID_RECORDS)),
            Step(AGAIN, is_ready, happens=trouble_is_over),
        ),
        MADE,
    ),
    Life(
        "a dry run of remediation",
        (Step(resource(remediation={"mode": "DryRun"}), has(is_remediated), happens=fire(AlarmKind.ITERATOR_AGE)),),
        MADE,
    ),
    Life("adoption", (Step(resource(adopt=True), is_ready, happens=unowned),)),
    Life("an application of somebody else's", (Step(PLAIN, is_stalled(Reason.NOT_OWNED), happens=unowned),)),
    Life("drift by hand", (Step(PLAIN, is_ready, happens=changed_by_hand),), MADE),
    Life("deletion that retains", (Step(resource(deletionPolicy="Retain"), is_done, deleting=True),), MADE),
    Life("deletion that keeps snapshots", (Step(PLAIN, is_done, deleting=True),), MADE),
    Life("deletion of everything", (Step(resource(deletionPolicy="Delete"), is_done, deleting=True),), MADE),
    Life("deletion while suspended", (Step(resource(deletionPolicy="Delete"), is_done, deleting=True),), SUSPENDED),
    Life(
        "deletion while a replay runs",
        (
            Step(resource(replays=[REPLAY]), replay_runs, happens=hold_replay),
            Step(resource(replays=[REPLAY], deletionPolicy="Delete"), is_done, deleting=True),
        ),
        MADE,
    ),
    Life(
        "deletion in the middle of a creation",
        (
            Step(PLAIN, is_there(ApplicationState.STARTING)),
            Step(resource(deletionPolicy="Delete"), is_done, deleting=True),
        ),
    ),
    Life(
        "deletion of a job that can take no snapshot",
        (
            Step(
                resource(deletionPolicy="Delete"),
                is_done,
                deleting=True,
                happens=lambda w: w.flink.break_running("ValueError: full"),
            ),
        ),
        MADE,
    ),
)
