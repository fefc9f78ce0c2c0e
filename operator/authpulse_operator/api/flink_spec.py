"""The part of the spec that is the Managed Flink application: its code, its resources and how it is looked after."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from authpulse_operator.api.changes import Change
from authpulse_operator.api.sections import ARN, CLOCK_TIME, Bounds, Cel, Nonce, Section

OUR_GROUPS = ("authpulse.", "kinesis.analytics.")


class Code(Section):
    """Which zip runs. By default the one that comes with the operator."""

    s3_key: Annotated[str | None, Field(alias="s3Key", pattern=r"^[^/].*\.zip$"), Change.RESTART] = None
    """A zip of your own in the environment's bucket. The service never reads a key twice: a new zip needs a new key."""


class Autoscaling(Section):
    """Parallelism by what the job is behind, within bounds. Every change restarts the job from a snapshot."""

    parallelism: Annotated[Bounds, Change.IGNORE]
    scale_up_lag_seconds: Annotated[int, Field(ge=10, le=86400), Change.IGNORE] = 300
    """Twice the parallelism when the job has been so far behind for the cooldown."""
    scale_down_after_minutes: Annotated[int, Field(ge=10, le=1440), Change.IGNORE] = 360
    """Half of it, down to what the spec says, after so long without lag."""
    cooldown_minutes: Annotated[int, Field(ge=1, le=1440), Change.IGNORE] = 15


class Checkpointing(Section):
    """How often state is saved and tables are committed: data is as fresh as this allows."""

    interval_seconds: Annotated[int, Field(ge=1, le=3600), Change.RESTART] = 60
    min_pause_seconds: Annotated[int, Field(ge=0, le=3600), Change.RESTART] = 5


class SnapshotRetention(Section):
    """What is kept. The newest snapshot and whatever a resource refers to always are."""

    count: Annotated[int, Field(ge=1, le=900), Change.IGNORE] = 30
    max_age_days: Annotated[int, Field(ge=1, le=3650), Change.IGNORE] = 90


class Snapshots(Section):
    """Snapshots of the job's state."""

    enabled: Annotated[bool, Change.RESTART] = True
    """The service takes one at every stop and update. Without it both lose state."""
    every_minutes: Annotated[int | None, Field(ge=5, le=10080), Change.IGNORE] = None
    """Also on schedule, while the job is healthy."""
    retention: SnapshotRetention = SnapshotRetention()


class Scoring(Section):
    """How events are scored; docs/architecture.md says what each does."""

    order: Annotated[Literal["arrival", "event-time"], Change.RESTART] = "arrival"
    dedup_events: Annotated[int, Field(ge=1, le=65536), Change.RESTART] = 512
    retention_days: Annotated[int, Field(ge=1, le=365), Change.RESTART] = 30
    cache_megabytes: Annotated[int, Field(ge=1, le=4096), Change.RESTART] = 64
    rules: Annotated[tuple[dict[str, Any], ...], Field(max_length=100), Change.RESTART] = ()
    """Changes to the built-in rules by id, as in `{id: NEW_DEVICE, mode: shadow}`, and whole new rules."""
    host_popularity: Annotated[str | None, Change.RESTART] = None
    """CSV of computer_id,accounts: a file beside the manifest or an s3:// URI. Without it RARE_HOST is silent."""


class Watermark(Section):
    """How event time moves on."""

    delay_seconds: Annotated[float, Field(ge=0, le=3600), Change.RESTART] = 5
    idle_seconds: Annotated[float, Field(ge=0, le=3600), Change.RESTART] = 10
    drift_seconds: Annotated[float, Field(ge=0, le=86400), Change.RESTART] = 0
    """How far shards may run apart; 0 lets them. Below ten minutes it slows a replay down."""


class Health(Section):
    """The gate a deployment has to pass. RUNNING is not healthy: this reads the job itself."""

    stable_for_seconds: Annotated[int, Field(ge=0, le=3600), Change.IGNORE] = 30
    timeout_seconds: Annotated[int, Field(ge=10, le=7200), Change.IGNORE] = 600
    max_restarts: Annotated[int, Field(ge=1, le=1000), Change.IGNORE] = 5
    """A new deployment that has failed so often without getting healthy is given up before the time-out."""


