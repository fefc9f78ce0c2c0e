"""Snapshots on schedule, and how many of them are kept."""

from datetime import timedelta
from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision, do
from authpulse_operator.core.world import Snapshot

PREFIX: Final = "scheduled-"


def take_due_snapshot(case: Case) -> Decision | None:
    """The newest snapshot is older than the schedule allows. Its name comes from the time, so that it is taken once."""
    every, application = case.flink.snapshots.every_minutes, case.application
    if every is None or application is None or not case.is_running:
        return None
    if any(s.status == "CREATING" for s in application.snapshots):
        return None
    last = max((s.created for s in application.snapshots), default=application.created)
    if case.now - last < timedelta(minutes=every):
        return None
    name = f"{PREFIX}{case.now:%Y%m%dT%H%M%SZ}"
    return do(acts.TakeSnapshot(name), Reason.SNAPSHOTTING, f"taking snapshot {name}")


def prune_snapshots(case: Case) -> Decision | None:
    """Of the scheduled ones, the oldest beyond the retention goes; never the last good one, nor one referred to."""
    application, retention = case.application, case.flink.snapshots.retention
    if application is None:
        return None
    scheduled = [s for s in application.snapshots if s.name.startswith(PREFIX) and s.status in ("READY", "FAILED")]
    kept = case.observed.kept_snapshots | {s.name for s in application.restorable[:1]}
    if case.flink.redeploy:
        kept |= {case.flink.redeploy.snapshot}
    oldest_allowed = case.now - timedelta(days=retention.max_age_days)

    def is_beyond(position: int, snapshot: Snapshot) -> bool:
        return position >= retention.count or snapshot.created < oldest_allowed or snapshot.status == "FAILED"

    beyond = [s for n, s in enumerate(scheduled) if is_beyond(n, s) and s.name not in kept]
    if not beyond:
        return None
    return do(acts.DeleteSnapshot(beyond[-1]), Reason.PRUNING_SNAPSHOTS, f"deleting snapshot {beyond[-1].name}")
