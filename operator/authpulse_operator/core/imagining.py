"""A world that means well: what each act makes of an observation, and what time does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from authpulse_operator.core import acts
from authpulse_operator.core.case import Case
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.replaying import NOT_BEGUN
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Observation, Snapshot

READY, RUNNING = ApplicationState.READY, ApplicationState.RUNNING
ENDS: Final[Mapping[ApplicationState, ApplicationState]] = {
    ApplicationState.STARTING: RUNNING,
    ApplicationState.UPDATING: RUNNING,
    ApplicationState.AUTOSCALING: RUNNING,
    ApplicationState.MAINTENANCE: RUNNING,
    ApplicationState.ROLLING_BACK: RUNNING,
    ApplicationState.STOPPING: READY,
    ApplicationState.FORCE_STOPPING: READY,
}
"""Where an operation that goes well leads. DELETING leads to no application."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What observing leaves out while something else is missing, and what only a plan knows."""

    application: str
    """Its name, for the case that there is none yet."""
    missing_artifacts: tuple[str, ...] = ()
    shards: int | None = None
    """Open shards of a stream that is there although other parts of the foundation are not."""


def after(act: acts.Act, case: Case, unseen: Unseen) -> Observation:
    """The world right after an act that was accepted."""
    if isinstance(act, acts.Operation):
        return _of_operation(act, case)
    if isinstance(act, acts.OfApplication):
        return replace(case.observed, application=_of_application(act, case, unseen))
    return _of_provision(act, case, unseen)


def later(case: Case) -> Observation:
    """The world when what is under way has ended well."""
    application, observed = case.application, case.observed
    if application is None:
        return observed
    if application.state is ApplicationState.DELETING:
        return replace(observed, application=None, health=None)
    state = ENDS.get(application.state, application.state)
    ended = tuple(replace(o, status="SUCCESSFUL") if o.status == "IN_PROGRESS" else o for o in application.operations)
    taken = tuple(replace(s, status="READY") if s.status == "CREATING" else s for s in application.snapshots)
    there = replace(application, state=state, operations=ended, snapshots=taken)
    shards = case.shards if observed.shards is None else observed.shards
    return replace(observed, application=there, health=_well(case) if state is RUNNING else None, shards=shards)


def _well(case: Case) -> JobHealth:
    return JobHealth("RUNNING", 1, 1, 0, 1, 0, running_seconds=case.flink.health.stable_for_seconds)


def _of_operation(act: acts.Operation, case: Case) -> Observation:
    application, observed = case.application, case.observed
    if application is None:
        return observed
    begun = replace(application, failure=None)
    match act:
        case acts.UpdateApplication(_, settings, _):
            is_running = application.state is RUNNING
            taken = _with_snapshot(begun, case, "taken-for-the-update") if is_running else begun
            state = act.begins if is_running else READY
            begun = replace(taken, state=state, settings=settings, version_id=begun.version_id + 1)
        case acts.StopApplication(force):
            begun = replace(begun if force else _with_snapshot(begun, case, "taken-at-the-stop"), state=act.begins)
        case acts.RollBackApplication():
            begun = replace(begun, state=act.begins, settings=_before(case, begun), version_id=begun.version_id + 1)
        case acts.StartApplication() | acts.DeleteApplication():
            begun = replace(begun, state=act.begins)
    return replace(observed, application=begun, health=None)


def _with_snapshot(application: Application, case: Case, name: str) -> Application:
    """The service takes one by itself where snapshots are enabled."""
    if not application.settings.snapshots_enabled:
        return application
    taken = Snapshot(name, "READY", case.now, application.version_id)
    return replace(application, snapshots=(taken, *application.snapshots))


def _before(case: Case, application: Application) -> Settings:
    stable = case.status.last_stable
    return application.settings if stable is None else Settings.of_document(stable.settings)


def _of_application(act: acts.OfApplication, case: Case, unseen: Unseen) -> Application | None:
    us, application = case.resource.identity, case.application
    if isinstance(act, acts.CreateApplication):
        return Application(unseen.application, READY, 1, "", case.now, act.settings, us)
    if application is None:
        return None
    match act:
        case acts.AdoptApplication():
            return replace(application, owner=us)
        case acts.TakeSnapshot(name):
            taken = Snapshot(name, "CREATING", case.now, application.version_id)
            return replace(application, snapshots=(taken, *application.snapshots))
        case acts.DeleteSnapshot(snapshot):
            return replace(application, snapshots=tuple(s for s in application.snapshots if s.name != snapshot.name))
        case acts.SetMaintenanceWindow(start):
            return replace(application, maintenance_start=start)


def _of_provision(act: acts.Provision, case: Case, unseen: Unseen) -> Observation:
    observed, replays = case.observed, dict(case.observed.replays)
    match act:
        case acts.MakeFoundation():
            shards = case.spec.stream.shards if unseen.shards is None else unseen.shards
            missing = unseen.missing_artifacts
            return replace(observed, missing_foundation=(), shards=shards, missing_artifacts=missing)
        case acts.Reshard(shards):
            return replace(observed, shards=shards)
        case acts.Upload():
            return replace(observed, missing_artifacts=())
        case acts.ApplyWorkloads():
            return replace(observed, workload_drift=())
        case acts.StartReplay(_, run):
            before = replays.get(run, NOT_BEGUN)
            replays[run] = replace(before, state="Running", attempts=before.attempts + 1)
        case acts.StopReplay(run):
            replays[run] = replace(replays.get(run, NOT_BEGUN), state="Pending", attempts=0)
            observed = replace(observed, outdated_replays=observed.outdated_replays - {run})
    return replace(observed, replays=replays)
