"""Processes that outlive their starter, and the folder that knows of them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from authpulse.errors import AuthPulseError, InputError, PrerequisiteError, ReachabilityError
from authpulse_operator.adapters.local import processes
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAwsProcess, free_port
from authpulse_operator.adapters.local.replays import LocalReplays
from doubles.cases import resource

SLEEPER = "import sys, time; print('here', flush=True); time.sleep(300)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(300)"


@pytest.fixture
def place(tmp_path: Path):
    """A folder whose noted process ends with the test."""
    yield tmp_path
    processes.stop(tmp_path / "note.json", within_seconds=0.1)


def started(place: Path, program: str = SLEEPER, *, mark: str = "mark-of-mine") -> int:
    command = [sys.executable, "-c", program, "mark-of-mine"]
    pid = processes.start(command, mark=mark, note=place / "note.json", log=place / "log", cwd=place)
    deadline = time.monotonic() + 30
    log = place / "log"
    while not log.exists() or "here" not in log.read_text():  # the process opens it, a moment after it is noted
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return pid


def test_a_process_is_found_again_by_its_note(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")  # a narrow terminal does not hide its mark
    pid = started(place)
    assert processes.running(place / "note.json") == pid
    assert os.getsid(pid) != os.getsid(0)


def test_the_way_without_proc_sees_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PROC", place / "no-proc")
    monkeypatch.setenv("COLUMNS", "20")
    pid = started(place)
    assert processes.running(place / "note.json") == pid
    assert processes.stop(place / "note.json", within_seconds=10)
    assert processes._command_line(pid) == ""


def test_a_stranger_with_the_same_id_is_left_alone(place: Path) -> None:
    (place / "stranger.json").write_text(json.dumps({"pid": os.getpid(), "mark": "not-in-my-command-line"}))
    assert processes.running(place / "stranger.json") is None
    assert not processes.stop(place / "stranger.json", within_seconds=0)


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', "[]"])
def test_a_note_that_is_none_is_nobodys(place: Path, text: str) -> None:
    (place / "note.json").write_text(text)
    assert processes.running(place / "note.json") is None


@pytest.mark.parametrize(("program", "end"), [(SLEEPER, signal.SIGTERM), (DEAF, signal.SIGKILL)], ids=["asked", "made"])
def test_a_process_is_asked_to_end_and_then_made_to(place: Path, program: str, end: int) -> None:
    pid = started(place, program)
    assert processes.stop(place / "note.json", within_seconds=10 if end == signal.SIGTERM else 0.1)
    assert processes._command_line(pid) == ""
    assert not (place / "note.json").exists()


def test_it_goes_on_when_its_starter_is_killed(place: Path) -> None:
    program = f"""
from pathlib import Path; import os, signal, sys
from authpulse_operator.adapters.local import processes
place = Path({str(place)!r})
processes.start([sys.executable, "-c", {SLEEPER!r}, "mark-of-mine"], mark="mark-of-mine", note=place / "note.json",
                log=place / "log", cwd=place)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert processes.running(place / "note.json") is not None


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"/none is not there: run `make setup`"):
        processes.start([str(tmp_path / "none")], mark="x", note=tmp_path / "n", log=tmp_path / "l", cwd=tmp_path)


def test_the_last_lines_of_a_log_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("one\n\n two\nthree\n")
    assert processes.last_lines(tmp_path / "log", 3) == "two | three"
    assert processes.last_lines(tmp_path / "none") == ""


def test_a_changed_spec_gets_the_next_generation(tmp_path: Path) -> None:
    home = Home(tmp_path / "dev")
    assert home.applied() is None
    assert [home.apply(r).metadata.generation for r in (resource(), resource(), resource(suspend=True))] == [1, 1, 2]
    assert home.applied() == home.apply(resource(suspend=True))


def test_beginning_anew_forgets_what_was_about_another_aws(tmp_path: Path) -> None:
    home = Home(tmp_path / "dev")
    home.apply(resource())
    home.begin_anew("one")
    home.status.write_text("{}")
    (home.replays / "first").mkdir(parents=True)
    home.begin_anew("two")
    assert (home.incarnation, home.status.exists(), home.replays.exists()) == ("two", False, False)
    assert home.applied() is not None


def test_only_one_command_at_a_time(tmp_path: Path) -> None:
    home = Home(tmp_path / "dev")
    with home.locked(), pytest.raises(AuthPulseError, match="another authpulse command is at work"), home.locked():
        pass
    with home.locked():
        pass


def test_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be used: Not a directory"), Home(tmp_path / "file/dev").locked():
        pass


def test_a_replay_that_failed_may_be_asked_for_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "dev")
    folder = home.replays / "first"
    folder.mkdir(parents=True)
    (folder / "attempts").write_text("3")
    (folder / "log").write_text("error: no such stream\n")
    replays = LocalReplays(home, configuration=home.configuration)
    assert replays.replay("first").state == "Failed"
    replays.retry_failed()
    assert replays.replay("first").state == "Pending"


def local_aws(home: Path, program: str) -> LocalAwsProcess:
    """A local AWS whose interpreter is a script."""
    python = home / "python"
    home.mkdir(exist_ok=True)
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    return LocalAwsProcess(home, python, python)


def test_a_local_aws_that_does_not_come_up_ends_in_its_last_words(tmp_path: Path) -> None:
    process = local_aws(tmp_path / "aws", "echo ImportError: no localstack; exit 1")
    with pytest.raises(AuthPulseError, match=r"did not come up on 127\.0\.0\.1:\d+; .*ImportError: no localstack"):
        process.start()
    assert not process.is_running


def test_a_local_aws_that_runs_and_does_not_answer_is_not_started_twice(tmp_path: Path) -> None:
    process = local_aws(tmp_path / "aws", "exit 1")
    (tmp_path / "aws/port.json").write_text(json.dumps({"port": free_port()}))
    note = tmp_path / "aws/process.json"
    command = [sys.executable, "-c", SLEEPER, "--state", str(tmp_path)]
    processes.start(command, mark=f"--state {tmp_path}", note=note, log=process.log, cwd=tmp_path)
    with pytest.raises(ReachabilityError, match="runs and does not answer at"):
        process.find(within_seconds=0)
    assert process.stop(within_seconds=5)
    assert process.find() is None


@pytest.fixture
def wordless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Process 7, noted in `note.json`, has no command line: its folder."""
    monkeypatch.setattr(processes, "PROC", tmp_path)
    for name in ("self", "7"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cmdline").touch()
    (tmp_path / "note.json").write_text('{"pid": 7, "mark": "--state here"}')
    return tmp_path / "7"


def test_a_process_that_is_becoming_another_program_is_waited_for(wordless: Path) -> None:
    (wordless / "stat").write_text("7 (sh (x)) R 1 7 7")
    becoming = threading.Timer(0.05, lambda: (wordless / "cmdline").write_text("python\0--state\0here\0"))
    becoming.start()
    assert processes.running(wordless.parent / "note.json") == 7
    becoming.join()


def test_a_process_that_has_ended_and_was_not_reaped_is_gone(wordless: Path) -> None:
    (wordless / "stat").write_text("7 (sh (x)) Z 1 7 7")
    assert processes.running(wordless.parent / "note.json") is None
