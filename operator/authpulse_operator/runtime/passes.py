"""One pass over one resource: observe, decide, record what is intended, act, record what came of it.

Nothing here knows AWS, Kubernetes or files; it is handed the ports. A pass never raises for what the world does: errors
become a condition and a time to look again.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from authpulse.foundation import Foundation
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import ConditionType, Intent, OperationStatus, Status
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision, do
from authpulse_operator.core.concluding import conclude, conclude_unseen
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.errors import OperatorError, Recoverable, SnapshotRefused, Terminal, Wait
from authpulse_operator.core.following import following, is_announced
from authpulse_operator.core.measuring import measured
from authpulse_operator.core.settings import Settings
from authpulse_operator.ports.flink import FlinkService
from authpulse_operator.ports.foundation import ArtifactStore, Foundations
from authpulse_operator.ports.recording import Clock, StatusWriter
from authpulse_operator.ports.references import SnapshotReferences
from authpulse_operator.ports.telemetry import Events, Telemetry
from authpulse_operator.ports.workloads import Workloads
from authpulse_operator.runtime.acting import act
from authpulse_operator.runtime.observing import observe

NO_NEWS: Final = frozenset(
    {Reason.CREATING, Reason.OPERATION_IN_FLIGHT, Reason.SETTLING_INTENT, Reason.WAITING_FOR_JOB}
)
"""What is over in a moment, or comes of itself between one act and the next: conditions say it, events do not."""
WARNINGS: Final = frozenset({Reason.ROLLING_BACK, Reason.REMEDIATING, Reason.INTERNAL_ERROR})


@dataclass(frozen=True, slots=True)
class World:
    """The ports of one resource."""

    flink: FlinkService
    foundations: Foundations
    artifacts: ArtifactStore
    workloads: Workloads
    telemetry: Telemetry
    references: SnapshotReferences
    status: StatusWriter
    events: Events
    clock: Clock


@dataclass(frozen=True, slots=True)
class Plan:
    """One resource with what it means: settings, foundation, and the files behind the objects it needs.

    `problem` says why the newest spec cannot be used; the plan is then of the last one that could.
    """

    resource: AuthPulse
    foundation: Foundation
    wanted: Settings
    artifacts: Mapping[str, Path] = field(default_factory=dict)
    problem: str | None = None

    @property
    def application(self) -> str:
        return self.foundation.names.application


def make_pass(plan: Plan, world: World, *, deleting: bool = False) -> Decision:
    """Observes, decides, acts and records; returns what was decided, or what stood in the way."""
    return _Pass(plan, world, world.status.read()).make(deleting=deleting)


@dataclass(frozen=True, slots=True)
class _Pass:
    plan: Plan
    world: World
    before: Status

    def make(self, *, deleting: bool) -> Decision:
        plan, world = self.plan, self.world
        try:
            case = _look(plan, world, deleting=deleting)
        except OperatorError as error:
            decision = hindrance(error)
            self._write(_unseen(plan, world, decision))
            return decision
        if not deleting and (seen := measured(case)) is not None:
            world.telemetry.publish(plan.foundation.names, seen)
        decision = decide(case)
        if decision.act is None:
            self._write(_conclude(case, decision))
            return decision
        intended = _intended(case, decision, decision.act, application=plan.application)
        self._write(intended)
        return self._carry_out(case, decision, decision.act, intended) or self._follow(decision, intended)

    def _carry_out(self, case: Case, decision: Decision, what: acts.Act, intended: Status) -> Decision | None:
        """Acts, and returns what stood in the way."""
        try:
            operation = act(what, self.plan, self.world)
        except OperatorError as error:
            hindered, status = _refused(error, what, decision, case)
            self._write(status)
            return hindered
        if isinstance(what, acts.Operation):  # of others there is nothing to tell by but their effect
            self.world.status.note(_begun(what, operation, intended, self.world.clock.now()))
        return None

    def _follow(self, decision: Decision, intended: Status) -> Decision:
        """Does what the intent has announced, too. Where something else is to be done now, the next pass does that.

        Until the second act is certain not to be sent, the intent announces it: whatever ends this pass has it looked
        for. Returns what was decided first, or what stood in the way of the second.
        """
        intent = intended.intent
        if intent is None or intent.then is None:
            return decision
        not_sent = intended.model_copy(update={"intent": intent.model_copy(update={"then": None})})
        try:
            case = replace(_look(self.plan, self.world), status=not_sent)
        except OperatorError:  # the next pass meets it again
            self.world.status.note(not_sent)
            return decision
        then = decide(case)
        if then.act is None or not is_announced(then, intent, case):
            self.world.status.note(not_sent)
            return decision
        hindered = self._carry_out(case, then, then.act, _conclude(case, then, begun=then.act))
        if hindered is not None:
            return replace(hindered, act=decision.act, message=f"{decision.message}, then: {hindered.message}")
        message = f"{decision.message}, {then.message}"
        return replace(decision, message=message, next_look_seconds=then.next_look_seconds)

    def _write(self, status: Status) -> None:
        _write(self.world, self.before, status)


def look_only(plan: Plan, world: World) -> tuple[Case, Decision] | Decision:
    """The case and decision that a pass would begin with, or what stands in its way. Nothing is done or written."""
    try:
        case = _look(plan, world)
    except OperatorError as error:
        return hindrance(error)
    return case, decide(case)


def status_now(plan: Plan, world: World) -> Status:
    """The status that a pass would write first. Nothing is done and nothing written."""
    seen = look_only(plan, world)
    return _unseen(plan, world, seen) if isinstance(seen, Decision) else _conclude(*seen)


def report(decision: Decision, status: StatusWriter, events: Events, *, generation: int, now: datetime) -> None:
    """Writes and tells what stands in the way of making a pass at all."""
    before = status.read()
    status.write(conclude_unseen(before, decision, generation=generation, now=now))
    _tell(events, before, status.read())


def _begun(what: acts.Operation, operation: str | None, intended: Status, now: datetime) -> Status:
    """What an accepted intent becomes. Noted, not written: until the next news the intent tells of it to whoever comes
    after a crash, and the service does. Also where the service does not say the id: it may not show it yet either."""
    begun = OperationStatus(act=type(what).__name__, id=operation or "", at=now)
    return intended.model_copy(update={"intent": None, "operation": begun})


def _refused(error: OperatorError, what: acts.Act, decision: Decision, case: Case) -> tuple[Decision, Status]:
    """What was refused is over; what nobody heard of may have taken effect, and stays an intent until that is clear."""
    hindered = hindrance(error, record=decision.record)
    if isinstance(error, SnapshotRefused):  # the next pass says what the spec's policy makes of it
        record = {**decision.record, "snapshot_refused": str(error)}
        hindered = do(None, error.reason, str(error), **record)
    unclear = isinstance(error, Recoverable) and error.unclear
    intent = _intent(case, what) if unclear else None
    return hindered, conclude(case, hindered).model_copy(update={"intent": intent})


def _intended(case: Case, decision: Decision, what: acts.Act, *, application: str) -> Status:
    """The status before an act: what it is, and what is to be expected of it and of what follows it at once."""
    follows = following(case, decision, application=application)
    if follows is None:
        return _conclude(case, decision, begun=what).model_copy(update={"intent": _intent(case, what)})
    created, then = follows
    intent = _intent(case, what).model_copy(update={"then": type(then.act).__name__})
    expected = _conclude(created, then, begun=then.act)  # but nothing is deployed yet
    return expected.model_copy(update={"intent": intent, "deployment": None})


def _intent(case: Case, what: acts.Act) -> Intent:
    version = case.application.version_id if case.application else None
    newest = case.application.operations[0].id if case.application and case.application.operations else None
    return Intent(act=type(what).__name__, detail=what.detail, at=case.now, version_id=version, after_operation=newest)


def _look(plan: Plan, world: World, *, deleting: bool = False) -> Case:
    status = world.status.read()
    observed = observe(plan, world, status, deleting=deleting)
    now = world.clock.now()
    return Case(plan.resource, plan.wanted, observed, status, now, deleting=deleting, problem=plan.problem)


def _conclude(case: Case, decision: Decision, *, begun: acts.Act | None = None) -> Status:
    """An intent that is not settled stays; any other has come to its end."""
    settling = decision.reconciling is Reason.SETTLING_INTENT
    intent = case.status.intent if settling else None
    return conclude(case, decision, begun=begun).model_copy(update={"intent": intent})


def _write(world: World, before: Status, status: Status) -> None:
    world.status.write(status)
    _tell(world.events, before, status)


def _tell(events: Events, before: Status, status: Status) -> None:
    """What is new about Ready, in the same words."""
    ready, was = status.condition(ConditionType.READY), before.condition(ConditionType.READY)
    if ready is None or ready.reason in NO_NEWS:
        return
    if ready.reason is Reason.STARTING and before.deployment is None:  # a new application's: it follows by itself
        return
    if was is not None and (was.status, was.reason) == (ready.status, ready.reason):
        return
    stalled = status.is_true(ConditionType.STALLED)
    events.tell("Warning" if stalled or ready.reason in WARNINGS else "Normal", ready.reason, ready.message)


def _unseen(plan: Plan, world: World, decision: Decision) -> Status:
    generation = plan.resource.metadata.generation
    return conclude_unseen(world.status.read(), decision, generation=generation, now=world.clock.now())


def hindrance(error: OperatorError, record: Mapping[str, object] | None = None) -> Decision:
    """What an error means for the resource: a condition, and when to look again."""
    record = record or {}
    match error:
        case Terminal():
            return Decision(stalled=error.reason, message=str(error), record=record)
        case Recoverable() | Wait():
            return Decision(
                reconciling=error.reason, message=str(error), next_look_seconds=error.after_seconds, record=record
            )
        case _:
            return Decision(reconciling=error.reason, message=str(error), record=record)


def unforeseen(error: Exception) -> Decision:
    """What an error of the operator's own means for the resource. Its words stay in the log: they may hold anything,
    and be others in every pass, which would be a write each."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    message = f"the operator met an error of its own: {type(error).__name__} in {where}; its log has more"
    return Decision(reconciling=Reason.INTERNAL_ERROR, message=message)
