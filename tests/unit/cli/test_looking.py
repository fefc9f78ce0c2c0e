"""`status`, `query` and `logs`: what they show, and what they say when there is nothing to show."""

import csv
import io
from pathlib import Path

import pytest

from authpulse.cli.job_log import _readable
from authpulse.errors import ReachabilityError
from authpulse_operator.core.errors import Unreachable
from lakehouse.athena import QueryFailedError

COMMANDS = ["up", "down", "status", "query", "logs", "score", "generate"]


@pytest.mark.parametrize("command", [["status"], ["logs"], ["logs", "--source", "local-aws"], ["query", "SELECT 1"]])
def test_before_anything_was_started(run, command: list[str]) -> None:
    ended = run(*command)
    assert ended.code == 5
    assert ended.errors == ["nothing was started here yet: `authpulse up -f deploy/examples/dev.yaml`"]
    assert ended.out == ""


def test_down_before_anything_was_started_has_nothing_to_do(run, home: Path) -> None:
    ended = run("down")
    assert (ended.code, ended.err) == (0, "nothing was started here\n")
    assert not home.exists()


@pytest.mark.parametrize("command", [["logs"], ["query", "SELECT 1"]])
def test_when_nothing_runs(run, written, machine, command: list[str]) -> None:
    run("up", "-f", written())
    run("down")
    ended = run(*command)
    assert ended.code == 5
    assert ended.errors == [f"no pipeline runs in {machine.home.path}: start one with `authpulse up -f MANIFEST`"]


@pytest.mark.parametrize("command", ["status", "down", "logs"])
def test_an_environment_that_is_not_here_is_not_made(run, written, machine, home: Path, command: str) -> None:
    run("up", "-f", written())
    ended = run(command, "--environment", "prod")
    assert (ended.code, ended.errors) == (3, ["no environment 'prod' is here; there are dev"])
    assert not (home / "prod").exists()


def test_of_several_environments_one_has_to_be_named(run, written, machine) -> None:
    run("up", "-f", written())
    run("up", "-f", written(environment="other"))
    ended = run("status")
    assert ended.code == 3
    assert ended.errors == ["several environments are here (dev, other): name one with --environment"]
    assert run("status", "--environment", "other").code == 0


def test_folders_of_somebody_else_are_no_environments(run, written, machine, home: Path) -> None:
    (home / "notes").mkdir(parents=True)
    run("up", "-f", written())
    assert run("status").code == 0


def test_status_for_people_and_for_machines(run, written, machine) -> None:
    run("up", "-f", written())
    text, document = run("status"), run("status", "--output", "json")
    assert (text.code, document.code) == (0, 0)
    assert "application authpulse-dev: RUNNING, version 1" in text.out
    assert "replay first: Completed, 300 events, 0 rejected" in text.out
    assert {c["type"]: c["status"] for c in document.json["conditions"]}["Ready"] == "True"
    assert document.json["localAws"]["endpoint"] == "http://127.0.0.1:4599"


def test_status_looks_anew_and_changes_nothing(run, written, machine) -> None:
    run("up", "-f", written())
    before, kept = list(machine.writes), machine.home.status.read_bytes()
    machine.world.flink.break_running("IOException: disk full")
    ended = run("status", "--output", "json")
    assert ended.code == 1
    conditions = {c["type"]: c for c in ended.json["conditions"]}
    assert conditions["JobHealthy"]["status"] == "False"
    assert "disk full" in conditions["Ready"]["message"]
    assert (machine.writes, machine.home.status.read_bytes()) == (before, kept)


def test_status_while_aws_does_not_answer_keeps_what_was_seen_last(run, written, machine) -> None:
    run("up", "-f", written())
    machine.world.flink.switches.fail("describe", Unreachable("describing authpulse-dev: AWS does not answer"))
    ended = run("status", "--output", "json")
    assert ended.code == 1
    conditions = {c["type"]: c for c in ended.json["conditions"]}
    assert "AWS does not answer" in conditions["Ready"]["message"]
    assert conditions["ReplayComplete"]["status"] == "True"
    assert ended.json["replays"][0]["events"] == 300


def test_status_of_a_stopped_pipeline_shows_how_it_was(run, written, machine) -> None:
    run("up", "-f", written())
    run("down")
    ended = run("status")
    assert ended.code == 1
    assert "local AWS: not running (`authpulse up` starts it)" in ended.out


def test_a_query_as_table_json_and_csv(run, written, machine) -> None:
    run("up", "-f", written())
    sql = "SELECT * FROM auth_alerts"
    assert "U1[/]" in run("query", sql).out
    assert run("query", sql, "-o", "json").json == [
        {"user_id": "U1[/]", "note": None},
        {"user_id": "U2", "note": "[bold]x"},
    ]
    rows = list(csv.reader(io.StringIO(run("query", sql, "-o", "csv").out)))
    assert rows == [["user_id", "note"], ["U1[/]", ""], ["U2", "[bold]x"]]


