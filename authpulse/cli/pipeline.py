"""One pipeline on one machine, put together: the resource, the local AWS, the ports and the plan."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from authpulse.cli import places
from authpulse.configuration import BUCKETS_PER_SHARD, LOCAL_ACCOUNT, Aws
from authpulse.documents import read_yaml
from authpulse.errors import InputError, ReachabilityError
from authpulse.names import Names
from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.aws.telemetry import AwsTelemetry
from authpulse_operator.adapters.local.clock import SystemClock
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAws, LocalAwsProcess
from authpulse_operator.adapters.local.quiet import NoEvents, NoReferences
from authpulse_operator.adapters.local.replays import LocalReplays
from authpulse_operator.adapters.local.status_file import StatusFile
from authpulse_operator.api.resource import AuthPulse, parse_manifest
from authpulse_operator.core.meaning import names_of, rules_of
from authpulse_operator.runtime.passes import Plan, World
from authpulse_operator.runtime.planning import RULES_FIELD, Material, plan_of, sha256_of
from lakehouse.athena import Athena
from lakehouse.clients import Clients

RULES = Path(places.ROOT / "flink_job/rules.yaml")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A resource with a local AWS behind it."""

    resource: AuthPulse
    home: Home
    aws: LocalAws

    @property
    def names(self) -> Names:
        return names_of(self.resource.spec, LOCAL_ACCOUNT)

    @property
    def session(self) -> Session:
        return Session(self.names.region, self.aws.endpoint)

    def athena(self) -> Athena:
        clients = Clients(Aws(region=self.names.region, endpoint_url=self.aws.endpoint))
        return Athena(clients, self.names.database, self.names.work_group)

    def world(self) -> World:
        return World(
            flink=AwsFlinkService(self.session),
            foundations=AwsFoundations(self.session),
            artifacts=AwsArtifactStore(self.session, self.names.bucket),
            workloads=LocalReplays(self.home, configuration=self.home.configuration),
            telemetry=AwsTelemetry(self.session),
            references=NoReferences(),
            status=StatusFile(self.home.status),
            events=NoEvents(),
            clock=SystemClock(),
        )

    def plan(self) -> Plan:
        """What the resource means here. Raises PrerequisiteError while the job is not built, InputError for rules."""
        spec, code = self.resource.spec, places.JOB_ZIP
        if not spec.suspend:  # stopping needs neither code nor files
            places.built(code)
        table = spec.flink.scoring.host_popularity
        is_here = table is not None and not table.startswith("s3://") and not spec.suspend
        material = Material(code, sha256_of(code) if code.exists() else "", read_yaml(RULES))
        return plan_of(
            self.resource,
            self.names,
            material,
            endpoint=self.aws.endpoint,
            popularity=Path(table) if table and is_here else None,
        )

    def write_configuration(self) -> None:
        """The settings for tools started by hand, and for the replays."""
        document = {
            "environment": self.names.environment,
            "aws": {
                "account": self.names.account,
                "region": self.names.region,
                "endpoint_url": self.aws.endpoint,
            },
            "producer": {"buckets": BUCKETS_PER_SHARD * self.resource.spec.stream.shards},
        }
        self.home.configuration.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def local_aws_of(home: Home) -> LocalAwsProcess:
    """The local AWS of a folder, running or not. Raises PrerequisiteError without its environments."""
    return LocalAwsProcess(home.local_aws, places.python_of("localstack"), places.python_of("flink"))


def read_resource(manifest: Path, *, replay: dict[str, Any] | None = None) -> AuthPulse:
    """The resource in a manifest, with its files found; `replay` takes the place of its replays.

    Raises InputError for mistakes in the manifest and its rules, and for a file that it names and that cannot be read.
    """
    document = read_yaml(manifest)
    if replay is not None and isinstance(document, dict) and isinstance(document.get("spec"), dict):
        document["spec"]["replays"] = [replay]
    resource = parse_manifest(document, str(manifest))
    spec = resource.spec
    rules_of(spec, read_yaml(RULES), f"{manifest}: {RULES_FIELD}")
    replays = tuple(r.model_copy(update={"input": _found(manifest, r.input, f"replay {r.name}")}) for r in spec.replays)
    scoring = spec.flink.scoring
    if scoring.host_popularity and not scoring.host_popularity.startswith("s3://"):
        table = _found(manifest, scoring.host_popularity, "spec.flink.scoring.hostPopularity")
        scoring = scoring.model_copy(update={"host_popularity": table})
    flink = spec.flink.model_copy(update={"scoring": scoring})
    return resource.model_copy(update={"spec": spec.model_copy(update={"replays": replays, "flink": flink})})


def running_pipeline(environment: str | None) -> Pipeline:
    """The pipeline that runs here. Raises ReachabilityError when none does, and what `home_of` raises."""
    home = home_of(environment)
    resource = home.applied()
    aws = local_aws_of(home).find()
    if resource is None or aws is None:
        raise ReachabilityError(f"no pipeline runs in {home.path}: start one with `authpulse up -f MANIFEST`")
    return Pipeline(resource, home, aws)


def home_of(environment: str | None) -> Home:
    """The folder of an environment, or of the only one there is.

    Raises ReachabilityError when nothing was started here, and InputError when it is not clear which is meant.
    """
    known = places.environments_at_home()
    if not known:
        raise ReachabilityError("nothing was started here yet: `authpulse up -f deploy/examples/dev.yaml`")
    if environment is None and len(known) > 1:
        raise InputError(f"several environments are here ({', '.join(known)}): name one with --environment")
    if environment is not None and environment not in known:
        raise InputError(f"no environment {environment!r} is here; there are {', '.join(known)}")
    return Home(places.home(environment or known[0]))


def _found(manifest: Path, name: str, what: str) -> str:
    """A file that a manifest names, relative to it."""
    path = (manifest.parent / name).resolve()
    try:
        with path.open("rb"):
            return str(path)
    except OSError as error:
        raise InputError(f"{manifest}: {what}: {name} cannot be read: {error.strerror}") from error
