"""AuthPulseSnapshot: a snapshot of a job's state as a resource of its own.

One is taken when the resource is made, kept from retention as long as it exists, and deleted with it if it says so.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from authpulse.errors import InputError
from authpulse.validation import validate
from authpulse_operator.api.changes import Change
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import Metadata
from authpulse_operator.api.sections import Cel, Section
from authpulse_operator.api.status import StatusSection

KIND: Final = "AuthPulseSnapshot"


class SnapshotState(StrEnum):
    """How far it is."""

    PENDING = "Pending"
    """It waits for the job to run, or for its next attempt."""
    IN_PROGRESS = "InProgress"
    """The service is taking it."""
    COMPLETED = "Completed"
    """It can be restored."""
    FAILED = "Failed"
    """Every attempt failed."""
    ABANDONED = "Abandoned"
    """The AuthPulse resource is gone or has no job to take one of."""


class SnapshotSpec(Section):
    """What to take, or to take over."""

    cel = (Cel("!self.alreadyExists || has(self.snapshotName)", "alreadyExists needs snapshotName"),)

    auth_pulse: Annotated[str, Field(min_length=1, max_length=63), Change.REDEPLOY]
    """The AuthPulse resource, of the same namespace."""
    snapshot_name: Annotated[str | None, Field(pattern=r"^[a-zA-Z0-9_.-]{1,256}$"), Change.REDEPLOY] = None
    """Its name in the service; by default made from this resource's name and uid."""
    already_exists: Annotated[bool, Change.REDEPLOY] = False
    """Take over the snapshot of that name in place of taking one."""
    dispose_on_delete: Annotated[bool, Change.IGNORE] = True
    """Delete the snapshot with this resource. Never done to one that was taken over."""
    backoff_limit: Annotated[int, Field(ge=0, le=20), Change.IGNORE] = 3
    """How often to try again after a failure, 10 s later, then 20 s, then 40 s …"""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.already_exists and not self.snapshot_name:
            raise ValueError("alreadyExists needs snapshotName")
        return self


class SnapshotStatus(StatusSection):
    """What came of it."""

    observed_generation: int = 0
    """Of the spec that the rest speaks of."""
    state: SnapshotState = SnapshotState.PENDING
    snapshot_name: str | None = None
    """Its name in the service."""
    attempts: int = 0
    """How often it was tried and failed."""
    next_attempt_at: datetime | None = None
    """Nothing is asked for again before: it is tried then, or what was asked for is sure to show by then."""
    created_at: datetime | None = None
    """When the service had taken it."""
    version_id: int | None = None
    """Of the application when it was taken."""
    reason: Reason | None = None
    """Why it is so, in one word of docs/reference/reasons.md."""
    message: str = ""
    """The same in a sentence."""


class AuthPulseSnapshot(Section):
    """One such resource."""

    api_version: Literal["authpulse.io/v1alpha1"]
    kind: Literal["AuthPulseSnapshot"]
    metadata: Metadata
    spec: SnapshotSpec

    @property
    def snapshot_name(self) -> str:
        """Deterministic, so that taking it twice is refused by the service."""
        return self.spec.snapshot_name or f"{self.metadata.name}-{self.metadata.uid[:8] or 'local'}"


def parse_snapshot(document: Any, where: str) -> AuthPulseSnapshot:
    """The resource in a parsed manifest. Raises InputError with one line for each thing that is wrong."""
    if isinstance(document, dict) and document.get("kind") != KIND:
        raise InputError(f"{where}: kind: {document.get('kind')!r} is not {KIND}")
    return validate(AuthPulseSnapshot, document, where)
