"""Twelve kinds of bad data, each as a careless or failing writer would leave it.

A fault says what is done to the tables' schemas first, what is written in place of the clean rows, which check has to
find it, and the number that this check has to report: counted here over the written rows in plain Python.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.types import LongType, StringType

from lakehouse.tables import CURATED, RAW
from support.quality_data import Data
from support.quality_lake import Lake

SOME: Final = 40  # 1 % of a day, and 0.2 % of all
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - as in the tables


def _nothing(_: Lake) -> None:
    """The tables are as they should be."""


@dataclass(frozen=True)
class Fault:
    """One kind."""

    name: str
    caught_by: str
    spoil: Callable[[Data], Data]
    bad: Callable[[Data], int]
    """Of the rows that were written: those that are bad, or the columns or hours."""
    prepare: Callable[[Lake], None] = _nothing
    window: str | None = None
    later: timedelta = timedelta()
    """When the checks run: so long after what is usual."""
    is_of_rows: bool = True
    """Whether single rows are bad, and go to quarantine."""

    def __str__(self) -> str:
        return self.name


# What is written


def _some(table: pa.Table) -> list[int]:
    """Positions of rows in the last day, hours before its end: not among those that may still be on their way."""
    times = table["ingestion_time"].to_pylist()
    newest = max(times)
    inside = [n for n, time in enumerate(times) if newest - 18 * HOUR < time < newest - 6 * HOUR]
    return inside[:: len(inside) // SOME][:SOME]


def _changed(data: Data, table: str, column: str, change: Callable[[dict[str, Any]], Any]) -> Data:
    """Some rows have another value in a column."""
    rows = data.tables[table]
    values, at = rows[column].to_pylist(), rows.column_names.index(column)
    for position in _some(rows):
        values[position] = change(rows.slice(position, 1).to_pylist()[0])
    field = pa.field(column, rows.schema.field(column).type, nullable=None in values)
    return data.having(table, rows.set_column(at, field, pa.array(values, field.type)))


def _with_new_ids(rows: pa.Table, salt: str) -> pa.Table:
    """The same events once more, as if they had been other lines."""
    fresh = [
        hashlib.sha256(f"{salt}{n}{i}".encode()).hexdigest()[:32] for n, i in enumerate(rows["event_id"].to_pylist())
    ]
    at = rows.column_names.index("event_id")
    return rows.set_column(at, rows.schema.field(at), pa.array(fresh, rows.schema.field(at).type))


def _twice(data: Data) -> Data:
    return data.having(RAW.name, pa.concat_tables([data.raw, data.raw.take(_some(data.raw))]))


def _orphaned(data: Data) -> Data:
    without_raw = _with_new_ids(data.curated.take(_some(data.curated)), "orphan")
    return data.having(CURATED.name, pa.concat_tables([data.curated, without_raw]))


def _hour(data: Data, *, most: bool) -> datetime:
    """Of the last day's hours that are over the one with the most rows, or the fewest."""
    counts = _by_hour(data)
    last = max(counts)
    return (max if most else min)((last - n * HOUR for n in range(1, 24)), key=lambda h: counts[h])


def _quiet_hour(data: Data) -> Data:
    """Nine of ten events of one hour never came."""
    hour = _hour(data, most=True)
    keep = [n for n, time in enumerate(data.raw["event_time"].to_pylist()) if _floor(time) != hour or n % 10 == 0]
    return data.only(set(data.raw["event_id"].take(keep).to_pylist()))


def _loud_hour(data: Data) -> Data:
    """One hour has six times its events: a log was replayed into it under another name."""
    hour = _hour(data, most=False)
    for table in (RAW.name, CURATED.name):
        rows = data.tables[table]
        of_hour = rows.filter(pa.array([_floor(t) == hour for t in rows["event_time"].to_pylist()]))
        more = [_with_new_ids(of_hour, f"copy {n} ") for n in range(5)]
        data = data.having(table, pa.concat_tables([rows, *more]))
    return data


def _drifted(data: Data) -> Data:
    """On the last day every other event without a finding is said to be one; level and rules agree with the score."""
    rows = data.curated
    newest = pc.max(rows["event_time"]).as_py()
    listed = rows.to_pylist()
    for number, row in enumerate(listed):
        if row["event_time"] > newest - DAY and row["risk_score"] == 0 and number % 2:
            row.update(risk_score=60, risk_level="HIGH", rules=["LATERAL_MOVEMENT", "BURST_LOGIN"])
    return data.having(CURATED.name, pa.Table.from_pylist(listed, rows.schema))


# What is counted


def _nulls(table: str, column: str) -> Callable[[Data], int]:
    return lambda data: sum(value is None for value in data.tables[table][column].to_pylist())


def _repeated(data: Data) -> int:
    return sum(n for n in Counter(data.raw["event_id"].to_pylist()).values() if n > 1)


def _without_raw(data: Data) -> int:
    known = set(data.raw["event_id"].to_pylist())
    return sum(i not in known for i in data.curated["event_id"].to_pylist())


def _in_the_future(data: Data) -> int:
    return sum(time > data.now + timedelta(minutes=5) for time in data.raw["event_time"].to_pylist())


