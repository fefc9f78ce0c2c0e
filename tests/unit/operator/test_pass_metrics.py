"""What is measured of passes: how long they take, how late they begin, and how long ago the last one was."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from unit.operator.test_tracking import measured

from authpulse_operator.api.definitions import AUTHPULSE
from authpulse_operator.runtime import looping, operating
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.looping import Gear, Look
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.operating import Operator, assemble
from authpulse_operator.runtime.resources import Document
from authpulse_operator.runtime.settings import OperatorSettings
from doubles.clock import FakeClock
from support.operator import MATERIAL

DOCUMENT: Document = {"metadata": {"namespace": "security", "name": "dev", "generation": 1}}
OF_AUTHPULSES = (AUTHPULSE.kind,)


@dataclass
class Seconds:
    """A monotonic clock that tests wind."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(eq=False)
class Bench:
    """An operator whose clock stands still unless a pass winds it, with one thread for passes."""

    seconds: Seconds = field(default_factory=Seconds)
    metrics: Metrics = field(default_factory=Metrics)
    operator: Operator = field(init=False)

    def __post_init__(self) -> None:
        health = Health(stale_seconds=300, watch_stale_seconds=210, seconds=self.seconds)
        worlds: Any = SimpleNamespace(clock=FakeClock())
        login: Any = None
        settings = OperatorSettings(workers=1)
        self.operator = assemble(settings, worlds, MATERIAL, login, metrics=self.metrics, health=health)

    def takes(self, seconds: float, look: Look) -> Callable[[Document], Look]:
        def work(_document: Document) -> Look:
            self.seconds.now += seconds
            return look

        return work

    async def run(self, work: Callable[[Document], Look], *, due: float) -> Look:
        """One pass of the loop of AuthPulses."""
        return await self.operator.loops[0]._run(work, Gear(document=DOCUMENT, due=due))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench()
    monkeypatch.setattr(looping, "time", SimpleNamespace(monotonic=made.seconds))
    yield made
    made.operator.threads.shutdown()


def test_a_pass_is_measured_from_its_beginning_and_its_wait_from_when_it_was_due(bench: Bench) -> None:
    async def passes() -> None:
        await bench.run(bench.takes(0.5, Look(30, "AsSpecified")), due=998)
        await bench.run(bench.takes(4, Look(2, "Starting")), due=1000.5)

    asyncio.run(passes())
    assert measured(bench.metrics, "queue_age_seconds") == {OF_AUTHPULSES: (2, 2)}
    assert measured(bench.metrics, "reconcile_duration_seconds") == {OF_AUTHPULSES: (2, 4.5)}
    assert bench.metrics.values("passes_total") == {("AuthPulse", "AsSpecified"): 1, ("AuthPulse", "Starting"): 1}


def test_a_pass_that_waits_for_a_thread_is_late_and_not_long(bench: Bench) -> None:
    async def passes() -> None:
        others = bench.operator.threads.submit(bench.takes(7, Look(30, "AsSpecified")), DOCUMENT)
        await bench.run(bench.takes(0.5, Look(30, "AsSpecified")), due=1000)
        others.result()

    asyncio.run(passes())
    assert measured(bench.metrics, "queue_age_seconds") == {OF_AUTHPULSES: (1, 7)}
    assert measured(bench.metrics, "reconcile_duration_seconds") == {OF_AUTHPULSES: (1, 0.5)}


def test_a_pass_that_ends_by_an_error_is_measured_as_well(bench: Bench) -> None:
    def fails(_document: Document) -> Look:
        bench.seconds.now += 3
        raise LookupError("a bug")

    look = asyncio.run(bench.run(fails, due=1000))
    assert (look.reason, look.hindered) == ("InternalError", True)
    assert measured(bench.metrics, "reconcile_duration_seconds") == {OF_AUTHPULSES: (1, 3)}
    assert bench.metrics.values("unexpected_errors_total") == {OF_AUTHPULSES: 1}
    assert bench.metrics.values("passes_total") == {("AuthPulse", "InternalError"): 1}


def test_the_age_of_the_last_pass_and_the_silence_of_watches_are_shown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []

    def show() -> None:
        found = (bench.metrics.values(name)[()] for name in ("last_pass_age_seconds", "watch_silence_seconds"))
        shown.append(tuple(found))

    async def life(**_: Any) -> None:
        bench.seconds.now += 20
        show()  # nothing yet, since the start
        await bench.run(bench.takes(5, Look(30, "AsSpecified")), due=1020)
        show()
        bench.seconds.now += 30
        bench.operator.health.heard("/watch")
        bench.seconds.now += 4
        show()

    monkeypatch.setattr(operating.kopf, "operator", life)
    bench.operator.run()
    assert shown == [(20, 20), (0, 25), (34, 4)]
