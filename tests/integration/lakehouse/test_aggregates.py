"""The aggregates over a local AWS: right, idempotent, repairing, and never overwriting what others know better."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from authpulse.cli.places import ROOT
from authpulse.errors import AuthPulseError, PrerequisiteError
from lakehouse.aggregates import running
from lakehouse.aggregates.days import Days, FixedDays, LastDays
from lakehouse.aggregates.declared import BY_TABLE
from lakehouse.aggregates.progress import Hidden
from lakehouse.tables import CURATED, USER_BEHAVIOR
from support import aggregated, quality_data

pytestmark = pytest.mark.timeout(600)

BEHAVIOR = (BY_TABLE[USER_BEHAVIOR.name],)


def test_every_hour_is_as_counted_by_hand(scored) -> None:
    assert scored.behavior == aggregated.behavior(scored.curated)


def test_every_day_of_hosts_is_as_counted_by_hand_and_ranked_as_the_job_ranks(scored) -> None:
    curated = scored.curated
    days = aggregated.days_with_events(curated)
    assert len(days) > 3
    assert scored.popularity == [row for day in days for row in aggregated.popularity(curated, day)]


def test_the_popularity_file_is_the_newest_day(scored) -> None:
    curated = scored.curated
    day = aggregated.days_with_events(curated)[-1]
    s3 = scored.lake.aws.client("s3")
    text = s3.get_object(Bucket=scored.lake.names.bucket, Key="popularity/current.csv")["Body"].read().decode()
    found = list(csv.DictReader(io.StringIO(text)))
    expected = [(r["computer_id"], str(r["accounts_30d"])) for r in aggregated.popularity(curated, day)]
    assert [(r["computer_id"], r["accounts"]) for r in found] == expected


def test_a_second_run_changes_nothing(scored) -> None:
    before = scored.snapshots()
    again = scored.run()
    assert not any(day.changed for day in again.days)
    assert not again.popularity.changed
    assert scored.snapshots() == before


def test_a_day_is_one_snapshot(scored) -> None:
    days = aggregated.days_with_events(scored.curated)
    assert len(scored.snapshots()) == 2 * len(days)


def test_late_events_are_repaired_as_far_back_as_the_run_goes(small) -> None:
    small.run()
    before = small.behavior
    newest = aggregated.days_with_events(small.curated)[-1]
    yesterday, too_old = newest - timedelta(days=1), newest - timedelta(days=2)
    small.add_events(_noon(newest), _noon(yesterday), _noon(too_old))
    ended = small.run(LastDays(2))
    assert {(d.table, d.day): d.changed for d in ended.days} == {
        (table, day): True for table in BY_TABLE for day in (yesterday, newest)
    }
    expected = aggregated.behavior(small.curated)
    on_old_day = [r for r in expected if r["event_hour"].date() == too_old]
    assert [r for r in small.behavior if r["event_hour"].date() > too_old] == [
        r for r in expected if r["event_hour"].date() > too_old
    ]
    old_rows = [r for r in small.behavior if r["event_hour"].date() == too_old]
    assert old_rows == [r for r in before if r["event_hour"].date() == too_old]
    assert old_rows != on_old_day
    backfilled = small.run(FixedDays(Days(too_old, too_old)))
    assert small.behavior == expected
    # a table that looks back 30 days is made anew for the later days too, and only as far as there are events
    assert [d.day for d in backfilled.days if d.table == "host_popularity_daily"] == [too_old, yesterday, newest]
    days = aggregated.days_with_events(small.curated)
    assert small.popularity == [r for day in days for r in aggregated.popularity(small.curated, day)]


def test_a_day_whose_events_are_gone_between_others_is_emptied_and_older_days_are_kept(small) -> None:
    small.run()
    first, second, _third = aggregated.days_with_events(small.curated)
    before = small.behavior
    small.lake.table(CURATED.name).delete(f"event_time < '{second + timedelta(days=1)}T00:00:00'")
    small.add_events(_noon(first + timedelta(days=-1)))
    small.run(FixedDays(Days(second, second)), BEHAVIOR)
    assert not [r for r in small.behavior if r["event_hour"].date() == second]
    assert [r for r in small.behavior if r["event_hour"].date() == first] == [
        r for r in before if r["event_hour"].date() == first
    ]


def test_days_before_the_first_event_are_left_alone(small) -> None:
    small.run()
    second = aggregated.days_with_events(small.curated)[1]
    before = small.behavior
    small.lake.table(CURATED.name).delete(f"event_time < '{second}T00:00:00'")
    ended = small.run(aggregates=BEHAVIOR)
    assert [d.day for d in ended.days] == [second, second + timedelta(days=1)]
    assert small.behavior == before


def test_no_events_and_no_tables(make_place: Callable[..., Any]) -> None:
    empty = make_place()
    ended = empty.run()
    assert (ended.days, ended.popularity) == ([], None)
    assert ended.text == "there are no events to aggregate"
    empty.lake.catalog.drop_table((empty.lake.names.database, USER_BEHAVIOR.name))
    empty.lake.append(CURATED.name, quality_data.clean().tables[CURATED.name].slice(0, 5))
    with pytest.raises(PrerequisiteError, match=r"there is no table .*user_behavior_hourly: make the foundation first"):
        empty.run()


class Interrupted:
    """Athena, with others at work before it looks at the events and after it has answered."""

    def __init__(self, athena: Any, *, before: Callable[[], None], after: Callable[[], None], times: int) -> None:
        self._athena, self._before, self._after, self._times = athena, before, after, times

    def table(self, sql: str, schema: pa.Schema) -> pa.Table:
        is_interrupted, self._times = self._times > 0, self._times - 1
        if is_interrupted:
            self._before()
        rows = self._athena.table(sql, schema)
        if is_interrupted:
            self._after()
        return rows


def test_a_run_that_was_overtaken_computes_again_and_does_not_bring_back_old_rows(small) -> None:
    newest = aggregated.days_with_events(small.curated)[-1]

    def another_run() -> None:
        small.add_events(_noon(newest))
        small.run(LastDays(1), BEHAVIOR)

    lake = small.aggregated()
    overtaken = replace(lake, athena=Interrupted(lake.athena, before=lambda: None, after=another_run, times=1))
    ended = running.run(overtaken, BEHAVIOR, LastDays(1), Hidden())
    assert [d.changed for d in ended.days] == [False]  # the other one had done it
    expected = [r for r in aggregated.behavior(small.curated) if r["event_hour"].date() == newest]
    assert small.behavior == expected


def test_a_run_that_is_always_overtaken_gives_up_and_has_changed_nothing(small, monkeypatch) -> None:
    monkeypatch.setattr(running, "FIRST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(running, "ATTEMPTS", 2)
    newest = aggregated.days_with_events(small.curated)[-1]

    def late_event() -> None:
        small.add_events(_noon(newest))

    def another_run() -> None:
        small.run(LastDays(1), BEHAVIOR)

    lake = small.aggregated()
    overtaken = replace(lake, athena=Interrupted(lake.athena, before=late_event, after=another_run, times=2))
    with pytest.raises(AuthPulseError, match=f"user_behavior_hourly, {newest}: overtaken by other writers 2 times"):
        running.run(overtaken, BEHAVIOR, LastDays(1), Hidden())
    expected = [r for r in aggregated.behavior(small.curated) if r["event_hour"].date() == newest]
    assert small.behavior == expected
    files = small.lake.table(USER_BEHAVIOR.name).inspect.files().num_rows
    s3 = small.lake.aws.client("s3")
    listed = s3.list_objects_v2(Bucket=small.lake.names.bucket, Prefix=f"warehouse/{USER_BEHAVIOR.name}/data/")
    written = [o["Key"] for o in listed["Contents"] if o["Key"].endswith(".parquet")]
    assert (files, len(written)) == (1, 2), written  # one that was replaced; nothing of the one that gave up


def test_as_the_operator_runs_it(scored) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "AUTHPULSE_CONFIG": str(scored.config)}
    command = [sys.executable, "-m", "lakehouse.aggregates", "--days", "1", "--output", "json"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads(ended.stdout)
    newest = aggregated.days_with_events(scored.curated)[-1]
    assert said["events"]["last_day"] == str(newest)
    assert [(d["table"], d["day"], d["changed"]) for d in said["days"]] == [(t, str(newest), False) for t in BY_TABLE]
    assert said["popularity"]["uri"] == scored.lake.names.popularity_uri


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)
