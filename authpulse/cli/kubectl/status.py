"""`kubectl authpulse status`: the whole chain of one resource on one page, and what to do next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from authpulse.cli.kubectl.advice import advice
from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.seen import Seen
from authpulse.cli.service_levels import Found, find_service_levels
from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.errors import InputError
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS, Json
from authpulse_operator.adapters.kube.status import dumped
from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.core.meaning import names_of

MARKS: Final = {"True": "[green]True[/]", "False": "[yellow]False[/]", "Unknown": "[dim]Unknown[/]"}
EVENTS_SHOWN: Final = 10
REMEDIATIONS_SHOWN: Final = 5
WIDTH_OF_FILES: Final = 160


@dataclass(frozen=True, slots=True)
class Picture:
    """A resource with what is around it."""

    seen: Seen
    snapshots: Sequence[Json]
    """AuthPulseSnapshots of it, newest first."""
    events: Sequence[Json]
    """About it, oldest first."""
    levels: Found | None = None
    """How its promises were kept, if that was asked for."""

    @property
    def document(self) -> dict[str, Any]:
        seen = self.seen
        return {
            "resource": seen.identity,
            "generation": seen.generation,
            "ready": seen.is_ready,
            "status": dumped(seen.status),
            "snapshots": [
                {
                    "name": s["metadata"]["name"],
                    "state": _of_snapshot(s, "state", "Pending"),
                    "snapshotName": _of_snapshot(s, "snapshotName"),
                    "message": _of_snapshot(s, "message", ""),
                }
                for s in self.snapshots
            ],
            "events": [
                {"at": _time_of(e), "type": e.get("type"), "reason": e.get("reason"), "message": e.get("message", "")}
                for e in self.events
            ],
            "next": advice(seen),
            **({} if self.levels is None else {"serviceLevels": self.levels.document}),
        }


def look(cluster: Cluster, name: str, *, service_levels: bool = False) -> Picture:
    """All of it. Raises AuthPulseError."""
    seen = Seen(cluster.get(AUTHPULSES, name))
    ours = [s for s in cluster.all(SNAPSHOTS) if s["spec"].get("authPulse") == name]
    newest_first = sorted(ours, key=lambda s: str(s["metadata"].get("creationTimestamp")), reverse=True)
    uid = seen.document["metadata"]["uid"]
    told = [e for e in cluster.events(AUTHPULSES, name) if e["involvedObject"].get("uid") in (None, uid)]
    levels = _service_levels(seen) if service_levels else None
    return Picture(seen, newest_first, sorted(told, key=_time_of)[-EVENTS_SHOWN:], levels)


def _service_levels(seen: Seen) -> Found:
    """With the credentials of whoever asks: the operator's are its own."""
    manifest = {key: value for key, value in seen.document.items() if key != "status"}
    try:
        spec = parse_manifest(manifest, seen.identity).spec
    except InputError as error:
        return Found(obstacle=" ".join(str(error).split()))
    session = Session(spec.aws.region, spec.aws.endpoint, account=spec.aws.account)
    return find_service_levels(session, names_of(spec, spec.aws.account or LOCAL_ACCOUNT), datetime.now(UTC))


def show(picture: Picture) -> None:
    """For people."""
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES
    seen = picture.seen
    generation = f"generation {seen.generation}"
    if not seen.is_current:
        generation += f", [yellow]the operator has seen {seen.status.observed_generation or 'none'}[/]"
    console.print(f"AuthPulse [bold]{escape(seen.identity)}[/], {generation}")
    if seen.status.conditions:
        console.print(_conditions(seen))
    for line in _lines(picture):
        console.print(line)
    if picture.events:
        console.print(_events(picture.events))
    for number, said in enumerate(advice(seen)):
        console.print(f"{'next: ' if number == 0 else '      '}{escape(said)}")


