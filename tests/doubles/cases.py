"""Resources and worlds to decide about, made from what a test cares for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.api.resource import AuthPulse, parse_manifest
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.meaning import Surroundings, settings_of
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Snapshot
from authpulse_operator.runtime.passes import Plan
from flink_job.rules import Rule

NAMES = Names("dev", "000000000000", "us-east-1")
NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
RULE = Rule(id="R", title="t", key="user_id", metric="new_host", compare=">=", threshold=1, points=10)


def resource(**spec: Any) -> AuthPulse:
    """A valid resource with the given parts of a spec, in the manifest's spelling."""
    document = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": "dev", "namespace": "security"},
        "spec": {"environment": "dev", **spec},
    }
    return parse_manifest(document, "test")


def settings(of: AuthPulse, *, code: str = "a" * 64) -> Settings:
    return settings_of(of.spec, Surroundings(NAMES, code), [RULE])


def plan(of: AuthPulse, *, code: str = "a" * 64) -> Plan:
    wanted = settings(of, code=code)
    ours = of.spec.foundation == "Create"
    foundation = Foundation(NAMES, of.spec.stream.shards, of.spec.stream.retention_hours, ours=ours)
    return Plan(of, foundation, wanted, artifacts={wanted.code_key: Path(__file__)})


def application(of: AuthPulse, state: ApplicationState = ApplicationState.RUNNING, **changes: Any) -> Application:
    there = Application(
        name=NAMES.application,
        state=state,
        version_id=3,
        token="token-3",
        created=NOW,
        settings=settings(of),
        owner=of.identity,
    )
    return replace(there, **changes)


def snapshot(name: str = "snap", *, minutes_ago: float = 10, status: Any = "READY", version: int = 2) -> Snapshot:
    return Snapshot(name, status, NOW - timedelta(minutes=minutes_ago), version)


HEALTHY = JobHealth("RUNNING", 3, 3, 0, 5, 0, running_seconds=100)
RESTARTING = JobHealth("RESTARTING", 3, 0, 9, 0, 0, running_seconds=0, last_exception="ValueError: no such table")
