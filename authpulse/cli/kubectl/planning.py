"""`plan` against a cluster: the resource and its status from there, AWS with your credentials, or the status alone."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from authpulse.cli import places
from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.seen import Seen
from authpulse.cli.kubectl.told import Told
from authpulse.cli.pipeline import RULES
from authpulse.cli.plan import Planned
from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.documents import read_yaml
from authpulse.errors import InputError
from authpulse.names import Names, code_key
from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS
from authpulse_operator.adapters.local.clock import SystemClock
from authpulse_operator.api.resource import AuthPulse, parse_manifest
from authpulse_operator.api.spec import Spec
from authpulse_operator.api.status import Status
from authpulse_operator.core.comparing import changed_fields
from authpulse_operator.core.errors import OperatorError
from authpulse_operator.core.meaning import names_of
from authpulse_operator.core.recalling import recalled
from authpulse_operator.core.replaying import run_of
from authpulse_operator.runtime.foretelling import foretell_from_memory, foretell_from_nothing, foretell_now
from authpulse_operator.runtime.passes import Plan, World
from authpulse_operator.runtime.planning import Material, plan_of, sha256_of

OPERATORS_CODE: Final = "that-comes-with-the-operator"
"""In place of a hash, where the operator's zip is not known here."""

MakeWorld = Callable[[Session, Names, Told], World]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A manifest, and what the cluster tells of the resource of its name."""

    resource: AuthPulse
    told: Told

    def plan(self, account: str, endpoint: str | None) -> Plan:
        """What it means. Raises InputError."""
        spec = self.resource.spec
        names = names_of(spec, account)
        material = Material(places.JOB_ZIP, self._code(), read_yaml(RULES))
        return plan_of(self.resource, names, material, endpoint=endpoint)

    def _code(self) -> str:
        """The operator's zip is the one that runs; where none does, the one that is built here."""
        application = self.told.status.application
        if application is not None and application.code == code_key(sha := Path(application.code).stem):
            return sha
        return sha256_of(places.JOB_ZIP) if places.JOB_ZIP.exists() else OPERATORS_CODE


def aws_world(session: Session, names: Names, told: Told) -> World:
    """AWS as it is, and the cluster as the status tells it."""
    return World(
        flink=AwsFlinkService(session),
        foundations=AwsFoundations(session),
        artifacts=AwsArtifactStore(session, names.bucket),
        workloads=told,
        telemetry=told,
        references=told,
        status=told,
        events=told,
        clock=SystemClock(),
    )


def plan_in_cluster(manifest: Path, cluster: Cluster, *, make_world: MakeWorld | None = None) -> Planned:
    """Raises AuthPulseError for mistakes in the manifest and where the cluster does not answer."""
    wanted = _read(manifest, cluster)
    spec = wanted.resource.spec
    endpoint = spec.aws.endpoint or os.environ.get("AWS_ENDPOINT_URL")
    changes = changed_fields(wanted.told.applied, spec) if wanted.told.applied else ()
    session = Session(spec.aws.region, endpoint, account=spec.aws.account)
    try:
        plan = wanted.plan(spec.aws.account or session.caller_account(), endpoint)
        forecast = foretell_now(plan, (make_world or aws_world)(session, plan.foundation.names, wanted.told))
        where = f"against the cluster and AWS ({endpoint or spec.aws.region})"
        return Planned(wanted.resource, forecast, where, changes, in_cluster=True)
    except OperatorError as error:
        return replace(_without_aws(wanted, endpoint, str(error)), changes=changes)


def _read(manifest: Path, cluster: Cluster) -> _Wanted:
    document: Any = read_yaml(manifest)
    resource = parse_manifest(document, str(manifest))
    popularity = resource.spec.flink.scoring.host_popularity
    if popularity and not popularity.startswith("s3://"):
        raise InputError(
            f"{manifest}: spec.flink.scoring.hostPopularity: {popularity}: a cluster has no files; upload it to s3://"
        )
    namespace = document["metadata"].get("namespace") or cluster.namespace
    cluster = replace(cluster, namespace=namespace)
    name = resource.metadata.name
    found = cluster.find(AUTHPULSES, name)
    live = None if found is None else Seen(found)
    generation, applied = 1, None
    if live is not None:
        applied = parse_manifest({k: live.document[k] for k in ("apiVersion", "kind", "metadata", "spec")}, name).spec
        generation = live.generation + (applied != resource.spec)
    update = {"namespace": namespace, "generation": generation} | _of_live(live)
    resource = resource.model_copy(update={"metadata": resource.metadata.model_copy(update=update)})
    return _Wanted(resource, _told(live, applied, cluster))


def _of_live(live: Seen | None) -> dict[str, Any]:
    """Annotations that are set by hand stay when a manifest is applied."""
    return {} if live is None else {"annotations": live.annotations, "uid": live.document["metadata"].get("uid", "")}


def _told(live: Seen | None, applied: Spec | None, cluster: Cluster) -> Told:
    if live is None:
        return Told(Status(), None)
    ours = (s for s in cluster.all(SNAPSHOTS) if s["spec"].get("authPulse") == live.name)
    names = frozenset(str(n) for s in ours if (n := (s.get("status") or {}).get("snapshotName")))
    return Told(live.status, applied, names)


def _without_aws(wanted: _Wanted, endpoint: str | None, why: str) -> Planned:
    """What the operator saw last, or nothing."""
    clock, told = SystemClock(), wanted.told
    plan = wanted.plan(wanted.resource.spec.aws.account or LOCAL_ACCOUNT, endpoint)
    seen = None
    if told.applied is not None:
        seen = recalled(told.status, told.applied, owner=wanted.resource.identity, now=clock.now())
    if seen is None:
        basis = f"from nothing: AWS was not asked ({why})"
        return Planned(wanted.resource, foretell_from_nothing(plan, clock.now()), basis, in_cluster=True)
    runs = ((r, run_of(r, rounds=told.status.replay_rounds)) for r in wanted.resource.spec.replays)
    seen = replace(
        seen,
        outdated_replays=frozenset(run for r, run in runs if told.is_outdated(r, run)),
        workload_drift=told.drift(wanted.resource),
        kept_snapshots=told.kept(),
    )
    forecast = foretell_from_memory(plan, told.status, seen, clock.now())
    return Planned(
        wanted.resource, forecast, f"from what the operator saw last: AWS was not asked ({why})", in_cluster=True
    )
