"""Writes that may still take effect: those nobody saw the end of, and those that the service is carrying out.

Every write to an application is recorded before it is made (`status.intent`). When the operator dies in it, or the
answer never comes, the service's own records say whether it took effect. They may lag behind for some seconds, and so
long nothing is repeated.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import takewhile
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ConditionType, Intent
from authpulse_operator.core import acts
from authpulse_operator.core.case import SOON, Case, Decision, do
from authpulse_operator.core.giving_up import given_up, is_on_trial
from authpulse_operator.core.world import Application, ApplicationState

CONSISTENT_AFTER: Final = timedelta(seconds=10)
"""By then the service shows what it has accepted."""
FOLLOWS_WITHIN: Final = timedelta(seconds=15)
"""An act that another's intent announces begins within this time of the intent, or gets one of its own."""
CLOCK_SKEW: Final = timedelta(seconds=5)
STUCK_AFTER: Final = timedelta(minutes=15)

OPERATIONS: Final = {
    a.__name__: a.operation
    for a in (
        acts.UpdateApplication,
        acts.StartApplication,
        acts.StopApplication,
        acts.RollBackApplication,
        acts.DeleteApplication,
    )
}
OURS: Final = frozenset(
    {Reason.STARTING, Reason.STOPPING, Reason.UPDATING, Reason.DELETING, Reason.ROLLING_BACK, Reason.REMEDIATING}
)


def settle_recorded_intent(case: Case) -> Decision | None:
    """Nobody saw the end of the last write: look for its trace, and repeat nothing while it may still show."""
    intent = case.status.intent
    if intent is None or took_effect(intent, case) or case.now - intent.at >= _shows_after(intent, case):
        return None
    return do(None, Reason.SETTLING_INTENT, f"looking whether {intent.act} ({intent.detail}) took effect")


def _shows_after(intent: Intent, case: Case) -> timedelta:
    """What followed the act may have begun later; but not without what the act was to make."""
    follows = intent.then is not None and case.application is not None
    return CONSISTENT_AFTER + FOLLOWS_WITHIN if follows else CONSISTENT_AFTER


def took_effect(intent: Intent, case: Case) -> bool:
    """There is a trace of it, or it is harmless to repeat because it looks before it writes."""
    application = case.application
    if intent.act == acts.CreateApplication.__name__:
        return application is not None and (intent.then is None or _has_begun(intent.then, intent, application))
    if application is None:
        return True
    trace = TRACES.get(intent.act)
    return trace(intent, case, application) if trace else _has_begun(intent.act, intent, application)


def _is_taken(intent: Intent, _case: Case, application: Application) -> bool:
    return any(s.name == intent.detail for s in application.snapshots)


def _is_deleted(intent: Intent, _case: Case, application: Application) -> bool:
    return all(s.name != intent.detail or s.status == "DELETING" for s in application.snapshots)


def _is_set(_intent: Intent, case: Case, application: Application) -> bool:
    return case.flink.maintenance_window in (None, application.maintenance_start)


def _is_adopted(_intent: Intent, _case: Case, application: Application) -> bool:
    return application.owner is not None


TRACES: Final[Mapping[str, Callable[[Intent, Case, Application], bool]]] = {
    acts.AdoptApplication.__name__: _is_adopted,
    acts.DeleteSnapshot.__name__: _is_deleted,
    acts.SetMaintenanceWindow.__name__: _is_set,
    acts.TakeSnapshot.__name__: _is_taken,
}
"""Of what is no operation and does not look before it writes."""


def _has_begun(act: str, intent: Intent, application: Application) -> bool:
    """The operation is listed, or the version is another. What is no operation looks before it writes."""
    kind = OPERATIONS.get(act)
    if kind is None or (intent.version_id is not None and application.version_id > intent.version_id):
        return True
    newer = takewhile(lambda o: o.id != intent.after_operation, application.operations)
    return any(o.kind == kind and o.started >= intent.at - CLOCK_SKEW for o in newer)


def finish_operation_in_flight(case: Case) -> Decision | None:
    """While the service is at work, nothing is started beside it; what does not end is broken off."""
    application = case.application
    if application is None:
        return None
    if _may_not_show_yet(case, application):
        return _wait(case, application)
    if application.state.is_in_flight:
        return _break_off(case, application) or _wait(case, application)
    return None


def _may_not_show_yet(case: Case, application: Application) -> bool:
    """What we began was accepted a moment ago, and the description may be of before."""
    operation = case.status.operation
    if operation is None or case.now - operation.at >= CONSISTENT_AFTER:
        return False
    listed = next((o for o in application.operations if o.id == operation.id), None)
    return listed is None or listed.status == "IN_PROGRESS"


def _wait(case: Case, application: Application) -> Decision:
    """Our own operation goes on under the words it began with: a status that says the same is not written again."""
    said = case.status.condition(ConditionType.RECONCILING)
    if said is not None and said.status == "True" and said.reason in OURS:
        return Decision(reconciling=said.reason, message=said.message, next_look_seconds=SOON)
    return do(None, Reason.OPERATION_IN_FLIGHT, f"application {application.name} is {application.state}")


def _break_off(case: Case, application: Application) -> Decision | None:
    stuck = next((o for o in application.operations if o.status == "IN_PROGRESS"), None)
    if stuck is None or case.now - stuck.started < STUCK_AFTER:
        return None
    minutes = STUCK_AFTER.total_seconds() / 60
    message = f"{stuck.kind} has not ended after {minutes:.0f} minutes"
    is_given_up = is_on_trial(case) and case.flink.rollback == "Automatic"
    record = given_up(case, message) if is_given_up else {}
    if application.state in (ApplicationState.UPDATING, ApplicationState.AUTOSCALING) and application.has_snapshot:
        return do(acts.RollBackApplication(application), Reason.ROLLING_BACK, f"{message}; rolling it back", **record)
    if application.state in (ApplicationState.UPDATING, ApplicationState.STARTING, ApplicationState.STOPPING):
        return do(acts.StopApplication(force=True), Reason.STOPPING, f"{message}; stopping by force", **record)
    return None
