"""Replays as something that can be started, watched and stopped."""

from typing import Protocol

from authpulse_operator.api.spec import Replay
from authpulse_operator.core.world import ReplayProgress


class Workloads(Protocol):
    """Replays are known by name; one that is started again goes on from its checkpoint."""

    def names(self) -> frozenset[str]:
        """Every replay that was ever started, also those that the spec no longer names."""

    def replay(self, name: str) -> ReplayProgress:
        """How it stands; Pending if it was never started."""

    def start_replay(self, replay: Replay) -> None:
        """Starts or resumes it. Does nothing while it runs."""

    def stop_replay(self, name: str) -> None:
        """Ends it so that it can be resumed, which then counts as a first attempt. Returns when it has ended."""
