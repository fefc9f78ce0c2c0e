"""Putting the operator together for a cluster: adapters in the places of ports. The only module that knows both."""

from dataclasses import dataclass, field

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.events import KubeEvents
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.references import KubeSnapshotReferences
from authpulse_operator.adapters.kube.status import KubeStatus
from authpulse_operator.ports.recording import Clock
from authpulse_operator.runtime.resources import Document, KubePorts

KINDS = {k.kind: k for k in (AUTHPULSES, SNAPSHOTS)}


@dataclass(eq=False)
class Cluster:
    """The Kubernetes half of `resources.Worlds`."""

    api: KubeApi
    clock: Clock
    lists: SharedLists = field(init=False)

    def __post_init__(self) -> None:
        self.lists = SharedLists(self.api)

    def kube(self, document: Document) -> KubePorts:
        owner = owner_of(document)
        return KubePorts(
            status=KubeStatus(self.api, owner, last=document.get("status"), clock=self.clock),
            events=KubeEvents(self.api, owner, clock=self.clock),
            references=KubeSnapshotReferences(self.lists, owner),
        )

    def refreshed(self, document: Document) -> Document | None:
        owner = owner_of(document)
        found = self.api.get(owner.kind, owner.namespace, owner.name)
        return found if found is not None and found["metadata"]["uid"] == owner.uid else None


def owner_of(document: Document) -> Owner:
    metadata = document["metadata"]
    return Owner(metadata["namespace"], metadata["name"], metadata["uid"], KINDS[document["kind"]])
