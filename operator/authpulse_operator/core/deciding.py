"""What to do next about one AuthPulse resource. Order matters: the first check that answers decides."""

from datetime import timedelta
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Check, Decision
from authpulse_operator.core.deleting import clean_up_deleted_resource
from authpulse_operator.core.replaying import run_replays
from authpulse_operator.core.world import ApplicationState

SOON, LATER = 2, 30  # seconds to the next look: while something is under way, and when nothing is

OPERATIONS: Final = (acts.StartApplication, acts.UpdateApplication, acts.StopApplication, acts.DeleteApplication)
MAX_FAILURES: Final = 3
TRY_FAILING_AGAIN_AFTER: Final = timedelta(minutes=1)


def refuse_foreign_application(case: Case) -> Decision | None:
    """An application of our name that is not tagged as ours is never touched."""
    if case.application is None or case.application.owner == case.resource.identity:
        return None
    owner = case.application.owner or "nobody"
    return Decision(
        stalled=Reason.NOT_OWNED,
        message=f"application {case.application.name} belongs to {owner}, not to {case.resource.identity}; "
        "use another environment, or delete it",
        next_look_seconds=LATER,
    )


def finish_operation_in_flight(case: Case) -> Decision | None:
    """While the service is at work, nothing is started beside it."""
    if case.application is None or not case.application.state.is_in_flight:
        return None
    return Decision(
        reconciling=Reason.OPERATION_IN_FLIGHT,
        message=f"application {case.application.name} is {case.application.state}",
        next_look_seconds=SOON,
    )


def stop_suspended_job(case: Case) -> Decision | None:
    """A suspended resource has no running replay and no running job; the job goes with a snapshot."""
    if not case.resource.spec.suspend:
        return None
    running = next((n for n, r in case.observed.replays.items() if r.state == "Running"), None)
    if running:
        return _do(acts.StopReplay(running), Reason.STOPPING, f"stopping replay {running}")
    if case.application is not None and case.application.state is ApplicationState.RUNNING:
        stop = acts.StopApplication(force=case.job_has_no_progress)
        return _do(stop, Reason.STOPPING, f"stopping the job {stop.detail}")
    return Decision(message="suspended", next_look_seconds=LATER)


def lay_missing_foundation(case: Case) -> Decision | None:
    """Stream, bucket, tables and the rest come first: everything else needs them."""
    if not case.observed.missing_foundation:
        return None
    missing = case.observed.missing_foundation
    return _do(acts.MakeFoundation(missing), Reason.LAYING_FOUNDATION, f"making {', '.join(missing)}")


