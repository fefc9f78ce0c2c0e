"""How the garbage collector is set in the operator's process, which is not the one of the tests."""

import subprocess
import sys

SETTLED = """
import gc
from authpulse_operator.runtime import memory, operating
before = gc.get_threshold()
memory.settle()
print(gc.get_freeze_count() > 50_000, gc.get_threshold()[0] > 10 * before[0], gc.isenabled())
"""


def test_what_was_imported_is_not_looked_at_again_and_what_comes_less_often() -> None:
    run = subprocess.run([sys.executable, "-c", SETTLED], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["True", "True", "True"]
