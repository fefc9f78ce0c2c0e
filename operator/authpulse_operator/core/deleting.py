"""Deletion: what the policy asks for, step by step. The first step that answers decides; each is safe to repeat."""

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Check, Decision
from authpulse_operator.core.world import ApplicationState


def clean_up_deleted_resource(case: Case) -> Decision | None:
    """Replays end in any case. Retain leaves the application, Snapshot stops it, Delete removes it."""
    if not case.deleting:
        return None
    return next(decision for step in STEPS if (decision := step(case)) is not None)


def stop_running_replay(case: Case) -> Decision | None:
    """Nobody sends into a pipeline that goes away."""
    running = next((n for n, r in case.observed.replays.items() if r.state == "Running"), None)
    return _do(acts.StopReplay(running), Reason.STOPPING, f"stopping replay {running}") if running else None


def retain_application(case: Case) -> Decision | None:
    """Nothing there, or nothing to be done about it."""
    policy = case.resource.spec.deletion_policy
    if case.application is not None and policy != "Retain":
        return None
    return Decision(message=f"deletion policy {policy}: nothing left to do", done=True)


def wait_for_operation(case: Case) -> Decision | None:
    """The service finishes first what it is at."""
    if case.application is None or not case.application.state.is_in_flight:
        return None
    return _do(None, Reason.OPERATION_IN_FLIGHT, f"application {case.application.name} is {case.application.state}")


def stop_running_job(case: Case) -> Decision | None:
    """With a snapshot, also before a deletion: stopping is what may still be regretted.

    By force where no snapshot can be taken and none is missed: the job has saved nothing, or all is to be deleted.
    """
    if case.application is None or case.application.state is not ApplicationState.RUNNING:
        return None
    is_failing = case.observed.health is not None and case.observed.health.is_failing
    not_missed = case.job_has_no_progress or (is_failing and case.resource.spec.deletion_policy == "Delete")
    stop = acts.StopApplication(force=not_missed)
    return _do(stop, Reason.STOPPING, f"stopping the job {stop.detail}")


def keep_snapshots(case: Case) -> Decision | None:
    """The service deletes snapshots with their application, so keeping one means keeping the other."""
    if case.resource.spec.deletion_policy != "Snapshot":
        return None
    return Decision(message="the job is stopped; its snapshots are kept with the application", done=True)


def delete_application(case: Case) -> Decision | None:
    """Policy Delete."""
    if case.application is None:
        return None
    return _do(acts.DeleteApplication(case.application), Reason.DELETING, f"deleting {case.application.name}")


STEPS: tuple[Check, ...] = (
    stop_running_replay,
    retain_application,
    wait_for_operation,
    stop_running_job,
    keep_snapshots,
    delete_application,
)


def _do(act: acts.Act | None, reason: Reason, message: str) -> Decision:
    return Decision(act=act, reconciling=reason, message=message, next_look_seconds=2)
