"""The command line of the aggregates."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from lakehouse.aggregates.days import Asked, Days, FixedDays, LastDays
from lakehouse.aggregates.declared import BY_TABLE, Aggregate

PROGRAM: Final = "python -m lakehouse.aggregates"
CONFIG_VARIABLE: Final = "AUTHPULSE_CONFIG"
DESCRIPTION: Final = """
Make days of the aggregated tables anew, from the curated events.

A second run changes nothing. Late events are repaired for as many days as are asked for. Of a table that looks back
(host_popularity_daily: 30 days) the later days that those days have a bearing on are made anew too."""
ENDING: Final = """
exit codes: 0 done; 1 Athena refuses, or other writers were always faster; 2 wrong command line; 3 bad configuration;
4 no tables, or no credentials; 5 an endpoint does not answer; 130 stopped. Days that were done stay; run it again to
go on"""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    config: Path
    asked: Asked
    aggregates: tuple[Aggregate, ...]
    as_json: bool


def parse(arguments: Sequence[str], config_of_environment: str | None) -> Options:
    """Ends the process with code 2 and a message for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description=DESCRIPTION, epilog=ENDING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=f"such as config/dev.yaml (default: what {CONFIG_VARIABLE} names)"
    )
    parser.add_argument("--days", type=_positive, metavar="N", help="the last N days, up to the newest event's")
    parser.add_argument("--from", dest="first", type=_day, metavar="DAY", help="from this day on, as in 2026-03-01")
    parser.add_argument("--to", dest="last", type=_day, metavar="DAY", help="to this day, itself included")
    parser.add_argument(
        "--table", action="append", choices=tuple(BY_TABLE), metavar="TABLE", help=f"only {' or '.join(BY_TABLE)}"
    )
    parser.add_argument("--output", choices=("text", "json"), default="text", help="how the summary is printed")
    given = parser.parse_args(arguments)
    config = given.config or (Path(config_of_environment) if config_of_environment else None)
    if config is None:
        parser.error(f"no configuration: give --config, or set {CONFIG_VARIABLE}")
    if (given.days is None) == (given.first is None and given.last is None):
        parser.error("give either --days, or --from and --to")
    if given.days is None and (given.first is None or given.last is None or given.first > given.last):
        parser.error("--from and --to belong together, the earlier day first")
    asked: Asked = LastDays(given.days) if given.days else FixedDays(Days(given.first, given.last))
    wanted = given.table or tuple(BY_TABLE)
    aggregates = tuple(a for name, a in BY_TABLE.items() if name in wanted)
    return Options(config, asked, aggregates, given.output == "json")


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 3660:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 3660")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, as in 2026-03-01") from error
