import pytest

from authpulse_localstack.managed_flink.applications import Progress, Status
from authpulse_localstack.managed_flink.errors import (
    InvalidApplicationConfiguration,
    InvalidRequest,
    ResourceInUse,
)
from support.flink import RUN_OPTIONS, World, settings

MINE = {"PropertyGroupId": "mine", "PropertyMap": {"key": "value"}}
SKIP = {"ApplicationRestoreConfiguration": {"ApplicationRestoreType": "SKIP_RESTORE_FROM_SNAPSHOT"}}


def test_a_running_job_is_stopped_with_a_snapshot_and_started_from_it_under_the_new_settings(world: World):
    application = world.running()
    first = world.cluster
    operation = world.lifecycle.update(application, settings(groups=[RUN_OPTIONS, MINE]), None)
    assert (application.status, application.version.number) == (Status.UPDATING, 2)
    world.settle()
    assert (application.status, operation.progress) == (Status.RUNNING, Progress.SUCCESSFUL)
    assert first.killed
    assert world.restored() == "version 1"
    assert world.cluster.deployment.property_groups["mine"] == {"key": "value"}
    assert (operation.from_version, operation.to_version) == (1, 2)
    assert application.version.updated_from == 1


def test_the_snapshot_of_an_update_belongs_to_the_version_that_ran(world: World):
    application = world.running()
    world.update(application)
    assert [s.version for s in application.snapshots.values()] == [1]


def test_an_update_of_a_ready_application_makes_a_version_and_starts_nothing(world: World):
    application = world.application()
    operation = world.update(application)
    assert (application.status, application.version.number) == (Status.READY, 2)
    assert operation.progress is Progress.SUCCESSFUL
    assert world.clusters == []


def test_every_version_has_a_token_of_its_own(world: World):
    application = world.application()
    world.update(application)
    world.update(application)
    assert len({v.token for v in application.versions.values()}) == 3


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.READY, Status.RUNNING)])
def test_a_transient_application_is_not_updated(world: World, status):
    application = world.application()
    application.set_status(status)
    with pytest.raises(ResourceInUse):
        world.update(application)
    assert application.version.number == 1


def test_an_update_may_begin_without_state_and_the_snapshot_is_taken_all_the_same(world: World):
    application = world.running()
    world.update(application, SKIP)
    assert world.restored() is None
    assert len(application.snapshots) == 1


def test_what_an_update_does_not_say_about_restoring_is_forgotten(world: World):
    application = world.running()
    world.update(application, {"FlinkRunConfiguration": {"AllowNonRestoredState": True}})
    assert world.cluster.deployment.allow_non_restored_state
    world.update(application)
    assert not world.cluster.deployment.allow_non_restored_state


def test_with_snapshots_disabled_the_new_job_begins_from_an_older_snapshot(world: World):
    application = world.running()
    world.snapshot(application, "older")
    world.update(application, snapshots=False)
    assert set(application.snapshots) == {"older"}
    assert world.restored() == "version 1"


def test_a_job_that_is_not_well_is_not_updated(world: World):
    application = world.running()
    world.cluster.health = "not running: source (FAILED)"
    with pytest.raises(InvalidApplicationConfiguration, match=r"source \(FAILED\)"):
        world.update(application)
    assert (application.status, application.version.number) == (Status.RUNNING, 1)


def test_it_is_updated_when_the_update_itself_disables_snapshots(world: World):
    application = world.running()
    world.cluster.health = "not running: source (FAILED)"
    world.update(application, snapshots=False)
    assert (application.status, application.version.number) == (Status.RUNNING, 2)


def test_an_update_whose_snapshot_fails_leaves_the_old_job_running_under_the_old_settings(world: World):
    application = world.running()
    world.cluster.snapshot_error = "no space left"
    operation = world.update(application, groups=[RUN_OPTIONS, MINE])
    assert (application.status, operation.progress) == (Status.RUNNING, Progress.FAILED)
    assert "no space left" in str(operation.error)
    assert "mine" not in application.settings.property_groups
    assert (application.version.rolled_back_from, application.version.rolled_back_to) == (2, 1)
    assert len(world.clusters) == 1


def test_a_new_job_that_cannot_start_leaves_the_application_ready(world: World):
    application = world.running()
    world.start_errors[2] = "the Python program failed"
    operation = world.update(application)
    assert (application.status, operation.progress) == (Status.READY, Progress.FAILED)
    assert application.version.number == 2
    assert world.cluster.killed


def test_with_system_rollback_the_old_settings_run_again_from_the_snapshot(world: World):
    application = world.running(rollback=True)
    world.start_errors[2] = "the Python program failed"
    operation = world.update(application, rollback=True, groups=[RUN_OPTIONS, MINE])
    assert (application.status, operation.progress) == (Status.RUNNING, Progress.FAILED)
    assert world.restored() == "version 1"
    assert "mine" not in world.cluster.deployment.property_groups
    rollback = application.operations[str(operation.rollback_operation)]
    assert (rollback.name, rollback.progress) == ("RollbackApplication", Progress.SUCCESSFUL)


def test_a_rollback_that_fails_as_well_leaves_the_application_ready(world: World):
    application = world.running(rollback=True)
    world.start_errors |= {2: "broken", 3: "broken as well"}
    operation = world.update(application, rollback=True)
    rollback = application.operations[str(operation.rollback_operation)]
    assert (application.status, rollback.progress) == (Status.READY, Progress.FAILED)


def test_a_rollback_goes_back_to_the_version_before_the_update(world: World):
    application = world.running()
    world.update(application, groups=[RUN_OPTIONS, MINE])
    operation = world.lifecycle.rollback(application)
    assert application.status is Status.ROLLING_BACK
    world.settle()
    assert (application.status, operation.progress) == (Status.RUNNING, Progress.SUCCESSFUL)
    assert "mine" not in world.cluster.deployment.property_groups
    assert world.restored() == "version 1"
    assert (application.version.number, application.version.rolled_back_to) == (3, 1)


def test_a_rollback_interrupts_an_update(world: World):
    application = world.running()
    world.snapshot(application, "before")
    update = world.lifecycle.update(application, settings(groups=[RUN_OPTIONS, MINE]), None)
    world.lifecycle.rollback(application)
    world.settle()
    assert (application.status, update.progress) == (Status.RUNNING, Progress.CANCELLED)
    assert "mine" not in world.cluster.deployment.property_groups
    assert [c.killed for c in world.clusters[:-1]] == [True] * (len(world.clusters) - 1)


@pytest.mark.parametrize("updated", [True, False], ids=["without a snapshot", "without an update"])
def test_there_is_nothing_to_roll_back_to(world: World, updated):
    application = world.running(snapshots=False)
    if updated:
        world.update(application, snapshots=False)
    with pytest.raises(InvalidRequest):
        world.lifecycle.rollback(application)
    assert application.status is Status.RUNNING


def test_an_application_that_does_not_run_is_not_rolled_back(world: World):
    with pytest.raises(ResourceInUse):
        world.lifecycle.rollback(world.application())
