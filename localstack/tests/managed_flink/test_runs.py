"""What a run is given: configuration, folder, memory; and what is kept of applications between two LocalStacks."""

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from authpulse_localstack.managed_flink.applications import SnapshotStatus, Status
from authpulse_localstack.managed_flink.cluster.flink import last_error
from authpulse_localstack.managed_flink.cluster.memory import METASPACE, OVERHEAD, TaskManagerMemory
from authpulse_localstack.managed_flink.cluster.port import Deployment, RunOptions, StartFailed
from authpulse_localstack.managed_flink.cluster.run_folder import RunFolder
from authpulse_localstack.managed_flink.cluster.settings import (
    Ports,
    duration,
    flink_options,
    write_configuration,
)
from authpulse_localstack.managed_flink.errors import LimitExceeded, ResourceInUse, ResourceNotFound
from authpulse_localstack.managed_flink.store import MAX_APPLICATIONS, Store
from support.flink import World


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name in names:
            bundle.writestr(name, "")
    return buffer.getvalue()


def deployment(home: Path, **changes) -> Deployment:
    plain = Deployment(
        application_arn="arn:app",
        application="app",
        version=1,
        home=home,
        code=zipped("main.py", "lib/a.jar", "python/m.py", "single.py"),
        options=RunOptions(python="main.py"),
        property_groups={"g": {"k": "v"}},
        parallelism=3,
        slots=3,
        checkpointing=True,
        checkpoint_interval_ms=30_000,
        checkpoint_min_pause_ms=500,
        log_level="INFO",
        environment={},
    )
    return replace(plain, **changes)


def options(home: Path, **changes) -> dict[str, str]:
    return flink_options(deployment(home, **changes), Ports(rest=1, rpc=2), home / "run", Path("/python"))


def test_every_address_is_loopback(tmp_path):
    given = options(tmp_path)
    names = ("jobmanager.bind-host", "taskmanager.bind-host", "rest.bind-address", "taskmanager.host", "rest.address")
    assert {given[name] for name in names} == {"127.0.0.1"}


def test_checkpoints_are_as_the_application_says(tmp_path):
    given = options(tmp_path)
    assert given["execution.checkpointing.interval"] == "30 s"
    assert given["execution.checkpointing.min-pause"] == "500 ms"
    assert "execution.checkpointing.interval" not in options(tmp_path, checkpointing=False)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(500, "500 ms"), (1000, "1 s"), (1500, "1500 ms"), (60_000, "1 min"), (90_000, "90 s"), (7_200_000, "2 h")],
)
def test_durations_are_written_as_flink_writes_them(milliseconds, text):
    assert duration(milliseconds) == text


def test_the_parts_of_a_task_managers_memory_are_all_said():
    memory = TaskManagerMemory(2)
    given = memory.options()
    heap = 128 + memory.task_heap
    assert f"-Xmx{heap}m" in memory.java_options()
    assert given["taskmanager.memory.network.min"] == given["taskmanager.memory.network.max"]
    total = heap + 128 + memory.off_heap + memory.network + memory.managed + METASPACE + OVERHEAD
    assert total < 2048


def test_configuration_is_yaml_whatever_is_in_it(tmp_path):
    write_configuration(tmp_path, {"a.b": 'x: "y" # z'}, log_level="WARN")
    assert (tmp_path / "config.yaml").read_text() == 'a.b: "x: \\"y\\" # z"\n'
    assert "rootLogger.level = WARN" in (tmp_path / "log4j2.properties").read_text()


