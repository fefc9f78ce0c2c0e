"""How long an event waits."""

import pytest

from doubles.clock import FakeClock
from producer.pacing import Rate, Speedup


def seconds(clock: FakeClock):
    began = clock.time

    def monotonic() -> float:
        return (clock.time - began).total_seconds()

    return monotonic


def test_a_rate_spreads_events_evenly() -> None:
    rate = Rate(10, seconds(FakeClock()))
    assert [rate.delay(0) for _ in range(4)] == pytest.approx([0, 0.1, 0.2, 0.3])


def test_a_rate_makes_up_for_lost_time() -> None:
    clock = FakeClock()
    rate = Rate(10, seconds(clock))
    rate.delay(0)
    clock.pass_time(1)
    assert rate.delay(0) == pytest.approx(-0.9)


def test_a_high_rate_does_not_look_at_the_clock_for_every_event() -> None:
    looks = []
    rate = Rate(100_000, lambda: float(len(looks.append(1) or looks)))
    for _ in range(100_000):
        rate.delay(0)
    assert len(looks) <= 51


def test_event_time_is_sped_up() -> None:
    clock = FakeClock()
    speedup = Speedup(60, seconds(clock))
    assert speedup.delay(1_000_000) == 0
    assert speedup.delay(1_060_000) == pytest.approx(1)
    clock.pass_time(1)
    assert speedup.delay(1_120_000) == pytest.approx(1)


def test_events_that_step_back_in_time_do_not_wait() -> None:
    speedup = Speedup(1, seconds(FakeClock()))
    speedup.delay(1_000_000)
    speedup.delay(1_005_000)
    assert speedup.delay(1_002_000) == 0
    assert speedup.delay(1_006_000) == pytest.approx(6)