def _before_the_epoch(data: Data) -> int:
    return sum(time < EPOCH for time in data.raw["event_time"].to_pylist())


def _hours(differs: Callable[[int, float], bool]) -> Callable[[Data], int]:
    """Hours of the last day that are over and differ from the mean of the same hour of the days before."""

    def count(data: Data) -> int:
        counts = _by_hour(data)
        newest = max(data.raw["event_time"].to_pylist())
        found, first, hour = 0, min(counts), _floor(newest) - HOUR
        while hour >= newest - DAY:
            before = [counts[hour - n * DAY] for n in range(1, 8) if hour - n * DAY >= first]
            mean = sum(before) / len(before)
            found += abs(counts[hour] - mean) >= 100 and differs(counts[hour], mean)
            hour -= HOUR
        return found

    return count


def stability_index(data: Data) -> float:
    """Of the last day's scores beside those of the seven days before, by level."""
    newest = max(data.raw["event_time"].to_pylist())
    here, before = Counter[str](), Counter[str]()
    for row in data.curated.select(["event_time", "risk_level"]).to_pylist():
        age = newest - row["event_time"]
        (here if age <= DAY else before)[row["risk_level"]] += age <= 8 * DAY
    total = 0.0
    for level in ("LOW", "MEDIUM", "HIGH", "CRITICAL"):
        p = (here[level] + 0.5) / (here.total() + 2)
        q = (before[level] + 0.5) / (before.total() + 2)
        total += (p - q) * math.log(p / q)
    return total


def _drifts(data: Data) -> int:
    return int(stability_index(data) > 0.2)


def _by_hour(data: Data) -> Counter[datetime]:
    return Counter(_floor(time) for time in data.raw["event_time"].to_pylist())


def _floor(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)


def _one(_: Data) -> int:
    return 1


# What is done to a table


def _optional(table: str, column: str) -> Callable[[Lake], None]:
    return lambda lake: lake.make_optional(table, column)


def _widened(lake: Lake) -> None:
    with lake.table(CURATED.name).update_schema() as change:
        change.update_column("risk_score", LongType())


def _one_more(lake: Lake) -> None:
    with lake.table(RAW.name).update_schema() as change:
        change.add_column("note", StringType())


def _as_it_is(data: Data) -> Data:
    return data


FAULTS: Final = (
    Fault(
        name="null users",
        caught_by="auth_events_raw.not_null_user_id",
        prepare=_optional(RAW.name, "user_id"),
        spoil=lambda data: _changed(data, RAW.name, "user_id", lambda _: None),
        bad=_nulls(RAW.name, "user_id"),
    ),
    Fault(
        name="null hosts",
        caught_by="auth_events_curated.not_null_computer_id",
        prepare=_optional(CURATED.name, "computer_id"),
        spoil=lambda data: _changed(data, CURATED.name, "computer_id", lambda _: None),
        bad=_nulls(CURATED.name, "computer_id"),
    ),
    Fault(
        name="times in the future",
        caught_by="auth_events_raw.not_in_the_future",
        spoil=lambda data: _changed(data, RAW.name, "event_time", lambda row: row["event_time"] + 2 * DAY),
        bad=_in_the_future,
    ),
    Fault(
        name="times before the epoch",
        caught_by="auth_events_raw.not_before_the_epoch",
        spoil=lambda data: _changed(data, RAW.name, "event_time", lambda row: EPOCH - (row["event_time"] - EPOCH)),
        bad=_before_the_epoch,
        window="all",
    ),
    Fault(name="duplicates", caught_by="auth_events_raw.unique_event_id", spoil=_twice, bad=_repeated),
    Fault(
        name="a changed schema",
        caught_by="auth_events_curated.schema",
        is_of_rows=False,
        prepare=_widened,
        spoil=_as_it_is,
        bad=_one,
    ),
    Fault(
        name="an extra column",
        caught_by="auth_events_raw.schema",
        is_of_rows=False,
        prepare=_one_more,
        spoil=_as_it_is,
        bad=_one,
    ),
    Fault(
        name="a drop in volume",
        caught_by="auth_events_raw.volume_drop",
        is_of_rows=False,
        spoil=_quiet_hour,
        bad=_hours(lambda n, mean: n < 0.25 * mean),
    ),
    Fault(
        name="a spike in volume",
        caught_by="auth_events_raw.volume_spike",
        is_of_rows=False,
        spoil=_loud_hour,
        bad=_hours(lambda n, mean: n > 4 * mean),
    ),
    Fault(
        name="stale data",
        caught_by="auth_events_raw.freshness_ingestion_time",
        is_of_rows=False,
        spoil=_as_it_is,
        bad=_one,
        later=DAY,
    ),
    Fault(
        name="orphaned curated rows",
        caught_by="auth_events_curated.has_its_raw_event",
        spoil=_orphaned,
        bad=_without_raw,
    ),
    Fault(
        name="drifted scores",
        caught_by="auth_events_curated.drift_risk_score",
        is_of_rows=False,
        spoil=_drifted,
        bad=_drifts,
    ),
)
