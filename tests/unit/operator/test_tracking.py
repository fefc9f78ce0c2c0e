"""What statuses become as metrics, by value: everything that the tracker measures, over lives of one resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import Condition, ConditionType, Failed, RemediationStatus, Stable, Status
from authpulse_operator.api.upkeep_spec import Action
from authpulse_operator.runtime.metrics import PREFIX, Metrics
from authpulse_operator.runtime.tracking import Tracker
from doubles.clock import FakeClock

STEP = 60
"""Seconds from one status to the next."""
MONTH = 30 * 24 * 3600
BEGAN = FakeClock().now()
STABLE = Stable(id="good", version_id=3, settings={})
NEW = Status()

Measured = Mapping[tuple[str, ...], tuple[float, float]]
"""Of a histogram: how many measurements, and their sum, by labels."""
Counted = Mapping[tuple[str, ...], float]
"""Of a counter or a gauge."""


def at(ready: str, reason: Reason, **changes: Any) -> Status:
    condition = Condition(
        type=ConditionType.READY,
        status=ready,
        reason=reason,
        message="",
        observed_generation=1,
        last_transition_time=BEGAN,
    )
    return Status(conditions=(condition,), **changes)


def remedied(*actions: Action, dry_run: bool = False, **changes: Any) -> Status:
    """Ready, after these one hour after the other."""
    done = tuple(
        RemediationStatus(alarm="lag", action=action, at=BEGAN + timedelta(hours=hour), dry_run=dry_run)
        for hour, action in enumerate(actions)
    )
    return at("True", Reason.AS_SPECIFIED, remediations=done, **changes)


def given_up(what: str) -> Failed:
    return Failed(id=what, generation=2, reason=Reason.UNHEALTHY, message="", at=BEGAN)


STARTING = at("False", Reason.STARTING)
READY = at("True", Reason.AS_SPECIFIED, last_stable=STABLE)
SUSPENDED = at("False", Reason.SUSPENDED, last_stable=STABLE)
BEHIND = at("False", Reason.ROLLED_BACK, last_stable=STABLE)


@dataclass
class Life:
    """Statuses in a row. The first is found; the same one again stands for nothing written."""

    sentence: str
    statuses: Sequence[Status]
    age: float = 0
    """Seconds from the resource's creation to the first status."""
    to_ready: Measured = field(default_factory=dict)
    in_state: Measured = field(default_factory=dict)
    remediations: Counted = field(default_factory=dict)
    rollbacks: Counted = field(default_factory=dict)
    resources: Counted = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence


