"""A snapshot taken by hand: an AuthPulseSnapshot is made, and the operator takes it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from authpulse.cli.kubectl import waiting
from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.waiting import Patience
from authpulse.cli.progress import Steps
from authpulse.ending import STDERR
from authpulse.errors import AuthPulseError
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS, Json
from authpulse_operator.api.resource import API_VERSION
from authpulse_operator.api.snapshot import KIND, SnapshotState, SnapshotStatus

NAME_CHARACTERS: Final = 63


@dataclass(frozen=True, slots=True)
class Taken:
    """An AuthPulseSnapshot and how far it is."""

    name: str
    namespace: str
    status: SnapshotStatus

    @property
    def document(self) -> dict[str, Any]:
        return {
            "resource": f"{self.namespace}/{self.name}",
            "state": self.status.state,
            "snapshotName": self.status.snapshot_name,
            "createdAt": self.status.created_at.isoformat() if self.status.created_at else None,
            "message": self.status.message,
        }


def take(cluster: Cluster, resource: str, patience: Patience, *, name: str | None, keep: bool) -> Taken:
    """Of the job of that resource. With `keep` the snapshot outlives the AuthPulseSnapshot.

    Raises AuthPulseError when it cannot be taken, or time is up.
    """
    cluster.get(AUTHPULSES, resource)
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    name = name or f"{resource[: NAME_CHARACTERS - len(stamp) - 1].rstrip('-')}-{stamp}"
    made = cluster.create(
        SNAPSHOTS,
        {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {"name": name, "namespace": cluster.namespace},
            "spec": {"authPulse": resource, "disposeOnDelete": not keep},
        },
    )
    taken = _taken(made)
    return _wait(cluster, taken, patience) if patience.wait else taken


def _wait(cluster: Cluster, taken: Taken, patience: Patience) -> Taken:
    deadline = time.monotonic() + patience.seconds
    with Steps(STDERR) as steps:
        while taken.status.state is not SnapshotState.COMPLETED:
            if taken.status.state in (SnapshotState.FAILED, SnapshotState.ABANDONED):
                raise AuthPulseError(f"snapshot {taken.name}: {taken.status.state}: {taken.status.message}")
            if time.monotonic() >= deadline:
                said = taken.status.message or "the operator has not looked at it yet"
                raise AuthPulseError(f"snapshot {taken.name} is not there after {patience.seconds:g} s: {said}")
            steps.at("taking a snapshot", taken.status.message)
            time.sleep(waiting.POLL_SECONDS)
            taken = _taken(cluster.get(SNAPSHOTS, taken.name))
    return taken


def _taken(document: Json) -> Taken:
    metadata, status = document["metadata"], document.get("status") or {}
    return Taken(metadata["name"], metadata["namespace"], SnapshotStatus.model_validate(status))
