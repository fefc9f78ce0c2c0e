"""What has to be there before an application: that it is ours, its foundation, its code, and itself."""

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import LATER, NOW, Case, Decision, do, hold


def refuse_foreign_application(case: Case) -> Decision | None:
    """An application of our name that is not tagged as ours is never touched; nobody's is adopted if the spec says."""
    application, us = case.application, case.resource.identity
    if application is None or application.owner == us:
        return None
    is_adoptable = application.owner is None and case.spec.adopt
    if is_adoptable and not case.deleting and not case.resource.is_paused:
        return do(acts.AdoptApplication(application), Reason.ADOPTING, f"tagging {application.name} as {us}'s")
    if case.deleting:
        message = f"application {application.name} belongs to {application.owner or 'nobody'} and stays as it is"
        return Decision(message=message, done=True)
    help_ = "use another environment or applicationName, or delete it"
    if application.owner is None:
        help_ = "it is taken over when the pause ends" if is_adoptable else "`adopt: true` takes it over"
    message = f"application {application.name} belongs to {application.owner or 'nobody'}, not to {us}; {help_}"
    return hold(Reason.NOT_OWNED, message)


def hold_while_paused(case: Case) -> Decision | None:
    """The annotation asks for nothing to be done: look and report."""
    if not case.resource.is_paused:
        return None
    return Decision(message="paused by annotation", next_look_seconds=LATER)


def lay_missing_foundation(case: Case) -> Decision | None:
    """Stream, bucket, tables and the rest come first: everything else needs them."""
    if not case.observed.missing_foundation:
        return None
    missing = ", ".join(case.observed.missing_foundation)
    if case.spec.foundation == "Expect":
        return Decision(reconciling=Reason.WAITING_FOR_FOUNDATION, message=f"missing: {missing}")
    return do(acts.MakeFoundation(case.observed.missing_foundation), Reason.LAYING_FOUNDATION, f"making {missing}")


def reshard_stream(case: Case) -> Decision | None:
    """The stream gets the shards that are wanted; the job follows parents and children by itself."""
    there, wanted = case.observed.shards, case.shards
    if there is None or there == wanted:
        return None
    # Kinesis goes at most to double or half at a time: then in steps
    step = min(max(wanted, (there + 1) // 2), there * 2)
    on_the_way = "" if step == wanted else f" on the way to {wanted}"
    return do(acts.Reshard(step), Reason.RESHARDING, f"from {there} to {step} shards{on_the_way}")


def upload_missing_code(case: Case) -> Decision | None:
    """Code lies under the name of its content, so what is there need not go up again."""
    if not case.observed.missing_artifacts:
        return None
    keys = case.observed.missing_artifacts
    return do(acts.Upload(keys), Reason.UPLOADING_CODE, f"uploading {', '.join(keys)}")


def create_missing_application(case: Case) -> Decision | None:
    """The application does not exist yet: create it. A start follows under the same intent."""
    if case.application is not None:
        return None
    act = acts.CreateApplication(case.target)
    return Decision(act, reconciling=Reason.CREATING, message="creating the application", next_look_seconds=NOW)


def set_maintenance_window(case: Case) -> Decision | None:
    """The eight hours in which the service may patch the application."""
    wanted, application = case.flink.maintenance_window, case.application
    if wanted is None or application is None or application.maintenance_start == wanted:
        return None
    return do(acts.SetMaintenanceWindow(wanted), Reason.UPDATING, f"setting the maintenance window to {wanted} UTC")


def apply_workloads(case: Case) -> Decision | None:
    """Scheduled checks and aggregates are as the spec says, whoever changed them."""
    drift = case.observed.workload_drift
    if not drift:
        return None
    return do(acts.ApplyWorkloads(drift), Reason.APPLYING_WORKLOADS, f"applying {', '.join(drift)}")
