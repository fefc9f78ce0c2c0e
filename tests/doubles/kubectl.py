"""A Kubernetes API in memory, as small as the plugin's needs: what `Cluster` calls of the Kubernetes package."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from kubernetes.client.exceptions import ApiException

from authpulse.cli.kubectl.cluster import Cluster

NOW = datetime(2025, 6, 2, 9, tzinfo=UTC)


def refusal(status: int, reason: str = "", message: str = "said no") -> ApiException:
    """As the API server says no: a Status object, or plain text where nothing is served."""
    error = ApiException(status=status, reason=reason)
    error.body = (
        json.dumps({"kind": "Status", "reason": reason, "message": message}) if reason else "404 page not found"
    )
    return error


@dataclass
class FakeKube:
    """`CustomObjectsApi` and `CoreV1Api` at once."""

    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """By plural and name."""
    events: list[dict[str, Any]] = field(default_factory=list)
    pods: list[dict[str, Any]] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None
    """What every call is answered with."""
    patches: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    operator: Callable[["FakeKube"], None] = lambda _kube: None
    """What an operator does between two looks."""

    @property
    def cluster(self) -> Cluster:
        return Cluster("security", self, self)

    def add(self, plural: str, document: dict[str, Any]) -> None:
        self.objects[plural, document["metadata"]["name"]] = document

    def get_namespaced_custom_object(self, *where: str, _request_timeout: Any) -> Any:
        self._answer()
        self.operator(self)
        *_, plural, name = where
        if (plural, name) not in self.objects:
            raise refusal(404, "NotFound", f'{plural} "{name}" not found')
        return copy.deepcopy(self.objects[plural, name])

    def list_namespaced_custom_object(self, *where: str, _request_timeout: Any) -> Any:
        self._answer()
        return {"items": [copy.deepcopy(o) for (plural, _), o in self.objects.items() if plural == where[-1]]}

    def create_namespaced_custom_object(self, *where: Any, **options: Any) -> Any:
        self._answer()
        assert (options["field_manager"], options["field_validation"]) == ("kubectl-authpulse", "Strict")
        *_, plural, document = where
        made = {**document, "metadata": {**document["metadata"], "uid": "uid", "generation": 1}}
        self.add(plural, made)
        return copy.deepcopy(made)

    def patch_namespaced_custom_object(self, *where: Any, **options: Any) -> Any:
        self._answer()
        assert options["_content_type"] == "application/merge-patch+json"
        *_, plural, name, changes = where
        before = self.objects[plural, name]
        after = merged(before, changes)
        after["metadata"]["generation"] += after["spec"] != before["spec"]
        self.patches.append((name, changes))
        self.objects[plural, name] = after
        return copy.deepcopy(after)

    def list_namespaced_event(self, namespace: str, *, field_selector: str, **_: Any) -> Any:
        self._answer()
        assert field_selector.startswith("involvedObject.kind=AuthPulse,involvedObject.name=")
        return _raw({"items": self.events})

    def list_namespaced_pod(self, namespace: str, *, label_selector: str, **_: Any) -> Any:
        self._answer()
        key, _, value = label_selector.partition("=")
        return _raw({"items": [p for p in self.pods if p["metadata"]["labels"].get(key) == value]})

    def read_namespaced_pod_log(self, pod: str, namespace: str, *, tail_lines: int, **_: Any) -> Any:
        self._answer()
        lines = self.logs[pod].splitlines(keepends=True)[-tail_lines:]
        return SimpleNamespace(data="".join(lines).encode())

    def _answer(self) -> None:
        if self.error is not None:
            raise self.error


def merged(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What a JSON merge patch makes of a document."""
    after = dict(before)
    for key, value in changes.items():
        after[key] = merged(after.get(key) or {}, value) if isinstance(value, dict) else value
    return after


def _raw(document: Any) -> Any:
    return SimpleNamespace(data=json.dumps(document).encode())


def condition(kind: str, status: str, reason: str, message: str = "", *, generation: int = 1) -> dict[str, Any]:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "observedGeneration": generation,
        "lastTransitionTime": (NOW - timedelta(hours=1)).isoformat(),
    }


READY = (condition("Ready", "True", "AsSpecified"), condition("Reconciling", "False", "AsSpecified"))


def ready(generation: int = 1, **status: Any) -> dict[str, Any]:
    """A status of a resource that is as specified."""
    return {"observedGeneration": generation, "conditions": list(READY), "application": application(), **status}


def stalled(reason: str, message: str, generation: int = 1, **status: Any) -> dict[str, Any]:
    conditions = [condition(k, s, reason, message) for k, s in (("Ready", "False"), ("Stalled", "True"))]
    return {"observedGeneration": generation, "conditions": conditions, "application": application(), **status}


def application(status: str = "RUNNING") -> dict[str, Any]:
    return {"name": "authpulse-dev", "status": status, "versionId": 4, "code": "code/a.zip", "parallelism": 2}


def resource(status: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    document = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": "dev", "namespace": "security", "uid": "1", "generation": 1},
        "spec": {"environment": "dev", **spec},
    }
    return document | ({"status": status} if status is not None else {})
