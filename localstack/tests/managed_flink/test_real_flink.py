"""With a real Flink. Everything that can be tested without one is tested elsewhere: each start costs seconds."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from support.flink_job import FLINK_PYTHON, NumbersJob, is_alive, until
from support.local_aws import ACCOUNT, REGION, LocalAws

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def flink_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    assert FLINK_PYTHON.exists(), f"{FLINK_PYTHON} is not there: run make setup"
    started = LocalAws(tmp_path_factory.mktemp("flink") / "state", flink_python=str(FLINK_PYTHON)).start()
    yield started
    assert started.stop() == 0, started.log.read_text()


@pytest.fixture(scope="module")
def shared(flink_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> NumbersJob:
    job = NumbersJob(flink_aws, "shared", tmp_path_factory.mktemp("numbers"))
    job.create()
    return job


@pytest.fixture
def job(shared: NumbersJob) -> NumbersJob:
    """Running and writing, whatever the tests before did to it."""
    if shared.describe()["ApplicationStatus"] == "READY":
        assert shared.start()["OperationStatus"] == "SUCCESSFUL"
    shared.await_more_numbers()
    return shared


def test_the_dashboard_is_flinks_rest_api(job: NumbersJob):
    url = job.flink.create_application_presigned_url(ApplicationName=job.name, UrlType="FLINK_DASHBOARD_URL")
    with urllib.request.urlopen(url["AuthorizedUrl"] + "/jobs/overview") as answer:
        (only,) = json.load(answer)["jobs"]
    assert only["state"] == "RUNNING"


def test_the_dashboard_is_behind_the_gateway_as_well(job: NumbersJob):
    (only,) = job.aws.get(f"/_authpulse/dashboards/{ACCOUNT}/{REGION}/{job.name}/jobs/overview")["jobs"]
    metrics = f"/_authpulse/dashboards/{ACCOUNT}/{REGION}/{job.name}/jobs/{only['jid']}/metrics"
    assert [m["id"] for m in job.aws.get(f"{metrics}?get=numRestarts")] == ["numRestarts"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        job.aws.get(f"/_authpulse/dashboards/{ACCOUNT}/{REGION}/nobody/jobs/overview")


def test_the_jobs_plan_is_among_the_additional_details(job: NumbersJob):
    detail = job.flink.describe_application(ApplicationName=job.name, IncludeAdditionalDetails=True)
    described = detail["ApplicationDetail"]["ApplicationConfigurationDescription"]
    plan = json.loads(described["FlinkApplicationConfigurationDescription"]["JobPlanDescription"])
    assert plan["nodes"]


def test_it_listens_on_loopback_only(job: NumbersJob):
    sockets = [c for pid in job.processes().values() for c in psutil.Process(pid).net_connections("tcp")]
    listening = {c.laddr.ip for c in sockets if c.status == psutil.CONN_LISTEN}
    assert listening
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"}


def test_its_log_is_in_the_stream_in_the_services_shape(job: NumbersJob):
    logs = job.aws.client("logs")

    def running() -> list[dict[str, str]]:
        found = logs.filter_log_events(logGroupName=job.name, filterPattern='"switched from INITIALIZING to RUNNING"')
        return [json.loads(e["message"]) for e in found["events"]]

    entry = until(running, "the log says that the job runs")[0]
    assert entry["applicationARN"] == job.describe()["ApplicationARN"]
    assert {"applicationVersionId", "locationInformation", "logger", "message", "messageSchemaVersion"} < entry.keys()
    assert (entry["messageType"], entry["messageSchemaVersion"]) == ("INFO", "1")
    assert entry["threadName"]


def test_a_killed_task_manager_is_replaced_and_nothing_is_lost(job: NumbersJob):
    killed = job.processes()["taskmanager"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: job.processes().get("taskmanager") not in (None, killed), "another TaskManager is there")
    job.await_more_numbers()
    assert job.describe()["ApplicationStatus"] == "RUNNING"
    job.check_numbers()


def test_a_killed_job_manager_goes_on_from_the_latest_checkpoint(job: NumbersJob):
    killed = job.processes()["jobmanager"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: job.processes().get("jobmanager") not in (None, killed), "another JobManager is there")
    job.await_more_numbers()
    job.check_numbers()


def test_an_update_restarts_the_job_and_its_state_goes_on(job: NumbersJob):
    before = job.processes()
    groups = [*job.groups, {"PropertyGroupId": "another", "PropertyMap": {"key": "value"}}]
    ended = job.update(ApplicationConfigurationUpdate={"EnvironmentPropertyUpdates": {"PropertyGroups": groups}})
    assert ended["OperationStatus"] == "SUCCESSFUL"
    job.await_more_numbers()
    job.check_numbers()
    assert not any(is_alive(pid) for pid in before.values())


def test_a_stopped_job_goes_on_from_its_snapshot_and_leaves_no_process(job: NumbersJob):
    processes = job.processes()
    assert job.stop()["OperationStatus"] == "SUCCESSFUL"
    assert not any(is_alive(pid) for pid in processes.values())
    stopped_at = len(job.numbers())
    job.check_numbers()
    assert job.start()["OperationStatus"] == "SUCCESSFUL"
    until(lambda: len(job.numbers()) > stopped_at, "it writes on")
    job.check_numbers()


def test_an_option_that_code_may_not_set_fails_the_start_and_is_told_in_the_operation(
    flink_aws: LocalAws, unique: str, tmp_path: Path
):
    job = NumbersJob(flink_aws, unique, tmp_path)
    refused = {"PropertyGroupId": "options", "PropertyMap": {"execution.checkpointing.interval": "7 s"}}
    job.create(groups=[*job.groups, refused])
    ended = job.start()
    assert ended["OperationStatus"] == "FAILED"
    error = ended["OperationFailureDetails"]["ErrorInfo"]["ErrorString"]
    assert "Not allowed configuration change" in error
    assert "execution.checkpointing.interval" in error
    assert job.describe()["ApplicationStatus"] == "READY"
    assert job.processes() == {}


def test_a_bounded_job_leaves_the_application_ready_by_itself(flink_aws: LocalAws, unique: str, tmp_path: Path):
    job = NumbersJob(flink_aws, unique, tmp_path, last=5)
    job.create()
    job.start()
    until(lambda: job.describe()["ApplicationStatus"] == "READY", "the application is READY")
    assert job.numbers() == [1, 2, 3, 4, 5]


def test_a_job_survives_a_stop_of_localstack_and_its_processes_do_not_survive_a_kill(
    own_aws, unique: str, tmp_path: Path
):
    aws = own_aws(state=tmp_path / "state", flink_python=str(FLINK_PYTHON))
    job = NumbersJob(aws, unique, tmp_path / "numbers")
    job.create()
    job.start()
    job.await_more_numbers()
    before = job.processes()
    assert aws.stop() == 0, aws.log.read_text()
    assert not any(is_alive(pid) for pid in before.values())
    written = len(job.numbers())

    aws.start()
    assert job.describe()["ApplicationStatus"] in ("STARTING", "RUNNING")
    until(lambda: len(job.numbers()) > written, "it writes on")
    job.check_numbers()
    until(lambda: job.describe()["ApplicationStatus"] == "RUNNING", "it is RUNNING")

    processes = job.processes()
    aws.kill()
    until(lambda: not any(is_alive(pid) for pid in processes.values()), "the processes are gone")
