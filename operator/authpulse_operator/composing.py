"""Putting the operator together for a cluster: adapters in the places of ports. The only module that knows both."""

from dataclasses import dataclass, field
from typing import Final

from authpulse.names import Names
from authpulse_operator.adapters.aws.progress import S3Progress
from authpulse_operator.adapters.aws.sharing import AwsOfRights, SharedAws
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.events import KubeEvents
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.references import KubeSnapshotReferences
from authpulse_operator.adapters.kube.snapshot_status import KubeSnapshotStatus
from authpulse_operator.adapters.kube.status import KubeStatus
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.ports.recording import Clock
from authpulse_operator.runtime.resources import AwsPorts, Document, KubePorts

KINDS = {k.kind: k for k in (AUTHPULSES, SNAPSHOTS)}
UNASKED: Final = "000000000000"
"""In place of an account, in names by which nothing is called any more."""


class Uncounted:
    """`ProgressReader` of a resource that goes without AWS: how far its replays were is of no use any more."""

    def read(self, _key: str) -> None:
        return None


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

    def snapshot_status(self, document: Document) -> KubeSnapshotStatus:
        return KubeSnapshotStatus(self.api, owner_of(document), last=document.get("status"))

    def find(self, namespace: str, name: str) -> Document | None:
        return self.api.get(AUTHPULSES, namespace, name)

    def refreshed(self, document: Document) -> Document | None:
        owner = owner_of(document)
        found = self.api.get(owner.kind, owner.namespace, owner.name)
        return found if found is not None and found["metadata"]["uid"] == owner.uid else None


@dataclass(eq=False)
class AwsWorlds:
    """`resources.Worlds`: each resource's AWS by its credentials, all in one cluster."""

    cluster: Cluster
    shared: SharedAws
    worker: WorkerSettings
    default_endpoint: str | None = None

    @property
    def clock(self) -> Clock:
        return self.cluster.clock

    def account(self, resource: AuthPulse) -> str:
        if resource.spec.aws.account:
            return resource.spec.aws.account
        return UNASKED if resource.leaves_aws_as_it_is else self._of(resource).session.caller_account()

    def aws(self, resource: AuthPulse, names: Names) -> AwsPorts:
        of = self._of(resource)
        return AwsPorts(of.flink, of.foundations, of.artifacts(names.bucket), of.telemetry)

    def kube(self, document: Document) -> KubePorts:
        return self.cluster.kube(document)

    def workloads(self, resource: AuthPulse, names: Names) -> KubeWorkloads:
        uncounted = resource.leaves_aws_as_it_is
        return KubeWorkloads(
            self.cluster.api,
            self.cluster.lists,
            resource,
            names=names,
            settings=self.worker,
            progress=Uncounted() if uncounted else S3Progress(self._of(resource).session, names.bucket),
            clock=self.clock,
        )

    def endpoint(self, resource: AuthPulse) -> str | None:
        return resource.spec.aws.endpoint or self.default_endpoint

    def snapshot_status(self, document: Document) -> KubeSnapshotStatus:
        return self.cluster.snapshot_status(document)

    def find(self, namespace: str, name: str) -> Document | None:
        return self.cluster.find(namespace, name)

    def refreshed(self, document: Document) -> Document | None:
        return self.cluster.refreshed(document)

    def _of(self, resource: AuthPulse) -> AwsOfRights:
        aws = resource.spec.aws.model_copy(update={"endpoint": self.endpoint(resource)})
        return self.shared.of(aws, namespace=resource.metadata.namespace)


def owner_of(document: Document) -> Owner:
    metadata = document["metadata"]
    return Owner(metadata["namespace"], metadata["name"], metadata["uid"], KINDS[document["kind"]])
