"""A day of a table, compared and set, in a catalogue that lives in memory."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.memory import InMemoryCatalog

from authpulse.errors import PrerequisiteError
from lakehouse import catalog
from lakehouse.aggregates.days import Days, days_of
from lakehouse.aggregates.popularity import as_csv
from lakehouse.aggregates.replacing import DayOfTable, OvertakenError, arrow_schema, load
from lakehouse.catalog import schema
from lakehouse.tables import CURATED, HOST_POPULARITY, USER_BEHAVIOR, Table

DAY = date(2026, 3, 1)
TABLES = (USER_BEHAVIOR, HOST_POPULARITY)


@pytest.fixture
def memory(tmp_path: Path) -> InMemoryCatalog:
    made = InMemoryCatalog("memory", warehouse=f"file://{tmp_path}")
    catalog.create_missing(made, database="db", warehouse=f"file://{tmp_path}")
    return made


def of(memory: InMemoryCatalog, table: Table, day: date = DAY) -> DayOfTable:
    return DayOfTable(table, load(memory, "db", table), day)


def rows(table: Table, *names: str, day: date = DAY, number: int = 1) -> pa.Table:
    """A row for each name: all numbers are `number`."""
    time = datetime(day.year, day.month, day.day, 23)  # noqa: DTZ001 - as Iceberg's
    of_type: dict[str, Any] = {"timestamp": time, "date": day, "int": number, "bigint": number, "double": float(number)}
    made = [{c.name: name if c.type == "string" else of_type[c.type] for c in table.columns} for name in names]
    return pa.Table.from_pylist(made, arrow_schema(table))


def there(memory: InMemoryCatalog, table: Table) -> dict[date, list[str]]:
    """Names by day."""
    found: dict[date, list[str]] = {}
    for row in load(memory, "db", table).scan().to_arrow().to_pylist():
        day = row[table.day_of]
        found.setdefault(day.date() if isinstance(day, datetime) else day, []).append(row[table.key[0]])
    return {day: sorted(names) for day, names in sorted(found.items())}


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_day_is_replaced_and_its_neighbours_are_not(memory: InMemoryCatalog, table: Table) -> None:
    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        assert of(memory, table, day).replace(rows(table, "a", "b", day=day))
    assert of(memory, table).replace(rows(table, "b", "c"))
    yesterday, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    assert there(memory, table) == {yesterday: ["a", "b"], DAY: ["b", "c"], tomorrow: ["a", "b"]}


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_day_is_one_snapshot_and_the_same_rows_in_any_order_are_none(memory: InMemoryCatalog, table: Table) -> None:
    assert of(memory, table).replace(rows(table, "a", "b"))
    assert of(memory, table).replace(rows(table, "a", "b", number=2))
    assert not of(memory, table).replace(rows(table, "b", "a", number=2))
    assert len(load(memory, "db", table).snapshots()) == 2


def test_a_day_without_rows_is_emptied(memory: InMemoryCatalog) -> None:
    assert not of(memory, USER_BEHAVIOR).replace(rows(USER_BEHAVIOR))
    assert of(memory, USER_BEHAVIOR).replace(rows(USER_BEHAVIOR, "a"))
    assert of(memory, USER_BEHAVIOR).replace(rows(USER_BEHAVIOR))
    assert there(memory, USER_BEHAVIOR) == {}


@pytest.mark.parametrize("elsewhere", [DAY, DAY + timedelta(days=5)], ids=["the same day", "another day"])
def test_what_was_committed_since_is_never_overwritten(
    memory: InMemoryCatalog, tmp_path: Path, elsewhere: date
) -> None:
    looked_at = of(memory, USER_BEHAVIOR)
    assert of(memory, USER_BEHAVIOR, elsewhere).replace(rows(USER_BEHAVIOR, "theirs", day=elsewhere))
    files = set(tmp_path.rglob("*.parquet"))
    with pytest.raises(OvertakenError):
        looked_at.replace(rows(USER_BEHAVIOR, "ours"))
    assert there(memory, USER_BEHAVIOR) == {elsewhere: ["theirs"]}
    assert set(tmp_path.rglob("*.parquet")) == files


def test_that_retries_are_off_stays_between_us_and_the_table_that_we_hold(memory: InMemoryCatalog) -> None:
    of(memory, USER_BEHAVIOR).replace(rows(USER_BEHAVIOR, "a"))
    assert "commit.retry.num-retries" not in load(memory, "db", USER_BEHAVIOR).properties


def test_a_table_that_is_not_partitioned_by_day_is_refused_before_anything_is_lost(memory: InMemoryCatalog) -> None:
    memory.drop_table(("db", USER_BEHAVIOR.name))
    memory.create_table(("db", USER_BEHAVIOR.name), schema(USER_BEHAVIOR))
    load(memory, "db", USER_BEHAVIOR).append(rows(USER_BEHAVIOR, "a"))
    with pytest.raises(PrerequisiteError, match=r"user_behavior_hourly is not partitioned by day\(event_hour\)"):
        of(memory, USER_BEHAVIOR).replace(rows(USER_BEHAVIOR, "b"))
    assert there(memory, USER_BEHAVIOR) == {DAY: ["a"]}


def test_a_table_that_is_not_there_says_what_to_do(memory: InMemoryCatalog) -> None:
    memory.drop_table(("db", CURATED.name))
    with pytest.raises(
        PrerequisiteError, match=r"there is no table db\.auth_events_curated: make the foundation first"
    ):
        load(memory, "db", CURATED)


def test_the_days_of_a_table_are_those_of_its_rows(memory: InMemoryCatalog) -> None:
    assert days_of(load(memory, "db", USER_BEHAVIOR)) is None
    first, last = DAY - timedelta(days=400), DAY + timedelta(days=3)
    for day in (DAY, last, first):
        of(memory, USER_BEHAVIOR, day).replace(rows(USER_BEHAVIOR, "a", day=day))
    assert days_of(load(memory, "db", USER_BEHAVIOR)) == Days(first, last)
    of(memory, USER_BEHAVIOR, last).replace(rows(USER_BEHAVIOR, day=last))
    of(memory, USER_BEHAVIOR, first).replace(rows(USER_BEHAVIOR, day=first))
    assert days_of(load(memory, "db", USER_BEHAVIOR)) == Days(DAY, DAY)


def test_the_popularity_file_is_what_the_engine_reads() -> None:
    text = as_csv(rows(HOST_POPULARITY, "C1", 'a,"b', number=7)).decode()
    assert text == 'computer_id,accounts\nC1,7\n"a,""b",7\n'
