"""What a pass leaves in the status besides conditions: what was seen of the parts, and what has to be remembered."""

from datetime import datetime
from typing import Final, Literal

from authpulse_operator.api.status import (
    Accepted,
    ApplicationStatus,
    Deployment,
    Failed,
    ReplayStatus,
    SnapshotsStatus,
    Stable,
)
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.imagining import ENDS
from authpulse_operator.core.replaying import is_held, run_of, seen_of
from authpulse_operator.core.resting import is_quiet
from authpulse_operator.core.scaling import scaling_now
from authpulse_operator.core.world import ApplicationState

COMING_UP: Final = {s.value for s, end in ENDS.items() if end is ApplicationState.RUNNING}
"""States that a job comes out of."""
LAGS: Final = ((10, "<10s"), (60, "<1m"), (600, "<10m"), (3600, "<1h"))


def remember(case: Case, decision: Decision, *, begun: acts.Act | None) -> dict[str, object]:
    """Fields of the status by name. `begun` is an act that the service has accepted, and may not show yet."""
    kept = {
        "accepted": _accepted(case),
        "application": _application(case, begun),
        "lag": lag_in_words(case.observed.lag_seconds),
        "deployment": _deployment(case),
        "last_stable": _last_stable(case),
        "progress": _progress(case),
        "failed": _failed(case),
        "replays": _replays(case),
        "snapshots": _snapshots(case),
        "scaling": scaling_now(case),
        "unhealthy_since": _unhealthy_since(case),
        "snapshot_refused": None if not case.is_running or case.job_is_healthy else case.status.snapshot_refused,
        "redeploying": None if _is_redeployed(case) else case.status.redeploying,
        "restoring_latest": case.status.restoring_latest and case.is_running,
        "quiet_since": _quiet_since(case),
        "idle": case.status.idle and case.spec.idle is not None,
    }
    return kept | dict(decision.record)


def lag_in_words(seconds: float | None) -> str | None:
    """In steps so coarse that a job that keeps up has always the same."""
    if seconds is None:
        return None
    return next((words for limit, words in LAGS if seconds < limit), ">=1h")


def _accepted(case: Case) -> Accepted | None:
    if case.problem is not None:
        return case.status.accepted
    spec = case.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    before = case.status.accepted
    if before is not None and before.spec == spec:
        return before
    return Accepted(generation=case.resource.metadata.generation, spec=spec)


def _application(case: Case, begun: acts.Act | None) -> ApplicationStatus | None:
    application, health = case.application, case.health
    if application is None:
        return None
    state = begun.begins if isinstance(begun, acts.Operation) else application.state
    return ApplicationStatus(
        name=application.name,
        status=state,
        version_id=application.version_id,
        code=application.settings.code_key,
        parallelism=application.settings.parallelism,
        dashboard=health.dashboard if health else None,
    )


def _is_redeployed(case: Case) -> bool:
    """What it was begun for runs well. The job that ran before it may be well, too, and is not meant."""
    application = case.application
    if application is None or not case.is_running or not case.job_is_healthy:
        return False
    return application.settings.redeploy == case.status.redeploying


def _deployment(case: Case) -> Deployment | None:
    application, before = case.ours, case.status.deployment
    if application is None:
        return None
    deployed = application.settings.id
    stable = _last_stable(case)
    is_stable = stable is not None and stable.id == deployed
    known = before if before is not None and before.id == deployed else None
    return Deployment(
        id=deployed,
        version_id=application.version_id,
        since=known.since if known else case.now,
        stable=is_stable,
        stable_since=(known and known.stable_since) or (case.now if is_stable else None),
    )


def _last_stable(case: Case) -> Stable | None:
    """What runs and has passed the gate is where a rollback goes from now on."""
    application, before = case.ours, case.status.last_stable
    if application is None or not case.is_running or not case.job_is_healthy:
        return before
    deployed = application.settings.id
    if before is not None and (before.id, before.version_id) == (deployed, application.version_id):
        return before
    return Stable(id=deployed, version_id=application.version_id, settings=application.settings.document())


def _progress(case: Case) -> Literal["Possible", "Saved"] | None:
    """Changes only with something else that is written, as when a job comes up, fails or goes: a first checkpoint is
    no news. So a job that comes up well counts as one that may have saved something, until it is seen to have not."""
    before, health = case.status.progress, case.health
    if case.ours is None or _last_stable(case) is not None:
        return None
    if not case.is_running or before == "Saved":
        return "Saved" if before else None
    if health is None:
        seen = case.status.application
        return "Possible" if seen is None or seen.status in COMING_UP else before
    if health.is_coming_up:
        return "Possible"
    return "Saved" if health.has_saved else None


def _failed(case: Case) -> Failed | None:
    """Until what is wanted has passed the gate."""
    stable = _last_stable(case)
    return None if stable is not None and stable.id == case.scaled.id else case.status.failed


def _replays(case: Case) -> tuple[ReplayStatus, ...]:
    statuses = []
    for replay in case.spec.replays:
        seen = seen_of(case, replay)
        waits = seen.state in ("Pending", "Failed") and is_held(case, replay)
        statuses.append(
            ReplayStatus(
                name=replay.name,
                run=run_of(replay, rounds=case.status.replay_rounds),
                state="Held" if waits else seen.state,
                lines=seen.lines,
                events=seen.events,
                rejected=seen.rejected,
                ignored=seen.ignored,
                message=seen.message,
            )
        )
    return tuple(statuses)


def _snapshots(case: Case) -> SnapshotsStatus:
    restorable = case.ours.restorable if case.ours else ()
    if not restorable:
        return SnapshotsStatus()
    return SnapshotsStatus(count=len(restorable), latest=restorable[0].name, latest_at=restorable[0].created)


def _unhealthy_since(case: Case) -> datetime | None:
    """Begins anew with every deployment."""
    application, before = case.ours, case.status.deployment
    if application is None or not case.is_running or case.job_is_healthy:
        return None
    is_new = before is None or before.version_id != application.version_id
    return case.now if is_new else (case.status.unhealthy_since or case.now)


def _quiet_since(case: Case) -> datetime | None:
    if case.spec.idle is None or not case.job_is_healthy or not is_quiet(case):
        return None
    return case.status.quiet_since or case.now
