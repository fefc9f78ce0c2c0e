"""What to do next about one AuthPulse resource. Order matters: the first check that answers decides."""

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core.case import LATER, Case, Check, Decision
from authpulse_operator.core.deleting import clean_up_deleted_resource
from authpulse_operator.core.deploying import (
    deploy_changed_spec,
    force_out_failed_deployment,
    force_out_job_without_progress,
    give_up_failed_deployment,
    hold_back_failing_operation,
    start_stopped_application,
    wait_for_healthy_job,
)
from authpulse_operator.core.preparing import (
    apply_workloads,
    create_missing_application,
    hold_while_paused,
    lay_missing_foundation,
    refuse_foreign_application,
    reshard_stream,
    set_maintenance_window,
    upload_missing_code,
)
from authpulse_operator.core.remediating import (
    remediate_alarm,
    report_exhausted_remediation,
    restore_latest_when_remediated,
)
from authpulse_operator.core.replaying import (
    release_held_replays,
    report_waiting_workloads,
    run_replays,
    stop_unwanted_replay,
)
from authpulse_operator.core.resting import rest_when_idle, stop_suspended_job
from authpulse_operator.core.restoring import get_past_refused_snapshot
from authpulse_operator.core.scaling import scale_to_lag
from authpulse_operator.core.settling import finish_operation_in_flight, settle_recorded_intent
from authpulse_operator.core.snapshotting import prune_snapshots, take_due_snapshot


def nothing_to_do(case: Case) -> Decision | None:
    """The world matches the spec, or the last stable one in its place."""
    if case.is_rolled_back and case.status.failed is not None:
        message = f"spec of generation {case.status.failed.generation}: {case.status.failed.message}"
        return Decision(stalled=Reason.ROLLED_BACK, message=message, next_look_seconds=LATER)
    return Decision(message=case.health.summary if case.health else "", next_look_seconds=LATER)


CHECKS: tuple[Check, ...] = (
    settle_recorded_intent,  # before anything else: a write may be on its way
    refuse_foreign_application,  # before anything that could touch it, deletion included
    clean_up_deleted_resource,
    hold_while_paused,
    finish_operation_in_flight,  # never start a second write while one may still take effect
    get_past_refused_snapshot,
    stop_suspended_job,
    release_held_replays,
    stop_unwanted_replay,
    lay_missing_foundation,
    reshard_stream,
    upload_missing_code,
    create_missing_application,
    set_maintenance_window,
    give_up_failed_deployment,
    force_out_failed_deployment,
    force_out_job_without_progress,
    restore_latest_when_remediated,
    deploy_changed_spec,
    rest_when_idle,
    start_stopped_application,
    remediate_alarm,  # of what was healthy once; also while it is not
    wait_for_healthy_job,
    apply_workloads,
    scale_to_lag,
    take_due_snapshot,
    prune_snapshots,
    run_replays,  # only into a job that reads
    report_waiting_workloads,
    report_exhausted_remediation,
    nothing_to_do,
)


def decide(case: Case) -> Decision:
    """The decision of the first check that answers, held back where it has failed too often."""
    decision = next(decision for check in CHECKS if (decision := check(case)) is not None)
    return hold_back_failing_operation(case, decision)
