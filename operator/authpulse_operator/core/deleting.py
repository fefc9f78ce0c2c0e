"""Deletion: what the policy asks for, step by step. The first step that answers decides; each is safe to repeat."""

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Check, Decision, do, hold
from authpulse_operator.core.settling import finish_operation_in_flight


def clean_up_deleted_resource(case: Case) -> Decision | None:
    """Replays end in any case. Retain leaves the application, Snapshot stops it, Delete removes it."""
    if not case.deleting:
        return None
    return next(decision for step in STEPS if (decision := step(case)) is not None)


def stop_running_replay(case: Case) -> Decision | None:
    """Nobody sends into a pipeline that goes away."""
    running = next((n for n, r in case.observed.replays.items() if r.state == "Running"), None)
    return do(acts.StopReplay(running), Reason.STOPPING, f"stopping replay {running}") if running else None


def retain_application(case: Case) -> Decision | None:
    """Nothing there, or nothing to be done about it."""
    policy = case.spec.deletion_policy
    if case.application is not None and policy != "Retain":
        return None
    return Decision(message=f"deletion policy {policy}: nothing left to do", done=True)


def stop_running_job(case: Case) -> Decision | None:
    """With a snapshot, also before a deletion: stopping is what may still be regretted.

    By force where no snapshot can be taken and none is missed: the job has saved nothing, or all is to be deleted, or
    the spec says to make do with the last one.
    """
    application = case.application
    if application is None or not case.is_running:
        return None
    makes_do = case.flink.refused_snapshot == "RestoreLatest" and application.has_snapshot
    is_deleted, refused = case.spec.deletion_policy == "Delete", bool(case.status.snapshot_refused)
    not_missed = case.job_has_no_progress or (is_deleted and (case.job_is_failing or refused)) or (refused and makes_do)
    if refused and not not_missed:
        help_ = "mend the job, or set deletionPolicy to Retain or Delete"
        return hold(Reason.SNAPSHOT_REFUSED, f"{case.status.snapshot_refused}; {help_}")
    stop = acts.StopApplication(force=not_missed)
    return do(stop, Reason.STOPPING, f"stopping the job {stop.detail}")


def keep_snapshots(case: Case) -> Decision | None:
    """The service deletes snapshots with their application, so keeping one means keeping the other."""
    if case.spec.deletion_policy != "Snapshot":
        return None
    return Decision(message="the job is stopped; its snapshots are kept with the application", done=True)


def delete_application(case: Case) -> Decision | None:
    """Policy Delete."""
    if case.application is None:
        return None
    return do(acts.DeleteApplication(case.application), Reason.DELETING, f"deleting {case.application.name}")


STEPS: tuple[Check, ...] = (
    stop_running_replay,
    retain_application,
    finish_operation_in_flight,
    stop_running_job,
    keep_snapshots,
    delete_application,
)
