"""The status of an AuthPulse resource: what was seen and done last, and the intent written before every write.

It is the operator's only memory. Fields are added, never given another meaning: a status of an older version is read
as it is, and fields of a newer one are left out, so that going forward and back stays possible.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.alias_generators import to_camel

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.upkeep_spec import Action


class ConditionType(StrEnum):
    """The conditions. Ready, Reconciling and Stalled are kstatus's; the others say which part is how."""

    READY = "Ready"
    """The world is as the spec says, and the job is healthy, or at rest because nothing comes in. Wait for this one."""
    RECONCILING = "Reconciling"
    """The operator is on its way to what the spec says; absent or False when it has arrived."""
    STALLED = "Stalled"
    """It cannot go on by itself: the message says what a person has to do."""
    JOB_HEALTHY = "JobHealthy"
    """The job has passed the health gate: all vertices run, checkpoints complete, no restarts for a while."""
    REPLAY_COMPLETE = "ReplayComplete"
    """Every replay of the spec has been sent to its end."""
    DATA_FRESH = "DataFresh"
    """The job is close behind the stream."""
    QUALITY_PASSING = "QualityPassing"
    """The last run of the data-quality checks passed."""
    PAUSED = "Paused"
    """The annotation authpulse.io/paused asks for nothing to be done, or spec.suspend for the job to be stopped."""


class StatusSection(BaseModel):
    """Base: camelCase outside; fields of a newer version are ignored, so that going back stays possible."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    list_key: ClassVar[str | None] = None
    """In a list of such sections: the field that tells them apart."""


class Condition(StatusSection):
    """One condition. `last_transition_time` moves only when `status` does."""

    list_key = "type"

    type: ConditionType
    """Which; docs/reference/conditions.md has them."""
    status: Literal["True", "False", "Unknown"]
    """True, False or Unknown."""
    reason: Reason
    """Why, in one word of docs/reference/reasons.md."""
    message: str
    """Why, in a sentence."""
    observed_generation: int
    """Of the spec that it speaks of."""
    last_transition_time: datetime
    """When its status became what it is."""


class ApplicationStatus(StatusSection):
    """The application as last seen, or as the act under way makes it."""

    name: str
    """On Managed Flink."""
    status: str
    """In the words of the service, as in RUNNING."""
    version_id: int
    """Goes up with every change of the application."""
    code: str
    """Key of the zip in the bucket."""
    parallelism: int = 0
    """Of the running job."""
    dashboard: str | None = None
    """Address of the Flink dashboard, where it can be reached."""


class Accepted(StatusSection):
    """The last spec that was valid: what healing goes on with while the present one is not."""

    generation: int
    """Of that spec."""
    spec: Mapping[str, Any]
    """As it was."""


class Deployment(StatusSection):
    """Settings that the application has, by the id of their content."""

    id: str
    """Hash of the settings. The annotation authpulse.io/abandon-deployment takes it."""
    version_id: int
    """Of the application that has them."""
    since: datetime
    """When they were first seen deployed."""
    stable: bool = False
    """They have passed the health gate."""
    stable_since: datetime | None = None
    """When they passed it first."""


class Stable(StatusSection):
    """The settings that passed the health gate last: where a rollback goes."""

    id: str
    """Hash of the settings."""
    version_id: int
    """Of the application that had them."""
    settings: Mapping[str, Any]
    """All that it takes to put them back."""


class Failed(StatusSection):
    """Settings that did not pass it. They are not tried again."""

    id: str
    """Hash of the settings."""
    generation: int
    """Of the spec that they come from."""
    wanted: str = ""
    """Hash of what the spec alone meant: what scaling and remediation add to it makes no other deployment of it."""
    reason: Reason
    """What was wrong, in one word of docs/reference/reasons.md."""
    message: str
    """The same in a sentence, with what the job said."""
    at: datetime
    """When they were given up."""


class ReplayStatus(StatusSection):
    """A replay as last seen. Counts are of lines of the input and events sent."""

    list_key = "name"

    name: str
    """As in the spec."""
    state: Literal["Pending", "Running", "Completed", "Failed", "Held"]
    """Pending, Running, Completed, Failed or Held."""
    run: str = ""
    """Which run of it: another nonce is another run."""
    lines: int = 0
    """Read from the input."""
    events: int = 0
    """Sent into the stream."""
    rejected: int = 0
    """Lines that are no events."""
    ignored: int = 0
    """Lines of kinds that are not scored."""
    message: str = ""
    """What went wrong."""


class Intent(StatusSection):
    """What is about to be done, written before it is: after a crash it tells what may have happened."""

    act: str
    """What kind of act."""
    detail: str
    """The act in a sentence."""
    at: datetime
    """When it was decided."""
    version_id: int | None = None
    """Of the application when it was decided."""
    after_operation: str | None = None
    """The service's newest operation when it was decided: what is listed above it is newer."""
    then: str | None = None
    """What kind of act follows it at once, without an intent of its own."""


