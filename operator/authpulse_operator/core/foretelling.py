"""What would be done about a resource, without doing it: decide, take the act's effect for granted, and decide again.

The checks are the ones of a real pass and the memory is kept as a real pass keeps it; only the world is made up, and it
means well: operations succeed, a job that was started becomes healthy, nothing else comes in. What is wrong now (a job
that fails, a stall) is as it was seen. Nothing here reaches the world, so nothing can be written.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import Status
from authpulse_operator.core import acts
from authpulse_operator.core.case import NOW, Case, Decision
from authpulse_operator.core.concluding import conclude
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.imagining import ENDS, Unseen, after, later
from authpulse_operator.core.settling import CONSISTENT_AFTER
from authpulse_operator.core.world import Application, ApplicationState

MOST_LOOKS: Final = 300
PATIENCE: Final = 10
"""Looks in a row at which nothing is done and nothing is remembered, before it counts as waiting for something else."""
BETWEEN_LOOKS: Final = CONSISTENT_AFTER


class End(StrEnum):
    """How it ends."""

    SETTLED = "Settled"
    """Nothing is left to do."""
    STALLED = "Stalled"
    """It cannot go on by itself."""
    WAITING = "Waiting"
    """It waits for what others have to do."""
    ENDLESS = "Endless"
    """It goes on and on."""


class Effect(StrEnum):
    """What becomes of the job."""

    KEEPS_RUNNING = "keeps running"
    RESTARTS = "restarts"
    STARTS = "starts"
    STOPS = "stops"
    STAYS_STOPPED = "stays stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One act, and how things stood before it."""

    act: acts.Act
    reason: Reason | None
    message: str
    application: Application | None
    health: JobHealth | None

    @property
    def interrupts(self) -> bool:
        """A running job ends with it."""
        ends = isinstance(self.act, acts.UpdateApplication | acts.StopApplication | acts.RollBackApplication)
        return ends and self.application is not None and self.application.state is not ApplicationState.READY

    @property
    def starts(self) -> bool:
        """A job begins with it."""
        return isinstance(self.act, acts.StartApplication) or (
            self.interrupts and not isinstance(self.act, acts.StopApplication)
        )

    @property
    def restored(self) -> str | None:
        """What the job that begins with it goes on from, in words."""
        if not self.starts or self.application is None:
            return None
        if isinstance(self.act, acts.UpdateApplication | acts.StartApplication):
            return restored_in_words(self.act.restore, self.application)
        return restored_in_words(acts.LATEST, replace(self.application, state=ApplicationState.READY))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Everything that would be done, and how it would end."""

    steps: tuple[Step, ...]
    end: End
    reason: Reason | None
    """Why it ends so; None where all is as specified."""
    message: str
    before: Case
    after: Case

    @property
    def effect(self) -> Effect:
        was, runs = _runs_or_will(self.before), _runs_or_will(self.after)
        if runs and was:
            return Effect.RESTARTS if any(s.interrupts for s in self.steps) else Effect.KEEPS_RUNNING
        if runs:
            return Effect.STARTS
        return Effect.STOPS if was else Effect.STAYS_STOPPED

    @property
    def restored(self) -> str | None:
        """What the job goes on from when all is done; None where no job begins."""
        return next((s.restored for s in reversed(self.steps) if s.restored), None)


def foretell(case: Case, unseen: Unseen) -> Forecast:
    """All that a resource would have done from here on. `unseen` is what an observation does not have."""
    first, steps, patience = case, [], PATIENCE
    for _ in range(MOST_LOOKS):
        decision = decide(case)
        if decision.act is not None:
            steps.append(Step(decision.act, decision.reconciling, decision.message, case.application, case.health))
            case, patience = _acted(case, decision, decision.act, unseen), PATIENCE
            continue
        if decision.stalled or decision.done or _is_at_rest(decision):
            end = End.STALLED if decision.stalled else End.SETTLED
            return Forecast(tuple(steps), end, decision.stalled, decision.message, first, case)
        patience = PATIENCE if decision.record else patience - 1
        if patience == 0:
            return Forecast(tuple(steps), End.WAITING, decision.reconciling, decision.message, first, case)
        case = _waited(case, decision)
    return Forecast(tuple(steps), End.ENDLESS, None, f"no end after {MOST_LOOKS} looks", first, case)


def restored_in_words(restore: acts.Restore, application: Application) -> str:
    """`a snapshot taken for it`, `snapshot NAME of TIME`, `nothing`."""
    if restore.name is not None:
        return f"snapshot {restore.name}"
    if restore == acts.NOTHING:
        return "nothing"
    if application.state is ApplicationState.RUNNING and application.settings.snapshots_enabled:
        return "a snapshot taken for it"
    latest = next(iter(application.restorable), None)
    if latest is None:
        return "nothing: there is no snapshot"
    return f"snapshot {latest.name} of {latest.created:%Y-%m-%d %H:%M:%S} UTC"


def _runs_or_will(case: Case) -> bool:
    application = case.application
    running = ApplicationState.RUNNING
    return application is not None and running in (application.state, ENDS.get(application.state))


def _is_at_rest(decision: Decision) -> bool:
    return decision.reconciling is None and not decision.record


def _acted(case: Case, decision: Decision, act: acts.Act, unseen: Unseen) -> Case:
    status = _settled(conclude(case, decision, begun=act))
    return replace(case, observed=after(act, case, unseen), status=status, now=case.now + BETWEEN_LOOKS)


def _waited(case: Case, decision: Decision) -> Case:
    """Time goes by, and what is under way comes to its end; unless it was only remembered what is to be done now."""
    if decision.record and decision.next_look_seconds == NOW:
        return replace(case, status=conclude(case, decision))
    passed = max(timedelta(seconds=decision.next_look_seconds), BETWEEN_LOOKS)
    return replace(case, observed=later(case), status=conclude(case, decision), now=case.now + passed)


def _settled(status: Status) -> Status:
    """What was intended has been done: nobody has to look for its trace."""
    return status.model_copy(update={"intent": None, "operation": None})
