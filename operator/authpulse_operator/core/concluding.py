"""From a decision to the status: conditions with their reasons, and what was seen of the parts."""

from datetime import datetime
from typing import Literal

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ApplicationStatus, Condition, ConditionType, ReplayStatus, Status
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.replaying import NOT_BEGUN, progress
from authpulse_operator.core.world import ApplicationState

Verdict = tuple[Literal["True", "False", "Unknown"], Reason, str]


def conclude(case: Case, decision: Decision) -> Status:
    """The status that follows. `intent` is the writer's business and comes over as it was."""
    verdicts: dict[ConditionType, Verdict] = {
        ConditionType.READY: _ready(case, decision),
        ConditionType.RECONCILING: _reconciling(decision),
        ConditionType.STALLED: _stalled(decision),
        ConditionType.JOB_HEALTHY: _job_healthy(case),
        ConditionType.REPLAY_COMPLETE: _replay_complete(case),
        ConditionType.PAUSED: _paused(case),
    }
    generation = case.resource.metadata.generation
    return case.status.model_copy(
        update={
            "observed_generation": generation,
            "conditions": tuple(_condition(case.status, k, v, generation, case.now) for k, v in verdicts.items()),
            "application": _application(case),
            "replays": _replays(case),
            "unhealthy_since": _unhealthy_since(case),
        }
    )


def conclude_unseen(status: Status, decision: Decision, *, generation: int, now: datetime) -> Status:
    """The status when the world could not be looked at: what was seen last stays, and why it is not newer is said."""
    verdicts: dict[ConditionType, Verdict] = {
        ConditionType.READY: _hindered(decision),
        ConditionType.RECONCILING: _reconciling(decision),
        ConditionType.STALLED: _stalled(decision),
    }
    made = {kind: _condition(status, kind, verdict, generation, now) for kind, verdict in verdicts.items()}
    kept = [c for c in status.conditions if c.type not in made]
    return status.model_copy(update={"conditions": (*made.values(), *kept)})


def _hindered(decision: Decision) -> Verdict:
    return "False", decision.stalled or decision.reconciling or Reason.OPERATION_FAILED, decision.message


def _ready(case: Case, decision: Decision) -> Verdict:
    if decision.reconciling or decision.stalled:
        return _hindered(decision)
    if case.resource.spec.suspend:
        return "False", Reason.SUSPENDED, Reason.SUSPENDED.meaning
    return "True", Reason.AS_SPECIFIED, decision.message


def _reconciling(decision: Decision) -> Verdict:
    if decision.reconciling:
        return "True", decision.reconciling, decision.message
    return "False", decision.stalled or Reason.AS_SPECIFIED, ""


def _stalled(decision: Decision) -> Verdict:
    if decision.stalled:
        return "True", decision.stalled, decision.message
    return "False", decision.reconciling or Reason.AS_SPECIFIED, ""


def _job_healthy(case: Case) -> Verdict:
    if case.application is None or case.application.state is not ApplicationState.RUNNING:
        return "False", Reason.NOT_RUNNING, Reason.NOT_RUNNING.meaning
    health = case.observed.health
    message = health.summary if health else "the job does not answer yet"
    return ("True", Reason.HEALTHY, message) if case.job_is_healthy else ("False", Reason.WAITING_FOR_JOB, message)


def _replay_complete(case: Case) -> Verdict:
    if not case.resource.spec.replays:
        return "True", Reason.NO_REPLAYS, Reason.NO_REPLAYS.meaning
    for replay in case.resource.spec.replays:
        seen = case.observed.replays.get(replay.name, NOT_BEGUN)
        if seen.state == "Failed":
            return "False", Reason.REPLAY_FAILED, f"replay {replay.name}: {seen.message}"
        if seen.state == "Running":
            return "False", Reason.REPLAYING, progress(replay.name, seen)
        if seen.state == "Pending":
            return "False", Reason.WAITING_FOR_REPLAY, f"replay {replay.name} has not begun"
    return "True", Reason.ALL_REPLAYED, f"{len(case.resource.spec.replays)} complete"


def _paused(case: Case) -> Verdict:
    if case.resource.spec.suspend:
        return "True", Reason.SUSPENDED, Reason.SUSPENDED.meaning
    return "False", Reason.AS_SPECIFIED, ""


def _condition(status: Status, kind: ConditionType, verdict: Verdict, generation: int, now: datetime) -> Condition:
    truth, reason, message = verdict
    before = status.condition(kind)
    since = before.last_transition_time if before is not None and before.status == truth else now
    return Condition(
        type=kind,
        status=truth,
        reason=reason,
        message=message,
        observed_generation=generation,
        last_transition_time=since,
    )


def _application(case: Case) -> ApplicationStatus | None:
    application, health = case.application, case.observed.health
    if application is None:
        return None
    return ApplicationStatus(
        name=application.name,
        status=application.state,
        version_id=application.version_id,
        code=application.settings.code_key,
        dashboard=health.dashboard if health else None,
    )


def _replays(case: Case) -> tuple[ReplayStatus, ...]:
    seen = {r.name: case.observed.replays.get(r.name, NOT_BEGUN) for r in case.resource.spec.replays}
    return tuple(
        ReplayStatus(
            name=name,
            state=r.state,
            lines=r.lines,
            events=r.events,
            rejected=r.rejected,
            ignored=r.ignored,
            message=r.message,
        )
        for name, r in seen.items()
    )


def _unhealthy_since(case: Case) -> object:
    running = case.application is not None and case.application.state is ApplicationState.RUNNING
    if not running or case.job_is_healthy:
        return None
    return case.status.unhealthy_since or case.now