LIVES = [
    Life("a new one is Ready once, from its creation on", [NEW, STARTING, STARTING, READY], age=10,
        to_ready={(): (1, 190)}, in_state={("NotMeasured",): (1, 60), ("Starting",): (1, 120)},
        resources={("True", "AsSpecified"): 1}),
    Life("one that is Ready again is not so the first time", [NEW, STARTING, READY, BEHIND, STARTING, READY],
        to_ready={(): (1, 120)}, in_state={
            ("NotMeasured",): (1, 60), ("Starting",): (2, 120), ("AsSpecified",): (1, 60), ("RolledBack",): (1, 60)},
        resources={("True", "AsSpecified"): 1}),
    Life("one that an earlier operator made Ready is not so the first time", [READY, SUSPENDED, READY], age=MONTH,
        in_state={("AsSpecified",): (1, 60), ("Suspended",): (1, 60)}, resources={("True", "AsSpecified"): 1}),
    Life("nor where an earlier operator made it Ready and suspended it", [SUSPENDED, READY], age=MONTH,
        in_state={("Suspended",): (1, 60)}, resources={("True", "AsSpecified"): 1}),
    Life("nor where it was found rolled back", [BEHIND, READY], age=MONTH,
        in_state={("RolledBack",): (1, 60)}, resources={("True", "AsSpecified"): 1}),
    Life("what an earlier operator began is Ready for the first time", [STARTING, READY], age=300,
        to_ready={(): (1, 360)}, in_state={("Starting",): (1, 60)}, resources={("True", "AsSpecified"): 1}),
    Life("what stays as it is leaves no state", [READY, READY, READY],
        resources={("True", "AsSpecified"): 1}),
    Life("a state goes on while other things change", [STARTING, at("False", Reason.STARTING, restarts=1), SUSPENDED],
        in_state={("Starting",): (1, 120)}, resources={("False", "Suspended"): 1}),
    Life("a remediation counts once", [READY, remedied(Action.RESTART),
        remedied(Action.RESTART, restarts=1)],
        remediations={("lag", "Restart"): 1}, resources={("True", "AsSpecified"): 1}),
    Life("each remediation counts", [READY, remedied(Action.RESTART),
        remedied(Action.RESTART, Action.RESTART, Action.RESHARD),
        remedied(*[Action.RESTART] * 2, Action.RESHARD, Action.RESTART)],
        remediations={("lag", "Restart"): 2, ("lag", "Reshard"): 1}, resources={("True", "AsSpecified"): 1}),
    Life("a dry run does not", [READY,
        remedied(Action.RESTART, dry_run=True)],
        resources={("True", "AsSpecified"): 1}),
    Life("nor what an earlier operator did", [remedied(Action.RESTART),
        remedied(Action.RESTART, restarts=1)],
        resources={("True", "AsSpecified"): 1}),
    Life("each deployment that is given up counts once", [
        READY,
        at("False", Reason.ROLLING_BACK, failed=given_up("bad")),
        at("False", Reason.ROLLED_BACK, failed=given_up("bad")),
        READY,
        at("False", Reason.ROLLING_BACK, failed=given_up("worse"))],
        in_state={("AsSpecified",): (2, 120), ("RollingBack",): (1, 60), ("RolledBack",): (1, 60)},
        rollbacks={("Unhealthy",): 2}, resources={("False", "RollingBack"): 1}),
    Life("not what an earlier operator gave up", [
        at("False", Reason.ROLLING_BACK, failed=given_up("bad")),
        at("False", Reason.ROLLED_BACK, failed=given_up("bad"))],
        in_state={("RollingBack",): (1, 60)}, resources={("False", "RolledBack"): 1}),
]  # fmt: skip


def document(uid: str = "u", *, age: float = 0) -> dict[str, Any]:
    return {"metadata": {"uid": uid, "creationTimestamp": (BEGAN - timedelta(seconds=age)).isoformat()}}


def live(life: Life) -> Metrics:
    metrics, clock = Metrics(), FakeClock()
    tracker, of = Tracker(metrics, clock), document(age=life.age)
    before = life.statuses[0]
    for status in life.statuses:
        tracker.track(of, before, status)
        before = status
        clock.pass_time(STEP)
    return metrics


def measured(metrics: Metrics, name: str) -> Measured:
    """The histogram, with what was never measured left out."""
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            part = sample.name.removeprefix(f"{PREFIX}{name}_")
            if part in ("count", "sum"):
                found.setdefault(tuple(sample.labels.values()), {})[part] = sample.value
    return {labels: (parts["count"], parts["sum"]) for labels, parts in found.items() if parts["count"]}


def there(values: Counted) -> Counted:
    return {labels: value for labels, value in values.items() if value}


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_what_is_measured_of_a_life(life: Life) -> None:
    metrics = live(life)
    assert measured(metrics, "time_to_ready_seconds") == life.to_ready
    assert measured(metrics, "time_in_state_seconds") == life.in_state
    assert metrics.values("remediations_total") == life.remediations
    assert metrics.values("rollbacks_total") == life.rollbacks
    assert there(metrics.values("resources")) == life.resources


def test_resources_are_counted_by_their_state_until_they_are_gone() -> None:
    metrics = Metrics()
    tracker = Tracker(metrics, FakeClock())
    for uid, status in (("a", READY), ("b", READY), ("c", STARTING)):
        tracker.track(document(uid), status, status)
    assert metrics.values("resources") == {("True", "AsSpecified"): 2, ("False", "Starting"): 1}
    tracker.forget(document("a"))
    tracker.forget(document("a"))
    tracker.forget(document("never seen"))
    assert metrics.values("resources") == {("True", "AsSpecified"): 1, ("False", "Starting"): 1}
