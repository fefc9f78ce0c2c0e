"""What is wrong with what a person gave or has: one clear line each, and the documented exit code."""

import fcntl
import re
from pathlib import Path

import pytest

from authpulse.cli import places

BAD_MANIFESTS = {
    "text that is not YAML": ("spec: [", r"pipeline\.yaml:1:8: not YAML"),
    "a list": ("- 1", "wanted a mapping at the top"),
    "another kind": ("kind: Deployment\napiVersion: apps/v1", "kind: 'Deployment' is not AuthPulse"),
}
BAD_SPECS = {
    "an unknown key": (
        {"flink": {"paralelism": 2}},
        "spec.flink.paralelism: no such key; did you mean `parallelism`?",
    ),
    "a value out of bounds": ({"flink": {"parallelism": 0}}, "spec.flink.parallelism: 0 is below 1"),
    "an unknown format": (
        {"replays": [{"name": "a", "input": "log.csv", "format": "lanl"}]},
        "spec.replays[0].format: 'lanl' is not known; did you mean `lanl-auth`?",
    ),
    "a log that is not there": (
        {"replays": [{"name": "a", "input": "none.csv", "format": "lanl-auth"}]},
        "replay a: none.csv cannot be read: No such file or directory",
    ),
    "a popularity table that is not there": (
        {"flink": {"scoring": {"hostPopularity": "none.csv"}}},
        "spec.flink.scoring.hostPopularity: none.csv cannot be read: No such file or directory",
    ),
    "an unknown rule field": (
        {"flink": {"scoring": {"rules": [{"id": "BURST_LOGIN", "treshold": 80}]}}},
        "(BURST_LOGIN).treshold: no such key; did you mean `threshold`?",
    ),
    "a rule with an unknown metric": (
        {"flink": {"scoring": {"rules": [{"id": "NEW_DEVICE", "metric": "new_hots"}]}}},
        "(NEW_DEVICE).metric: 'new_hots' is not known; did you mean `new_host`?",
    ),
}


@pytest.mark.parametrize("case", BAD_MANIFESTS)
def test_a_manifest_that_is_none_is_refused(run, tmp_path: Path, case: str) -> None:
    text, said = BAD_MANIFESTS[case]
    path = tmp_path / "pipeline.yaml"
    path.write_text(text)
    ended = run("up", "-f", path)
    assert ended.code == 3
    (line,) = ended.errors
    assert line.startswith(str(path))
    assert re.search(said, line)


@pytest.mark.parametrize("case", BAD_SPECS)
def test_a_mistake_in_a_manifest_is_named_before_anything_is_started(run, written, home: Path, case: str) -> None:
    spec, said = BAD_SPECS[case]
    ended = run("up", "-f", written(**spec))
    assert ended.code == 3
    (line,) = ended.errors
    assert said in line
    assert not home.exists()


def test_a_manifest_that_is_not_there(run, tmp_path: Path) -> None:
    ended = run("up", "-f", tmp_path / "none.yaml")
    assert ended.code == 3
    assert ended.errors == [f"{tmp_path}/none.yaml: cannot be read: No such file or directory"]


def test_each_of_several_mistakes_has_its_line(run, written) -> None:
    ended = run("up", "-f", written(suspend="maybe", stream={"shards": 0}))
    assert ended.code == 3
    assert len(ended.errors) == len(ended.err.splitlines()) == 2


def test_a_log_that_is_not_there(run, written, tmp_path: Path) -> None:
    ended = run("up", "-f", written(), "--input", tmp_path / "none.csv")
    assert (ended.code, ended.errors) == (3, [f"{tmp_path}/none.csv: cannot be read: No such file or directory"])


def test_a_folder_is_no_log(run, written, tmp_path: Path) -> None:
    ended = run("up", "-f", written(), "--input", tmp_path)
    assert (ended.code, ended.errors) == (3, [f"{tmp_path}: cannot be read: Is a directory"])


