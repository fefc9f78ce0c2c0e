"""What the service levels of a pipeline are measured by: how fresh its tables are, and whether its replays come on.

Fresh is what has nothing waiting: age counts from the oldest record that came in and is not in the tables, so a
pipeline to which nothing comes is never stale. Tables change when a checkpoint completes, and hold then what the job
had read when that checkpoint began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from authpulse_operator.core.case import Case

MINUTE: Final = timedelta(minutes=1)
STALE_AFTER_SECONDS: Final = 300
"""What the service level promises, and the alarm `freshness-high` watches."""
STALLED_AFTER: Final = timedelta(minutes=5)
"""A replay that runs and has sent nothing for so long has stalled."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One look at a pipeline."""

    at: datetime
    queryable_until: datetime | None
    """What came in until then is in the tables; None where the job says nothing of checkpoints."""
    assumed_until: datetime
    """The same as far as it can be told without the job; for who has not seen the job before."""
    replays: Mapping[str, int] = field(default_factory=dict)
    """Lines that each running replay has sent."""


def measured(case: Case) -> Measured | None:
    """None while there is no application: nothing can be fresh or stale."""
    application, health = case.observed.application, case.observed.health
    if application is None:
        return None
    until = None
    if health is not None and health.checkpointed_at is not None:
        until = health.checkpointed_at - timedelta(seconds=case.observed.lag_seconds or 0)
    saved = application.restorable[0].created if application.has_snapshot else application.created
    running = {run: replay.lines for run, replay in case.observed.replays.items() if replay.state == "Running"}
    return Measured(case.now, until, saved, running)


def freshness_seconds(at: datetime, until: datetime, came_in: Sequence[datetime], *, is_running: bool) -> float:
    """How long the oldest record that is not in the tables has been waiting.

    `came_in`: the minutes in which records came in. Of the minute in which `until` lies nobody knows which half they
    came in; a job that runs soon moves on, so they count, and one that does not would seem stale for ever.
    """
    waiting = [minute for minute in came_in if minute >= until or (is_running and minute + MINUTE > until)]
    if not waiting:
        return 0.0
    return max(0.0, (at - max(until, min(waiting))).total_seconds())


@dataclass(slots=True)
class Progress:
    """How long each replay has sent nothing. What was before this process began nobody knows."""

    _seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def stalled(self, now: Measured) -> int:
        """How many replays have stalled."""
        before = self._seen
        self._seen = {
            run: before[run] if run in before and before[run][0] == lines else (lines, now.at)
            for run, lines in now.replays.items()
        }
        return sum(now.at - since >= STALLED_AFTER for _, since in self._seen.values())
