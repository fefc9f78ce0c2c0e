"""The status of an AuthPulse resource: what was seen and done last, and the intent written before every write."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from authpulse_operator.api.reasons import Reason


class ConditionType(StrEnum):
    """The conditions. Ready, Reconciling and Stalled are kstatus's; the others say which part is how."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    JOB_HEALTHY = "JobHealthy"
    REPLAY_COMPLETE = "ReplayComplete"
    PAUSED = "Paused"


class StatusSection(BaseModel):
    """Base: camelCase outside; fields of a newer version are ignored, so that going back stays possible."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class Condition(StatusSection):
    """One condition. `last_transition_time` moves only when `status` does."""

    type: ConditionType
    status: Literal["True", "False", "Unknown"]
    reason: Reason
    message: str
    observed_generation: int
    last_transition_time: datetime


class ApplicationStatus(StatusSection):
    """The application as last seen."""

    name: str
    status: str
    version_id: int
    code: str
    dashboard: str | None = None


class ReplayStatus(StatusSection):
    """A replay as last seen. Counts are of lines of the input and events sent."""

    name: str
    state: Literal["Pending", "Running", "Completed", "Failed"]
    lines: int = 0
    events: int = 0
    rejected: int = 0
    ignored: int = 0
    message: str = ""


class Intent(StatusSection):
    """What is about to be done, written before it is: after a crash it tells what may have happened."""

    act: str
    detail: str
    at: datetime


class Status(StatusSection):
    """Everything. Absent until the first pass."""

    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    application: ApplicationStatus | None = None
    replays: tuple[ReplayStatus, ...] = ()
    intent: Intent | None = None
    unhealthy_since: datetime | None = None
    """When the running job was first seen not to pass the health gate; absent while it does."""

    def condition(self, kind: ConditionType) -> Condition | None:
        return next((c for c in self.conditions if c.type is kind), None)

    def is_true(self, kind: ConditionType) -> bool:
        condition = self.condition(kind)
        return condition is not None and condition.status == "True"
