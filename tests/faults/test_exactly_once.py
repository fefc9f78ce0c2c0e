"""Whatever is killed or stopped in the middle of a run: every event once in every table, and keyed state goes on.

The proof of the state: `account_attempts` counts an account's earlier attempts, so over n events it has to be exactly
0 to n - 1; lost state would begin again at 0, state restored twice would skip.
"""

import json
import os
import signal
from collections.abc import Iterator

import boto3
import pytest

from support.logs import write_lanl_auth
from support.pipeline import PipelineRun, pipeline

EVENTS = 200_000
RATE = 20_000
ACCOUNTS = 97


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineRun]:
    """One pipeline for all faults: each test replays a log of its own into it."""
    with pipeline(tmp_path_factory.mktemp("faults")) as started:
        started.up()
        yield started


def add_replay(run: PipelineRun, name: str) -> None:
    log = write_lanl_auth(run.folder / f"{name}.csv", events=EVENTS, prefix=f"{name}-", accounts=ACCOUNTS)
    run.replays.append({"name": name, "input": str(log), "format": "lanl-auth", "rate": RATE})


def wait_for_a_third(run: PipelineRun, name: str) -> None:
    run.wait_for(f"a third of replay {name}", lambda: run.events_sent(name) > EVENTS // 3)
    assert run.events_sent(name) < EVENTS, "the replay was over before anything could be broken"


def assert_exactly_once(run: PipelineRun, name: str) -> None:
    counts = run.query(
        " UNION ALL ".join(
            f"SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM {table} WHERE source LIKE '{name}:%'"
            for table in ("auth_events_raw", "auth_events_curated")
        )
    )
    assert [(int(c["n"]), int(c["ids"])) for c in counts] == [(EVENTS, EVENTS)] * 2
    broken = run.query(
        "SELECT user_id, count(*) AS n, min(account_attempts) AS least, max(account_attempts) AS most, "
        "count(DISTINCT account_attempts) AS different FROM auth_events_curated "
        f"WHERE source LIKE '{name}:%' GROUP BY user_id "
        "HAVING min(account_attempts) <> 0 OR max(account_attempts) <> count(*) - 1 "
        "OR count(DISTINCT account_attempts) <> count(*)"
    )
    assert broken == []
    accounts = run.query(f"SELECT count(DISTINCT user_id) AS n FROM auth_events_curated WHERE source LIKE '{name}:%'")
    assert int(accounts[0]["n"]) == ACCOUNTS


@pytest.mark.timeout(600)
def test_a_killed_taskmanager_costs_nothing(run: PipelineRun) -> None:
    add_replay(run, "taskmanager")
    with run.coming_up():
        wait_for_a_third(run, "taskmanager")
        killed = run.kill("TaskManagerRunner")
        run.wait_for("another TaskManager", lambda: run.processes("TaskManagerRunner") not in ([], [killed]))
    assert_exactly_once(run, "taskmanager")


@pytest.mark.timeout(600)
def test_a_job_that_is_stopped_goes_on_from_its_snapshot(run: PipelineRun) -> None:
    add_replay(run, "snapshot")
    with run.coming_up():
        wait_for_a_third(run, "snapshot")
        flink = client(run, "kinesisanalyticsv2")
        application = flink.list_applications()["ApplicationSummaries"][0]["ApplicationName"]
        flink.stop_application(ApplicationName=application)
    snapshots = flink.list_application_snapshots(ApplicationName=application)["SnapshotSummaries"]
    assert [s["SnapshotStatus"] for s in snapshots] == ["READY"]
    assert_exactly_once(run, "snapshot")


@pytest.mark.timeout(600)
def test_a_killed_producer_is_resumed_and_sends_nothing_twice_into_the_tables(run: PipelineRun) -> None:
    add_replay(run, "producer")
    with run.coming_up():
        wait_for_a_third(run, "producer")
        note = json.loads((run.home / "replays/producer/process.json").read_text())
        os.kill(note["pid"], signal.SIGKILL)
    assert (run.home / "replays/producer/attempts").read_text() == "2"
    assert_exactly_once(run, "producer")


def client(run: PipelineRun, service: str):
    endpoint = json.loads(run.authpulse("status", "--output", "json", check=False).stdout)["localAws"]["endpoint"]
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
