"""The kinds of objects that the operator reads and writes, and how one of them refers to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from authpulse_operator.api.resource import API_VERSION, KIND
from authpulse_operator.api.snapshot import KIND as SNAPSHOT_KIND

Json = dict[str, Any]
Object = Mapping[str, Any]
"""One that is only read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind, and where the API server has its objects."""

    api_version: str
    kind: str
    plural: str

    def path(self, namespace: str | None, name: str | None = None, subresource: str | None = None) -> str:
        """Of a list, an object or its subresource. Without a namespace: all of them."""
        root = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        below = "".join(f"/{quote(part, safe='')}" for part in (name, subresource) if part)
        return f"{root}{within}/{self.plural}{below}"


AUTHPULSES: Final = Kind(API_VERSION, KIND, "authpulses")
SNAPSHOTS: Final = Kind(API_VERSION, SNAPSHOT_KIND, "authpulsesnapshots")
JOBS: Final = Kind("batch/v1", "Job", "jobs")
CRON_JOBS: Final = Kind("batch/v1", "CronJob", "cronjobs")
PODS: Final = Kind("v1", "Pod", "pods")
SECRETS: Final = Kind("v1", "Secret", "secrets")
EVENTS: Final = Kind("events.k8s.io/v1", "Event", "events")


@dataclass(frozen=True, slots=True)
class Owner:
    """A resource of ours, as what belongs to it refers to it. Another uid is another resource of the same name."""

    namespace: str
    name: str
    uid: str
    kind: Kind = AUTHPULSES

    def __str__(self) -> str:
        return f"{self.kind.kind} {self.namespace}/{self.name}"

    @property
    def reference(self) -> Json:
        """For `ownerReferences`: what belongs to it is collected with it, and nobody else's controller takes it."""
        return {
            "apiVersion": self.kind.api_version,
            "kind": self.kind.kind,
            "name": self.name,
            "uid": self.uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }

    def owns(self, found: Object) -> bool:
        """Whether it is the controller of an object that was read."""
        return controller_of(found) == self.uid


def controller_of(found: Object) -> str | None:
    """The uid of the controller of an object that was read."""
    references = found["metadata"].get("ownerReferences", ())
    return next((str(r["uid"]) for r in references if r.get("controller")), None)
