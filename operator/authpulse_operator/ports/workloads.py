"""Replays, and work on a schedule, as something that can be started, watched and stopped."""

from typing import Literal, Protocol

from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.world import ReplayProgress


class Workloads(Protocol):
    """The workloads of one resource. A run of a replay is known by its name; started again it goes on from its
    checkpoint."""

    def obstacle(self) -> str | None:
        """What a person has to set before any workload can be started; None where nothing is in the way."""

    def runs(self) -> frozenset[str]:
        """Every run that was ever started, also those that the spec no longer names."""

    def replay(self, run: str) -> ReplayProgress:
        """How it stands; Pending if it was never started."""

    def is_outdated(self, replay: Replay, run: str) -> bool:
        """Whether it runs, and otherwise than it would if it were started now."""

    def start_replay(self, replay: Replay, run: str) -> None:
        """Starts or resumes it. Does nothing while it runs."""

    def stop_replay(self, run: str) -> None:
        """Ends it so that it can be resumed, which then counts as a first attempt. Returns when it has ended."""

    def drift(self, resource: AuthPulse) -> tuple[str, ...]:
        """Scheduled work (checks, aggregates) that is not as the spec says, by name."""

    def apply(self, resource: AuthPulse) -> None:
        """Makes it as the spec says: what is wanted, and nothing else."""

    def quality(self) -> Literal["Passing", "Failing"] | None:
        """How the last run of the checks ended."""
