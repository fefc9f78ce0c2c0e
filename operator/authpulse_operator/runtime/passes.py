"""One pass over one resource: observe, decide, record what is intended, act, record what came of it.

Nothing here knows AWS or files; it is handed the ports. A pass never raises for what the world does: errors become a
condition and a time to look again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from authpulse.foundation import Foundation
from authpulse.names import OWNER_TAG
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Intent, Status
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.concluding import conclude, conclude_unseen
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.errors import OperatorError, Recoverable, Terminal, Wait
from authpulse_operator.core.world import ApplicationState, Observation, Settings
from authpulse_operator.ports.flink import FlinkService
from authpulse_operator.ports.foundation import ArtifactStore, Foundations
from authpulse_operator.ports.recording import Clock, StatusWriter
from authpulse_operator.ports.workloads import Workloads


@dataclass(frozen=True, slots=True)
class World:
    """The ports of one resource."""

    flink: FlinkService
    foundations: Foundations
    artifacts: ArtifactStore
    workloads: Workloads
    status: StatusWriter
    clock: Clock


@dataclass(frozen=True, slots=True)
class Plan:
    """One resource with what it means: settings, foundation, and the files behind the objects it needs."""

    resource: AuthPulse
    foundation: Foundation
    wanted: Settings
    artifacts: Mapping[str, Path] = field(default_factory=dict)

    @property
    def application(self) -> str:
        return self.foundation.names.application


def make_pass(plan: Plan, world: World, *, deleting: bool = False) -> Decision:
    """Observes, decides, acts and records; returns what was decided, or what stood in the way."""
    try:
        case = _look(plan, world, deleting=deleting)
    except OperatorError as error:
        decision = _hindered(error)
        world.status.write(_unseen(plan, world, decision))
        return decision
    decision = decide(case)
    if decision.act is not None:
        intent = Intent(act=type(decision.act).__name__, detail=decision.act.detail, at=case.now)
        world.status.write(conclude(case, decision).model_copy(update={"intent": intent}))
        try:
            act(decision.act, plan, world)
        except OperatorError as error:
            decision = _hindered(error)
    world.status.write(conclude(case, decision).model_copy(update={"intent": None}))
    return decision


def look_only(plan: Plan, world: World) -> Status:
    """The status that a pass would begin with. Nothing is done and nothing written."""
    try:
        case = _look(plan, world)
    except OperatorError as error:
        return _unseen(plan, world, _hindered(error))
    return conclude(case, decide(case))


def observe(plan: Plan, world: World, *, deleting: bool = False) -> Observation:
    """Looks at everything that a decision needs. Changes nothing."""
    names = world.workloads.names().union(r.name for r in plan.resource.spec.replays)
    replays = {name: world.workloads.replay(name) for name in sorted(names)}
    application = world.flink.describe(plan.application)
    running = application is not None and application.state is ApplicationState.RUNNING
    health = world.flink.job_health(plan.application) if running else None
    observed = Observation(application=application, health=health, replays=replays)
    if deleting:
        return observed
    missing = world.foundations.missing(plan.foundation)
    if not missing:
        observed = replace(
            observed,
            shards=world.foundations.open_shards(plan.foundation),
            missing_artifacts=tuple(key for key in plan.artifacts if not world.artifacts.has(key)),
        )
    return replace(observed, missing_foundation=missing)


def act(what: acts.Act, plan: Plan, world: World) -> None:
    """Carries out one act."""
    match what:
        case acts.MakeFoundation():
            world.foundations.make(plan.foundation)
        case acts.Reshard(shards):
            world.foundations.reshard(plan.foundation, shards)
        case acts.Upload(keys):
            for key in keys:
                world.artifacts.put(key, plan.artifacts[key])
        case acts.CreateApplication(settings):
            tags = plan.foundation.tags | {OWNER_TAG: plan.resource.identity}
            world.flink.create(plan.application, settings, tags=tags)
        case acts.UpdateApplication(application, settings, restore):
            world.flink.update(application, settings, restore=restore)
        case acts.StartApplication(restore):
            world.flink.start(plan.application, restore=restore)
        case acts.StopApplication(force):
            world.flink.stop(plan.application, force=force)
        case acts.DeleteApplication(application):
            world.flink.delete(application)
        case acts.StartReplay(replay):
            world.workloads.start_replay(replay)
        case acts.StopReplay(name):
            world.workloads.stop_replay(name)


def _look(plan: Plan, world: World, *, deleting: bool = False) -> Case:
    observed = observe(plan, world, deleting=deleting)
    return Case(plan.resource, plan.wanted, observed, world.status.read(), world.clock.now(), deleting=deleting)


def _unseen(plan: Plan, world: World, decision: Decision) -> Status:
    generation = plan.resource.metadata.generation
    return conclude_unseen(world.status.read(), decision, generation=generation, now=world.clock.now())


def _hindered(error: OperatorError) -> Decision:
    match error:
        case Terminal():
            return Decision(stalled=Reason.OPERATION_FAILED, message=str(error))
        case Recoverable() | Wait():
            waiting = Reason.OPERATION_FAILED if isinstance(error, Recoverable) else Reason.OPERATION_IN_FLIGHT
            return Decision(reconciling=waiting, message=str(error), next_look_seconds=error.after_seconds)
        case _:
            return Decision(reconciling=Reason.OPERATION_FAILED, message=str(error))
