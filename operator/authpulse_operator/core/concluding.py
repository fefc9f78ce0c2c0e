"""From a decision to the status: conditions with their reasons, and what has to be remembered."""

from datetime import datetime
from typing import Final, Literal

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import Condition, ConditionType, Status
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.remembering import lag_in_words, remember
from authpulse_operator.core.replaying import is_held, seen_of

Verdict = tuple[Literal["True", "False", "Unknown"], Reason, str]

FRESH_SECONDS: Final = 600


def conclude(case: Case, decision: Decision, *, begun: acts.Act | None = None) -> Status:
    """The status that follows. `intent` and `operation` are the writer's business and come over as they were."""
    verdicts: dict[ConditionType, Verdict] = {
        ConditionType.READY: _ready(case, decision),
        ConditionType.RECONCILING: _reconciling(decision),
        ConditionType.STALLED: _stalled(case, decision),
        ConditionType.JOB_HEALTHY: _job_healthy(case),
        ConditionType.REPLAY_COMPLETE: _replay_complete(case),
        ConditionType.DATA_FRESH: _data_fresh(case),
        ConditionType.QUALITY_PASSING: _quality_passing(case),
        ConditionType.PAUSED: _paused(case),
    }
    generation = case.resource.metadata.generation
    update = {
        "observed_generation": generation,
        "conditions": tuple(_condition(case.status, k, v, generation, case.now) for k, v in verdicts.items()),
    }
    return case.status.model_copy(update=update | remember(case, decision, begun=begun))


def conclude_unseen(status: Status, decision: Decision, *, generation: int, now: datetime) -> Status:
    """The status when the world could not be looked at: what was seen last stays, and why it is not newer is said."""
    verdicts: dict[ConditionType, Verdict] = {
        ConditionType.READY: _hindered(decision),
        ConditionType.RECONCILING: _reconciling(decision),
        ConditionType.STALLED: _told_stalled(decision),
    }
    made = {kind: _condition(status, kind, verdict, generation, now) for kind, verdict in verdicts.items()}
    kept = [c for c in status.conditions if c.type not in made]
    return status.model_copy(
        update={"observed_generation": generation, "conditions": (*made.values(), *kept)} | dict(decision.record)
    )


def _hindered(decision: Decision) -> Verdict:
    return "False", decision.stalled or decision.reconciling or Reason.OPERATION_FAILED, decision.message


def _ready(case: Case, decision: Decision) -> Verdict:
    if case.problem is not None:
        return "False", Reason.INVALID_SPEC, case.problem
    if decision.reconciling or decision.stalled:
        return _hindered(decision)
    if decision.done:
        return "False", Reason.DELETED, decision.message or Reason.DELETED.meaning
    if (rest := _rest(case)) is not None:
        return "False", rest, rest.meaning
    if case.status.idle and not case.is_running:
        return "True", Reason.IDLE, Reason.IDLE.meaning
    return "True", Reason.AS_SPECIFIED, case.health.summary if case.health else ""


def _rest(case: Case) -> Reason | None:
    """Whether a person has asked for it, and how."""
    if case.resource.is_paused:
        return Reason.PAUSED
    return Reason.SUSPENDED if case.spec.suspend else None


def _reconciling(decision: Decision) -> Verdict:
    if decision.reconciling:
        return "True", decision.reconciling, decision.message
    return "False", decision.stalled or Reason.AS_SPECIFIED, ""


def _stalled(case: Case, decision: Decision) -> Verdict:
    if case.problem is not None:
        return "True", Reason.INVALID_SPEC, case.problem
    return _told_stalled(decision)


def _told_stalled(decision: Decision) -> Verdict:
    if decision.stalled:
        return "True", decision.stalled, decision.message
    return "False", decision.reconciling or Reason.AS_SPECIFIED, ""


def _job_healthy(case: Case) -> Verdict:
    if not case.is_running:
        return "False", Reason.NOT_RUNNING, Reason.NOT_RUNNING.meaning
    message = case.job_in_words
    return ("True", Reason.HEALTHY, message) if case.job_is_healthy else ("False", Reason.WAITING_FOR_JOB, message)


def _replay_complete(case: Case) -> Verdict:
    if not case.spec.replays:
        return "True", Reason.NO_REPLAYS, Reason.NO_REPLAYS.meaning
    for replay in case.spec.replays:
        seen = seen_of(case, replay)
        if seen.state == "Completed":
            continue
        if is_held(case, replay):
            return "False", Reason.REPLAY_HELD, f"replay {replay.name} is held"
        if seen.state == "Failed":
            return "False", Reason.REPLAY_FAILED, f"replay {replay.name}: {seen.message}"
        if seen.state == "Running":
            return "False", Reason.REPLAYING, f"replay {replay.name} is running"
        return "False", Reason.WAITING_FOR_REPLAY, f"replay {replay.name} has not begun"
    return "True", Reason.ALL_REPLAYED, f"{len(case.spec.replays)} complete"


def _data_fresh(case: Case) -> Verdict:
    lag = case.observed.lag_seconds
    if lag is None:
        return "Unknown", Reason.NOT_MEASURED, Reason.NOT_MEASURED.meaning
    message = f"the job is {lag_in_words(lag)} behind the stream"
    return ("True", Reason.KEEPING_UP, message) if lag < FRESH_SECONDS else ("False", Reason.BEHIND, message)


def _quality_passing(case: Case) -> Verdict:
    match case.observed.quality:
        case "Passing":
            return "True", Reason.CHECKS_PASS, Reason.CHECKS_PASS.meaning
        case "Failing":
            return "False", Reason.CHECKS_FAIL, Reason.CHECKS_FAIL.meaning
        case None:
            return "Unknown", Reason.NOT_MEASURED, Reason.NOT_MEASURED.meaning


def _paused(case: Case) -> Verdict:
    rest = _rest(case)
    return ("True", rest, rest.meaning) if rest is not None else ("False", Reason.AS_SPECIFIED, "")


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
