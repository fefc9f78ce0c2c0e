"""The data contracts as a page: `python -m lakehouse.contracts` writes docs/reference/data-contracts.md.

Columns come from the declaration; who writes and reads a table and what both may rely on is said here. A test finds
drift, and a table without a contract.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakehouse.tables import ALERTS, CURATED, HOST_POPULARITY, QUARANTINE, RAW, TABLES, USER_BEHAVIOR, Table

FILE: Final = Path(__file__).parents[1] / "docs/reference/data-contracts.md"
JOB: Final = "the Flink job, appending with each checkpoint"
AGGREGATES: Final = "`python -m lakehouse.aggregates`, replacing whole days"
QUALITY: Final = "the quality suites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What stands behind a table beyond its columns."""

    table: Table
    writer: str
    readers: tuple[str, ...]
    guarantees: tuple[str, ...]


_ONCE: Final = (
    "An event is there once: one that comes again within the account's last `dedup.events` events changes nothing. An "
    "update with `upgradeMode: lastState` writes again what came after the snapshot."
)
_WHOLE_DAYS: Final = (
    "A day is replaced in one commit: readers see old rows or new ones, whether a run fails or two run at once.",
    "A second run over the same events gives the same rows, and writes nothing where they are the same.",
    "Late events are in it after the next run that goes back to their day.",
)

CONTRACTS: Final = (
    Contract(
        table=RAW,
        writer=JOB,
        readers=("whoever scores again", QUALITY),
        guarantees=(_ONCE, "Values are as they came; nothing is added but where from and when."),
    ),
    Contract(
        table=CURATED,
        writer=JOB,
        readers=("analysts' queries", "the aggregates", QUALITY),
        guarantees=(
            _ONCE,
            "It has the events of `auth_events_raw`; both are committed after a checkpoint, one after the other.",
            "Scores are of the rules that were active when the event was scored: changing rules changes no row.",
            "What `flink_job/reference.py` computes for the same events in the same order is equal, column by column.",
        ),
    ),
    Contract(
        table=ALERTS,
        writer=JOB,
        readers=("analysts' queries", QUALITY),
        guarantees=(
            "Each finding is there once; repetitions for the same entity are muted for as long as the rule says.",
            "`event_id` is in `auth_events_curated`, with the same score and level.",
        ),
    ),
    Contract(
        table=QUARANTINE,
        writer=f"{JOB}; the quality run, which adds rows that break a check",
        readers=("whoever mends a source", QUALITY),
        guarantees=(
            "Nothing is dropped silently: what went in is in `auth_events_raw` or here, duplicates aside.",
            "The text is as it came, up to bytes that are not UTF-8.",
        ),
    ),
    Contract(
        table=USER_BEHAVIOR,
        writer=AGGREGATES,
        readers=("analysts' queries", QUALITY),
        guarantees=(*_WHOLE_DAYS, "A row is there for each account and hour that has an event, and for no other."),
    ),
    Contract(
        table=HOST_POPULARITY,
        writer=AGGREGATES,
        readers=("analysts' queries", "the Flink job's RARE_HOST, through `popularity/current.csv`", QUALITY),
        guarantees=(
            *_WHOLE_DAYS,
            "Each day has all hosts of its 30 days: a day by itself is a whole popularity table.",
            "`percentile` is what the job gives a host by the same figures, to the last bit.",
        ),
    ),
)

HEADER: Final = """\
# Data contracts

Generated from `lakehouse/tables.py` and `lakehouse/contracts.py` by `make generate`; do not edit.

All tables are Iceberg v2 in the Glue database of the environment (`authpulse_dev`), as Parquet with zstd. Times are UTC
with microseconds and without a zone. A column that is not required may be NULL, and its meaning says when.

## How tables change

- A column may be added at the end, and then it is optional: rows that are there have NULL in it. Readers name columns.
  Tables that are there get it by `ALTER TABLE … ADD COLUMNS` before the version that declares it: the operator makes
  what is missing, but never changes a table. One with other columns stops it, with their names.
- A column is never moved, renamed, retyped or given another meaning: ids are positions in the declaration, and a new
  meaning is a new column.
- A partition is a day. Old days may be dropped (`DELETE FROM … WHERE` a day); aggregates of days without events at the
  ends of the table are kept.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEADER, *("\n".join(_section(contract)) for contract in CONTRACTS)])


def _section(contract: Contract) -> Iterator[str]:
    table = contract.table
    yield f"## {table.name}"
    yield ""
    yield table.meaning
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| a row is | one {' and '.join(f'`{name}`' for name in table.key)} |"
    yield f"| partition | day of `{table.day_of}` |"
    yield f"| written by | {contract.writer} |"
    yield f"| read by | {'; '.join(contract.readers)} |"
    yield ""
    yield from (f"- {guarantee}" for guarantee in contract.guarantees)
    yield ""
    yield "| column | type | required | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type} | {'yes' if column.required else ''} | {column.meaning} |"
    yield ""


def missing() -> list[str]:
    """Tables without a contract."""
    return sorted({t.name for t in TABLES} - {c.table.name for c in CONTRACTS})


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
