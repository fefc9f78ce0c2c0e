"""The status of an AuthPulse resource: what was seen and done last, and the intent written before every write.

It is the operator's only memory. Fields are added, never given another meaning: a status of an older version is read
as it is, and fields of a newer one are left out, so that going forward and back stays possible.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.upkeep_spec import Action


class ConditionType(StrEnum):
    """The conditions. Ready, Reconciling and Stalled are kstatus's; the others say which part is how."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    JOB_HEALTHY = "JobHealthy"
    REPLAY_COMPLETE = "ReplayComplete"
    DATA_FRESH = "DataFresh"
    QUALITY_PASSING = "QualityPassing"
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
    parallelism: int = 0
    dashboard: str | None = None


class Accepted(StatusSection):
    """The last spec that was valid: what healing goes on with while the present one is not."""

    generation: int
    spec: Mapping[str, Any]


class Deployment(StatusSection):
    """Settings that the application has, by the id of their content."""

    id: str
    version_id: int
    since: datetime
    """When they were first seen deployed."""
    stable: bool = False
    """They have passed the health gate."""


class Stable(StatusSection):
    """The settings that passed the health gate last: where a rollback goes."""

    id: str
    version_id: int
    settings: Mapping[str, Any]


class Failed(StatusSection):
    """Settings that did not pass it. They are not tried again."""

    id: str
    generation: int
    reason: Reason
    message: str
    at: datetime


class ReplayStatus(StatusSection):
    """A replay as last seen. Counts are of lines of the input and events sent."""

    name: str
    state: Literal["Pending", "Running", "Completed", "Failed", "Held"]
    run: str = ""
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
    version_id: int | None = None
    """Of the application when it was decided."""


class OperationStatus(StatusSection):
    """The operation that the service began last at our wish."""

    act: str
    id: str
    at: datetime


class SnapshotsStatus(StatusSection):
    """Snapshots of the application that can be restored."""

    count: int = 0
    latest: str | None = None
    latest_at: datetime | None = None


class ScalingStatus(StatusSection):
    """What scaling has made of the spec's numbers, until the spec says others. None where it has done nothing."""

    spec_parallelism: int
    spec_shards: int
    parallelism: int | None = None
    shards: int | None = None
    changed_at: datetime | None = None
    behind_since: datetime | None = None
    keeping_up_since: datetime | None = None


class RemediationStatus(StatusSection):
    """One thing that remediation did, or would have done."""

    alarm: str
    action: Action
    at: datetime
    dry_run: bool = False
    message: str = ""


class HeldReplays(StatusSection):
    """Replays wait since an alarm about invalid records."""

    since: datetime
    generation: int
    """Another generation lets them go on: a person has looked."""
    again: bool = False
    """They begin anew when the alarm is over."""


class Status(StatusSection):
    """Everything. Absent until the first pass."""

    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    application: ApplicationStatus | None = None
    lag: str | None = None
    """How far the job is behind the stream, in coarse steps: a status is no heartbeat."""
    accepted: Accepted | None = None
    deployment: Deployment | None = None
    last_stable: Stable | None = None
    failed: Failed | None = None
    intent: Intent | None = None
    operation: OperationStatus | None = None
    replays: tuple[ReplayStatus, ...] = ()
    replay_rounds: int = 0
    """How often remediation had the replays begin anew."""
    held_replays: HeldReplays | None = None
    snapshots: SnapshotsStatus = SnapshotsStatus()
    scaling: ScalingStatus | None = None
    restarts: int = 0
    """How often remediation has restarted the job."""
    remediations: tuple[RemediationStatus, ...] = ()
    """The newest twenty, oldest first."""
    unhealthy_since: datetime | None = None
    """When the running job was first seen not to pass the health gate; absent while it does."""
    snapshot_refused: str | None = None
    """The service's words, when it refused an update or a stop because the job can take no snapshot."""
    quiet_since: datetime | None = None
    """Since when nothing came in, as far as the idle policy is concerned."""
    idle: bool = False
    """The job is stopped because there is nothing to do."""

    def condition(self, kind: ConditionType) -> Condition | None:
        return next((c for c in self.conditions if c.type is kind), None)

    def is_true(self, kind: ConditionType) -> bool:
        condition = self.condition(kind)
        return condition is not None and condition.status == "True"
