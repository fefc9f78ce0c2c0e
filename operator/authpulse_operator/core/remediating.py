"""The runbook, carried out: what is done about an alarm, within what the spec allows.

The first action of the policy the first time, the next one when the alarm still fires after the cooldown, and so on;
one that would change nothing (bounds reached, nothing to restore) is passed over. Everything is recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import HeldReplays, RemediationStatus
from authpulse_operator.api.upkeep_spec import Action, Policy
from authpulse_operator.core import acts
from authpulse_operator.core.case import NOW, SOON, Case, Decision, do, hold
from authpulse_operator.core.scaling import scale_shards, scale_up
from authpulse_operator.core.world import Alarm, AlarmKind

KEPT: Final = 20
DAY: Final = timedelta(days=1)
ALARMS_ARE_LATE: Final = timedelta(minutes=2)
"""Metrics have a value a minute, and are judged after it."""

Step = Callable[[Case, Alarm], Decision | None]


def remediate_alarm(case: Case) -> Decision | None:
    """An alarm fires and there is something left to be done about it."""
    if case.spec.remediation.mode == "Off" or not _is_ready_for_it(case):
        return None
    answers = (_remediate(case, alarm) for alarm in case.observed.alarms if _may_act(case, alarm))
    return next((a for a in answers if a is not None), None)


def report_exhausted_remediation(case: Case) -> Decision | None:
    """An alarm goes on firing, and the day's budget for it is used up: a person's turn."""
    if case.spec.remediation.mode != "Active":
        return None
    for alarm in case.observed.alarms:
        budget = policy_of(case, alarm.kind).daily_budget
        if len(_of_today(case, alarm.kind)) >= budget and not _is_cooling_down(case, alarm):
            message = f"alarm {alarm.name} fires and {budget} remediations of the last 24 hours did not help"
            return hold(Reason.REMEDIATION_EXHAUSTED, message)
    return None


def restore_latest_when_remediated(case: Case) -> Decision | None:
    """Remediation has decided to go on from the latest snapshot: the job stops by force, and is started from it."""
    application = case.application
    if not case.status.restoring_latest or application is None or not case.is_running or not application.has_snapshot:
        return None
    message = f"stopping by force, to go on from snapshot {application.restorable[0].name}"
    return do(acts.StopApplication(force=True), Reason.REMEDIATING, message)


def policy_of(case: Case, kind: AlarmKind) -> Policy:
    remediation = case.spec.remediation
    return {
        AlarmKind.ITERATOR_AGE: remediation.iterator_age_high,
        AlarmKind.FAILED_CHECKPOINTS: remediation.failed_checkpoints,
        AlarmKind.INVALID_RECORDS: remediation.invalid_records,
    }[kind]


def _is_ready_for_it(case: Case) -> bool:
    """Only what has passed the gate once: a deployment on trial is the rollback's business."""
    return case.is_running and case.stable_is_deployed


def _may_act(case: Case, alarm: Alarm) -> bool:
    if _is_cooling_down(case, alarm) or _may_be_of_the_start(case, alarm):
        return False
    return len(_of_today(case, alarm.kind)) < policy_of(case, alarm.kind).daily_budget


def _is_cooling_down(case: Case, alarm: Alarm) -> bool:
    done = [r for r in case.status.remediations if r.alarm == alarm.kind.value]
    cooldown = timedelta(minutes=policy_of(case, alarm.kind).cooldown_minutes)
    return bool(done) and case.now - done[-1].at < cooldown


def _may_be_of_the_start(case: Case, alarm: Alarm) -> bool:
    """A job that starts fails checkpoints and is behind, and its alarm comes later and lasts longer than that: what
    began before the deployment was stable is given a cooldown to be over by itself. What comes in does not depend on
    the job."""
    since = case.status.deployment.stable_since if case.status.deployment else None
    if since is None or alarm.since >= since + ALARMS_ARE_LATE or alarm.kind is AlarmKind.INVALID_RECORDS:
        return False
    return case.now - since < timedelta(minutes=policy_of(case, alarm.kind).cooldown_minutes)


def _of_today(case: Case, kind: AlarmKind) -> list[RemediationStatus]:
    return [r for r in case.status.remediations if r.alarm == kind.value and case.now - r.at < DAY]


def _remediate(case: Case, alarm: Alarm) -> Decision | None:
    actions = policy_of(case, alarm.kind).actions
    tried = sum(r.alarm == alarm.kind.value and r.at >= alarm.since for r in case.status.remediations)
    for action in actions[tried:] or actions[-1:]:
        decision = STEPS[action](case, alarm)
        if decision is not None:
            return _recorded(case, alarm, action, decision)
    return None


def _recorded(case: Case, alarm: Alarm, action: Action, decision: Decision) -> Decision:
    dry_run = case.spec.remediation.mode == "DryRun"
    message = f"{alarm.name} fires: {action}: {decision.message}"
    entry = RemediationStatus(
        alarm=alarm.kind.value, action=action, at=case.now, dry_run=dry_run, message=decision.message
    )
    remediations = (*case.status.remediations, entry)[-KEPT:]
    if dry_run:
        return Decision(
            message=f"would have acted: {message}", next_look_seconds=SOON, record={"remediations": remediations}
        )
    record = {**decision.record, "remediations": remediations}
    return replace(decision, reconciling=Reason.REMEDIATING, message=message, record=record)


def _restart(case: Case, _alarm: Alarm) -> Decision:
    """Recorded as one more restart, which is another deployment; the next pass carries it out."""
    record = {"restarts": case.status.restarts + 1}
    return Decision(message="restarting the job from a snapshot of itself", next_look_seconds=NOW, record=record)


def _restore_latest(case: Case, _alarm: Alarm) -> Decision | None:
    """Recorded only, like every action: it must not depend on the one pass that decided it."""
    application = case.application
    if application is None or not application.has_snapshot:
        return None
    message = f"going back to snapshot {application.restorable[0].name}"
    return Decision(message=message, next_look_seconds=NOW, record={"restoring_latest": True})


def _scale_up(case: Case, alarm: Alarm) -> Decision | None:
    return scale_up(case, alarm.name)


def _reshard(case: Case, alarm: Alarm) -> Decision | None:
    return scale_shards(case, alarm.name)


def _stop_replays(case: Case, _alarm: Alarm) -> Decision | None:
    return _hold_replays(case, again=False)


def _replay_again(case: Case, _alarm: Alarm) -> Decision | None:
    return _hold_replays(case, again=True)


def _hold_replays(case: Case, *, again: bool) -> Decision | None:
    if case.status.held_replays is not None or not case.spec.replays:
        return None
    held = HeldReplays(since=case.now, generation=case.resource.metadata.generation, again=again)
    what = "until the alarm is over, then from their beginning" if again else "until the spec changes"
    return Decision(message=f"holding replays {what}", next_look_seconds=NOW, record={"held_replays": held})


STEPS: Final[Mapping[Action, Step]] = {
    Action.RESTART: _restart,
    Action.RESTORE_LATEST_SNAPSHOT: _restore_latest,
    Action.SCALE_UP: _scale_up,
    Action.RESHARD: _reshard,
    Action.STOP_REPLAYS: _stop_replays,
    Action.REPLAY_AGAIN: _replay_again,
}
