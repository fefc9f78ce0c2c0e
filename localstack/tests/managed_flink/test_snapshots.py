import threading

import pytest

from authpulse_localstack.managed_flink.applications import SnapshotStatus, Status
from authpulse_localstack.managed_flink.errors import (
    InvalidApplicationConfiguration,
    InvalidArgument,
    LimitExceeded,
    ResourceInUse,
)
from authpulse_localstack.managed_flink.lifecycle import Lifecycle
from authpulse_localstack.managed_flink.snapshots import MAX_SNAPSHOTS
from support.flink import World


def test_a_snapshot_is_creating_until_flink_has_it(world: World):
    application = world.running()
    world.lifecycle.take_snapshot(application, "mine")
    assert application.snapshots["mine"].status is SnapshotStatus.CREATING
    world.settle()
    assert application.snapshots["mine"].status is SnapshotStatus.READY
    assert application.status is Status.RUNNING
    assert not world.cluster.stopped


def test_a_snapshot_that_fails_keeps_its_name_and_cannot_be_restored(world: World):
    application = world.running()
    world.cluster.snapshot_error = "no space left"
    world.snapshot(application, "mine")
    assert application.snapshots["mine"].status is SnapshotStatus.FAILED
    with pytest.raises(InvalidArgument, match="FAILED"):
        application.ready_snapshot("mine")
    assert application.latest_snapshot() is None


def test_a_name_is_used_once(world: World):
    application = world.running()
    world.snapshot(application, "mine")
    with pytest.raises(ResourceInUse):
        world.lifecycle.take_snapshot(application, "mine")


def test_only_a_running_application_has_something_to_take(world: World):
    with pytest.raises(ResourceInUse):
        world.lifecycle.take_snapshot(world.application(), "mine")


def test_of_a_job_that_is_not_well_none_is_taken(world: World):
    application = world.running()
    world.cluster.health = "the job is RESTARTING"
    with pytest.raises(InvalidApplicationConfiguration):
        world.lifecycle.take_snapshot(application, "mine")
    assert application.snapshots == {}


def test_above_the_limit_ones_own_are_refused_but_those_of_the_service_are_not(world: World, monkeypatch):
    monkeypatch.setattr("authpulse_localstack.managed_flink.snapshots.MAX_SNAPSHOTS", 1)
    application = world.running()
    world.snapshot(application, "one")
    with pytest.raises(LimitExceeded):
        world.lifecycle.take_snapshot(application, "two")
    world.stop(application)
    assert len(application.snapshots) == 2
    assert MAX_SNAPSHOTS == 1000


def test_a_deleted_snapshot_takes_its_savepoint_with_it(world: World):
    application = world.running()
    world.snapshot(application, "mine")
    snapshot = application.snapshots["mine"]
    folder = world.folder / "app" / "snapshots" / snapshot.folder
    assert folder.is_dir()
    world.lifecycle.delete_snapshot(application, snapshot)
    world.settle()
    assert not folder.exists()
    assert application.snapshots == {}


def test_a_snapshot_that_is_being_created_is_not_deleted(world: World):
    application = world.running()
    world.lifecycle.take_snapshot(application, "mine")
    with pytest.raises(ResourceInUse):
        world.lifecycle.delete_snapshot(application, application.snapshots["mine"])


def test_the_latest_snapshot_is_the_one_restored(world: World):
    application = world.running()
    world.snapshot(application, "first")
    world.snapshot(application, "second")
    world.stop(application, force=True)
    world.start(application)
    restored = world.cluster.deployment.restore_from
    assert restored is not None
    assert application.snapshots["second"].folder in restored.parts


def test_names_of_snapshots_are_not_names_of_folders(world: World):
    application = world.running()
    world.snapshot(application, "..")
    assert ".." not in application.snapshots[".."].folder


def test_deleting_an_application_needs_it_ready(world: World):
    application = world.running()
    with pytest.raises(ResourceInUse):
        world.lifecycle.delete(application)
    world.stop(application)
    world.lifecycle.delete(application)
    assert application.status is Status.DELETING
    world.settle()
    assert world.forgotten == ["app"]


def test_a_stop_of_localstack_takes_snapshots_and_the_next_start_resumes_from_them(world: World):
    application = world.running()
    world.lifecycle.suspend_all([application])
    assert (application.status, application.resume) == (Status.READY, True)
    assert world.cluster.killed
    world.lifecycle.resume(application)
    assert application.status is Status.STARTING
    world.settle()
    assert (application.status, application.resume) == (Status.RUNNING, False)
    assert world.restored() == "version 1"


def test_suspending_twice_is_suspending_once(world: World):
    application = world.running()
    world.lifecycle.suspend_all([application])
    world.lifecycle.suspend_all([application])
    assert application.resume
    assert len(application.snapshots) == 1


def test_an_application_that_did_not_run_does_not_run_afterwards(world: World):
    application = world.application()
    world.lifecycle.suspend_all([application])
    world.lifecycle.resume(application)
    world.settle()
    assert application.status is Status.READY
    assert world.clusters == []


def test_a_job_that_cannot_snapshot_is_stopped_all_the_same_and_resumes_from_the_latest(world: World):
    application = world.running()
    world.snapshot(application, "earlier")
    world.cluster.snapshot_error = "no space left"
    world.lifecycle.suspend_all([application])
    world.lifecycle.resume(application)
    world.settle()
    assert application.status is Status.RUNNING
    assert world.restored() == "version 1"


def test_a_forced_stop_ends_a_start_that_waits_for_flink(world: World):
    """The same with threads, as it happens: the start is interrupted where it waits."""
    waits, launch = threading.Event(), world.launch

    def launch_slowly(deployment, *, on_finished):
        cluster = launch(deployment, on_finished=on_finished)

        def wait(*, cancelled):
            waits.set()
            while not cancelled():
                threading.Event().wait(0.005)

        cluster.await_accepted = wait
        return cluster

    world.launch = launch_slowly  # type: ignore[method-assign]
    lifecycle = Lifecycle(world, world._deployment, snapshots=lambda a: world.folder, forget=lambda a: None)
    application = world.application()
    lifecycle.start(application, None)
    assert waits.wait(10)
    lifecycle.stop(application, force=True)
    done = threading.Event()
    for _ in range(2000):
        if application.status is Status.READY:
            break
        done.wait(0.005)
    assert application.status is Status.READY
    assert world.cluster.killed
