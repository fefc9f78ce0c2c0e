"""The world as a status tells of it, for those who cannot look. It may be old; nobody acts upon it."""

from collections.abc import Mapping
from datetime import datetime

from authpulse_operator.api.spec import Spec
from authpulse_operator.api.status import Status
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Observation, ReplayProgress, Snapshot


def recalled(status: Status, spec: Spec, *, owner: str, now: datetime) -> Observation | None:
    """What was seen last of a resource with that spec; None where too little is known of its application.

    Settings are known of what passed the health gate last, so what is still on trial cannot be recalled.
    """
    application = _application(status, owner, now)
    if application is None:
        return None
    is_running = application.state is ApplicationState.RUNNING
    health = spec.flink.health.stable_for_seconds
    return Observation(
        shards=(status.scaling and status.scaling.shards) or spec.stream.shards,
        application=application,
        health=JobHealth("RUNNING", 1, 1, 0, 1, 0, running_seconds=health) if is_running else None,
        replays=recalled_replays(status),
    )


def recalled_replays(status: Status) -> Mapping[str, ReplayProgress]:
    """By run."""
    return {
        r.run: ReplayProgress(
            state="Pending" if r.state == "Held" else r.state,
            attempts=0 if r.state in ("Pending", "Held") else 1,
            lines=r.lines,
            events=r.events,
            rejected=r.rejected,
            ignored=r.ignored,
            message=r.message,
        )
        for r in status.replays
    }


def _application(status: Status, owner: str, now: datetime) -> Application | None:
    seen, stable = status.application, status.last_stable
    if seen is None or stable is None or status.deployment is None or status.deployment.id != stable.id:
        return None
    return Application(
        name=seen.name,
        state=ApplicationState(seen.status),
        version_id=seen.version_id,
        token="",
        created=status.deployment.since,
        settings=Settings.of_document(stable.settings),
        owner=owner,
        snapshots=_snapshots(status, now),
    )


def _snapshots(status: Status, now: datetime) -> tuple[Snapshot, ...]:
    latest = status.snapshots.latest
    if latest is None:
        return ()
    version = status.application.version_id if status.application else 0
    return (Snapshot(latest, "READY", status.snapshots.latest_at or now, version),)