class OperationStatus(StatusSection):
    """The operation that the service began last at our wish."""

    act: str
    """What it was for."""
    id: str
    """Of the service; empty where it does not say."""
    at: datetime
    """When it began."""


class SnapshotsStatus(StatusSection):
    """Snapshots of the application that can be restored."""

    count: int = 0
    """How many there are."""
    latest: str | None = None
    """Name of the newest."""
    latest_at: datetime | None = None
    """When the newest was taken."""


class ScalingStatus(StatusSection):
    """What scaling has made of the spec's numbers, until the spec says others. None where it has done nothing."""

    spec_parallelism: int
    """What the spec said when scaling began."""
    spec_shards: int
    """What the spec said when scaling began."""
    parallelism: int | None = None
    """What scaling has made of it."""
    shards: int | None = None
    """What scaling has made of it."""
    changed_at: datetime | None = None
    """When it was changed last."""
    behind_since: datetime | None = None
    """Since when the job has been behind."""
    keeping_up_since: datetime | None = None
    """Since when the job has not been behind."""


class RemediationStatus(StatusSection):
    """One thing that remediation did, or would have done."""

    alarm: str
    """Which alarm fired."""
    action: Action
    """What was done."""
    at: datetime
    """When."""
    dry_run: bool = False
    """It was only decided, not done."""
    message: str = ""
    """How it was meant, in a sentence."""


class HeldReplays(StatusSection):
    """Replays wait since an alarm about invalid records."""

    since: datetime
    """When they were held."""
    generation: int
    """Another generation lets them go on: a person has looked."""
    again: bool = False
    """They begin anew when the alarm is over."""


class Status(StatusSection):
    """Everything. Absent until the first pass."""

    observed_generation: int = 0
    """Of the spec that the rest speaks of."""
    conditions: tuple[Condition, ...] = ()
    """One of each type."""
    application: ApplicationStatus | None = None
    lag: str | None = None
    """How far the job is behind the stream, in coarse steps: a status is no heartbeat."""
    accepted: Accepted | None = None
    deployment: Deployment | None = None
    last_stable: Stable | None = None
    progress: Literal["Possible", "Saved"] | None = None
    """What a job has to lose before one has passed the health gate: Possible while one runs that may have completed a
    checkpoint, Saved once one has. Absent where there is nothing, and from the gate on: `lastStable` then says it."""
    failed: Failed | None = None
    intent: Intent | None = None
    operation: OperationStatus | None = None
    replays: tuple[ReplayStatus, ...] = ()
    """The replays of the spec as last seen."""
    replay_rounds: int = 0
    """How often remediation had the replays begin anew."""
    held_replays: HeldReplays | None = None
    snapshots: SnapshotsStatus = SnapshotsStatus()
    scaling: ScalingStatus | None = None
    restarts: int = 0
    """How often remediation has restarted the job."""
    restoring_latest: bool = False
    """Remediation wants the job stopped by force, to go on from the latest snapshot."""
    remediations: tuple[RemediationStatus, ...] = ()
    """The newest twenty, oldest first."""
    unhealthy_since: datetime | None = None
    """When the running job was first seen not to pass the health gate; absent while it does."""
    snapshot_refused: str | None = None
    """The service's words, when it refused an update or a stop because the job can take no snapshot."""
    redeploying: str | None = None
    """The nonce of a redeployment from a named snapshot whose job has not been healthy yet."""
    quiet_since: datetime | None = None
    """Since when nothing came in, as far as the idle policy is concerned."""
    idle: bool = False
    """The job is stopped because there is nothing to do."""

    @field_validator("conditions", mode="before")
    @classmethod
    def _known_conditions(cls, conditions: object) -> object:
        return _known(conditions, "type", ConditionType)

    @field_validator("remediations", mode="before")
    @classmethod
    def _known_remediations(cls, remediations: object) -> object:
        return _known(remediations, "action", Action)

    def condition(self, kind: ConditionType) -> Condition | None:
        return next((c for c in self.conditions if c.type is kind), None)

    def is_true(self, kind: ConditionType) -> bool:
        condition = self.condition(kind)
        return condition is not None and condition.status == "True"


def _known(entries: object, key: str, words: type[StrEnum]) -> object:
    """Entries of a status without those of a newer version, whose words mean nothing here."""
    if not isinstance(entries, list):
        return entries
    return [e for e in entries if not isinstance(e, dict) or e.get(key) in set(words)]
