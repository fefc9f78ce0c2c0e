"""What a person asks of a resource: restart, rollback, suspend, resume. Each is one patch, and the operator does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.seen import Seen
from authpulse.cli.kubectl.waiting import Patience, wait_until
from authpulse.errors import AuthPulseError
from authpulse_operator.adapters.kube.kinds import AUTHPULSES
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import ABANDON_ANNOTATION
from authpulse_operator.api.status import ConditionType


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    seen: Seen
    message: str
    is_complete: bool
    """False where nobody waited for it."""

    @property
    def document(self) -> dict[str, Any]:
        return {
            "resource": self.seen.identity,
            "message": self.message,
            "complete": self.is_complete,
            "generation": self.seen.generation,
        }


@dataclass(frozen=True, slots=True)
class _Wish:
    """A patch, in words before and after, and what it is when it has come true."""

    changes: Mapping[str, Any]
    doing: str
    said: str
    reached: Callable[[Seen], bool]


def restart(cluster: Cluster, name: str, patience: Patience) -> Done:
    """The job restarts from a snapshot of itself. Raises AuthPulseError where there is none that runs."""
    seen = Seen(cluster.get(AUTHPULSES, name))
    if seen.spec.get("suspend"):
        raise AuthPulseError(
            f"{seen.identity} is suspended: there is no job to restart; `kubectl authpulse resume {name}`"
        )
    nonce = int(seen.spec.get("flink", {}).get("restartNonce", 0)) + 1
    changes = {"spec": {"flink": {"restartNonce": nonce}}}
    return _change(
        cluster, name, patience, _Wish(changes, "restarting", f"restarted (restartNonce {nonce})", _is_ready)
    )


def suspend(cluster: Cluster, name: str, patience: Patience) -> Done:
    """The job stops with a snapshot."""
    said = "suspended: the job is stopped, its snapshot is kept"
    return _change(cluster, name, patience, _Wish({"spec": {"suspend": True}}, "suspending", said, _is_suspended))


def resume(cluster: Cluster, name: str, patience: Patience) -> Done:
    """The job goes on from its snapshot."""
    return _change(cluster, name, patience, _Wish({"spec": {"suspend": False}}, "resuming", "resumed", _is_ready))


def rollback(cluster: Cluster, name: str, patience: Patience) -> Done:
    """The deployment on trial is given up for the last stable one. Raises AuthPulseError where there is none."""
    seen = Seen(cluster.get(AUTHPULSES, name))
    deployment, stable = seen.status.deployment, seen.status.last_stable
    if deployment is None or stable is None:
        raise AuthPulseError(f"{seen.identity} has had no stable deployment yet: there is nothing to roll back to")
    if deployment.id == stable.id:
        raise AuthPulseError(
            f"{seen.identity} runs its last stable deployment {stable.id}: to go further back, apply an earlier "
            "manifest, with flink.redeploy for an earlier snapshot"
        )
    changes = {"metadata": {"annotations": {ABANDON_ANNOTATION: deployment.id}}}
    said = f"rolled back from {deployment.id} to {stable.id}; another spec is tried, this one is not"

    def is_back(now: Seen) -> bool:
        ready, given_up = now.status.condition(ConditionType.READY), now.status.failed
        is_given_up = given_up is not None and given_up.id == deployment.id
        return is_given_up and ready is not None and ready.reason is Reason.ROLLED_BACK

    return _change(cluster, name, patience, _Wish(changes, "rolling back", said, is_back))


def _is_ready(seen: Seen) -> bool:
    return seen.is_ready


def _is_suspended(seen: Seen) -> bool:
    return seen.is_suspended


def _change(cluster: Cluster, name: str, patience: Patience, wish: _Wish) -> Done:
    cluster.get(AUTHPULSES, name)  # for a message that names those that are there
    changed = Seen(cluster.merge(AUTHPULSES, name, wish.changes))
    if not patience.wait:
        message = f"{wish.doing}: `kubectl authpulse status {name}` shows how far it is"
        return Done(changed, message, is_complete=False)
    return Done(wait_until(wish.reached, cluster, name, wish.doing, patience), wish.said, is_complete=True)