def test_a_run_begins_with_an_empty_folder_and_its_code(tmp_path):
    run = RunFolder(tmp_path / "run")
    run.prepare(deployment(tmp_path))
    (run.code / "left").touch()
    run.failure.touch()
    run.prepare(deployment(tmp_path))
    assert sorted(p.name for p in run.code.iterdir()) == ["lib", "main.py", "python", "single.py"]
    assert not run.failure.exists()
    assert json.loads((run.conf / "application_properties.json").read_text()) == [
        {"PropertyGroupId": "g", "PropertyMap": {"k": "v"}}
    ]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"python": "absent.py"}, "absent.py"),
        ({"python": "main.py", "jarfile": "lib/absent.jar"}, "lib/absent.jar"),
        ({"python": "main.py", "python_files": ("absent/",)}, "absent/"),
    ],
)
def test_what_run_options_name_must_be_in_the_zip(tmp_path, given, named):
    with pytest.raises(StartFailed, match=named):
        RunFolder(tmp_path / "run").prepare(deployment(tmp_path, options=RunOptions(**given)))


def test_code_that_is_no_zip_cannot_start(tmp_path):
    with pytest.raises(StartFailed, match="zip"):
        RunFolder(tmp_path / "run").prepare(deployment(tmp_path, code=b"import this"))


def test_pyfiles_are_folders_archives_and_the_folders_of_files(tmp_path):
    run = RunFolder(tmp_path / "run")
    given = deployment(tmp_path, options=RunOptions(python="main.py", python_files=("python/", "a.zip", "single.py")))
    assert run.python_path(given) == [str(run.code / "python"), str(run.code / "a.zip"), str(run.code)]


def test_the_latest_checkpoint_is_the_newest_that_is_complete(tmp_path):
    run = RunFolder(tmp_path)
    assert run.latest_checkpoint() is None
    for number, (name, complete) in enumerate([("chk-9", True), ("chk-10", True), ("chk-11", False)]):
        folder = tmp_path / "checkpoints" / "job" / name
        folder.mkdir(parents=True)
        if complete:
            (folder / "_metadata").touch()
            os.utime(folder / "_metadata", (number, number))
    latest = run.latest_checkpoint()
    assert latest is not None
    assert latest.name == "chk-10"


def test_the_last_exception_of_a_log_is_its_error(tmp_path):
    log = tmp_path / "log"
    assert last_error(log) == ""
    entries = [{"throwableInformation": "a.B: x\nCaused by: c.D: y"}, {"message": "later"}]
    log.write_text("".join(json.dumps(e) + "\n" for e in entries) + '{"cut')
    assert last_error(log) == "c.D: y"


def test_a_store_keeps_applications_apart_by_account_and_region(world: World):
    store = Store(lambda application: world.folder)
    store.add(world.application())
    with pytest.raises(ResourceInUse):
        store.add(world.application())
    assert [a.name for a in store.listed("1", "r")] == ["app"]
    assert store.listed("2", "r") == []
    with pytest.raises(ResourceNotFound):
        store.find("1", "elsewhere", "app")


def test_there_is_a_limit_of_applications(world: World):
    store = Store(lambda application: world.folder)
    for number in range(MAX_APPLICATIONS):
        store.add(replace(world.application(), name=f"a{number}"))
    with pytest.raises(LimitExceeded):
        store.add(world.application())


def test_what_is_saved_is_loaded_with_its_snapshots(world: World, tmp_path):
    application = world.running()
    world.snapshot(application, "mine")
    world.lifecycle.suspend_all([application])

    def store(state: str) -> Store:
        return Store(lambda a: tmp_path / state / a.name / "snapshots")

    saved = Store(lambda a: world.folder / a.name / "snapshots")
    saved.add(application)
    (tmp_path / "saved").mkdir()
    saved.save(tmp_path / "saved")
    loaded = store("new")
    loaded.load(tmp_path / "saved")
    (again,) = loaded.all()
    assert (again.status, again.resume) == (Status.READY, True)
    assert again.version.token == application.version.token
    assert again.operations.keys() == application.operations.keys()
    mine = again.snapshots["mine"]
    assert mine.status is SnapshotStatus.READY
    assert (tmp_path / "new/app/snapshots" / mine.folder / mine.path / "_metadata").read_text() == "version 1"
