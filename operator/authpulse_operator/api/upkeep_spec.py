"""The part of the spec that keeps pipeline and data healthy: checks, aggregates, remediation, and rest when idle."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from authpulse_operator.api.changes import Change
from authpulse_operator.api.sections import Section

Schedule = Annotated[str, Field(pattern=r"^[0-9A-Za-z*/,?-]+( [0-9A-Za-z*/,?-]+){4}$", max_length=100)]


class Quality(Section):
    """Data-quality checks on a schedule."""

    schedule: Schedule = "15 * * * *"
    """Cron, in UTC."""
    suite: Annotated[str, Field(max_length=253)] = "auth_events"
    """Name of the suite of checks."""
    suspend: bool = False
    """Run none for now."""


class Aggregates(Section):
    """Analytics tables, written again for a range of dates on a schedule."""

    schedule: Schedule = "40 * * * *"
    """Cron, in UTC."""
    days: Annotated[int, Field(ge=1, le=365)] = 2
    """How many days back each run writes again: late events count."""
    suspend: bool = False
    """Run none for now."""


class Action(StrEnum):
    """What remediation may do."""

    RESTART = "Restart"
    """Restart the job from a snapshot of itself."""
    RESTORE_LATEST_SNAPSHOT = "RestoreLatestSnapshot"
    """Stop the job by force and go on from the latest snapshot; what came after it is read again."""
    SCALE_UP = "ScaleUp"
    """Twice the parallelism, within flink.autoscaling.parallelism."""
    RESHARD = "Reshard"
    """Twice the shards, within stream.scaling."""
    STOP_REPLAYS = "StopReplays"
    """Hold every running replay, so that nothing more comes in of what is not right, until a person lets it go on."""
    REPLAY_AGAIN = "ReplayAgain"
    """Hold running replays and replay them from their beginning once the alarm is over: known events change nothing."""


class Policy(Section):
    """What to do about one alarm: the first action the first time, the next one when it fires again, and so on."""

    actions: Annotated[tuple[Action, ...], Field(max_length=8), Change.IGNORE] = ()
    """In the order in which they are tried. With none the alarm is only told."""
    cooldown_minutes: Annotated[int, Field(ge=1, le=1440), Change.IGNORE] = 30
    """How long an action is given to work."""
    daily_budget: Annotated[int, Field(ge=0, le=100), Change.IGNORE] = 3
    """Actions in 24 hours; then it is a person's turn."""


class IteratorAgePolicy(Policy):
    """What to do about a job that is far behind the stream."""

    actions: Annotated[tuple[Action, ...], Field(max_length=8), Change.IGNORE] = (
        Action.SCALE_UP,
        Action.RESHARD,
        Action.RESTART,
    )
    """In the order in which they are tried. With none the alarm is only told."""


class FailedCheckpointsPolicy(Policy):
    """What to do about state that cannot be saved."""

    actions: Annotated[tuple[Action, ...], Field(max_length=8), Change.IGNORE] = (
        Action.RESTART,
        Action.RESTORE_LATEST_SNAPSHOT,
    )
    """In the order in which they are tried. With none the alarm is only told."""


class InvalidRecordsPolicy(Policy):
    """What to do when much of what comes in is no event."""

    actions: Annotated[tuple[Action, ...], Field(max_length=8), Change.IGNORE] = (Action.STOP_REPLAYS,)
    """In the order in which they are tried. With none the alarm is only told."""


class Remediation(Section):
    """What the operator does by itself when an alarm of the runbook fires."""

    mode: Annotated[Literal["Off", "DryRun", "Active"], Change.IGNORE] = "Off"
    """DryRun decides and records, and does nothing."""
    iterator_age_high: IteratorAgePolicy = IteratorAgePolicy()
    """The job is far behind the stream."""
    failed_checkpoints: FailedCheckpointsPolicy = FailedCheckpointsPolicy()
    """State cannot be saved."""
    invalid_records: InvalidRecordsPolicy = InvalidRecordsPolicy()
    """Much of what comes in is no event."""


class Idle(Section):
    """Rest without work: stop the job with a snapshot, start it again when records or a replay come."""

    after_minutes: Annotated[int, Field(ge=5, le=10080), Change.IGNORE]
    """So long without a record and without a replay."""
