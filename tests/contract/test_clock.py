"""What `ports.recording.Clock` promises."""

from datetime import timedelta

import pytest

from authpulse_operator.adapters.local.clock import SystemClock
from authpulse_operator.ports.recording import Clock
from doubles.clock import FakeClock


@pytest.fixture(params=[FakeClock, SystemClock], ids=["in memory", "the machine's"])
def clock(request: pytest.FixtureRequest) -> Clock:
    return request.param()


def test_now_is_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_at_least_the_time_slept_has_passed(clock: Clock) -> None:
    before = clock.now()
    clock.sleep(0.02)
    assert clock.now() - before >= timedelta(seconds=0.02)
