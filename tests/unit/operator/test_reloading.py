"""A development loop: the operator begins anew with the files that were copied to it."""

import subprocess
import sys
import threading
from pathlib import Path

from authpulse_operator.runtime.reloading import watch_code

LOOK_SECONDS = 0.02


def test_changed_code_begins_anew_and_unchanged_code_does_not(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    code, other = tmp_path / "package/code.py", tmp_path / "notes.txt"
    code.write_text("1")
    began = threading.Event()
    watch = watch_code([tmp_path], again=began.set, look_seconds=LOOK_SECONDS)
    other.write_text("is no code")
    assert not began.wait(10 * LOOK_SECONDS)
    code.write_text("changed")
    assert began.wait(60)
    watch.join(60)
    assert not watch.is_alive()


def test_a_new_file_and_one_less_are_changes(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    for change in (path.touch, path.unlink):
        began = threading.Event()
        watch = watch_code([tmp_path], again=began.set, look_seconds=LOOK_SECONDS)
        change()
        assert began.wait(60)
        watch.join(60)


def test_the_process_stays_and_its_code_is_new(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os, pathlib, threading\n"
        "from authpulse_operator.runtime.reloading import watch_code\n"
        "here = pathlib.Path(__file__)\n"
        "print(os.getpid(), 'first', flush=True)\n"
        "watch_code([here.parent], look_seconds=0.02)\n"
        "here.write_text('import os; print(os.getpid(), \"second\")')\n"
        "threading.Event().wait(60)\n"
    )
    said = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=100, check=True).stdout
    (first, one), (second, two) = (line.split() for line in said.splitlines())
    assert (first, one, two) == (second, "first", "second")
