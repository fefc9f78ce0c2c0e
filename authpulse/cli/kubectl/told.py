"""The ports of a pass for somebody who only reads the resource: what the status tells stands for the cluster.

So a plan needs the right to read AuthPulse resources, and no other in the cluster. Nothing here writes; nothing of a
plan asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from authpulse.names import Names
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.spec import Replay, Spec
from authpulse_operator.api.status import Status
from authpulse_operator.core.measuring import Measured
from authpulse_operator.core.recalling import recalled_replays
from authpulse_operator.core.replaying import NOT_BEGUN
from authpulse_operator.core.world import Alarm, ReplayProgress


class WritesNothing(AssertionError):
    """A plan was about to change something."""


@dataclass(frozen=True, slots=True)
class Told:
    """`Workloads`, `Telemetry`, `SnapshotReferences`, `StatusWriter` and `Events`, from a status and the spec it is
    about; None where there is no resource yet."""

    status: Status
    applied: Spec | None
    snapshots: frozenset[str] = frozenset()

    def obstacle(self) -> str | None:
        """Whether the operator could start what the manifest asks for it does not tell."""
        return None

    def runs(self) -> frozenset[str]:
        return frozenset(run for run, seen in self._replays().items() if seen.state != "Pending")

    def replay(self, run: str) -> ReplayProgress:
        return self._replays().get(run, NOT_BEGUN)

    def is_outdated(self, replay: Replay, run: str) -> bool:
        """What runs is as the applied spec says."""
        is_running = self.replay(run).state == "Running"
        before = next((r for r in self.applied.replays if r.run == replay.run), replay) if self.applied else replay
        return is_running and before != replay.model_copy(update={"suspend": before.suspend})

    def drift(self, resource: AuthPulse) -> tuple[str, ...]:
        """What is scheduled is as the applied spec says; so what differs is what the manifest changes."""
        applied, spec, name = self.applied, resource.spec, resource.metadata.name
        pairs = {
            "aggregates": (applied.aggregates if applied else None, spec.aggregates),
            "quality": (applied.quality if applied else None, spec.quality),
        }
        return tuple(f"CronJob {name}-{part}" for part, (before, after) in pairs.items() if before != after)

    def quality(self) -> Literal["Passing", "Failing"] | None:
        return None

    def firing(self, names: Names) -> tuple[Alarm, ...]:
        """Alarms are not the manifest's doing."""
        del names
        return ()

    def lag_seconds(self, names: Names, application: str) -> float | None:
        del names, application
        return None

    def incoming_records(self, names: Names, *, minutes: int) -> int | None:
        """What is idle stays so."""
        del names, minutes
        return 0 if self.status.idle else None

    def publish(self, names: Names, measured: Measured) -> NoReturn:
        raise WritesNothing(names, measured)

    def kept(self) -> frozenset[str]:
        return self.snapshots

    def read(self) -> Status:
        return self.status

    def write(self, status: Status) -> NoReturn:
        raise WritesNothing(status)

    def note(self, status: Status) -> NoReturn:
        raise WritesNothing(status)

    def start_replay(self, replay: Replay, run: str) -> NoReturn:
        raise WritesNothing(replay, run)

    def stop_replay(self, run: str) -> NoReturn:
        raise WritesNothing(run)

    def apply(self, resource: AuthPulse) -> NoReturn:
        raise WritesNothing(resource)

    def tell(self, kind: Literal["Normal", "Warning"], reason: Reason, message: str) -> NoReturn:
        raise WritesNothing(kind, reason, message)

    def _replays(self) -> Mapping[str, ReplayProgress]:
        return recalled_replays(self.status)
