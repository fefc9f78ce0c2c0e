"""What goes on in Flink's Python before and around the application's program; no Flink is needed for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from authpulse_localstack.managed_flink.cluster.flink import BOOT
from authpulse_localstack.managed_flink.cluster.rest import innermost


def boot(folder: Path, program: str) -> tuple[int, str, str]:
    """Exit code, stdout and the noted failure of a program."""
    (folder / "main.py").write_text(program)
    (folder / "python").mkdir(exist_ok=True)
    (folder / "python/helper.py").write_text("VALUE = 'from pyFiles'")
    (folder / "properties.json").write_text('[{"PropertyGroupId": "g", "PropertyMap": {"k": "v"}}]')
    launch = {
        "main": "main.py",
        "jar": None,
        "python_path": [str(folder / "python")],
        "properties": str(folder / "properties.json"),
        "failure": str(folder / "failure"),
    }
    (folder / "launch.json").write_text(json.dumps(launch))
    ended = subprocess.run(
        [sys.executable, BOOT],
        cwd=folder,
        env=os.environ | {"MANAGED_FLINK_LAUNCH": str(folder / "launch.json")},
        capture_output=True,
        text=True,
        check=False,
    )
    failure = folder / "failure"
    return ended.returncode, ended.stdout, failure.read_text() if failure.exists() else ""


@pytest.mark.parametrize(
    "read",
    [
        "open('/etc/flink/application_properties.json').read()",
        "__import__('pathlib').Path('/etc/flink/application_properties.json').read_text()",
        "__import__('io').open('/etc/flink/application_properties.json').read()",
    ],
    ids=["open", "pathlib", "io"],
)
def test_the_services_path_of_the_property_groups_leads_to_the_runs(tmp_path, read):
    code, out, failure = boot(tmp_path, f"print({read})")
    assert (code, failure) == (0, "")
    assert json.loads(out)[0]["PropertyMap"] == {"k": "v"}


@pytest.mark.parametrize(
    "look",
    ["os.path.exists({})", "os.path.isfile({})", "pathlib.Path({}).exists()", "pathlib.Path({}).is_file()"],
)
def test_the_file_seems_to_be_there(tmp_path, look):
    path = "'/etc/flink/application_properties.json'"
    _, out, _ = boot(tmp_path, f"import os, pathlib; print({look.format(path)}, {look.format(repr('/etc/flink/x'))})")
    assert out.split() == ["True", "False"]


def test_the_program_is_main_and_finds_what_pyfiles_name(tmp_path):
    program = "import sys, helper; print(__name__, sys.argv, helper.VALUE)"
    assert boot(tmp_path, program)[1] == "__main__ ['main.py'] from pyFiles\n"


@pytest.mark.parametrize(
    ("program", "failure"),
    [
        ("raise ValueError('no such database')", "ValueError: no such database"),
        ("{}['job']", "KeyError: 'job'"),
        ("import sys; sys.exit('error: no rules')", "error: no rules"),
        ("import sys; print('error: bad rules', file=sys.stderr); sys.exit(5)", "error: bad rules"),
        ("import sys; sys.exit(5)", "exit code 5"),
        ("import sys; sys.exit(0)", ""),
        ("raise ValueError('java\\n\\tat a.b(C.java:1)\\nCaused by: x.Y: why\\n\\t... 3 more')", "x.Y: why"),
        ("print(", "SyntaxError: '(' was never closed"),
    ],
    ids=[
        "an exception",
        "a missing group",
        "a message as exit code",
        "a line on stderr and an exit code",
        "an exit code",
        "exit code 0 is none",
        "the last cause of a Java exception",
        "a syntax error",
    ],
)
def test_why_a_program_failed_is_noted_in_one_line(tmp_path, program, failure):
    code, _, noted = boot(tmp_path, program)
    assert noted.endswith(failure)
    assert (code == 0) == (failure == "")
    assert "\n" not in noted


@pytest.mark.parametrize(
    ("trace", "line"),
    [
        ("a.B: first\n\tat x\nCaused by: c.D: second\n\tat y\nCaused by: e.F: third\n", "e.F: third"),
        ("a.B: first\n\tat x\n", "a.B: first"),
        ("", "unknown"),
    ],
    ids=["the last cause", "no cause", "nothing"],
)
def test_of_a_stack_trace_the_last_cause_is_told(trace, line):
    assert innermost(trace) == line