def test_a_named_query_is_the_repositorys(run, written, machine) -> None:
    run("up", "-f", written())
    assert run("query", "--name", "freshness", "-o", "json").json == [{"lag_seconds": "7"}]
    assert "lag_seconds" in machine.athena.asked[-1]


def test_a_named_query_takes_parameters(run, written, machine) -> None:
    run("up", "-f", written())
    ended = run("query", "--name", "bursts", "--set", "attempts=7", "--set", "since=2026-03-01T12:00+01:00")
    assert ended.code == 0
    asked = machine.athena.asked[-1]
    assert "attempts_1h > 7 /* attempts */" in asked
    assert "TIMESTAMP '2026-03-01 11:00:00.000000' /* since */" in asked
    assert "LIMIT 50 /* limit */" in asked


def test_the_queries_are_listed_without_a_pipeline(run) -> None:
    listed = {q["name"]: q for q in run("query", "--list", "-o", "json").json}
    assert listed["bursts"]["question"].startswith("Which accounts tried to log on very often within an hour")
    assert listed["bursts"]["parameters"]["attempts"] == "50"
    shown = run("query", "--list").out
    rows = list(csv.DictReader(io.StringIO(run("query", "--list", "-o", "csv").out)))
    for name in ("risk_by_user", "lateral_movement", "new_devices", "hourly_behavior", "host_popularity", "freshness"):
        assert name in listed
        assert name in shown
    assert [r["name"] for r in rows] == list(listed)


def test_a_query_that_athena_refuses_is_one_line(run, written, machine, monkeypatch) -> None:
    run("up", "-f", written())

    def refuse(_sql: str) -> None:
        raise QueryFailedError("Athena: COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved")

    monkeypatch.setattr(machine.athena, "query", refuse)
    ended = run("query", "SELECT nothing FROM auth_alerts")
    assert (ended.code, ended.out) == (1, "")
    assert ended.errors == ["Athena: COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved"]


def test_an_endpoint_that_stops_to_answer_ends_with_5(run, written, machine, monkeypatch) -> None:
    run("up", "-f", written())

    def break_off(_sql: str) -> None:
        raise ReachabilityError("querying Athena: no answer")

    monkeypatch.setattr(machine.athena, "query", break_off)
    ended = run("query", "SELECT 1")
    assert (ended.code, ended.errors) == (5, ["querying Athena: no answer"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], 'give either a statement, as in authpulse query "SELECT 1", or --name'),
        (["SELECT 1", "--set", "limit=1"], "--set fills in a parameter of a query with a --name"),
        (["--name", "bursts", "--set", "limit"], "--set limit: wanted NAME=VALUE"),
        (["--name", "bursts", "--set", "limit=few"], "bursts: limit: 'few' is not a whole number"),
        (["--name", "bursts", "--set", "most=1"], "bursts: no parameter 'most'; it has attempts, limit, since, until"),
        (["SELECT 1", "--name", "freshness"], 'give either a statement, as in authpulse query "SELECT 1", or --name'),
        (["--name", "fresh"], "no query 'fresh'; there are bursts, freshness, host_popularity"),
    ],
)
def test_a_query_that_is_not_clear(run, arguments: list[str], said: str) -> None:
    ended = run("query", *arguments)
    assert ended.code == 3
    assert ended.errors[0].startswith(said)


def test_logs_of_files_show_their_last_lines(run, written, machine) -> None:
    run("up", "-f", written())
    folder = machine.home.replays / "first"
    folder.mkdir(parents=True)
    (folder / "log").write_text("one\ntwo\nthree\n")
    assert run("logs", "--source", "first", "-n", "2").out == "two\nthree\n"
    assert run("logs", "--source", "local-aws").out == ""


def test_a_log_that_there_is_not(run, written, machine) -> None:
    run("up", "-f", written())
    ended = run("logs", "--source", "flink")
    assert (ended.code, ended.errors) == (3, ["no log 'flink'; there are job, local-aws"])


@pytest.mark.parametrize("lines", ["0", "10001", "many"])
def test_a_number_of_lines_that_nobody_has(run, lines: str) -> None:
    assert run("logs", "-n", lines).code == 2


def test_a_line_of_the_jobs_log_is_made_readable() -> None:
    entry = '{"messageType": "ERROR", "logger": "a.b.Engine", "message": "no", "throwableInformation": "X\\n at Y"}'
    assert _readable(1_000, entry) == "1970-01-01T00:00:01.000+00:00 ERROR Engine: no\nX\n at Y"
    assert _readable(1_000, "plain") == "1970-01-01T00:00:01.000+00:00 plain"


@pytest.mark.parametrize("command", COMMANDS[:5])
def test_help_names_the_options(run, command: str) -> None:
    ended = run(command, "--help")
    assert ended.code == 0
    assert "--help" in ended.out


def test_help_lists_the_commands(run) -> None:
    ended = run("--help")
    assert ended.code == 0
    assert all(command in ended.out for command in COMMANDS)


def test_the_version_is_printed(run) -> None:
    ended = run("--version")
    assert (ended.code, ended.out) == (0, "authpulse 0.1.0\n")
