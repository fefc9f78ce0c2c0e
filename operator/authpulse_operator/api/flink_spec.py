"""The part of the spec that is the Managed Flink application: its code, its resources and how it is looked after."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from authpulse_operator.api.changes import Change
from authpulse_operator.api.sections import ARN, CLOCK_TIME, Bounds, Cel, Nonce, Section

ResourceId = Annotated[str, Field(max_length=64)]

MAX_PARALLELISM = 256
OUR_GROUPS = ("authpulse.", "kinesis.analytics.")


class Code(Section):
    """Which zip runs. By default the one that comes with the operator."""

    s3_key: Annotated[str | None, Field(alias="s3Key", pattern=r"^[^/].*\.zip$"), Change.RESTART] = None
    """A zip of your own in the environment's bucket. The service never reads a key twice: a new zip needs a new key."""


class Autoscaling(Section):
    """Parallelism by what the job is behind, within bounds. Every change restarts the job from a snapshot."""

    cel = (Cel(f"self.parallelism.max <= {MAX_PARALLELISM}", f"parallelism.max is above {MAX_PARALLELISM}"),)

    parallelism: Annotated[Bounds, Change.IGNORE]
    """The least and the most of it."""
    scale_up_lag_seconds: Annotated[int, Field(ge=10, le=86400), Change.IGNORE] = 300
    """Twice the parallelism when the job has been so far behind for the cooldown."""
    scale_down_after_minutes: Annotated[int, Field(ge=10, le=1440), Change.IGNORE] = 360
    """Half of it, down to what the spec says, after so long without lag."""
    cooldown_minutes: Annotated[int, Field(ge=1, le=1440), Change.IGNORE] = 15
    """How long the lag has to last, and a change is given to work."""

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.parallelism.max > MAX_PARALLELISM:
            raise ValueError(f"parallelism.max is above {MAX_PARALLELISM}")
        return self


class Checkpointing(Section):
    """How often state is saved and tables are committed: data is as fresh as this allows."""

    interval_seconds: Annotated[int, Field(ge=1, le=3600), Change.RESTART] = 60
    """From the start of one checkpoint to the start of the next."""
    min_pause_seconds: Annotated[int, Field(ge=0, le=3600), Change.RESTART] = 5
    """From the end of one checkpoint to the start of the next, at least."""


class SnapshotRetention(Section):
    """What is kept. The newest snapshot and whatever a resource refers to always are."""

    count: Annotated[int, Field(ge=1, le=900), Change.IGNORE] = 30
    """So many at most."""
    max_age_days: Annotated[int, Field(ge=1, le=3650), Change.IGNORE] = 90
    """None that is older."""


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
    """Score events as they come, or sort them behind the watermark first."""
    dedup_events: Annotated[int, Field(ge=1, le=65536), Change.RESTART] = 512
    """How many event ids are remembered for each account: a repetition among them changes nothing."""
    retention_days: Annotated[int, Field(ge=1, le=365), Change.RESTART] = 30
    """A pair of account and host that has not met for so long is new again."""
    cache_megabytes: Annotated[int, Field(ge=1, le=4096), Change.RESTART] = 64
    """Memory for each task and stage in front of the state backend."""
    rules: Annotated[tuple[dict[str, Any], ...], Field(max_length=100), Change.RESTART] = ()
    """Changes to the built-in rules by id, as in `{id: NEW_DEVICE, mode: shadow}`, and whole new rules."""
    host_popularity: Annotated[str | None, Change.RESTART] = None
    """CSV of computer_id,accounts: a file beside the manifest or an s3:// URI. Without it the job reads what the
    aggregates write, popularity/current.csv in the bucket; until that is there RARE_HOST is silent."""


class Watermark(Section):
    """How event time moves on."""

    delay_seconds: Annotated[float, Field(ge=0, le=3600), Change.RESTART] = 5
    """How late an event may be against the newest of its shard."""
    idle_seconds: Annotated[float, Field(ge=0, le=3600), Change.RESTART] = 10
    """A shard that is silent for so long does not hold the others back; 0 lets it."""
    drift_seconds: Annotated[float, Field(ge=0, le=86400), Change.RESTART] = 0
    """How far shards may run apart; 0 lets them. Below ten minutes it slows a replay down."""


class Health(Section):
    """The gate a deployment has to pass. RUNNING is not healthy: this reads the job itself."""

    stable_for_seconds: Annotated[int, Field(ge=0, le=3600), Change.IGNORE] = 30
    """How long the job has to run and to complete checkpoints without a restart."""
    timeout_seconds: Annotated[int, Field(ge=10, le=7200), Change.IGNORE] = 600
    """A deployment that has not passed the gate by then has failed."""
    max_restarts: Annotated[int, Field(ge=1, le=1000), Change.IGNORE] = 5
    """A new deployment that has failed so often without getting healthy is given up before the time-out."""


class Redeploy(Section):
    """Start over from a snapshot that you name. Carried out once for each nonce."""

    snapshot: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{1,256}$"), Change.IGNORE]
    """Its name in the service."""
    nonce: Annotated[Nonce, Change.RESTART]
    """Another, higher number carries it out again."""


class Vpc(Section):
    """Network interfaces of the job. Fixed when the application is created."""

    subnet_ids: Annotated[tuple[ResourceId, ...], Field(min_length=1, max_length=16), Change.REDEPLOY]
    """Where they are."""
    security_group_ids: Annotated[tuple[ResourceId, ...], Field(min_length=1, max_length=5), Change.REDEPLOY]
    """What they may reach."""


class Logging(Section):
    """What the service writes to CloudWatch."""

    level: Annotated[Literal["DEBUG", "INFO", "WARN", "ERROR"], Change.RESTART] = "INFO"
    """Of the log."""
    metrics_level: Annotated[Literal["APPLICATION", "OPERATOR", "TASK", "PARALLELISM"], Change.RESTART] = "OPERATOR"
    """What metrics are told apart by; TASK and PARALLELISM make many, and each costs."""


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
            "!has(self.properties)"
            " || self.properties.all(g, !g.startsWith('authpulse.') && !g.startsWith('kinesis.analytics.'))",
            "property groups that begin with authpulse. or kinesis.analytics. are the operator's",
        ),
    )

    application_name: Annotated[str | None, Field(pattern=r"^[a-zA-Z0-9_.-]{1,128}$"), Change.REDEPLOY] = None
    """Of the application; by default authpulse-ENVIRONMENT."""
    runtime: Annotated[Literal["FLINK-2_2"], Change.RESTART] = "FLINK-2_2"
    """Flink, as the service names it."""
    execution_role_arn: Annotated[str | None, Field(pattern=ARN), Change.RESTART] = None
    """Of the job; by default the role of the foundation."""
    code: Code = Code()
    parallelism: Annotated[int, Field(ge=1, le=MAX_PARALLELISM), Change.RESTART] = 2
    """Of the job, where autoscaling begins. `kubectl scale` sets it."""
    parallelism_per_kpu: Annotated[int, Field(alias="parallelismPerKPU", ge=1, le=8), Change.RESTART] = 1
    """Tasks on one Kinesis Processing Unit (1 vCPU, 4 GB), which is what is paid for."""
    autoscaling: Autoscaling | None = None
    checkpointing: Checkpointing = Checkpointing()
    snapshots: Snapshots = Snapshots()
    properties: Annotated[Mapping[str, Mapping[str, str]], Field(max_length=40), Change.RESTART] = {}
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
