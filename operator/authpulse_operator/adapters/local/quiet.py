"""What one machine does without: events in a cluster, and resources that refer to snapshots."""

from typing import Literal

from authpulse_operator.api.reasons import Reason


class NoEvents:
    """`ports.telemetry.Events`: whoever watches here sees the decisions themselves."""

    def tell(self, kind: Literal["Normal", "Warning"], reason: Reason, message: str) -> None:
        """Nobody to tell."""


class NoReferences:
    """`ports.references.SnapshotReferences`: there are no resources here but the one."""

    def kept(self) -> frozenset[str]:
        return frozenset()
