"""The calls that a plan shows are those that the adapters make: boto3's clients tell which, and nothing leaves them."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core import acts
from authpulse_operator.core.calls import OF_FOUNDATION, calls_of
from authpulse_operator.runtime.acting import act
from authpulse_operator.runtime.foretelling import foretell_from_nothing
from authpulse_operator.runtime.passes import World
from doubles.cases import NAMES, NOW, application, plan, resource, settings, snapshot
from doubles.world import FakeWorld

READS = ("Describe", "Get", "Head", "List")
AS_IAM_SAYS = {"kinesisanalyticsv2": "kinesisanalytics"}
SERVICES = ("kinesisanalyticsv2", "kinesis", "s3", "iam", "logs", "athena", "sns", "cloudwatch")
OF_TABLES = OF_FOUNDATION["tables"]
PLAIN = resource()
THERE = application(PLAIN)
ARN = "arn:aws:kinesisanalytics:us-east-1:000000000000:application/authpulse-dev"
ANSWER = {"OperationId": "op-1", "ApplicationDetail": {"ApplicationARN": ARN}}


class Wire:
    """Every call ends here: reads of the foundation find nothing, everything else goes well."""

    def __init__(self) -> None:
        self.session, self.calls = Session("us-east-1", "http://127.0.0.1:9"), list[str]()
        for service in SERVICES:
            self.session.client(service).meta.events.register("before-call", self._answer)

    def _answer(self, model: Any, **_event: Any) -> tuple[Any, dict[str, Any]]:
        service, operation = model.service_model.service_name, model.name
        metadata = {"ResponseMetadata": {"HTTPStatusCode": 200}}
        if operation.startswith(READS):
            if service in ("kinesisanalyticsv2", "cloudwatch"):  # CloudWatch lists nothing, and that is no error
                return SimpleNamespace(status_code=200), ANSWER | metadata
            absent = {"Error": {"Code": "NoSuchEntity" if service == "iam" else "ResourceNotFoundException"}}
            return SimpleNamespace(status_code=404), absent | metadata
        self.calls.append(f"{AS_IAM_SAYS.get(service, service)}:{operation}")
        return SimpleNamespace(status_code=200), ANSWER | metadata


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    for service in SERVICES:
        made.session.client(service).close()


@pytest.fixture
def world(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> World:
    """With AWS behind the wire. PyIceberg, which makes the tables, has its own clients and is left out."""
    monkeypatch.setattr(AwsFoundations, "_tables_there", lambda *_: True)
    rest = FakeWorld().ports()
    return World(
        flink=AwsFlinkService(wire.session),
        foundations=AwsFoundations(wire.session),
        artifacts=AwsArtifactStore(wire.session, NAMES.bucket),
        workloads=rest.workloads,
        telemetry=rest.telemetry,
        references=rest.references,
        status=rest.status,
        events=rest.events,
        clock=rest.clock,
    )


ACTS: tuple[acts.Act, ...] = (
    acts.CreateApplication(settings(PLAIN)),
    acts.AdoptApplication(THERE),
    acts.UpdateApplication(THERE, settings(resource(flink={"parallelism": 3})), acts.LATEST),
    acts.StartApplication(acts.NOTHING),
    acts.StopApplication(),
    acts.StopApplication(force=True),
    acts.RollBackApplication(THERE),
    acts.DeleteApplication(THERE),
    acts.TakeSnapshot("by-hand"),
    acts.DeleteSnapshot(snapshot()),
    acts.SetMaintenanceWindow("03:00"),
    acts.Reshard(4),
)


@pytest.mark.parametrize("what", ACTS, ids=lambda a: f"{type(a).__name__} {a.detail}"[:40])
def test_an_act_makes_the_calls_that_are_shown(what: acts.Act, wire: Wire, world: World) -> None:
    act(what, plan(PLAIN), world)
    assert tuple(wire.calls) == calls_of(what)


def test_an_upload_is_one_call_for_each_object(wire: Wire, world: World, tmp_path: Path) -> None:
    key = settings(PLAIN).code_key
    act(acts.Upload((key,)), plan(PLAIN), world)
    assert tuple(wire.calls) == calls_of(acts.Upload((key,)))


def test_a_foundation_is_made_by_the_calls_that_are_shown(wire: Wire, world: World) -> None:
    what = foretell_from_nothing(plan(PLAIN), NOW).steps[0].act
    act(what, plan(PLAIN), world)
    shown = [c for c in calls_of(what) if c not in OF_TABLES]
    assert wire.calls == shown
