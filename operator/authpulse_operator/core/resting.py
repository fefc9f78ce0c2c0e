"""A job that is not wanted now: suspended by the spec, or idle because nothing comes in."""

from datetime import timedelta

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import LATER, NOW, Case, Decision, do
from authpulse_operator.core.replaying import has_work


def stop_suspended_job(case: Case) -> Decision | None:
    """A suspended resource has no running replay and no running job; the job goes with a snapshot."""
    if not case.spec.suspend:
        return None
    running = next((n for n, r in case.observed.replays.items() if r.state == "Running"), None)
    if running:
        return do(acts.StopReplay(running), Reason.STOPPING, f"stopping replay {running}")
    if case.is_running:
        stop = acts.StopApplication(force=case.job_has_no_progress)
        return do(stop, Reason.STOPPING, f"stopping the job {stop.detail}")
    return Decision(message="suspended", next_look_seconds=LATER)


def is_quiet(case: Case) -> bool:
    """Nothing comes in and nothing is about to."""
    return case.observed.incoming_records == 0 and not has_work(case)


def rest_when_idle(case: Case) -> Decision | None:
    """Without records for so long, the job stops with a snapshot; a record or a replay wakes it."""
    idle, status = case.spec.idle, case.status
    if idle is None:
        return None
    if status.idle and not case.is_running:
        if is_quiet(case):
            return Decision(message=f"nothing came in for {idle.after_minutes} minutes", next_look_seconds=LATER)
        return Decision(
            reconciling=Reason.STARTING, message="there is work again", next_look_seconds=NOW, record={"idle": False}
        )
    if not case.job_is_healthy or not is_quiet(case) or status.quiet_since is None:
        return None
    if case.now - status.quiet_since < timedelta(minutes=idle.after_minutes):
        return None
    message = f"nothing came in for {idle.after_minutes} minutes; stopping the job with a snapshot"
    return do(acts.StopApplication(), Reason.STOPPING, message, idle=True)
