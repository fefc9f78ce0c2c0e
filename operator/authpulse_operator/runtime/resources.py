"""From a resource in a cluster to the plan and the ports of a pass.

A spec that cannot be used does not stop healing: the last one that could, which the status has, takes its place, and
the plan says what is wrong with the new one. What does not change between two looks is made once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from authpulse.errors import InputError
from authpulse.names import Names
from authpulse_operator.api.resource import API_VERSION, GROUP, KIND, AuthPulse, parse_manifest
from authpulse_operator.core.meaning import names_of
from authpulse_operator.ports.flink import FlinkService
from authpulse_operator.ports.foundation import ArtifactStore, Foundations
from authpulse_operator.ports.recording import Clock, SnapshotStatusWriter, StatusWriter
from authpulse_operator.ports.references import SnapshotReferences
from authpulse_operator.ports.telemetry import Events, Telemetry
from authpulse_operator.ports.workloads import Workloads
from authpulse_operator.runtime.passes import Plan, World
from authpulse_operator.runtime.planning import Material, plan_of

Document = Mapping[str, Any]
"""A resource as the API server gave it. Nobody changes one."""


@dataclass(frozen=True, slots=True)
class AwsPorts:
    """AWS as one resource may use it."""

    flink: FlinkService
    foundations: Foundations
    artifacts: ArtifactStore
    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class KubePorts:
    """The cluster around one resource, from the document that it was first seen with."""

    status: StatusWriter
    events: Events
    references: SnapshotReferences


class Worlds(Protocol):
    """Where the ports of resources come from."""

    @property
    def clock(self) -> Clock: ...

    def account(self, resource: AuthPulse) -> str:
        """The account that the resource's credentials are of. Raises OperatorError."""

    def aws(self, resource: AuthPulse, names: Names) -> AwsPorts:
        """Raises OperatorError where the credentials cannot be used. Shares what it can between resources."""

    def kube(self, document: Document) -> KubePorts: ...

    def workloads(self, resource: AuthPulse, names: Names) -> Workloads:
        """Of a resource as its spec is now. Raises OperatorError like `aws`."""

    def endpoint(self, resource: AuthPulse) -> str | None:
        """Of a local AWS, where there is one."""

    def snapshot_status(self, document: Document) -> SnapshotStatusWriter:
        """Of an AuthPulseSnapshot, from the document that it was first seen with."""

    def find(self, namespace: str, name: str) -> Document | None:
        """An AuthPulse as the API server has it; None where there is none. Raises OperatorError."""

    def refreshed(self, document: Document) -> Document | None:
        """The same object as it is now; None when it is gone or another has its name."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a pass needs that changes with the spec only."""

    plan: Plan
    workloads: Workloads


@dataclass(eq=False)
class Known:
    """What is kept of one resource from look to look."""

    ports: KubePorts
    made_from: object = None
    prepared: Prepared | None = None
    """From that."""


def prepare(document: Document, known: Known, worlds: Worlds, material: Material) -> Prepared:
    """Raises InputError if neither the spec nor one before it can be used, and OperatorError where the account or the
    credentials stand in the way."""
    metadata = document["metadata"]
    # no other spec is accepted while this one is there; one that is being deleted may need less
    made_from = (metadata["generation"], our_annotations(metadata), "deletionTimestamp" in metadata)
    if known.prepared is not None and known.made_from == made_from:
        return known.prepared
    try:
        prepared = _prepare(document["spec"], document, worlds, material)
    except InputError as error:
        accepted = known.ports.status.read().accepted
        if accepted is None:
            raise
        prepared = _prepare(accepted.spec, document, worlds, material, problem=in_one_line(error))
    known.made_from, known.prepared = made_from, prepared
    return prepared


def world_for(prepared: Prepared, known: Known, worlds: Worlds) -> World:
    """The ports for a pass. Raises OperatorError where the credentials cannot be used."""
    plan = prepared.plan
    aws = worlds.aws(plan.resource, plan.foundation.names)
    return World(
        flink=aws.flink,
        foundations=aws.foundations,
        artifacts=aws.artifacts,
        workloads=prepared.workloads,
        telemetry=aws.telemetry,
        references=known.ports.references,
        status=known.ports.status,
        events=known.ports.events,
        clock=worlds.clock,
    )


def parse(document: Document, spec: Mapping[str, Any]) -> AuthPulse:
    """The resource with that spec. Raises InputError."""
    manifest = {"apiVersion": API_VERSION, "kind": KIND, "metadata": document["metadata"], "spec": spec}
    return parse_manifest(manifest, "resource")


def our_annotations(metadata: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Those that mean something to the operator."""
    annotations = metadata.get("annotations") or {}
    return tuple(sorted((k, v) for k, v in annotations.items() if k.startswith(f"{GROUP}/")))


def in_one_line(error: Exception) -> str:
    """For the message of a condition."""
    return "; ".join(str(error).splitlines())


def _prepare(
    spec: Mapping[str, Any], document: Document, worlds: Worlds, material: Material, *, problem: str | None = None
) -> Prepared:
    resource = parse(document, spec)
    popularity = resource.spec.flink.scoring.host_popularity
    if popularity and not popularity.startswith("s3://"):
        raise InputError(f"spec.flink.scoring.hostPopularity: {popularity}: a cluster has no files; upload it to s3://")
    names = names_of(resource.spec, worlds.account(resource))
    plan = plan_of(resource, names, material, endpoint=worlds.endpoint(resource), problem=problem)
    return Prepared(plan, worlds.workloads(resource, names))
