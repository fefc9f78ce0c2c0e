import pytest

from authpulse_localstack.managed_flink.applications import Progress, Status
from authpulse_localstack.managed_flink.errors import (
    InvalidApplicationConfiguration,
    InvalidArgument,
    ResourceInUse,
    ResourceNotFound,
)
from support.flink import RUN_OPTIONS, World

LATEST = {"ApplicationRestoreConfiguration": {"ApplicationRestoreType": "RESTORE_FROM_LATEST_SNAPSHOT"}}
SKIP = {"ApplicationRestoreConfiguration": {"ApplicationRestoreType": "SKIP_RESTORE_FROM_SNAPSHOT"}}


def custom(name):
    kind = "RESTORE_FROM_CUSTOM_SNAPSHOT"
    return {"ApplicationRestoreConfiguration": {"ApplicationRestoreType": kind, "SnapshotName": name}}


def test_an_application_is_starting_until_flink_took_the_job(world: World):
    application = world.application()
    operation = world.lifecycle.start(application, None)
    assert (application.status, operation.progress) == (Status.STARTING, Progress.IN_PROGRESS)
    world.settle()
    assert (application.status, operation.progress) == (Status.RUNNING, Progress.SUCCESSFUL)
    assert operation.ended is not None


def test_a_job_that_never_came_to_be_leaves_the_application_ready_and_says_why(world: World):
    application = world.application()
    world.start_errors[1] = "the Python program failed: KeyError: 'job'"
    operation = world.start(application)
    assert (application.status, operation.progress) == (Status.READY, Progress.FAILED)
    assert operation.error == "the Python program failed: KeyError: 'job'"
    assert world.cluster.killed


def test_a_start_that_fails_before_there_is_a_process_ends_the_same_way(world: World):
    application = world.application()
    world.launch_error = "no Java 17"
    assert world.start(application).error == "no Java 17"
    assert application.status is Status.READY


def test_starting_does_not_change_the_version(world: World):
    application = world.running()
    assert application.version.number == 1


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.READY])
def test_only_a_ready_application_starts(world: World, status):
    application = world.application()
    application.set_status(status)
    with pytest.raises(ResourceInUse, match=status):
        world.lifecycle.start(application, None)


def test_without_an_entry_point_nothing_is_started(world: World):
    application = world.application(groups=[])
    with pytest.raises(InvalidApplicationConfiguration, match="python is missing"):
        world.lifecycle.start(application, None)
    assert application.status is Status.READY


def test_stopping_takes_a_snapshot_and_the_next_start_goes_on_from_it(world: World):
    application = world.running()
    operation = world.lifecycle.stop(application, force=False)
    assert application.status is Status.STOPPING
    world.settle()
    assert (application.status, operation.progress) == (Status.READY, Progress.SUCCESSFUL)
    assert world.cluster.stopped
    assert world.cluster.killed
    world.start(application)
    assert world.restored() == "version 1"


def test_with_snapshots_disabled_stopping_keeps_nothing(world: World):
    application = world.running(snapshots=False)
    world.stop(application)
    assert application.snapshots == {}
    world.start(application)
    assert world.restored() is None


def test_a_job_that_is_not_well_is_not_stopped_because_no_snapshot_can_be_taken(world: World):
    application = world.running()
    world.cluster.health = "the job is RESTARTING"
    with pytest.raises(InvalidApplicationConfiguration, match="RESTARTING"):
        world.lifecycle.stop(application, force=False)
    assert application.status is Status.RUNNING


def test_a_snapshot_that_fails_leaves_the_job_running(world: World):
    application = world.running()
    world.cluster.snapshot_error = "no space left"
    operation = world.stop(application)
    assert (application.status, operation.progress) == (Status.RUNNING, Progress.FAILED)
    assert not world.cluster.killed
    assert [s.status for s in application.snapshots.values()] == ["FAILED"]


def test_a_forced_stop_needs_neither_health_nor_a_snapshot(world: World):
    application = world.running()
    world.cluster.health = "the job is RESTARTING"
    operation = world.lifecycle.stop(application, force=True)
    assert application.status is Status.FORCE_STOPPING
    world.settle()
    assert (application.status, operation.progress) == (Status.READY, Progress.SUCCESSFUL)
    assert application.snapshots == {}


def test_a_forced_stop_cancels_what_is_under_way(world: World):
    application = world.application()
    start = world.lifecycle.start(application, None)
    world.stop(application, force=True)
    assert (application.status, start.progress) == (Status.READY, Progress.CANCELLED)
    assert all(c.killed for c in world.clusters)


@pytest.mark.parametrize("status", [Status.READY, Status.FORCE_STOPPING, Status.DELETING])
def test_there_is_nothing_to_stop_by_force(world: World, status):
    application = world.application()
    application.set_status(status)
    with pytest.raises(ResourceInUse):
        world.lifecycle.stop(application, force=True)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.RUNNING])
def test_only_a_running_application_stops(world: World, status):
    application = world.application()
    application.set_status(status)
    with pytest.raises(ResourceInUse):
        world.lifecycle.stop(application, force=False)


def test_a_bounded_job_that_finished_leaves_the_application_ready(world: World):
    application = world.running()
    world.cluster.on_finished()
    assert application.status is Status.READY
    assert world.cluster.killed


def test_a_finished_job_of_an_earlier_run_changes_nothing(world: World):
    application = world.running()
    earlier = world.cluster
    world.stop(application)
    world.start(application)
    earlier.on_finished()
    assert application.status is Status.RUNNING


def test_a_start_may_skip_the_snapshots(world: World):
    application = world.running()
    world.stop(application)
    world.start(application, SKIP)
    assert world.restored() is None


def test_a_start_may_name_its_snapshot(world: World):
    application = world.running()
    world.snapshot(application, "mine")
    world.stop(application)
    world.start(application, custom("mine"))
    assert world.cluster.deployment.restore_from is not None
    assert application.snapshots["mine"].folder in world.cluster.deployment.restore_from.parts


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (LATEST, InvalidArgument),
        (custom("absent"), ResourceNotFound),
        (custom(None), InvalidArgument),
        ({"ApplicationRestoreConfiguration": {"ApplicationRestoreType": "SOMETHING"}}, InvalidArgument),
        (
            {
                "ApplicationRestoreConfiguration": {
                    "ApplicationRestoreType": "SKIP_RESTORE_FROM_SNAPSHOT",
                    "SnapshotName": "x",
                }
            },
            InvalidArgument,
        ),
    ],
    ids=["the latest of none", "one that is not there", "no name", "an unknown type", "a name that is not used"],
)
def test_a_start_that_cannot_be_restored_is_refused_at_once(world: World, request_, error):
    application = world.application()
    with pytest.raises(error):
        world.lifecycle.start(application, request_)
    assert application.status is Status.READY


@pytest.mark.parametrize("allowed", [True, False])
def test_state_may_be_left_behind_only_when_that_is_said(world: World, allowed):
    application = world.running()
    world.stop(application)
    world.start(application, {"FlinkRunConfiguration": {"AllowNonRestoredState": allowed}})
    assert world.cluster.deployment.allow_non_restored_state is allowed


def test_the_groups_of_the_version_reach_the_job(world: World):
    mine = {"PropertyGroupId": "mine", "PropertyMap": {"key": "value"}}
    world.running(groups=[RUN_OPTIONS, mine])
    assert world.cluster.deployment.property_groups["mine"] == {"key": "value"}
