"""`python -m quality.run_quality_checks`: a suite of checks, a report, and an exit code that says what it found."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from authpulse.configuration import Configuration, load
from authpulse.ending import exit_code_of, say_error
from authpulse.errors import EXIT_INTERRUPTED, AuthPulseError, InputError
from quality.printing import print_report
from quality.report import EXIT_CODES, Outcome
from quality.running import FOLDER, run

PROGRAM: Final = "python -m quality.run_quality_checks"
CONFIGURATION: Final = "AUTHPULSE_CONFIG"
ENDING: Final = f"""
the configuration is named by --config or by {CONFIGURATION}
exit codes: 0 everything passed; 1 a check or a table's records are above their threshold; 2 a check, or all of them,
could not run (wrong suite, configuration or command line, a missing table, no answer); 130 interrupted"""


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Runs a command line, the process's own by default; returns the exit code."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False, soft_wrap=True)

    def check() -> int:
        report = run(
            _configuration(given.config, given.environment, environ),
            given.suite,
            given.window,
            folder=given.reports,
            say=lambda doing: console.print(f"{doing} …", markup=False),
        )
        print_report(report, as_json=given.output == "json")
        return report.exit_code

    return ended(check)


def ended(check: Callable[[], int]) -> int:
    """The exit code of a run. Whatever keeps it from an answer is 2: 1 says that data are bad."""

    def answer() -> int:
        try:
            return check()
        except (AuthPulseError, OSError) as error:
            say_error(str(error))
            return EXIT_CODES[Outcome.COULD_NOT_RUN]

    code = exit_code_of(answer)
    return code if code in (*EXIT_CODES.values(), EXIT_INTERRUPTED) else EXIT_CODES[Outcome.COULD_NOT_RUN]


def _configuration(path: Path | None, environment: str | None, environ: Mapping[str, str]) -> Configuration:
    file = path or (Path(environ[CONFIGURATION]) if environ.get(CONFIGURATION) else None)
    if file is None:
        raise InputError(f"no configuration: give --config, as in --config config/dev.yaml, or set {CONFIGURATION}")
    configuration = load(file, environ)
    if environment not in (None, configuration.environment):
        raise InputError(f"{file} is of environment {configuration.environment}, not {environment}")
    return configuration


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Check the tables of one environment.",
        epilog=ENDING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="such as config/dev.yaml")
    parser.add_argument("--suite", default="auth_events", metavar="NAME|FILE", help="default: auth_events")
    parser.add_argument("--window", metavar="24h|A..B|all", help="which rows are looked at (default: the suite's)")
    parser.add_argument("--environment", metavar="NAME", help="the one that the configuration has to be of")
    parser.add_argument("--reports", type=Path, default=FOLDER, metavar="DIR", help=f"default: {FOLDER}")
    parser.add_argument("--output", choices=("text", "json"), default="text", help="how the report is printed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