def test_a_log_in_no_format_we_know(run, written, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear diary\n")
    ended = run("up", "-f", written(), "--input", tmp_path / "notes.txt")
    assert ended.code == 3
    assert "begins with 'dear diary', which no format knows" in ended.errors[0]


def test_a_format_that_there_is_not(run, written, log: Path) -> None:
    ended = run("up", "-f", written(), "--input", log, "--format", "csv")
    assert ended.code == 3
    assert ended.errors == ["--format: 'csv' is not known; there are lanl-auth, lanl-cyber1, windows-security"]


def test_a_format_without_a_log(run, written) -> None:
    ended = run("up", "-f", written(), "--format", "lanl-auth")
    assert (ended.code, ended.errors) == (3, ["--format belongs to --input: name the log too"])


@pytest.mark.parametrize("command", [("up",), ("score", "--input", "x", "--output", "y")], ids=["up", "score"])
def test_without_java(run, written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command) -> None:
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = run(*command, *(("-f", written()) if command == ("up",) else ()))
    assert ended.code == 4
    (line,) = ended.errors
    assert line.startswith("no Java, which Flink needs: install a JDK 17")


@pytest.mark.parametrize(
    ("said", "found"), [('openjdk version "11.0.2"', 'version "11'), ("hello", "an unknown version")]
)
def test_with_a_java_that_is_too_old(run, written, tmp_path: Path, monkeypatch, said: str, found: str) -> None:
    java = tmp_path / "jdk/bin/java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    ended = run("up", "-f", written())
    assert ended.code == 4
    assert ended.errors[0].startswith(f"Java is too old for Flink 2.2 ({found}): install a JDK 17")


def test_without_the_environments(run, written, machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("AUTHPULSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AUTHPULSE_ENVS", str(tmp_path / "envs"))
    monkeypatch.setattr(places, "require_java", lambda: None)
    monkeypatch.setattr(places, "JOB_ZIP", written())
    ended = run("up", "-f", written())
    assert ended.code == 4
    assert ended.errors == [f"the localstack environment is not there ({tmp_path}/envs/localstack): run `make setup`"]


def test_without_the_jobs_zip(run, written, machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "JOB_ZIP", places.ROOT / "build/not-there.zip")
    ended = run("up", "-f", written())
    assert (ended.code, ended.errors) == (4, ["build/not-there.zip is not built: run `make build`"])


def test_without_the_engines_jar(run, machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "ENGINE_JAR", places.ROOT / "build/not-there.jar")
    ended = run("score", "--input", "x", "--output", "y")
    assert (ended.code, ended.errors) == (4, ["build/not-there.jar is not built: run `make build`"])


def test_with_a_port_that_is_taken(run, written, monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    monkeypatch.setattr(places, "require_java", lambda: None)
    monkeypatch.setattr(places, "JOB_ZIP", written())
    monkeypatch.setattr(places, "python_of", Path)
    ended = run("up", "-f", written(), "--port", str(taken_port))
    assert ended.code == 5
    assert ended.errors == [f"127.0.0.1:{taken_port} is taken; choose another --port, or leave it out for a free one"]


def test_with_a_port_other_than_the_running_ones(run, written, machine) -> None:
    machine.process.is_running = True
    ended = run("up", "-f", written(), "--port", "4600")
    assert ended.code == 3
    assert "already runs at http://127.0.0.1:4599: leave --port out" in ended.errors[0]


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_with_a_port_that_is_none_the_command_line_is_wrong(run, written, port: str) -> None:
    ended = run("up", "-f", written(), "--port", port)
    assert ended.code == 2
    assert "--port" in ended.err


@pytest.mark.parametrize("command", ["up", "down"])
def test_beside_another_command_that_changes_something(run, written, machine, command: str) -> None:
    with machine.home.locked():
        ended = run(command, *(("-f", written()) if command == "up" else ()))
    assert ended.code == 1
    assert ended.errors == [f"another authpulse command is at work in {machine.home.path}; wait for it to end"]


def test_where_nothing_can_be_kept(run, written, machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AUTHPULSE_HOME", str(tmp_path / "file"))
    ended = run("up", "-f", written())
    assert ended.code == 3
    assert ended.errors == [f"{tmp_path}/file/dev: cannot be used: Not a directory; AUTHPULSE_HOME names another place"]


def test_the_lock_is_let_go_with_the_command(run, written, machine) -> None:
    run("up", "-f", written(suspend=True))
    with (machine.home.path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_bug_is_called_one(run, written, machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authpulse.cli.up.read_resource", lambda *_a, **_k: 1 / 0)
    ended = run("up", "-f", written())
    assert ended.code == 70
    assert "Traceback" in ended.err
    assert ended.errors == ["this is a bug in AuthPulse (ZeroDivisionError); please report it with the lines above"]


def test_an_interrupted_command_says_how_to_go_on(run, written, machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("authpulse.cli.up.read_resource", interrupted)
    ended = run("up", "-f", written())
    assert (ended.code, ended.errors) == (130, ["interrupted; run it again to go on"])
