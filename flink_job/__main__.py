"""`python -m flink_job --input FILE --output DIR`: the bounded run behind `authpulse score`.

Results are DIR/<table>.jsonl, replaced by every run. Exit codes are those of `authpulse.errors`.
"""

import argparse
import atexit
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from authpulse import formats
from authpulse.errors import EXIT_INTERRUPTED, AuthPulseError, InputError
from authpulse.formats.lines import dataset_of
from flink_job.bounded import Request, Summary, score
from flink_job.bundle import JAR, ROOT
from flink_job.rules import Rule, parse

RULES = ROOT / "flink_job/rules.yaml"


def arguments_of(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="authpulse score", description="Score a log in one run, without any AWS.")
    parser.add_argument("--input", type=Path, required=True, help="the log; plain, gz, bz2 or zst")
    parser.add_argument("--format", choices=formats.NAMES, help="its format (default: seen from its first lines)")
    parser.add_argument("--output", type=Path, required=True, help="folder for the tables as JSON lines")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.add_argument("--rules", type=Path, default=RULES, help="rules instead of the built-in ones")
    parser.add_argument("--popularity", type=Path, help="CSV of computer_id,accounts; without it RARE_HOST is silent")
    parser.add_argument("--order", choices=("arrival", "event-time"), default="arrival", help="(default: %(default)s)")
    parser.add_argument(
        "--parallelism", type=int, default=1, help="(default: %(default)s, the only one with equal rows in every run)"
    )
    parser.add_argument("--arrival", help="ingestion time of every row, as in 2025-03-01T00:00:00Z (default: now)")
    parser.add_argument("--dataset", help="name of the data set in event ids and `source` (default: the file's name)")
    return parser.parse_args(given)


def main(given: Sequence[str]) -> int:
    options = arguments_of(given)
    console = Console(stderr=True)
    try:
        request = _request(options)
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
        ) as shown:
            task = shown.add_task("starting", total=None)
            summary = score(
                request,
                lambda what: _step(shown, task, what),
                lambda done, of: shown.update(task, completed=done, total=of),
            )
    except AuthPulseError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"error: {line}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted; run it again, it starts from the beginning\n")
        return EXIT_INTERRUPTED
    _report(summary, options.output, as_json=options.json)
    return 0


def _step(shown: Progress, task: TaskID, what: str) -> None:
    if not shown.console.is_terminal:
        shown.console.print(what)
    shown.update(task, description=what, total=None)


def _request(options: argparse.Namespace) -> Request:
    if options.parallelism < 1:
        raise InputError(f"--parallelism: {options.parallelism} is below 1")
    name = formats.choose(options.input, options.format)
    return Request(
        input=options.input,
        reader=formats.reader(name, options.dataset or dataset_of(options.input)),
        output=options.output,
        rules=_rules(options.rules),
        jar=JAR,
        popularity=options.popularity,
        order=options.order,
        parallelism=options.parallelism,
        arrival_ms=None if options.arrival is None else _instant(options.arrival),
    )


def _rules(path: Path) -> tuple[Rule, ...]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not YAML: {getattr(error, 'problem', error)}") from error
    return parse(document, str(path))


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--arrival: {text!r} is not a time such as 2025-03-01T00:00:00Z") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _report(summary: Summary, output: Path, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(summary.as_json()) + "\n")
        return
    by_rule = ", ".join(f"{rule} {count}" for rule, count in summary.by_rule.items()) or "none"
    sys.stdout.write(
        f"{summary.input_lines:,} lines = {summary.events:,} events + {summary.ignored:,} that are not authentications "
        f"+ {summary.quarantined:,} quarantined, in {summary.seconds:.0f} s\n"
        f"{summary.alerts:,} alerts: {by_rule}\ntables as JSON lines in {output}\n"
    )


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # PyFlink's servers start a thread when they are stopped, which Python 3.12 refuses at exit, with a traceback
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to run them earlier
    sys.exit(code)
