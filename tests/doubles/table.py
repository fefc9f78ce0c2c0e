"""Rows of decision tables: a sentence, what was seen, and what should come of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Stable, Status
from authpulse_operator.core.acts import Act
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.deciding import decide
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Observation
from doubles.cases import HEALTHY, NOW, application, resource, settings

PLAIN = resource()


def running(of: AuthPulse = PLAIN, **changes: Any) -> Observation:
    """A running, healthy job of that resource."""
    there = Observation(shards=of.spec.stream.shards, application=application(of), health=HEALTHY)
    return replace(there, **changes)


def stable(of: Settings) -> Stable:
    """These settings have passed the gate."""
    return Stable(id=of.id, version_id=3, settings=of.document())


@dataclass
class Row:
    """`act` is wanted exactly; `reason` is of Reconciling, or of Stalled where `stalled` is set."""

    sentence: str
    seen: Observation
    act: Act | None = None
    reason: Reason | None = None
    of: AuthPulse = PLAIN
    status: Status = field(default_factory=Status)
    now: datetime = NOW
    deleting: bool = False
    stalled: bool = False
    done: bool = False
    says: str = ""
    """A part of the message."""
    wanted: Settings | None = None

    def __str__(self) -> str:
        return self.sentence

    @property
    def case(self) -> Case:
        wanted = self.wanted or settings(self.of)
        return Case(self.of, wanted, self.seen, self.status, self.now, deleting=self.deleting)


def check(row: Row) -> Decision:
    """Decides about the row and compares; returns the decision for more."""
    decision = decide(row.case)
    assert decision.act == row.act
    assert (decision.stalled if row.stalled else decision.reconciling) is row.reason
    assert bool(decision.stalled) is row.stalled
    assert decision.done is row.done
    assert row.says in decision.message
    return decision
