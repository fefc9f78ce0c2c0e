"""What stands around the adapters of a cluster: calls that are counted, checkpoints in memory, and Jobs that end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authpulse.names import Names
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, JOBS, PODS, Owner
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.api.resource import AuthPulse, parse_manifest

AT = "2025-06-02T09:00:00Z"
NAMES = Names("dev", "000000000000", "us-east-1")
WORKER = WorkerSettings(image="authpulse:1", requests={"cpu": "1000m", "memory": "1024Mi"}, service_account="worker")


def make_resource(api: KubeApi, namespace: str, name: str = "dev", **spec: Any) -> Owner:
    """An AuthPulse resource in the API server."""
    document = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"environment": "dev", **spec},
    }
    return Owner(namespace, name, api.create(AUTHPULSES, document)["metadata"]["uid"])


def resource_of(owner: Owner, **spec: Any) -> AuthPulse:
    """The same as the operator reads it, with that spec."""
    document = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"namespace": owner.namespace, "name": owner.name, "uid": owner.uid},
        "spec": {"environment": "dev", **spec},
    }
    return parse_manifest(document, "test")


@dataclass
class Calls:
    """`KubeApi`'s on_call."""

    made: list[tuple[str, str, int]] = field(default_factory=list)

    def __call__(self, verb: str, resource: str, status: int) -> None:
        self.made.append((verb, resource, status))

    def of(self, verb: str, resource: str) -> int:
        return sum(1 for v, r, _ in self.made if (v, r) == (verb, resource))


@dataclass
class Checkpoints:
    """`ProgressReader`: by key; `reads` counts how often one was asked for."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    reads: int = 0

    def read(self, key: str) -> Mapping[str, Any] | None:
        self.reads += 1
        return self.kept.get(key)


@dataclass
class JobController:
    """Says of Jobs what the cluster's controller would: the API server holds it to the same rules."""

    api: KubeApi
    owner: Owner

    def begins(self, name: str) -> None:
        self._say(name, {"active": 1, "startTime": AT})

    def holds(self, name: str) -> None:
        """Its pod has ended."""
        self._say(name, {"active": 0, "startTime": None, "conditions": [_condition("Suspended", "JobSuspended")]})

    def completes(self, name: str) -> None:
        self._end(name, "SuccessCriteriaMet", "Complete", succeeded=1, completionTime=AT)

    def fails(self, name: str, *, last_words: str | None = None, exit_code: int = 1) -> None:
        """With a pod that leaves its last words, or with none at all."""
        if last_words is not None:
            self.pod_ends(name, last_words, exit_code)
        self._end(name, "FailureTarget", "Failed", failed=1)

    def job(self, name: str) -> dict[str, Any]:
        found = self.api.get(JOBS, self.owner.namespace, name)
        assert found is not None
        return found

    def pod_ends(self, name: str, last_words: str, exit_code: int) -> None:
        namespace = self.owner.namespace
        job = self.job(name)
        template = job["spec"]["template"]
        pod = {"namespace": namespace, "name": f"{name}-{job['metadata']['uid'][:5]}"}
        self.api.create(PODS, {"metadata": template["metadata"] | pod, "spec": template["spec"]})
        ended = {"exitCode": exit_code, "reason": "Error", "message": last_words, "startedAt": AT, "finishedAt": AT}
        status = {"name": "worker", "ready": False, "restartCount": 0, "image": "a", "imageID": "a"}
        statuses = [{**status, "state": {"terminated": ended}}]
        changes = {"status": {"phase": "Failed", "containerStatuses": statuses}}
        self.api.patch(PODS, namespace, pod["name"], changes, subresource="status")

    def _end(self, name: str, on_the_way: str, condition: str, **status: Any) -> None:
        conditions = [_condition(on_the_way, "Test"), _condition(condition, "Test")]
        self._say(
            name, {"active": 0, "startTime": AT, "conditions": conditions, "uncountedTerminatedPods": {}, **status}
        )

    def _say(self, name: str, status: dict[str, Any]) -> None:
        self.api.patch(JOBS, self.owner.namespace, name, {"status": status}, subresource="status")


def _condition(kind: str, reason: str) -> dict[str, str]:
    return {
        "type": kind,
        "status": "True",
        "reason": reason,
        "message": f"{kind} it is",
        "lastTransitionTime": AT,
        "lastProbeTime": AT,
    }
