"""The commands of the README, in their order, on one machine."""

import json
from collections.abc import Iterator

import pytest

from authpulse.cli.places import ROOT
from support.logs import write_lanl_auth
from support.pipeline import PipelineRun, pipeline

SAMPLE = {"name": "sample", "input": str(ROOT / "data/sample/lanl-cyber1.csv.gz"), "format": "lanl-cyber1"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineRun]:
    folder = tmp_path_factory.mktemp("e2e")
    scoring = {"hostPopularity": str(ROOT / "data/sample/host_popularity.csv")}
    with pipeline(folder, flink={"scoring": scoring}, replays=[SAMPLE]) as started:
        yield started


@pytest.mark.timeout(900)
def test_from_nothing_to_answers_and_back(run: PipelineRun) -> None:
    report = run.up()
    books = report["input"]
    assert books["lines"] == books["events"] + books["rejected"] + books["ignored"]
    assert books["raw"] == books["curated"] == books["events"] > 1000
    assert books["quarantined"] == books["rejected"] > 0
    assert len(report["riskiest_users"]) == 10
    assert set(report["alerts_by_rule"]) == {
        *("BURST_LOGIN", "LATERAL_MOVEMENT", "NEW_DEVICE", "SOURCE_FANOUT"),
    }
    assert all(a["explanation"] for a in report["alerts"])
    assert report["lag_seconds"] >= 0

    status = json.loads(run.authpulse("status", "--output", "json").stdout)
    assert {c["type"]: c["status"] for c in status["conditions"]}["Ready"] == "True"
    assert status["application"]["status"] == "RUNNING"

    # a second time nothing is sent and nothing is written
    again = run.up()
    assert again["rows"] == report["rows"]
    assert again["input"] == books
    assert json.loads(run.authpulse("status", "--output", "json").stdout)["application"]["versionId"] == 1

    log = run.authpulse("logs", "-n", "500").stdout
    assert "authpulse" in log
    assert "INFO" in log

    count = run.query("SELECT count(*) AS n FROM auth_events_curated")
    assert int(count[0]["n"]) == books["events"]
    refused = run.authpulse("query", "SELECT nothing FROM auth_alerts", check=False)
    assert refused.returncode == 1
    assert "COLUMN_NOT_FOUND" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1

    # stopped with a snapshot, everything is still there afterwards, and the next log goes on from there
    run.authpulse("down")
    assert run.processes("java") == []
    assert run.authpulse("status", check=False).returncode == 1
    own = write_lanl_auth(run.folder / "own.csv", events=500, prefix="own-")
    run.replays.append({"name": "own", "input": str(own), "format": "lanl-auth"})
    third = run.up()
    assert third["rows"]["auth_events_raw"] == report["rows"]["auth_events_raw"] + 500
    assert third["input"]["events"] == books["events"] + 500

    run.authpulse("down", "--purge")
    assert not run.home.exists()
    assert run.processes("java") == run.processes("authpulse_localstack") == []
