"""`python -m lakehouse.aggregates`: puts a run together from command line and configuration, and ends it well."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from rich.console import Console

from authpulse.configuration import load
from authpulse.ending import exit_code_of
from lakehouse.aggregates.options import CONFIG_VARIABLE, Options, parse
from lakehouse.aggregates.progress import Bar, Hidden
from lakehouse.aggregates.running import Display, Lake, run
from lakehouse.aggregates.summary import Summary


def aggregate(asked: Options) -> Summary:
    """Runs what was asked for. Raises AuthPulseError with what stood in the way."""
    began = time.monotonic()
    lake = Lake.of(load(asked.config))
    with ExitStack() as stack:
        display: Display = Hidden()
        console = Console(stderr=True)
        if console.is_terminal:
            display = stack.enter_context(Bar(console))
        summary = run(lake, asked.aggregates, asked.asked, display)
    summary.seconds = time.monotonic() - began
    return summary


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line, the process's own by default; returns the exit code."""
    asked = parse(sys.argv[1:] if arguments is None else arguments, os.environ.get(CONFIG_VARIABLE))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: a query that runs is stopped on the way out

    def print_summary() -> None:
        summary = aggregate(asked)
        sys.stdout.write(f"{summary.json if asked.as_json else summary.text}\n")

    return exit_code_of(print_summary)


if __name__ == "__main__":
    sys.exit(main())
