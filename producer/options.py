"""The command line of a replay, and what it means together with the configuration."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from authpulse import formats

PROGRAM: Final = "python -m producer.replay_lanl"
DESCRIPTION: Final = """
Replay a recorded authentication log into the Kinesis stream.

A replay that was stopped or killed goes on behind its checkpoint; one that is finished sends nothing. Lines that no
event can be made of go to the rejects file and, through the stream, to the quarantine table."""
ENDING: Final = """
exit codes: 0 done; 1 the stream refuses; 2 wrong command line; 3 bad input, configuration or checkpoint; 4 no such
stream, or something to install; 5 an endpoint does not answer; 130 stopped, run it again to go on"""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    config: Path
    input: str
    format: str | None
    dataset: str | None
    rate: float | None
    speedup: float | None
    dry_run: bool
    limit: int | None
    checkpoint: str | None
    rejects: Path | None
    summary: str | None
    as_json: bool


def parse(arguments: Sequence[str]) -> Options:
    """Ends the process with code 2 and a message for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description=DESCRIPTION, epilog=ENDING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="such as config/dev.yaml")
    parser.add_argument("--input", required=True, metavar="FILE|s3://…", help="the log: plain, gzip, bzip2 or zstd")
    parser.add_argument("--format", choices=formats.NAMES, help="default: told by the first lines")
    parser.add_argument("--dataset", metavar="NAME", help="opens each event's source (default: the input's name)")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--rate", type=_above_zero, metavar="N", help="events a second at most")
    pace.add_argument("--speedup", type=_above_zero, metavar="X", help="event time X times faster than the clock")
    parser.add_argument("--dry-run", action="store_true", help="do everything but send and save checkpoints")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N lines")
    parser.add_argument(
        "--checkpoint",
        metavar="FILE|s3://…",
        help="where the replay stands (default: build/replays/ENVIRONMENT-DATASET/checkpoint.json)",
    )
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="default: rejects.jsonl beside that; none if dry")
    parser.add_argument("--summary", metavar="FILE|s3://…", help="also write the summary there, as JSON")
    parser.add_argument("--output", choices=("text", "json"), default="text", help="how the summary is printed")
    given = vars(parser.parse_args(arguments))
    as_json = given.pop("output") == "json"
    return Options(**given, as_json=as_json)


def _above_zero(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number
