"""What one machine does without: events in a cluster, resources that refer to snapshots, and measurements."""

from typing import Literal

from authpulse.names import Names
from authpulse_operator.api.reasons import Reason
from authpulse_operator.core.world import Alarm


class NoEvents:
    """`ports.telemetry.Events`: whoever watches here sees the decisions themselves."""

    def tell(self, kind: Literal["Normal", "Warning"], reason: Reason, message: str) -> None:
        """Nobody to tell."""


class NoReferences:
    """`ports.references.SnapshotReferences`: there are no resources here but the one."""

    def kept(self) -> frozenset[str]:
        return frozenset()


class NotMeasured:
    """`ports.telemetry.Telemetry` where nothing is measured."""

    def firing(self, names: Names) -> tuple[Alarm, ...]:
        return ()

    def lag_seconds(self, names: Names, application: str) -> float | None:
        return None

    def incoming_records(self, names: Names, *, minutes: int) -> int | None:
        return None
