"""A look at an AuthPulse: one pass, or one step of a farewell, with all that stands in its way put into words."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any, Final

from authpulse.errors import InputError
from authpulse_operator.adapters.kube.errors import Gone
from authpulse_operator.api.definitions import AUTHPULSE, Kind
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import ORPHAN_ANNOTATION
from authpulse_operator.api.status import Status
from authpulse_operator.core.case import LATER, Decision
from authpulse_operator.core.errors import OperatorError
from authpulse_operator.ports.telemetry import Events
from authpulse_operator.runtime.logs import LOGGER, about
from authpulse_operator.runtime.looping import NEVER, Look
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.passes import hindrance, make_pass, report, unforeseen
from authpulse_operator.runtime.planning import Material
from authpulse_operator.runtime.resources import Document, Known, Worlds, in_one_line, prepare, world_for
from authpulse_operator.runtime.tracking import Tracker

HINDRANCES: Final = frozenset({Reason.OPERATION_FAILED, Reason.ACCESS_DENIED, Reason.WRONG_ACCOUNT})
"""What another look at once would meet again."""

log = logging.getLogger(f"{LOGGER}.pass")


@dataclass(eq=False)
class AuthPulses:
    """`looping.Reconciler` for AuthPulse resources."""

    worlds: Worlds
    material: Material
    metrics: Metrics
    kind: Kind = AUTHPULSE
    _known: dict[str, Known] = field(default_factory=dict)
    _tracker: Tracker = field(init=False)

    def __post_init__(self) -> None:
        self._tracker = Tracker(self.metrics, self.worlds.clock)

    def reconcile(self, document: Document) -> Look:
        return self._step(document, deleting=False)

    def farewell(self, document: Document) -> Look:
        if (document["metadata"].get("annotations") or {}).get(ORPHAN_ANNOTATION) == "true":
            self._remembered(document).ports.events.tell("Warning", Reason.ORPHANED, Reason.ORPHANED.meaning)
            log.warning("let go without cleaning up", extra=_about(document, reason=Reason.ORPHANED))
            return Look(0, Reason.ORPHANED, done=True)
        return self._step(document, deleting=True)

    def _step(self, document: Document, *, deleting: bool) -> Look:
        known = self._remembered(document)
        before, began = known.ports.status.read(), time.monotonic()
        try:
            decision = self._pass(document, known, deleting=deleting)
        except Gone:
            return Look(NEVER, "Gone", done=True)
        except OperatorError as error:  # of the API server: it could not be told what came of the pass
            decision = hindrance(error)
        except Exception as error:
            self._confess(document, known, error)
            self._tracker.track(document, before, known.ports.status.read())
            raise
        after = known.ports.status.read()
        self._tracker.track(document, before, after)
        _tell_rehearsed(known.ports.events, before, after)
        _tell(document, decision, began)
        return _look(decision)

    def refreshed(self, document: Document) -> Document | None:
        return self.worlds.refreshed(document)

    def forget(self, document: Document) -> None:
        self._known.pop(document["metadata"]["uid"], None)
        self._tracker.forget(document)

    def _pass(self, document: Document, known: Known, *, deleting: bool) -> Decision:
        try:
            prepared = prepare(document, known, self.worlds, self.material)
            world = world_for(prepared, known, self.worlds)
        except InputError as error:
            if deleting:  # no spec of it was ever accepted, so nothing was ever made for it
                return Decision(message="nothing was made", done=True)
            message = in_one_line(error)
            decision = Decision(stalled=Reason.INVALID_SPEC, message=message, next_look_seconds=LATER)
        except OperatorError as error:
            decision = hindrance(error)
        else:
            return make_pass(prepared.plan, world, deleting=deleting)
        self._report(decision, document, known)
        return decision

    def _report(self, decision: Decision, document: Document, known: Known) -> None:
        ports, generation = known.ports, document["metadata"]["generation"]
        report(decision, ports.status, ports.events, generation=generation, now=self.worlds.clock.now())

    def _confess(self, document: Document, known: Known, error: Exception) -> None:
        """Whoever looks at the resource learns of an error that only the operator's log would show."""
        try:
            self._report(unforeseen(error), document, known)
        except Exception:  # the first error is the one to be told
            log.exception("cannot say so in the status", extra=_about(document, reason=Reason.INTERNAL_ERROR))

    def _remembered(self, document: Document) -> Known:
        uid = document["metadata"]["uid"]
        if uid not in self._known:
            self._known[uid] = Known(self.worlds.kube(document))
        return self._known[uid]


def _look(decision: Decision) -> Look:
    reason = decision.stalled or decision.reconciling or (Reason.DELETED if decision.done else Reason.AS_SPECIFIED)
    hindered = reason in HINDRANCES
    return Look(decision.next_look_seconds, reason, hindered=hindered, done=decision.done)


def _tell_rehearsed(events: Events, before: Status, after: Status) -> None:
    """A dry run of remediation: what it would have done is no news of Ready, which passes tell."""
    for entry in after.remediations[-1:]:
        if entry.dry_run and entry not in before.remediations:
            message = f"would have acted: {entry.alarm} fires: {entry.action}: {entry.message}"
            events.tell("Normal", Reason.REMEDIATING, message)


def _tell(document: Document, decision: Decision, began: float) -> None:
    """A pass that acts or is hindered is worth a line; one that finds all as it should be is not."""
    act = type(decision.act).__name__ if decision.act else None
    level = logging.WARNING if decision.stalled else logging.INFO if act or decision.done else logging.DEBUG
    if log.isEnabledFor(level):
        reason = decision.stalled or decision.reconciling
        seconds = round(time.monotonic() - began, 4)
        extra = _about(document, reason=reason, act=act, duration_seconds=seconds)
        log.log(level, "%s", decision.message or reason or "as specified", extra=extra)


def _about(document: Document, **fields: object) -> dict[str, Any]:
    metadata = document["metadata"]
    return about(
        kind=AUTHPULSE.kind,
        resource=metadata["name"],
        namespace=metadata["namespace"],
        generation=metadata["generation"],
        **fields,
    )
