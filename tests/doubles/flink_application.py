"""An application of the Managed Flink in memory: what the service keeps of it, what is due, what could be seen when."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from typing import Literal

from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Failure, Operation, Snapshot

Ending = Literal["SUCCESSFUL", "FAILED", "CANCELLED"]


@dataclass
class Job:
    """Runs since a time that may be ahead."""

    since: datetime
    broken: str | None = None
    checkpoints: int = 0
    """Completed before it broke."""


@dataclass
class Due:
    """Something that will happen by itself. What belongs to an operation goes with it when that is broken off."""

    at: datetime
    happen: Callable[[], None]
    of_operation: bool


@dataclass
class Ended:
    """How an operation ended."""

    at: datetime
    message: str = ""


@dataclass
class Kept:
    """An application as the service keeps it. `views` are descriptions by the time from which they were true."""

    name: str
    created: datetime
    settings: Settings
    tags: dict[str, str]
    owner: str | None
    state: ApplicationState = ApplicationState.READY
    version_id: int = 1
    before: Settings | None = None
    """Of the version that ran before the last update."""
    maintenance_start: str = "06:00"
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    ends: dict[str, Ended] = field(default_factory=dict)
    job: Job | None = None
    gone: bool = False
    due: list[Due] = field(default_factory=list)
    views: list[tuple[datetime, Application | None]] = field(default_factory=list)

    @property
    def token(self) -> str:
        return f"token-{self.version_id}"

    @property
    def latest_snapshot(self) -> Snapshot | None:
        ready = [s for s in self.snapshots.values() if s.status == "READY"]
        return ready[-1] if ready else None

    def change(self, settings: Settings) -> None:
        """A new version."""
        self.before, self.settings = self.settings, settings
        self.version_id += 1

    def begin(self, identity: str, kind: str, now: datetime) -> str:
        """An operation, which is the only one then: what was under way is cancelled."""
        for operation in self.operations:
            if operation.status == "IN_PROGRESS":
                self.end(operation.id, "CANCELLED", now)
        self.operations.append(Operation(identity, kind, "IN_PROGRESS", now))
        return identity

    def break_off(self) -> None:
        """Nothing of the operation under way happens any more; a snapshot that was being taken for it has failed."""
        self.due = [d for d in self.due if not d.of_operation]
        self.snapshots = {
            name: replace(s, status="FAILED") if s.status == "CREATING" else s for name, s in self.snapshots.items()
        }

    def end(self, identity: str, status: Ending, at: datetime, message: str = "") -> None:
        position = next(n for n, o in enumerate(self.operations) if o.id == identity)
        self.operations[position] = replace(self.operations[position], status=status)
        self.ends[identity] = Ended(at, message)

    def settle(self, now: datetime) -> None:
        """Lets happen what was due by now, each at its time."""
        while ripe := sorted((d for d in self.due if d.at <= now), key=lambda d: d.at):
            self.due.remove(ripe[0])
            ripe[0].happen()
            self.note(ripe[0].at)

    def note(self, at: datetime) -> None:
        """From now on it looks like this."""
        self.views.append((at, None if self.gone else self._described()))

    def seen_at(self, time: datetime) -> Application | None:
        seen = [view for at, view in self.views if at <= time]
        return seen[-1] if seen else None

    def _described(self) -> Application:
        return Application(
            name=self.name,
            state=self.state,
            version_id=self.version_id,
            token=self.token,
            created=self.created,
            settings=self.settings,
            owner=self.owner,
            snapshots=tuple(reversed(self.snapshots.values())),
            operations=tuple(reversed(self.operations)),
            failure=self._failure(),
            maintenance_start=self.maintenance_start,
        )

    def _failure(self) -> Failure | None:
        ended = [o for o in reversed(self.operations) if o.status != "IN_PROGRESS"]
        failed = list(takewhile(lambda o: o.status == "FAILED", ended))
        if not failed:
            return None
        newest = self.ends[failed[0].id]
        return Failure(len(failed), newest.message, newest.at)
