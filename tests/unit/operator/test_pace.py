"""How long a loop waits for its next look."""

import pytest

from authpulse_operator.core.case import LATER
from authpulse_operator.runtime.looping import JITTER, Gear, Look, Pace

PACE = Pace(poll_seconds=120, retry_seconds=2, retry_max_seconds=60)


def about(seconds: float) -> object:
    return pytest.approx(seconds, rel=JITTER)


def test_what_is_as_specified_is_looked_at_at_the_pace_of_the_settings() -> None:
    assert PACE.pause(Look(LATER, "AsSpecified"), Gear()) == about(120)


def test_what_is_under_way_is_looked_at_when_the_decision_says() -> None:
    assert PACE.pause(Look(2, "Starting"), Gear()) == about(2)


def test_what_does_not_work_is_tried_ever_more_rarely_and_never_given_up() -> None:
    gear = Gear()
    pauses = [PACE.pause(Look(5, "OperationFailed", hindered=True), gear) for _ in range(40)]
    assert pauses[:5] == [about(5), about(10), about(20), about(40), about(60)]
    assert pauses[-1] == about(60)


def test_what_works_again_begins_anew() -> None:
    gear = Gear()
    for _ in range(5):
        PACE.pause(Look(5, "OperationFailed", hindered=True), gear)
    PACE.pause(Look(2, "Starting"), gear)
    assert PACE.pause(Look(5, "OperationFailed", hindered=True), gear) == about(5)


def test_a_clock_that_runs_faster_waits_shorter() -> None:
    fast = Pace(120, 2, 60, tempo=60)
    assert fast.pause(Look(LATER, "AsSpecified"), Gear()) == about(2)
