"""What the service levels are measured by."""

from datetime import UTC, datetime, timedelta

import pytest

from authpulse_operator.core.measuring import STALLED_AFTER, Measured, Progress, freshness_seconds

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("now", "until", "came_in", "is_running", "seconds"),
    [
        pytest.param(60, 1, [], True, 0, id="an idle pipeline is not stale, however old its checkpoint"),
        pytest.param(10.5, 10, [8, 9, 10], True, 30, id="what came in since the checkpoint waits"),
        pytest.param(10.5, 10, [8, 9], True, 0, id="what came in before it does not"),
        pytest.param(20, 10.5, [10, 11, 12], True, 570, id="checkpoints that fail let everything wait"),
        pytest.param(60, 10, [58], True, 120, id="after a long rest age counts from the first record that waits"),
        pytest.param(20, 10.5, [10], False, 0, id="the minute in which a job stopped says nothing"),
        pytest.param(20, 10.5, [10, 12, 13], False, 480, id="what came in after it stopped waits"),
        pytest.param(10, 10.2, [10, 11], True, 0, id="clocks that differ make no negative age"),
    ],
)
def test_freshness(now: float, until: float, came_in: list[int], is_running: bool, seconds: float) -> None:
    found = freshness_seconds(at(now), at(until), [at(m) for m in came_in], is_running=is_running)
    assert found == pytest.approx(seconds)


def test_a_replay_that_sends_nothing_for_some_minutes_has_stalled_until_it_goes_on() -> None:
    progress = Progress()
    minutes = STALLED_AFTER.total_seconds() / 60

    def stalled(minute: float, **lines: int) -> int:
        return progress.stalled(Measured(at(minute), None, NOON, lines))

    assert stalled(0, a=100, b=5) == 0
    assert stalled(minutes - 1, a=100, b=6) == 0
    assert stalled(minutes, a=100, b=6) == 1
    assert stalled(2 * minutes, a=100, b=6) == 2
    assert stalled(2 * minutes + 1, a=101, b=6) == 1
    assert stalled(2 * minutes + 2) == 0
    assert stalled(2 * minutes + 3, b=6) == 0, "another run of the name begins anew"
