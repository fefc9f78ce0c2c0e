"""The loop of the embedded mode: passes until the resource is where a person wants it, or a deadline says no."""

from collections.abc import Callable
from datetime import timedelta

from authpulse.errors import AuthPulseError
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.core.case import Decision
from authpulse_operator.runtime.passes import Plan, World, make_pass

Watcher = Callable[[Decision, Status], None]


class NotReachedError(AuthPulseError):
    """The resource did not get to where it was wanted: it is stalled, or time is up."""


def is_ready(status: Status) -> bool:
    """Healthy job, nothing left to do, every replay complete."""
    return status.is_true(ConditionType.READY) and status.is_true(ConditionType.REPLAY_COMPLETE)


def is_suspended(status: Status) -> bool:
    """Stopped because the spec says so, with nothing under way."""
    return status.is_true(ConditionType.PAUSED) and not status.is_true(ConditionType.RECONCILING)


def run_until(
    goal: Callable[[Status], bool],
    plan: Plan,
    world: World,
    *,
    within: timedelta,
    watch: Watcher = lambda _decision, _status: None,
) -> Status:
    """Makes passes until `goal` holds; `watch` sees each.

    Raises NotReachedError when the resource stalls or `within` has passed, with what stood in the way.
    """
    deadline = world.clock.now() + within
    while True:
        decision = make_pass(plan, world)
        status = world.status.read()
        watch(decision, status)
        if decision.stalled:
            raise NotReachedError(f"{decision.stalled}: {decision.message}")
        if goal(status):
            return status
        if world.clock.now() >= deadline:
            raise NotReachedError(f"not there after {within.total_seconds():.0f} s: {decision.message}")
        world.clock.sleep(decision.next_look_seconds)
