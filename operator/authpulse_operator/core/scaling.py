"""Parallelism and shards beyond what the spec says, within the bounds that it gives. The spec is never written."""

from datetime import timedelta

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ScalingStatus
from authpulse_operator.core.case import NOW, Case, Decision


def scaling_now(case: Case) -> ScalingStatus | None:
    """What the status remembers of scaling, brought up to this moment: another number in the spec begins anew."""
    spec, before = case.spec, case.status.scaling
    fresh = ScalingStatus(spec_parallelism=spec.flink.parallelism, spec_shards=spec.stream.shards)
    if before is None or (before.spec_parallelism, before.spec_shards) != (fresh.spec_parallelism, fresh.spec_shards):
        before = fresh
    autoscaling, lag = spec.flink.autoscaling, case.observed.lag_seconds
    behind, keeping_up = before.behind_since, before.keeping_up_since
    if autoscaling is not None and lag is not None:
        is_behind = lag >= autoscaling.scale_up_lag_seconds
        behind = (behind or case.now) if is_behind else None
        keeping_up = None if is_behind else (keeping_up or case.now)
    if not case.is_running:  # a night of rest is no night of lag
        behind, keeping_up = None, None
    now = before.model_copy(update={"behind_since": behind, "keeping_up_since": keeping_up})
    return None if autoscaling is None and now == fresh else now


def scale_to_lag(case: Case) -> Decision | None:
    """Twice the parallelism when the job has been behind for the cooldown; half of it after a long time without lag."""
    autoscaling, scaling = case.flink.autoscaling, case.status.scaling
    if autoscaling is None or scaling is None or case.application is None or case.is_rolled_back:
        return None
    if case.observed.lag_seconds is None:  # what was measured last may be long ago
        return None
    current = case.application.settings.parallelism
    cooldown = timedelta(minutes=autoscaling.cooldown_minutes)
    if scaling.changed_at is not None and case.now - scaling.changed_at < cooldown:
        return None
    if scaling.behind_since is not None and case.now - scaling.behind_since >= cooldown:
        return scale_up(case, f"behind by {case.status.lag or autoscaling.scale_up_lag_seconds}")
    calm = timedelta(minutes=autoscaling.scale_down_after_minutes)
    smaller = max(case.flink.parallelism, autoscaling.parallelism.clamp(current // 2))
    if scaling.keeping_up_since is not None and case.now - scaling.keeping_up_since >= calm and smaller < current:
        return _to(case, smaller, "without lag")
    return None


def scale_up(case: Case, why: str) -> Decision | None:
    """Twice the parallelism, as far as the bounds allow."""
    autoscaling, application = case.flink.autoscaling, case.application
    if autoscaling is None or application is None or case.is_rolled_back:
        return None
    current = application.settings.parallelism
    wanted = autoscaling.parallelism.clamp(current * 2)
    return _to(case, wanted, why) if wanted > current else None


def scale_shards(case: Case, why: str) -> Decision | None:
    """Twice the shards, as far as the bounds allow."""
    bounds, there = case.spec.stream.scaling, case.observed.shards
    if bounds is None or there is None:
        return None
    wanted = bounds.clamp(there * 2)
    if wanted <= there:
        return None
    record = _memory(case).model_copy(update={"shards": wanted, "changed_at": case.now})
    return _go_on(f"from {there} to {wanted} shards: {why}", Reason.RESHARDING, record)


def _to(case: Case, parallelism: int, why: str) -> Decision:
    memory = _memory(case)
    update = {"parallelism": parallelism, "changed_at": case.now, "behind_since": None, "keeping_up_since": None}
    return _go_on(f"parallelism {parallelism}: {why}", Reason.SCALING, memory.model_copy(update=update))


def _memory(case: Case) -> ScalingStatus:
    fresh = ScalingStatus(spec_parallelism=case.flink.parallelism, spec_shards=case.spec.stream.shards)
    return scaling_now(case) or fresh


def _go_on(message: str, reason: Reason, scaling: ScalingStatus) -> Decision:
    """Recorded only: the next pass deploys it as it deploys any change."""
    return Decision(reconciling=reason, message=message, next_look_seconds=NOW, record={"scaling": scaling})
