"""Deployments: changing an application to what is wanted, starting it, the health gate, and the way back."""

from datetime import timedelta
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import ABANDON_ANNOTATION
from authpulse_operator.core import acts
from authpulse_operator.core.case import LATER, NOW, SOON, Case, Decision, do
from authpulse_operator.core.giving_up import given_up, is_on_trial
from authpulse_operator.core.restoring import is_new_redeployment, restore_of_start, restore_of_update
from authpulse_operator.core.world import Application, ApplicationState

OPERATIONS: Final = (acts.StartApplication, acts.UpdateApplication, acts.StopApplication, acts.DeleteApplication)
MAX_FAILURES: Final = 3
FAILURES_OF_A_DEPLOYMENT: Final = 2
"""Operations that fail before a new deployment is given up; where there is nothing to go back to it is tried longer."""
TRY_FAILING_AGAIN_AFTER: Final = timedelta(minutes=1)


def give_up_failed_deployment(case: Case) -> Decision | None:
    """A deployment that does not pass the gate is given up for the last one that did, and not tried again.

    Recorded only: the next pass goes back, whatever becomes of this one.
    """
    application, stable = case.application, case.status.last_stable
    if application is None or stable is None or not is_on_trial(case):
        return None
    deployed = application.settings.id
    is_asked_for = case.resource.metadata.annotations.get(ABANDON_ANNOTATION) == deployed
    why = "asked for by annotation" if is_asked_for else _why_it_failed(case, application)
    if why is None or (case.flink.rollback == "Manual" and not is_asked_for):
        return None
    message = f"deployment {deployed} failed ({why}); going back to {stable.id}"
    return Decision(reconciling=Reason.ROLLING_BACK, message=message, next_look_seconds=NOW, record=given_up(case, why))


def force_out_failed_deployment(case: Case) -> Decision | None:
    """A job that fails can take no snapshot: it goes by force, and the stable one goes on from the last there is."""
    application = case.application
    if application is None or not case.is_rolled_back or not case.job_is_failing:
        return None
    if not application.settings.differences(case.target):
        return None
    message = f"stopping the failed deployment {application.settings.id} by force"
    return do(acts.StopApplication(force=True), Reason.ROLLING_BACK, message)


def _why_it_failed(case: Case, application: Application) -> str | None:
    failure, health, gate = application.failure, case.health, case.flink.health
    if failure is not None and failure.times >= FAILURES_OF_A_DEPLOYMENT and not case.is_running:
        return f"the service could not start it: {failure.message}"
    if not case.is_running or case.job_is_healthy:
        return None
    if health is not None and health.is_failing and health.restarts >= gate.max_restarts:
        return health.summary
    since = case.status.unhealthy_since
    if since is not None and case.now - since > timedelta(seconds=gate.timeout_seconds):
        said = health.summary if health else "the job does not answer"
        return f"not healthy after {gate.timeout_seconds} s: {said}"
    return None


def force_out_job_without_progress(case: Case) -> Decision | None:
    """A job that only fails cannot be snapshotted, so the service would refuse the update that mends it."""
    application, health = case.application, case.health
    if application is None or health is None or not case.job_has_no_progress:
        return None
    if not application.settings.differences(case.target):
        return None
    message = f"stopping a job that has saved nothing since it was started ({health.summary})"
    return do(acts.StopApplication(force=True), Reason.STOPPING, message)


def deploy_changed_spec(case: Case) -> Decision | None:
    """What the service has is not what is wanted: update it. A running job restarts from a snapshot of itself."""
    application = case.application
    if application is None:
        return None
    different = application.settings.differences(case.target)
    if not different:
        return None
    restore = restore_of_update(case)
    if isinstance(restore, Decision):
        return restore
    reason = Reason.ROLLING_BACK if case.is_rolled_back else Reason.UPDATING
    message = f"changing {', '.join(different)}"
    takes_last = case.is_running and case.flink.upgrade_mode == "lastState" and application.has_snapshot
    if takes_last and restore is acts.LATEST:
        stop = acts.StopApplication(force=True)
        return do(stop, reason, f"{message}: stopping by force, to go on from the latest snapshot")
    update = acts.UpdateApplication(application, case.target, restore)
    record = {"redeploying": case.target.redeploy} if is_new_redeployment(case) else {}
    return do(update, reason, message, **record)


def start_stopped_application(case: Case) -> Decision | None:
    """From the latest snapshot where there is one: the job goes on where it stopped."""
    if case.application is None or case.is_running:
        return None
    restore = restore_of_start(case)
    if isinstance(restore, Decision):
        return restore
    return do(acts.StartApplication(restore), Reason.STARTING, f"starting from {restore}")


def wait_for_healthy_job(case: Case) -> Decision | None:
    """RUNNING is not healthy. Give the job its time; then say what it says of itself."""
    if case.job_is_healthy:
        return None
    health, since, gate = case.health, case.status.unhealthy_since, case.flink.health
    if since is not None and case.now - since > timedelta(seconds=gate.timeout_seconds):
        said = health.summary if health else "the job does not answer"
        message = f"{said} (not healthy after {gate.timeout_seconds} s)"
        return Decision(stalled=Reason.UNHEALTHY, message=message, next_look_seconds=LATER)
    return Decision(reconciling=Reason.WAITING_FOR_JOB, message=case.job_in_words, next_look_seconds=SOON)


def hold_back_failing_operation(case: Case, decision: Decision) -> Decision:
    """What the service accepts and cannot finish, again and again, needs a person; it is tried now and then all the
    same, because the cause may have gone."""
    application = case.application
    failure = application.failure if application else None
    if application is None or failure is None or failure.times < MAX_FAILURES:
        return decision
    mends = isinstance(decision.act, acts.UpdateApplication) and application.state is not ApplicationState.RUNNING
    if mends or not isinstance(decision.act, OPERATIONS):  # what is changed while stopped may be the cure
        return decision
    tried_again_at = failure.at + TRY_FAILING_AGAIN_AFTER
    if case.now >= tried_again_at:
        return decision
    when = f"tried again from {tried_again_at:%H:%M:%S} UTC on"
    message = f"{decision.message}: failed {failure.times} times: {failure.message} ({when})"
    return Decision(stalled=Reason.OPERATION_FAILED, message=message, next_look_seconds=LATER)
