"""What statuses tell about resources over time, as metrics: how long to Ready, how long in a state, what was done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.ports.recording import Clock
from authpulse_operator.runtime.metrics import Metrics

NEVER_SEEN = ("Unknown", "NotMeasured")


@dataclass
class _Seen:
    ready: str
    reason: str
    since: datetime
    was_ready: bool


@dataclass(eq=False)
class Tracker:
    """Compares every status with the one before."""

    metrics: Metrics
    clock: Clock
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def track(self, document: Any, before: Status, after: Status) -> None:
        """After a pass. `before` is the same object where nothing was written."""
        uid = document["metadata"]["uid"]
        seen = self._seen.get(uid)
        if seen is None:
            seen = self._begin(uid, before)
        if after is before:
            return
        for done in after.remediations[-1:]:
            if not done.dry_run and done not in before.remediations:
                self.metrics.count("remediations_total", done.alarm, done.action)
        if after.failed is not None and after.failed != before.failed:
            self.metrics.count("rollbacks_total", after.failed.reason)
        self._move(document, seen, after)

    def forget(self, document: Any) -> None:
        seen = self._seen.pop(document["metadata"]["uid"], None)
        if seen is not None:
            self.metrics.change("resources", -1, seen.ready, seen.reason)

    def _begin(self, uid: str, status: Status) -> _Seen:
        ready, reason = _ready_of(status)
        # it may have been Ready before this operator began, and be suspended, or in trouble, now
        seen = _Seen(ready, reason, self.clock.now(), was_ready=ready == "True" or status.last_stable is not None)
        self._seen[uid] = seen
        self.metrics.change("resources", 1, ready, reason)
        return seen

    def _move(self, document: Any, seen: _Seen, status: Status) -> None:
        ready, reason = _ready_of(status)
        if (ready, reason) == (seen.ready, seen.reason):
            return
        now = self.clock.now()
        self.metrics.observe("time_in_state_seconds", (now - seen.since).total_seconds(), seen.reason)
        self.metrics.change("resources", -1, seen.ready, seen.reason)
        self.metrics.change("resources", 1, ready, reason)
        if ready == "True" and not seen.was_ready:
            created = datetime.fromisoformat(document["metadata"]["creationTimestamp"])
            self.metrics.observe("time_to_ready_seconds", (now - created).total_seconds())
            seen.was_ready = True
        seen.ready, seen.reason, seen.since = ready, reason, now


def _ready_of(status: Status) -> tuple[str, str]:
    condition = status.condition(ConditionType.READY)
    return (condition.status, condition.reason) if condition else NEVER_SEEN
