"""What a decision is made from, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core.acts import Act
from authpulse_operator.core.world import Application, Observation, Settings


@dataclass(frozen=True, slots=True)
class Case:
    """One resource at one moment. `wanted` is what the spec means for the application."""

    resource: AuthPulse
    wanted: Settings
    observed: Observation
    status: Status
    now: datetime
    deleting: bool = False

    @property
    def application(self) -> Application | None:
        return self.observed.application

    @property
    def job_is_healthy(self) -> bool:
        stable_for = self.resource.spec.flink.health.stable_for_seconds
        health = self.observed.health
        return health is not None and health.is_healthy(stable_for_seconds=stable_for)

    @property
    def job_has_no_progress(self) -> bool:
        """Nothing is lost with it, and it could take no snapshot."""
        return self.observed.health is not None and self.observed.health.has_no_progress


@dataclass(frozen=True, slots=True)
class Decision:
    """At most one act, what to say about it, and when to look again.

    `reconciling` and `stalled` exclude each other; neither means that the world is as specified.
    """

    act: Act | None = None
    reconciling: Reason | None = None
    stalled: Reason | None = None
    message: str = ""
    next_look_seconds: float = 30
    done: bool = field(default=False)
    """Deletion is complete: nothing of the resource needs looking after any more."""


Check = Callable[[Case], Decision | None]