class Redeploy(Section):
    """Start over from a snapshot that you name. Carried out once for each nonce."""

    snapshot: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{1,256}$"), Change.IGNORE]
    nonce: Annotated[Nonce, Change.RESTART]


class Vpc(Section):
    """Network interfaces of the job. Fixed when the application is created."""

    subnet_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=16), Change.REDEPLOY]
    security_group_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=5), Change.REDEPLOY]


class Logging(Section):
    """What the service writes to CloudWatch."""

    level: Annotated[Literal["DEBUG", "INFO", "WARN", "ERROR"], Change.RESTART] = "INFO"
    metrics_level: Annotated[Literal["APPLICATION", "OPERATOR", "TASK", "PARALLELISM"], Change.RESTART] = "OPERATOR"


class Flink(Section):
    """The Managed Flink application."""

    cel = (
        Cel(
            "!has(self.autoscaling) || (self.parallelism >= self.autoscaling.parallelism.min"
            " && self.parallelism <= self.autoscaling.parallelism.max)",
            "parallelism is outside of autoscaling.parallelism",
        ),
        Cel(
            "!has(self.redeploy) || !has(oldSelf.redeploy) || self.redeploy.nonce >= oldSelf.redeploy.nonce",
            "redeploy.nonce must not go back: a nonce is used once",
        ),
        Cel(
            "self.properties.all(g, !g.startsWith('authpulse.') && !g.startsWith('kinesis.analytics.'))",
            "property groups that begin with authpulse. or kinesis.analytics. are the operator's",
        ),
    )

    application_name: Annotated[str | None, Field(pattern=r"^[a-zA-Z0-9_.-]{1,128}$"), Change.REDEPLOY] = None
    """Of the application; by default authpulse-ENVIRONMENT."""
    runtime: Annotated[Literal["FLINK-2_2"], Change.RESTART] = "FLINK-2_2"
    execution_role_arn: Annotated[str | None, Field(pattern=ARN), Change.RESTART] = None
    """Of the job; by default the role of the foundation."""
    code: Code = Code()
    parallelism: Annotated[int, Field(ge=1, le=256), Change.RESTART] = 2
    parallelism_per_kpu: Annotated[int, Field(alias="parallelismPerKPU", ge=1, le=8), Change.RESTART] = 1
    autoscaling: Autoscaling | None = None
    checkpointing: Checkpointing = Checkpointing()
    snapshots: Snapshots = Snapshots()
    properties: Annotated[dict[str, dict[str, str]], Field(max_length=40), Change.RESTART] = {}
    """Property groups beside the operator's own, for code of your own."""
    scoring: Scoring = Scoring()
    watermark: Watermark = Watermark()
    upgrade_mode: Annotated[Literal["savepoint", "lastState", "stateless"], Change.IGNORE] = "savepoint"
    """Where the job goes on after a change: from a snapshot taken for it; from the latest snapshot there is, without
    taking one (fast; what came after it is read again); or, only if you say so, with nothing."""
    refused_snapshot: Annotated[Literal["Hold", "RestoreLatest"], Change.IGNORE] = "RestoreLatest"
    """When the service refuses an update or a stop because the job can take no snapshot: wait for a person, or stop the
    job by force and go on from the latest snapshot. What came after it is then read, and written, again."""
    health: Health = Health()
    rollback: Annotated[Literal["Automatic", "Manual"], Change.IGNORE] = "Automatic"
    """What becomes of a deployment that does not pass the gate when there is one that did."""
    restart_nonce: Annotated[Nonce, Change.RESTART] = 0
    """Another number restarts the job from a snapshot of itself."""
    redeploy: Redeploy | None = None
    vpc: Vpc | None = None
    logging: Logging = Logging()
    maintenance_window: Annotated[str | None, Field(pattern=CLOCK_TIME), Change.IN_PLACE] = None
    """Start, in UTC, of the eight hours in which the service may patch the application."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        bounds = self.autoscaling.parallelism if self.autoscaling else None
        if bounds and not bounds.min <= self.parallelism <= bounds.max:
            raise ValueError("parallelism is outside of autoscaling.parallelism")
        if any(group.startswith(OUR_GROUPS) for group in self.properties):
            raise ValueError("property groups that begin with authpulse. or kinesis.analytics. are the operator's")
        return self
