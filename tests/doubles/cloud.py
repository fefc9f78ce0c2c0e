"""One AWS in memory behind many resources of a real cluster: `runtime.resources.Worlds` for tests and benchmarks."""

from dataclasses import dataclass, field

from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.names import Names
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.composing import Cluster
from authpulse_operator.core.errors import Unreachable
from authpulse_operator.ports.recording import SnapshotStatusWriter
from authpulse_operator.ports.workloads import Workloads
from authpulse_operator.runtime.resources import AwsPorts, Document, KubePorts
from doubles.clock import FastClock
from doubles.flink import FakeFlink
from doubles.world import FakeArtifacts, FakeFoundations, FakeTelemetry, FakeWorkloads


@dataclass(eq=False)
class FakeCloud:
    """What all resources share outlives the operator, as an AWS does. `is_away`: nothing answers."""

    clock: FastClock
    is_away: bool = False
    foundations: FakeFoundations = field(default_factory=lambda: FakeFoundations(there=True, shards=2))
    artifacts: FakeArtifacts = field(default_factory=FakeArtifacts)
    telemetry: FakeTelemetry = field(default_factory=FakeTelemetry)
    workloads: dict[str, FakeWorkloads] = field(default_factory=dict)
    """By namespace and name of the resource."""
    flink: FakeFlink = field(init=False)

    def __post_init__(self) -> None:
        self.flink = FakeFlink(self.clock)


@dataclass(eq=False)
class FakeWorlds:
    """The cloud in memory, the cluster as it is."""

    cloud: FakeCloud
    cluster: Cluster

    @property
    def clock(self) -> FastClock:
        return self.cloud.clock

    def account(self, resource: AuthPulse) -> str:
        return resource.spec.aws.account or LOCAL_ACCOUNT

    def aws(self, resource: AuthPulse, names: Names) -> AwsPorts:
        if self.cloud.is_away:
            raise Unreachable("looking for AWS: AWS does not answer", after_seconds=5)
        cloud = self.cloud
        return AwsPorts(cloud.flink, cloud.foundations, cloud.artifacts, cloud.telemetry)

    def kube(self, document: Document) -> KubePorts:
        return self.cluster.kube(document)

    def workloads(self, resource: AuthPulse, names: Names) -> Workloads:
        return self.cloud.workloads.setdefault(resource.identity, FakeWorkloads())

    def endpoint(self, resource: AuthPulse) -> str | None:
        return resource.spec.aws.endpoint

    def snapshot_status(self, document: Document) -> SnapshotStatusWriter:
        return self.cluster.snapshot_status(document)

    def find(self, namespace: str, name: str) -> Document | None:
        return self.cluster.find(namespace, name)

    def refreshed(self, document: Document) -> Document | None:
        return self.cluster.refreshed(document)
