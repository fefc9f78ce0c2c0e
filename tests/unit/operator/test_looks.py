"""A look at a resource, as the loop makes it: the line that a pass leaves in the log, and what remediation tells."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from unit.operator.conftest import Log

from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.names import Names
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import ConditionType
from authpulse_operator.core.world import AlarmKind
from authpulse_operator.ports.recording import SnapshotStatusWriter
from authpulse_operator.ports.workloads import Workloads
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.reconciling import AuthPulses
from authpulse_operator.runtime.resources import AwsPorts, Document, KubePorts
from doubles.clock import FakeClock
from doubles.world import FakeWorld
from support.operator import MATERIAL

SINCE = {"creationTimestamp": "2025-06-02T09:00:00Z"}
GATE = {"health": {"stableForSeconds": 5, "timeoutSeconds": 300}}
FAILED_CHECKPOINTS = "authpulse-dev-flink-failed-checkpoints-rate"


@dataclass(eq=False)
class OneWorld:
    """`runtime.resources.Worlds` of a single resource, all of it in memory."""

    world: FakeWorld = field(default_factory=FakeWorld)

    @property
    def clock(self) -> FakeClock:
        return self.world.clock

    def account(self, resource: AuthPulse) -> str:
        return LOCAL_ACCOUNT

    def aws(self, resource: AuthPulse, names: Names) -> AwsPorts:
        return AwsPorts(self.world.flink, self.world.foundations, self.world.artifacts, self.world.telemetry)

    def kube(self, document: Document) -> KubePorts:
        return KubePorts(self.world.status, self.world.events, self.world.references)

    def workloads(self, resource: AuthPulse, names: Names) -> Workloads:
        return self.world.workloads

    def endpoint(self, resource: AuthPulse) -> str | None:
        return None

    def snapshot_status(self, document: Document) -> SnapshotStatusWriter:
        raise NotImplementedError

    def find(self, namespace: str, name: str) -> Document | None:
        return None

    def refreshed(self, document: Document) -> Document | None:
        return document


@dataclass(eq=False)
class Site:
    """One resource, and the reconciler that looks after it."""

    worlds: OneWorld = field(default_factory=OneWorld)
    looks: AuthPulses = field(init=False)

    def __post_init__(self) -> None:
        self.looks = AuthPulses(self.worlds, MATERIAL, Metrics())

    @property
    def world(self) -> FakeWorld:
        return self.worlds.world

    def look(self, generation: int = 1, **spec: Any) -> None:
        metadata = {"name": "dev", "namespace": "security", "uid": "u", "generation": generation, **SINCE}
        document = {"metadata": metadata, "spec": {"environment": "dev", "flink": GATE, **spec}}
        self.world.clock.pass_time(self.looks.reconcile(document).seconds)

    def until_ready(self, generation: int = 1, **spec: Any) -> None:
        for _ in range(100):
            self.look(generation, **spec)
            if self.world.status.read().is_true(ConditionType.READY):
                return
        raise AssertionError(f"not Ready: {self.world.status.read().conditions}")


@pytest.fixture
def site() -> Site:
    return Site()


def test_every_pass_that_acts_is_a_line_with_resource_generation_reason_and_act(site: Site, log: Log) -> None:
    site.until_ready()
    said = log.lines()
    assert [(line["act"], line["reason"]) for line in said] == [
        ("MakeFoundation", "LayingFoundation"),
        ("Upload", "UploadingCode"),
        ("CreateApplication", "Creating"),
    ]
    for line in said:
        assert line.pop("time")
        assert line.pop("duration_seconds") >= 0
        assert line.pop("message")
    assert said[0] == {
        "level": "INFO",
        "logger": "authpulse.pass",
        "kind": "AuthPulse",
        "resource": "dev",
        "namespace": "security",
        "generation": 1,
        "reason": "LayingFoundation",
        "act": "MakeFoundation",
    }


def test_a_pass_that_finds_all_as_it_should_be_is_no_line(site: Site, log: Log) -> None:
    site.until_ready()
    before = log.text
    site.look()
    assert log.text == before


def test_a_spec_that_cannot_be_used_is_a_warning_of_its_generation(site: Site, log: Log) -> None:
    site.until_ready()
    site.look(2, flink={**GATE, "scoring": {"rules": [{"id": "NO_SUCH_RULE"}]}})
    assert site.world.events.told[-1][:2] == ("Warning", Reason.INVALID_SPEC)
    site = Site()
    site.look(7, flink={"scoring": {"rules": [{"id": "NO_SUCH_RULE"}]}})
    line = log.lines()[-1]
    assert "NO_SUCH_RULE" in line["message"]
    assert (line["level"], line["resource"], line["generation"], line["reason"]) == ("WARNING", "dev", 7, "InvalidSpec")
    assert "act" not in line


def test_what_a_dry_run_of_remediation_would_have_done_is_told_once(site: Site) -> None:
    spec = {"remediation": {"mode": "DryRun"}}
    site.until_ready(**spec)
    told, starts = len(site.world.events.told), len(site.world.flink.starts)
    site.world.telemetry.fire(AlarmKind.FAILED_CHECKPOINTS, site.world.clock.now())
    site.world.clock.pass_time(3600)  # what may be of the start is over
    site.look(**spec)
    site.look(**spec)
    (entry,) = site.world.status.read().remediations
    assert (entry.action, entry.dry_run) == ("Restart", True)
    would = f"would have acted: flink-failed-checkpoints-rate fires: Restart: {entry.message}"
    assert site.world.events.told[told:] == [("Normal", Reason.REMEDIATING, would)]
    assert len(site.world.flink.starts) == starts
    assert site.world.status.read().is_true(ConditionType.READY)


def test_what_remediation_does_is_told_once_before_what_comes_of_it(site: Site) -> None:
    spec = {"remediation": {"mode": "Active"}}
    site.until_ready(**spec)
    told = len(site.world.events.told)
    site.world.telemetry.fire(AlarmKind.FAILED_CHECKPOINTS, site.world.clock.now())
    site.world.clock.pass_time(3600)
    site.look(**spec)
    site.until_ready(**spec)
    (entry,) = site.world.status.read().remediations
    first, *more = site.world.events.told[told:]
    assert first == ("Warning", Reason.REMEDIATING, f"{FAILED_CHECKPOINTS} fires: Restart: {entry.message}")
    assert [(kind, reason) for kind, reason, _ in more] == [
        ("Normal", Reason.UPDATING),
        ("Normal", Reason.AS_SPECIFIED),
    ]
