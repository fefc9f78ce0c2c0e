"""What Managed Flink does now and then, and the local AWS never: the double has to show it by itself."""

from dataclasses import replace

import pytest

from authpulse_operator.core import acts
from authpulse_operator.core.errors import Recoverable
from authpulse_operator.core.world import Application, ApplicationState
from doubles.cases import resource, settings
from doubles.clock import FakeClock
from doubles.flink import FakeFlink

NAME = "authpulse-dev"
SETTINGS = settings(resource())
OTHER = replace(SETTINGS, parallelism=7)


@pytest.fixture
def flink() -> FakeFlink:
    return FakeFlink(FakeClock())


def there(flink: FakeFlink) -> Application:
    found = flink.describe(NAME)
    assert found is not None
    return found


def running(flink: FakeFlink) -> Application:
    flink.create(NAME, SETTINGS, tags={})
    flink.start(NAME, restore=acts.NOTHING)
    flink.clock.pass_time(flink.seconds_per_operation)
    return there(flink)


def test_a_write_may_be_seen_late_and_meets_what_is_true(flink: FakeFlink) -> None:
    flink.seconds_until_visible = 8
    flink.create(NAME, SETTINGS, tags={})
    assert flink.describe(NAME) is None
    with pytest.raises(Recoverable, match="ResourceInUseException"):
        flink.create(NAME, SETTINGS, tags={})
    flink.clock.pass_time(8)
    before = there(flink)
    flink.update(before, OTHER, restore=acts.NOTHING)
    assert there(flink) == before
    with pytest.raises(Recoverable, match="ConcurrentModificationException"):
        flink.update(there(flink), OTHER, restore=acts.NOTHING)
    flink.clock.pass_time(8)
    assert (there(flink).settings, len(there(flink).operations)) == (OTHER, 1)


def test_what_happens_by_itself_is_seen_as_late(flink: FakeFlink) -> None:
    flink.seconds_until_visible = 8
    flink.create(NAME, SETTINGS, tags={})
    flink.start(NAME, restore=acts.NOTHING)
    flink.clock.pass_time(8)
    assert there(flink).state is ApplicationState.STARTING
    flink.clock.pass_time(flink.seconds_per_operation)
    assert there(flink).state is ApplicationState.RUNNING


@pytest.mark.parametrize("way_out", ["by force", "back"])
def test_an_operation_may_never_end_until_it_is_broken_off(flink: FakeFlink, way_out: str) -> None:
    before = running(flink)
    flink.get_stuck("UpdateApplication")
    flink.update(before, OTHER, restore=acts.LATEST)
    flink.clock.pass_time(3600)
    stuck = there(flink)
    assert (stuck.state, stuck.operations[0].status) == (ApplicationState.UPDATING, "IN_PROGRESS")
    assert flink.job_health(NAME) is None
    if way_out == "by force":
        flink.stop(NAME, force=True)
    else:
        flink.roll_back(stuck)
    flink.clock.pass_time(flink.seconds_per_operation)
    after = there(flink)
    assert [o.status for o in after.operations[:2]] == ["SUCCESSFUL", "CANCELLED"]
    expected = (ApplicationState.READY, OTHER) if way_out == "by force" else (ApplicationState.RUNNING, SETTINGS)
    assert (after.state, after.settings) == expected


def test_a_stop_by_force_spoils_the_snapshot_that_was_being_taken(flink: FakeFlink) -> None:
    running(flink)
    flink.stop(NAME)
    flink.stop(NAME, force=True)
    flink.clock.pass_time(60)
    assert [s.status for s in there(flink).snapshots] == ["FAILED"]
    assert not there(flink).has_snapshot


def test_what_was_deleted_may_be_made_again(flink: FakeFlink) -> None:
    flink.create(NAME, SETTINGS, tags={})
    flink.delete(there(flink))
    assert there(flink).state is ApplicationState.DELETING
    flink.clock.pass_time(flink.seconds_per_operation)
    assert flink.describe(NAME) is None
    flink.create(NAME, OTHER, tags={})
    assert (there(flink).version_id, there(flink).operations) == (1, ())
