"""Looking at everything that a decision needs. Changes nothing, and looks at nothing that no decision could need."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from authpulse_operator.api.status import Status
from authpulse_operator.core.replaying import run_of
from authpulse_operator.core.world import Application, ApplicationState, Observation, ReplayProgress

if TYPE_CHECKING:
    from authpulse_operator.runtime.passes import Plan, World


def observe(plan: "Plan", world: "World", status: Status, *, deleting: bool = False) -> Observation:
    """One look. Raises OperatorError where a part of the world does not answer."""
    spec = plan.resource.spec
    wanted_runs = {run_of(r, rounds=status.replay_rounds) for r in spec.replays}
    replays = {run: world.workloads.replay(run) for run in sorted(world.workloads.runs() | wanted_runs)}
    if deleting and spec.deletion_policy == "Retain":  # nothing of AWS is touched, so it need not answer
        return Observation(replays=replays)
    application = world.flink.describe(plan.application)
    running = application is not None and application.state is ApplicationState.RUNNING
    health = world.flink.job_health(plan.application) if running else None
    observed = Observation(application=application, health=health, replays=replays)
    if deleting:
        return observed
    obstacle = world.workloads.obstacle()
    cannot_be_made = obstacle is not None and (spec.quality or spec.aggregates)
    outdated = frozenset() if obstacle else _outdated(plan, world, status, replays)
    drift = () if cannot_be_made else world.workloads.drift(plan.resource)
    quality = world.workloads.quality() if spec.quality else None
    observed = replace(
        observed, outdated_replays=outdated, workload_obstacle=obstacle, workload_drift=drift, quality=quality
    )
    observed = _measured(observed, plan, world, application)
    missing = world.foundations.missing(plan.foundation)
    if missing:
        return replace(observed, missing_foundation=missing)
    return replace(
        observed,
        shards=world.foundations.open_shards(plan.foundation),
        missing_artifacts=tuple(key for key in plan.artifacts if not world.artifacts.has(key)),
    )


def _outdated(plan: "Plan", world: "World", status: Status, replays: Mapping[str, ReplayProgress]) -> frozenset[str]:
    """Of those that run and are wanted."""
    runs = ((r, run_of(r, rounds=status.replay_rounds)) for r in plan.resource.spec.replays)
    return frozenset(run for r, run in runs if replays[run].state == "Running" and world.workloads.is_outdated(r, run))


def _measured(observed: Observation, plan: "Plan", world: "World", application: Application | None) -> Observation:
    """What CloudWatch says, as far as the spec has a use for it."""
    spec, names = plan.resource.spec, plan.foundation.names
    if application is None:
        return observed
    if spec.idle:
        incoming = world.telemetry.incoming_records(names, minutes=spec.idle.after_minutes)
        observed = replace(observed, incoming_records=incoming)
    if spec.remediation.mode != "Off":
        observed = replace(observed, alarms=world.telemetry.firing(names))
    if application.state is ApplicationState.RUNNING:
        observed = replace(observed, lag_seconds=world.telemetry.lag_seconds(names, application.name))
    if application.snapshots:
        observed = replace(observed, kept_snapshots=world.references.kept())
    return observed