def reshard_stream(case: Case) -> Decision | None:
    """The stream gets the shards that the spec says; the job follows parents and children by itself."""
    there, wanted = case.observed.shards, case.resource.spec.stream.shards
    if there is None or there == wanted:
        return None
    # Kinesis goes at most to double or half at a time: then in steps
    step = min(max(wanted, (there + 1) // 2), there * 2)
    on_the_way = "" if step == wanted else f" on the way to {wanted}"
    return _do(acts.Reshard(step), Reason.RESHARDING, f"from {there} to {step} shards{on_the_way}")


def upload_missing_code(case: Case) -> Decision | None:
    """Code lies under the name of its content, so what is there need not go up again."""
    if not case.observed.missing_artifacts:
        return None
    keys = case.observed.missing_artifacts
    return _do(acts.Upload(keys), Reason.UPLOADING_CODE, f"uploading {', '.join(keys)}")


def create_missing_application(case: Case) -> Decision | None:
    """The application does not exist yet: create it; a later pass starts it."""
    if case.application is not None:
        return None
    return _do(acts.CreateApplication(case.wanted), Reason.CREATING, "creating the application")


def stop_unwanted_replay(case: Case) -> Decision | None:
    """A replay that the spec no longer names does not go on sending beside those that it does."""
    named = {r.name for r in case.resource.spec.replays}
    stray = next((n for n, r in case.observed.replays.items() if r.state == "Running" and n not in named), None)
    if stray is None:
        return None
    return _do(acts.StopReplay(stray), Reason.STOPPING, f"stopping replay {stray}, which the spec does not name")


def force_out_job_without_progress(case: Case) -> Decision | None:
    """A job that only fails cannot be snapshotted, so the service would refuse the update that mends it."""
    application, health = case.application, case.observed.health
    if application is None or health is None or not case.job_has_no_progress:
        return None
    if not application.settings.differences(case.wanted):
        return None
    message = f"stopping a job that has saved nothing since it was started ({health.summary})"
    return _do(acts.StopApplication(force=True), Reason.STOPPING, message)


def deploy_changed_spec(case: Case) -> Decision | None:
    """What the service has is not what the spec means: update it. A running job restarts from a snapshot of itself."""
    application = case.application
    if application is None:
        return None
    different = application.settings.differences(case.wanted)
    if not different:
        return None
    update = acts.UpdateApplication(application, case.wanted, _restore(case))
    return _do(update, Reason.UPDATING, f"changing {', '.join(different)}")


def start_stopped_application(case: Case) -> Decision | None:
    """From the latest snapshot where there is one: the job goes on where it stopped."""
    application = case.application
    if application is None or application.state is ApplicationState.RUNNING:
        return None
    restore = _restore(case)
    return _do(acts.StartApplication(restore), Reason.STARTING, f"starting from {restore.replace('-', ' ')}")


def wait_for_healthy_job(case: Case) -> Decision | None:
    """RUNNING is not healthy. Give the job its time; then say what it says of itself."""
    if case.job_is_healthy:
        return None
    health, since = case.observed.health, case.status.unhealthy_since
    message = health.summary if health else "the job does not answer yet"
    if health is not None and health.is_healthy(stable_for_seconds=0):
        message += f"; it has to stay so for {case.resource.spec.flink.health.stable_for_seconds} s"
    waited = (case.now - since).total_seconds() if since else 0
    if waited > case.resource.spec.flink.health.timeout_seconds:
        return Decision(stalled=Reason.UNHEALTHY, message=f"{message} (after {waited:.0f} s)", next_look_seconds=LATER)
    return Decision(reconciling=Reason.WAITING_FOR_JOB, message=message, next_look_seconds=SOON)


def nothing_to_do(case: Case) -> Decision | None:
    """The world matches the spec."""
    health = case.observed.health
    return Decision(message=health.summary if health else "", next_look_seconds=LATER)


CHECKS: tuple[Check, ...] = (
    refuse_foreign_application,  # before anything that could touch it, deletion included
    clean_up_deleted_resource,
    finish_operation_in_flight,  # never start a second write while one may still take effect
    stop_suspended_job,
    stop_unwanted_replay,
    lay_missing_foundation,
    reshard_stream,
    upload_missing_code,
    create_missing_application,
    force_out_job_without_progress,
    deploy_changed_spec,
    start_stopped_application,
    wait_for_healthy_job,
    run_replays,  # only into a job that reads
    nothing_to_do,
)


def decide(case: Case) -> Decision:
    """The decision of the first check that answers, held back where it has failed too often."""
    decision = next(decision for check in CHECKS if (decision := check(case)) is not None)
    return hold_back_failing_operation(case, decision)


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


def _do(act: acts.Act, reason: Reason, message: str) -> Decision:
    return Decision(act=act, reconciling=reason, message=message, next_look_seconds=SOON)


def _restore(case: Case) -> acts.Restore:
    """Never without state by itself: only when the spec says so, or when there is nothing to restore."""
    stateless = case.resource.spec.flink.upgrade_mode == "stateless"
    running = case.application is not None and case.application.state is ApplicationState.RUNNING
    has_state = case.application is not None and (case.application.has_snapshot or running)
    return "nothing" if stateless or not has_state else "latest-snapshot"
