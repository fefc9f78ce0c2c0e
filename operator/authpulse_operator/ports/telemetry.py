"""What is measured of a pipeline, and who is told about it."""

from typing import Literal, Protocol

from authpulse.names import Names
from authpulse_operator.api.reasons import Reason
from authpulse_operator.core.measuring import Measured
from authpulse_operator.core.world import Alarm


class Telemetry(Protocol):
    """CloudWatch as the operator needs it. Raises OperatorError like every port."""

    def firing(self, names: Names) -> tuple[Alarm, ...]:
        """The alarms of the runbook that fire, by kind."""

    def lag_seconds(self, names: Names, application: str) -> float | None:
        """How far the job is behind the stream; None where nothing was measured lately."""

    def incoming_records(self, names: Names, *, minutes: int) -> int | None:
        """Records put into the stream in the last minutes; None where nothing was measured."""

    def publish(self, names: Names, measured: Measured) -> None:
        """Tells what was measured, once a minute at most. Never raises: a pipeline is not hindered by being measured.

        It is no write that an intent would stand for: once more or less after a crash makes no difference.
        """


class Events(Protocol):
    """News for people who watch the resource. Never raises: news that cannot be told are logged."""

    def tell(self, kind: Literal["Normal", "Warning"], reason: Reason, message: str) -> None:
        """Tells it once; saying the same again soon is left out."""