def _conditions(seen: Seen) -> Table:
    table = _table("condition", "status", "reason", "since", "message")
    for c in seen.status.conditions:
        since = f"{c.last_transition_time:%Y-%m-%d %H:%M:%S}"
        table.add_row(c.type, MARKS[c.status], c.reason, since, escape(c.message))
    return table


def _lines(picture: Picture) -> Iterator[str]:
    yield from _of_application(picture.seen)
    yield from _of_deployments(picture.seen)
    yield from _of_snapshots(picture)
    yield from _of_upkeep(picture.seen)
    if picture.levels is not None:
        yield from picture.levels.lines()


def _of_application(seen: Seen) -> Iterator[str]:
    application = seen.status.application
    if application is None:
        return
    behind = f", behind by {seen.status.lag}" if seen.status.lag else ""
    yield (
        f"application {escape(application.name)}: {escape(application.status)}, version {application.version_id}, "
        f"parallelism {application.parallelism}{behind}"
    )
    yield f"code {escape(application.code)}"
    if application.dashboard:
        yield f"Flink: {escape(application.dashboard)}"


def _of_deployments(seen: Seen) -> Iterator[str]:
    deployment, stable, failed = seen.status.deployment, seen.status.last_stable, seen.status.failed
    if deployment is not None:
        trial = "stable" if deployment.stable else "[yellow]on trial[/]"
        yield f"deployment {deployment.id}: {trial}, since {deployment.since:%Y-%m-%d %H:%M:%S} UTC"
    if stable is not None and (deployment is None or deployment.id != stable.id):
        yield f"last stable {stable.id}: was version {stable.version_id}"
    if failed is not None:
        yield (
            f"[red]failed[/] {failed.id} of generation {failed.generation} at {failed.at:%Y-%m-%d %H:%M:%S} UTC: "
            f"{failed.reason}: {escape(failed.message)}"
        )


def _of_snapshots(picture: Picture) -> Iterator[str]:
    kept = picture.seen.status.snapshots
    if kept.latest is not None:
        at = f" of {kept.latest_at:%Y-%m-%d %H:%M:%S} UTC" if kept.latest_at else ""
        yield f"snapshots: {kept.count}, newest {escape(kept.latest)}{at}"
    for snapshot in picture.snapshots:
        name, state = snapshot["metadata"]["name"], _of_snapshot(snapshot, "state", "Pending")
        message = _of_snapshot(snapshot, "message", "")
        yield f"snapshot {escape(name)}: {escape(state)}{f', {escape(message)}' if message else ''}"


def _of_upkeep(seen: Seen) -> Iterator[str]:
    status = seen.status
    for replay in status.replays:
        said = f", {escape(replay.message)}" if replay.message else ""
        counts = f"{replay.events:,} events, {replay.rejected:,} rejected"
        yield f"replay {replay.name}: {replay.state}, {counts}{said}"
    if status.scaling is not None and (status.scaling.parallelism or status.scaling.shards):
        parts = [f"parallelism {status.scaling.parallelism}"] if status.scaling.parallelism else []
        parts += [f"{status.scaling.shards} shards"] if status.scaling.shards else []
        yield f"scaled to {' and '.join(parts)}"
    for done in status.remediations[-REMEDIATIONS_SHOWN:]:
        action = f"{done.action} (dry run)" if done.dry_run else done.action
        yield f"remediation at {done.at:%Y-%m-%d %H:%M:%S} UTC: {done.alarm}: {action}: {escape(done.message)}"


def _events(events: Sequence[Json]) -> Table:
    table = _table("event", "type", "reason", "message")
    for event in events:
        row = (_time_of(event)[:19].replace("T", " "), event.get("type"), event.get("reason"), event.get("message"))
        table.add_row(*(escape(str(cell or "")) for cell in row))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _of_snapshot(snapshot: Json, field: str, default: Any = None) -> Any:
    return (snapshot.get("status") or {}).get(field, default)


def _time_of(event: Json) -> str:
    """When it was said last."""
    series = event.get("series") or {}
    times = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
    return str(next((t for t in times if t), event["metadata"].get("creationTimestamp") or ""))
