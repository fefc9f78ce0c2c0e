"""`up` and `down` over a world in memory: what is done, what is not done again, and what they say."""

from pathlib import Path

import pytest

from authpulse.cli.pipeline import Pipeline
from authpulse.cli.progress import Steps
from authpulse.cli.up import _wait_until_queryable
from authpulse.ending import STDERR
from authpulse.errors import AuthPulseError
from authpulse_operator.core.acts import LATEST, NOTHING
from authpulse_operator.core.errors import Unreachable
from authpulse_operator.core.world import ApplicationState

APPLICATION = "authpulse-dev"
FROM_NOTHING = ["make", "put", "create", "start", "start_replay"]


def test_up_makes_everything_once_and_reports_the_balance(run, written, machine) -> None:
    ended = run("up", "-f", written(), "--output", "json")
    assert ended.code == 0
    assert machine.writes == FROM_NOTHING
    report = ended.json
    books = report["input"]
    assert books["lines"] == books["events"] == books["raw"] == books["curated"] == 300
    assert report["endpoint"] == "http://127.0.0.1:4599"
    assert report["lag_seconds"] == 7
    assert report["alerts_by_rule"] == {"NEW_DEVICE": 1}


def test_up_says_what_it_is_at(run, written, machine) -> None:
    ended = run("up", "-f", written())
    steps = [line.removesuffix(" …") for line in ended.err.splitlines() if line.endswith(" …")]
    assert steps == ["local AWS", "foundation", "application", "healthy job", "replay", "queryable"]
    assert "in: 300 lines = 300 events + 0 rejected" in ended.out
    assert "U1[/]" in ended.out  # text out of a table is not markup
    assert "new [host] C9" in ended.out


def test_a_second_up_repeats_nothing(run, written, machine) -> None:
    first = run("up", "-f", written(), "--output", "json").json
    before = list(machine.writes)
    assert run("up", "-f", written(), "--output", "json").json == first
    assert machine.writes == before
    assert machine.process.starts == 1
    assert machine.home.applied().metadata.generation == 1


def test_up_waits_until_all_that_was_sent_can_be_queried(run, written, machine) -> None:
    machine.athena.queries_behind = 3
    assert run("up", "-f", written(), "--output", "json").json["input"]["curated"] == 300


def test_what_never_can_be_queried_ends_in_the_balance(run, written, machine) -> None:
    run("up", "-f", written())
    machine.athena.queries_behind = 1
    pipeline = Pipeline(machine.home.applied(), machine.home, machine.process.find())
    with (
        pytest.raises(
            AuthPulseError, match="queryable in time: of 300 events and 0 rejected lines 0 are in auth_events_raw"
        ),
        Steps(STDERR) as at,
    ):
        _wait_until_queryable(pipeline, at, deadline=0)


def test_another_log_is_replayed_beside_the_first(run, written, machine, tmp_path: Path) -> None:
    run("up", "-f", written())
    other = tmp_path / "Own Log.csv"
    other.write_text("5,U9,C9\n")
    ended = run("up", "-f", written(), "--input", other, "--output", "json")
    assert ended.json["input"]["events"] == 300
    assert ended.json["rows"]["auth_events_raw"] == 600
    first, second = sorted(machine.world.workloads.progress)
    assert (first, second[:12]) == ("first", "own-log-csv-")
    assert machine.home.applied().metadata.generation == 2


def test_the_same_log_is_sent_once_wherever_it_lies(run, written, machine, log: Path, tmp_path: Path) -> None:
    run("up", "-f", written(), "--input", log)
    (tmp_path / "elsewhere").mkdir()
    log.rename(tmp_path / "elsewhere" / log.name)
    log.write_text("another log of that name\n")
    run("up", "-f", written(), "--input", tmp_path / "elsewhere" / log.name, "--format", "lanl-auth")
    assert len(machine.world.workloads.progress) == 1
    run("up", "-f", written(), "--input", log, "--format", "lanl-auth")
    assert len(machine.world.workloads.progress) == 2


def test_a_log_read_as_another_format_is_another_replay(run, written, machine, log: Path) -> None:
    log.write_text("1,U1,C1\n1,U1@D,U1@D,C1,C2,NTLM,Network,LogOn,Success\n")
    run("up", "-f", written(), "--input", log, "--format", "lanl-auth")
    run("up", "-f", written(), "--input", log, "--format", "lanl-cyber1")
    assert len(machine.world.workloads.progress) == 2


def test_a_log_that_is_in_another_format_is_refused(run, written, log: Path) -> None:
    log.write_text("1,U1,C1\n")
    ended = run("up", "-f", written(), "--input", log, "--format", "lanl-cyber1")
    assert ended.code == 3
    assert "is not lanl-cyber1: its first lines are lanl-auth" in ended.err


