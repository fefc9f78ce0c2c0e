"""CloudWatch in memory: alarms that a test fires, and measurements that it makes up."""

from dataclasses import dataclass, field
from datetime import datetime

from authpulse.names import Names
from authpulse_operator.core.world import Alarm, AlarmKind
from doubles.switches import Switches


@dataclass
class FakeTelemetry:
    """`ports.telemetry.Telemetry`."""

    switches: Switches = field(default_factory=Switches)
    alarms: dict[AlarmKind, Alarm] = field(default_factory=dict)
    lag: float | None = None
    """Seconds; None as long as nothing is measured."""
    incoming: int | None = None
    """Records within whatever minutes are asked for; None as long as nothing is measured."""

    def fire(self, kind: AlarmKind, since: datetime, message: str = "Threshold Crossed") -> None:
        self.alarms[kind] = Alarm(kind, f"authpulse-dev-{kind.value}", since, message)

    def quiet(self, kind: AlarmKind) -> None:
        self.alarms.pop(kind, None)

    def firing(self, names: Names) -> tuple[Alarm, ...]:
        with self.switches.call("firing"):
            return tuple(self.alarms[kind] for kind in AlarmKind if kind in self.alarms)

    def lag_seconds(self, names: Names, application: str) -> float | None:
        with self.switches.call("lag_seconds"):
            return self.lag

    def incoming_records(self, names: Names, *, minutes: int) -> int | None:
        with self.switches.call("incoming_records"):
            return self.incoming
