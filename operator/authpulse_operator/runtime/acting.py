"""Carrying out an act of a pass: which port, and with what.

Beside acts a pass publishes measurements, writes the status and tells news. AuthPulseSnapshots have two acts of their
own (`snapshots`).
"""

from typing import TYPE_CHECKING

from authpulse.names import OWNER_TAG
from authpulse_operator.core import acts

if TYPE_CHECKING:
    from authpulse_operator.runtime.passes import Plan, World


def act(what: acts.Act, plan: "Plan", world: "World") -> str | None:
    """Carries out one act. Returns the id of the operation that it began, if it is one. Raises OperatorError."""
    if isinstance(what, acts.Operation):
        return _begin(what, plan, world)
    if isinstance(what, acts.OfApplication):
        _set(what, plan, world)
    else:
        _provide(what, plan, world)
    return None


def _begin(what: acts.Operation, plan: "Plan", world: "World") -> str | None:
    match what:
        case acts.UpdateApplication(application, settings, restore):
            return world.flink.update(application, settings, restore=restore)
        case acts.StartApplication(restore):
            return world.flink.start(plan.application, restore=restore)
        case acts.StopApplication(force):
            return world.flink.stop(plan.application, force=force)
        case acts.RollBackApplication(application):
            return world.flink.roll_back(application)
        case acts.DeleteApplication(application):
            return world.flink.delete(application)


def _set(what: acts.OfApplication, plan: "Plan", world: "World") -> None:
    tags = plan.foundation.tags | {OWNER_TAG: plan.resource.identity}
    match what:
        case acts.CreateApplication(settings):
            world.flink.create(plan.application, settings, tags=tags)
        case acts.AdoptApplication(application):
            world.flink.adopt(application, tags=tags)
        case acts.TakeSnapshot(name):
            world.flink.take_snapshot(plan.application, name)
        case acts.DeleteSnapshot(snapshot):
            world.flink.delete_snapshot(plan.application, snapshot)
        case acts.SetMaintenanceWindow(start):
            world.flink.set_maintenance_window(plan.application, start)


def _provide(what: acts.Provision, plan: "Plan", world: "World") -> None:
    match what:
        case acts.MakeFoundation():
            world.foundations.make(plan.foundation)
        case acts.Reshard(shards):
            world.foundations.reshard(plan.foundation, shards)
        case acts.Upload(keys):
            for key in keys:
                world.artifacts.put(key, plan.artifacts[key])
        case acts.ApplyWorkloads():
            world.workloads.apply(plan.resource)
        case acts.StartReplay(replay, run):
            world.workloads.start_replay(replay, run)
        case acts.StopReplay(run):
            world.workloads.stop_replay(run)
