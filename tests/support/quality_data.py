"""Clean tables for the proofs of quality: a generated log of several working days, scored by the reference.

Every row is what the pipeline would have written, had it met the log as it was recorded: it arrives seconds after it
happened. Made once per process, in columns, so that a test may write it as often as it likes.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pyiceberg.io.pyarrow import schema_to_pyarrow

from authpulse import formats
from authpulse.cli.places import ROOT
from authpulse.formats.lines import open_lines
from authpulse.synthetic.generating import Campaign, Generator, Request
from flink_job.reference import Arrival, HostPopularity, run
from flink_job.rules import parse
from lakehouse.catalog import schema
from lakehouse.tables import ALERTS, CURATED, QUARANTINE, RAW, Table

EVENTS: Final = 20_000
FIRST_SECOND: Final = 5 * 86_400  # a Monday: LANL's day 0 is a Wednesday
DAYS: Final = 4.2
ON_ITS_WAY_MS: Final = 1_500  # from the logon to Kinesis
SHARDS: Final = 2
BROKEN_LINES: Final = ("440000,U1@DOM1,U1@DOM1,C1", "soon,U7@DOM1,U7@DOM1,C1250,C586,Kerberos,Network,LogOn,Success")


@dataclass(frozen=True, slots=True)
class Data:
    """Columns of tables, by their names. Times are UTC with microseconds, without a zone."""

    tables: Mapping[str, pa.Table]

    @property
    def raw(self) -> pa.Table:
        return self.tables[RAW.name]

    @property
    def curated(self) -> pa.Table:
        return self.tables[CURATED.name]

    @property
    def now(self) -> datetime:
        """A minute after the last row came in."""
        newest: datetime = pc.max(self.raw["ingestion_time"]).as_py()
        return newest + timedelta(minutes=1)

    def having(self, table: str, rows: pa.Table) -> "Data":
        """The same but for one table."""
        return Data({**self.tables, table: rows})

    def only(self, event_ids: AbstractSet[str]) -> "Data":
        """What there is of these events."""
        kept = {
            name: rows.filter(pa.array([i in event_ids for i in rows["event_id"].to_pylist()]))
            for name, rows in self.tables.items()
            if "event_id" in rows.column_names
        }
        return Data({**self.tables, **kept})


@cache
def clean() -> Data:
    """The whole set; a process makes it once."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "clean.csv"
        generator = Generator(
            Request(
                rows=EVENTS,
                seed=11,
                scale=0.01,
                start_second=FIRST_SECOND,
                rows_per_second=EVENTS / (DAYS * 86_400 * 1.33),  # working days are busier than the week's mean
                campaign=Campaign.SYNTHETIC,
            )
        )
        generator.write(log)
        with log.open("a") as more:
            more.writelines(f"{line}\n" for line in BROKEN_LINES)
        popularity = HostPopularity(generator.network.accounts_by_host(generator.shape.keeps))
        rules = parse(yaml.safe_load((ROOT / "flink_job/rules.yaml").read_text()), "rules.yaml")
        rows = run(_arrivals(log), rules, popularity)
    return Data({t.name: columns(t, rows[t.name]) for t in (RAW, CURATED, ALERTS, QUARANTINE)})


def columns(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the reference gives them (times in epoch milliseconds) as columns of the declared types."""
    times = {c.name for c in table.columns if c.type == "timestamp"}
    return pa.Table.from_pylist(
        [{name: value * 1000 if name in times else value for name, value in row.items()} for row in rows],
        schema_to_pyarrow(schema(table), include_field_ids=False),  # ids are the catalogue's to give
    )


def _arrivals(log: Path) -> Iterator[Arrival]:
    reader = formats.reader("lanl-cyber1", "clean.csv")
    ingestion_ms = 0
    for number, line in open_lines(log):
        outcome = reader.read(number, line)
        assert not isinstance(outcome, formats.Ignored)
        if isinstance(outcome, formats.Event):
            ingestion_ms = outcome.time_ms + ON_ITS_WAY_MS
        shard = f"shardId-{number % SHARDS:012d}"
        yield Arrival(json.loads(outcome.text), outcome.text, ingestion_ms, shard, f"{number:056d}", 0)
