"""The application's entry point: `main.py` at the root of the zip, and `python main.py --properties FILE` elsewhere.

Reads property groups, composes, starts. A mistake in them ends it with one line on stderr and the exit codes of
`authpulse.errors`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from authpulse.errors import AuthPulseError
from flink_job import properties
from flink_job.pipeline import compose
from flink_job.sinks import LakeSinks


def main(arguments: Sequence[str]) -> int:
    """Starts the job; the service goes on watching it, so nothing is waited for here."""
    parser = argparse.ArgumentParser(prog="main.py", description="The AuthPulse job.")
    parser.add_argument("--properties", type=Path, help="file of property groups (default: where the service puts it)")
    options = parser.parse_args(arguments)
    try:
        groups = properties.read(properties.find(options.properties))
        lake = LakeSinks(groups[properties.LAKE], groups[properties.JOB]["database"])
        compose(groups, lake).execute()
    except AuthPulseError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


if __name__ == "__main__":
    if code := main(sys.argv[1:]):
        sys.exit(code)
