"""Snapshots that resources refer to."""

from typing import Protocol


class SnapshotReferences(Protocol):
    """Which snapshots of an application somebody wants kept."""

    def kept(self) -> frozenset[str]:
        """Names in the service, of the snapshots that AuthPulseSnapshots of this resource stand for."""
