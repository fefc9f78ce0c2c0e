"""Commands that are modules of their own, in the environment that they need; options and exit codes are theirs."""

import os
import subprocess
from collections.abc import Sequence

from authpulse.cli import places


def score_log(arguments: Sequence[str]) -> int:
    """`python -m flink_job` in the Flink environment."""
    if "--help" not in arguments:
        places.require_java()
        places.built(places.ENGINE_JAR)
    return _run("flink", "flink_job", arguments)


def generate_log(arguments: Sequence[str]) -> int:
    """`python -m authpulse.synthetic`."""
    return _run("main", "authpulse.synthetic", arguments)


def _run(environment: str, module: str, arguments: Sequence[str]) -> int:
    """Found by PYTHONPATH, so that relative paths among the arguments keep their meaning."""
    known = {**os.environ, "PYTHONPATH": str(places.ROOT), "PYTHONSAFEPATH": "1"}
    command = [str(places.python_of(environment)), "-m", module, *arguments]
    return subprocess.run(command, env=known, check=False).returncode
