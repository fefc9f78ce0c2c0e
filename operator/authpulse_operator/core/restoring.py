"""What a job goes on from. Never from nothing by itself: only when the spec says so, or when there is no state."""

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision, do, hold


def restore_of_update(case: Case) -> acts.Restore | Decision:
    """For an application that is about to be changed."""
    if case.flink.redeploy is not None and is_new_redeployment(case):
        return _named(case, case.flink.redeploy.snapshot)
    if case.flink.upgrade_mode == "stateless":
        return acts.NOTHING
    return acts.LATEST if case.is_running and case.flink.snapshots.enabled else _latest(case)


def restore_of_start(case: Case) -> acts.Restore | Decision:
    """For an application that stands still."""
    redeploy = case.flink.redeploy
    if redeploy is not None and not case.is_rolled_back and case.status.redeploying == str(redeploy.nonce):
        return _named(case, redeploy.snapshot)
    return acts.NOTHING if case.flink.upgrade_mode == "stateless" else _latest(case)


def is_new_redeployment(case: Case) -> bool:
    """The spec names a snapshot under a nonce that the application has not seen."""
    application, target = case.application, case.target
    if application is None or case.is_rolled_back:
        return False
    return target.redeploy not in (None, application.settings.redeploy)


def get_past_refused_snapshot(case: Case) -> Decision | None:
    """The job can take no snapshot, so the service changes nothing: go on from the last one, or wait for a person."""
    said, application = case.status.snapshot_refused, case.application
    if said is None or application is None or not case.is_running or case.job_is_healthy:
        return None
    if not case.spec.suspend and not application.settings.differences(case.target):
        return None
    if case.job_has_no_progress:
        return do(acts.StopApplication(force=True), Reason.STOPPING, "stopping a job that has saved nothing by force")
    if case.flink.refused_snapshot == "Hold":
        return hold(Reason.SNAPSHOT_REFUSED, f"{said} (refusedSnapshot: Hold)")
    if not application.has_snapshot:
        message = f"{said}; and there is no earlier snapshot: mend the job, or set upgradeMode: stateless"
        return hold(Reason.SNAPSHOT_REFUSED, message)
    latest = application.restorable[0]
    message = f"stopping by force, to go on from snapshot {latest.name} of {latest.created:%Y-%m-%d %H:%M:%S} UTC"
    return do(acts.StopApplication(force=True), Reason.STOPPING, f"{message}, because: {said}")


def _named(case: Case, snapshot: str) -> acts.Restore | Decision:
    names = [s.name for s in case.application.restorable] if case.application else []
    if snapshot in names:
        return acts.named(snapshot)
    there = f"the newest are {', '.join(names[:5])}" if names else "there is none"
    return hold(Reason.NOTHING_TO_RESTORE, f"spec.flink.redeploy.snapshot: no snapshot {snapshot}; {there}")


def _latest(case: Case) -> acts.Restore | Decision:
    application = case.application
    if application is None or application.has_snapshot:
        return acts.NOTHING if application is None else acts.LATEST
    had_state = case.status.last_stable is not None or case.status.progress is not None
    if had_state and case.flink.snapshots.enabled:
        message = "the job has had state and there is no snapshot of it: set upgradeMode: stateless to go on without"
        return hold(Reason.NOTHING_TO_RESTORE, message)
    return acts.NOTHING
