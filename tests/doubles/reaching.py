"""Passes over the in-memory world until a resource is Ready, and what they wrote."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.runtime.embedded import is_ready, run_until
from doubles.cases import plan, resource
from doubles.world import FakeWorld

REPLAYS: Final = [
    {"name": "first", "input": "a.csv", "format": "lanl-auth"},
    {"name": "second", "input": "b", "format": "lanl-auth"},
]
WITHIN: Final = timedelta(minutes=20)
LOOKS: Final = frozenset({"describe", "job_health", "missing", "open_shards", "has"})


def ready(world: FakeWorld, of: AuthPulse | None = None, **kwargs: Any) -> Status:
    """The status once it is Ready. Raises NotReachedError."""
    return run_until(is_ready, plan(of or resource(replays=REPLAYS), **kwargs), world.ports(), within=WITHIN)


def writes(world: FakeWorld) -> list[str]:
    """Calls that change something, port by port."""
    parts = (world.foundations, world.artifacts, world.flink, world.workloads)
    return [call for part in parts for call in part.switches.calls if call not in LOOKS]


def announced(written: Iterable[Status]) -> list[str]:
    """The acts that these statuses have intents of, in order."""
    intents = [s.intent for s in written if s.intent]
    return [act for intent in intents for act in (intent.act, intent.then) if act]
