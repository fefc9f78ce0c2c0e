"""The spec of an AuthPulse resource: what a person writes in a manifest.

Field names are camelCase in YAML. Unknown keys are errors. Every field says what changing it means (`changes.Change`).
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from authpulse.names import ENVIRONMENT_PATTERN
from authpulse_operator.api.changes import Change


class Section(BaseModel):
    """Base of all sections: camelCase outside, closed, immutable."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Aws(Section):
    """Which AWS. Credentials come from the environment of whoever acts, never from a manifest."""

    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$"), Change.REDEPLOY] = "us-east-1"
    endpoint: Annotated[str | None, Change.REDEPLOY] = None
    """Endpoint of a local AWS. Leave it out for AWS itself and for `authpulse up`, which brings its own."""


class Stream(Section):
    """The Kinesis stream."""

    shards: Annotated[int, Field(ge=1, le=500), Change.IN_PLACE] = 2
    retention_hours: Annotated[int, Field(ge=24, le=8760), Change.IN_PLACE] = 24


class Checkpointing(Section):
    """How often state is saved and tables are committed: data is as fresh as this allows."""

    interval_seconds: Annotated[int, Field(ge=1, le=3600), Change.RESTART] = 60
    min_pause_seconds: Annotated[int, Field(ge=0, le=3600), Change.RESTART] = 5


class Scoring(Section):
    """How events are scored; docs/architecture.md says what each does."""

    order: Annotated[Literal["arrival", "event-time"], Change.RESTART] = "arrival"
    dedup_events: Annotated[int, Field(ge=1, le=65536), Change.RESTART] = 512
    retention_days: Annotated[int, Field(ge=1, le=365), Change.RESTART] = 30
    cache_megabytes: Annotated[int, Field(ge=1, le=4096), Change.RESTART] = 64
    rules: Annotated[tuple[dict[str, Any], ...], Change.RESTART] = ()
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


class Flink(Section):
    """The Managed Flink application."""

    runtime: Annotated[Literal["FLINK-2_2"], Change.RESTART] = "FLINK-2_2"
    parallelism: Annotated[int, Field(ge=1, le=256), Change.RESTART] = 2
    parallelism_per_kpu: Annotated[int, Field(alias="parallelismPerKPU", ge=1, le=8), Change.RESTART] = 1
    checkpointing: Checkpointing = Checkpointing()
    snapshots_enabled: Annotated[bool, Change.RESTART] = True
    upgrade_mode: Annotated[Literal["savepoint", "stateless"], Change.IGNORE] = "savepoint"
    """Where the job goes on after a change: from a snapshot of itself, or (only if you say so) with nothing."""
    scoring: Scoring = Scoring()
    watermark: Watermark = Watermark()
    health: Health = Health()


class Replay(Section):
    """One recorded log to be replayed into the stream, once."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$")]
    input: Annotated[str, Field(min_length=1)]
    """The log: a file, relative to the manifest."""
    format: Literal["lanl-auth", "lanl-cyber1", "windows-security"]
    rate: Annotated[float | None, Field(gt=0)] = None
    """Events a second at most; as fast as possible when neither this nor speedup is given."""
    speedup: Annotated[float | None, Field(gt=0)] = None
    """Event time goes by so many times faster than on the clock."""
    limit: Annotated[int | None, Field(ge=1)] = None

    @field_validator("speedup")
    @classmethod
    def _one_pace(cls, speedup: float | None, info: Any) -> float | None:
        if speedup is not None and info.data.get("rate") is not None:
            raise ValueError("rate and speedup exclude each other; keep one")
        return speedup


class Spec(Section):
    """The whole pipeline."""

    environment: Annotated[str, Field(pattern=ENVIRONMENT_PATTERN.pattern), Change.REDEPLOY]
    aws: Aws = Aws()
    stream: Stream = Stream()
    flink: Flink = Flink()
    replays: Annotated[tuple[Replay, ...], Change.IN_PLACE] = ()
    suspend: Annotated[bool, Change.IN_PLACE] = False
    """Stop the job with a snapshot, and go on from it when this is false again."""
    deletion_policy: Annotated[Literal["Retain", "Snapshot", "Delete"], Change.IGNORE] = "Snapshot"
    """With the resource: leave the application running, stop it with a snapshot, or delete it with its snapshots."""

    @field_validator("replays")
    @classmethod
    def _names_differ(cls, replays: tuple[Replay, ...]) -> tuple[Replay, ...]:
        names = [r.name for r in replays]
        if twice := next((n for n in names if names.count(n) > 1), None):
            raise ValueError(f"two replays are named {twice}; a replay is known by its name")
        return replays
