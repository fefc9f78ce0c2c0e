"""The log that everything is measured on: generated once, kept beside the results."""

import subprocess
import sys
from pathlib import Path

from bench.results import RESULTS

SEED = 11
TEN_O_CLOCK = 36_000  # on a working day: some 280 events a second of log; LANL's mean is 210


def generated(rows: int) -> Path:
    """A plain lanl-cyber1 log of that many rows."""
    path = RESULTS / f"generated-{rows}-{SEED}.csv"
    if not path.exists():
        RESULTS.mkdir(exist_ok=True)
        aside = path.with_suffix(".part")
        command = [sys.executable, "-m", "authpulse.synthetic", "--rows", str(rows), "--seed", str(SEED)]
        command += ["--start-second", str(TEN_O_CLOCK)]
        subprocess.run([*command, "--format", "lanl-cyber1", "--output", str(aside)], check=True)
        aside.rename(path)
    return path
