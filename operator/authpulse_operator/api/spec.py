"""The spec of an AuthPulse resource: what a person writes in a manifest.

Field names are camelCase in YAML. Unknown keys are errors. Every field says what changing it means (`changes.Change`).
`flink_spec` has the application's part, `upkeep_spec` what keeps the pipeline and its data healthy.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from authpulse import formats
from authpulse.names import ENVIRONMENT_PATTERN
from authpulse_operator.api.changes import Change
from authpulse_operator.api.flink_spec import Flink
from authpulse_operator.api.sections import ARN, Bounds, Cel, Name, Nonce, Section
from authpulse_operator.api.upkeep_spec import Aggregates, Idle, Quality, Remediation


class Credentials(Section):
    """Whose rights the operator uses for this resource. By default its own."""

    cel = (Cel("!(has(self.roleArn) && has(self.secretName))", "roleArn and secretName exclude each other"),)

    role_arn: Annotated[str | None, Field(pattern=ARN), Change.IGNORE] = None
    """A role that the operator assumes."""
    secret_name: Annotated[str | None, Field(max_length=253), Change.IGNORE] = None
    """A Secret of the same namespace with the keys aws_access_key_id, aws_secret_access_key and maybe
    aws_session_token. It is read at every use, never copied."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.role_arn and self.secret_name:
            raise ValueError("roleArn and secretName exclude each other")
        return self


class Aws(Section):
    """Which AWS."""

    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$"), Change.REDEPLOY] = "us-east-1"
    """Where everything is."""
    account: Annotated[str | None, Field(pattern=r"^[0-9]{12}$"), Change.REDEPLOY] = None
    """Nothing is done with credentials of any other account."""
    endpoint: Annotated[str | None, Field(pattern=r"^https?://.+$"), Change.REDEPLOY] = None
    """Endpoint of a local AWS. Leave it out for AWS itself and for `authpulse up`, which brings its own."""
    credentials: Credentials = Credentials()


class Stream(Section):
    """The Kinesis stream."""

    cel = (
        Cel(
            "!has(self.scaling) || (self.shards >= self.scaling.min && self.shards <= self.scaling.max)",
            "shards is outside of scaling",
        ),
    )

    shards: Annotated[int, Field(ge=1, le=500), Change.IN_PLACE] = 2
    """How many it has; each takes in 1 MB or 1,000 records a second."""
    retention_hours: Annotated[int, Field(ge=24, le=8760), Change.IN_PLACE] = 24
    """How long records can be read again."""
    scaling: Annotated[Bounds | None, Change.IGNORE] = None
    """How far remediation may reshard the stream. Without it never."""

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.scaling and not self.scaling.min <= self.shards <= self.scaling.max:
            raise ValueError("shards is outside of scaling")
        return self


class Lakehouse(Section):
    """Where the tables lie."""

    bucket: Annotated[str | None, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"), Change.REDEPLOY] = None
    """A bucket of your own; by default authpulse-ENVIRONMENT-ACCOUNT-REGION."""


class Volume(Section):
    """A volume with recorded logs, for replays in a cluster. Read-only."""

    claim_name: Annotated[str, Field(min_length=1, max_length=253)]
    """A PersistentVolumeClaim of the same namespace."""
    mount_path: Annotated[str, Field(pattern=r"^/.+$")] = "/data"
    """Where the replay finds it."""


class Replay(Section):
    """One recorded log to be replayed into the stream, once for each nonce."""

    cel = (Cel("!(has(self.rate) && has(self.speedup))", "rate and speedup exclude each other; keep one"),)
    list_key = "name"

    name: Name
    """Tells the replays of a resource apart."""
    input: Annotated[str, Field(min_length=1, max_length=1024)]
    """The log: a file, relative to the manifest; in a cluster a path on the volume, or s3://bucket/key."""
    format: formats.Name
    """Of its lines; docs/replays.md says what each is."""
    rate: Annotated[float | None, Field(gt=0)] = None
    """Events a second at most; as fast as possible when neither this nor speedup is given."""
    speedup: Annotated[float | None, Field(gt=0)] = None
    """Event time goes by so many times faster than on the clock."""
    limit: Annotated[int | None, Field(ge=1)] = None
    """End after so many lines."""
    volume: Volume | None = None
    suspend: bool = False
    """Hold it; it goes on where it was when this is false again."""
    nonce: Nonce = 0
    """Another number replays the log again from its beginning."""

    @field_validator("speedup")
    @classmethod
    def _one_pace(cls, speedup: float | None, info: object) -> float | None:
        if speedup is not None and getattr(info, "data", {}).get("rate") is not None:
            raise ValueError("rate and speedup exclude each other; keep one")
        return speedup

    @property
    def run(self) -> str:
        """The name of this run of it: another nonce is another run."""
        return f"{self.name}-{self.nonce}" if self.nonce else self.name


class Spec(Section):
    """The whole pipeline."""

    environment: Annotated[str, Field(pattern=ENVIRONMENT_PATTERN.pattern), Change.REDEPLOY]
    """Part of the name of everything on AWS, as in authpulse-ENVIRONMENT-auth-events."""
    aws: Aws = Aws()
    foundation: Annotated[Literal["Create", "Expect"], Change.IGNORE] = "Create"
    """Make what is missing of stream, bucket, tables and roles, or wait for somebody else (Terraform) to do it."""
    stream: Stream = Stream()
    lakehouse: Lakehouse = Lakehouse()
    flink: Flink = Flink()
    replays: Annotated[tuple[Replay, ...], Field(max_length=50), Change.IN_PLACE] = ()
    """Recorded logs to be replayed into the stream."""
    quality: Annotated[Quality | None, Change.IN_PLACE] = None
    aggregates: Annotated[Aggregates | None, Change.IN_PLACE] = None
    remediation: Remediation = Remediation()
    idle: Annotated[Idle | None, Change.IGNORE] = None
    suspend: Annotated[bool, Change.IN_PLACE] = False
    """Stop the job with a snapshot, and go on from it when this is false again."""
    deletion_policy: Annotated[Literal["Retain", "Snapshot", "Delete"], Change.IGNORE] = "Snapshot"
    """With the resource: leave the application running, stop it with a snapshot, or delete it with its snapshots."""
    adopt: Annotated[bool, Change.IGNORE] = False
    """Take over an application of this name that carries nobody's tag. One that carries another's is never touched."""

    @field_validator("replays")
    @classmethod
    def _names_differ(cls, replays: tuple[Replay, ...]) -> tuple[Replay, ...]:
        names = [r.name for r in replays]
        if twice := next((n for n in names if names.count(n) > 1), None):
            raise ValueError(f"two replays are named {twice}; a replay is known by its name")
        return replays