def test_down_stops_the_job_with_a_snapshot_and_up_goes_on_from_it(run, written, machine) -> None:
    run("up", "-f", written())
    ended = run("down")
    assert ended.code == 0
    assert f"data stay in {machine.home.path}" in ended.err
    assert not machine.process.is_running
    assert machine.world.flink.describe(APPLICATION).state is ApplicationState.READY
    assert run("status", "-o", "json").json["conditions"][-1]["status"] == "True"  # Paused

    run("up", "-f", written())
    assert machine.world.flink.starts == [NOTHING, LATEST]
    assert machine.world.flink.switches.calls.count("stop") == 1
    assert machine.world.workloads.switches.calls == ["start_replay"]


def test_down_purge_leaves_nothing(run, written, machine) -> None:
    run("up", "-f", written())
    ended = run("down", "--purge")
    assert (ended.code, machine.home.path.exists(), machine.process.is_running) == (0, False, False)
    assert "nothing is left" in ended.err
    assert run("down").err == "nothing was started here\n"


def test_down_of_a_job_that_can_take_no_snapshot_needs_force(run, written, machine, monkeypatch) -> None:
    run("up", "-f", written())
    monkeypatch.setattr("authpulse.cli.down.run_until", _refuse)
    ended = run("down")
    assert (ended.code, machine.process.is_running) == (1, True)
    (line,) = ended.errors
    assert line.startswith("OperationFailed: it can take no snapshot; --force stops without a snapshot")
    ended = run("down", "--force")
    assert (ended.code, machine.process.is_running) == (0, False)
    assert "going on without a snapshot: OperationFailed: it can take no snapshot" in ended.err


def _refuse(*_arguments: object, **_more: object) -> None:
    from authpulse_operator.runtime.embedded import NotReachedError

    raise NotReachedError("OperationFailed: it can take no snapshot")


def test_down_needs_neither_the_zip_nor_the_manifests_files(run, written, machine, tmp_path: Path) -> None:
    table = tmp_path / "popularity.csv"
    table.write_text("computer_id,accounts\nC1,1\n")
    run("up", "-f", written(flink={"scoring": {"hostPopularity": table.name}}))
    table.unlink()
    (tmp_path / "job.zip").unlink()
    assert run("down").code == 0


def test_down_after_the_local_aws_was_killed_ends_what_is_left(run, written, machine) -> None:
    run("up", "-f", written())
    machine.process.is_running = False
    ended = run("down")
    assert (ended.code, ended.errors) == (0, [])
    assert machine.writes == FROM_NOTHING


def test_up_after_a_loss_of_state_begins_anew_and_says_so(run, written, machine) -> None:
    run("up", "-f", written())
    machine.forget()
    ended = run("up", "-f", written())
    assert ended.code == 0
    assert "has lost its state: starting from the beginning" in ended.err
    assert machine.writes == FROM_NOTHING
    assert "lost its state" not in run("up", "-f", written()).err


def test_up_after_a_graceful_stop_does_not_begin_anew(run, written, machine) -> None:
    run("up", "-f", written())
    run("down")
    assert "lost its state" not in run("up", "-f", written()).err
    assert machine.world.workloads.switches.calls == ["start_replay"]


def test_a_local_aws_that_ends_on_the_way_is_said_at_once(run, written, machine, monkeypatch) -> None:
    machine.world.flink.switches.fail("start", Unreachable("starting authpulse-dev: AWS does not answer"), times=9)
    monkeypatch.setattr(type(machine.process), "is_running", False)
    monkeypatch.setattr(machine.process, "start", lambda port=None: _found(machine))
    ended = run("up", "-f", written())
    assert ended.code == 5
    assert ended.errors == [
        "the local AWS has ended: see /nowhere/localstack.log, and run `authpulse up` again",
    ]


def _found(machine):
    from authpulse_operator.adapters.local.local_aws import LocalAws

    return LocalAws("http://127.0.0.1:4599", machine.process.incarnation)


def test_a_manifest_that_is_suspended_is_brought_to_rest(run, written, machine) -> None:
    run("up", "-f", written())
    ended = run("up", "-f", written(suspend=True), "--output", "json")
    assert ended.json == {"endpoint": "http://127.0.0.1:4599", "suspended": True}
    assert machine.world.flink.describe(APPLICATION).state is ApplicationState.READY
    assert "suspended: the job is stopped" in run("up", "-f", written(suspend=True)).err


def test_a_job_that_never_gets_well_ends_in_its_own_words(run, written, machine) -> None:
    machine.world.flink.break_start_of_everything("KeyError: 'database'")
    ended = run("up", "-f", written())
    assert ended.code == 1
    assert "OperationFailed: starting from nothing: failed 3 times: KeyError: 'database'" in ended.errors[0]
    assert machine.world.flink.switches.calls.count("start") == 3


@pytest.mark.parametrize("arguments", [("--minutes", "-1"), ("--output", "xml"), ("--nothing",)])
def test_a_wrong_command_line_ends_with_2(run, written, arguments) -> None:
    assert run("up", "-f", written(), *arguments).code == 2
