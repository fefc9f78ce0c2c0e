"""Everything may be run again: the same figures, the same rows in quarantine, the same tables."""

from collections.abc import Callable
from datetime import UTC

import pytest

from lakehouse.tables import ALERTS, CURATED, QUARANTINE, RAW, TABLES
from support.quality_data import Data
from support.quality_faults import FAULTS
from support.quality_runs import SUITE, Site, figures

pytestmark = pytest.mark.timeout(600)
TOGETHER = ("null users", "times in the future", "duplicates", "orphaned curated rows")


@pytest.fixture
def spoiled(data: Data, site_of: Callable[..., Site]) -> Site:
    """Bad rows of four kinds, three of them in the same rows."""
    faults = [f for f in FAULTS if f.name in TOGETHER]
    for fault in faults:
        data = fault.spoil(data)
    return site_of(data, lambda lake: [f.prepare(lake) for f in faults])


def test_a_second_run_changes_nothing_and_the_first_tells_everything(data: Data, spoiled: Site) -> None:
    now = data.now
    raw, curated = (spoiled.lake.rows(t.name) for t in (RAW, CURATED))
    bad_users = sum(row["user_id"] is None for row in raw)
    known = {row["event_id"] for row in raw}
    orphans = sum(row["event_id"] not in known for row in curated)

    first = spoiled.check(SUITE, now=now)
    by_table = {t.table: t for t in first.tables}
    assert by_table[RAW.name].invalid == bad_users == 80, "a record with three faults is one bad record"
    assert by_table[CURATED.name].invalid == orphans == 40
    assert spoiled.put_aside() == {
        f"{RAW.name}.not_null_user_id": bad_users,
        f"{RAW.name}.not_in_the_future": bad_users,
        f"{RAW.name}.unique_event_id": bad_users,
        f"{CURATED.name}.has_its_raw_event": orphans,
    }
    assert first.exit_code == 1

    at = now.replace(tzinfo=UTC)
    assert spoiled.metric("InvalidRecordPercent", at) == first.invalid_record_percent
    for table in first.tables:
        assert spoiled.metric("InvalidRecordPercent", at, Table=table.table) == table.invalid_percent
    for check in first.checks:
        assert spoiled.metric("UnexpectedPercent", at, Suite=SUITE, Check=check.name) == check.percent
    assert spoiled.object(f"dq_reports/{SUITE}/latest.json") == first.document()

    quarantine = spoiled.lake.rows(QUARANTINE.name)
    second = spoiled.check(SUITE, now=now)
    assert figures(second) == figures(first)
    assert not any(t.quarantined for t in second.tables)
    assert spoiled.lake.rows(QUARANTINE.name) == quarantine
    assert [spoiled.lake.rows(t.name) for t in (RAW, CURATED)] == [raw, curated]


def test_making_aggregates_again_changes_nothing(data: Data, site_of: Callable[..., Site]) -> None:
    site = site_of(data)
    snapshots = {t.name: site.lake.table(t.name).metadata.current_snapshot_id for t in TABLES}
    assert not any(day.changed for day in site.aggregate(days=7).days)
    assert {t.name: site.lake.table(t.name).metadata.current_snapshot_id for t in TABLES} == snapshots
    assert site.lake.rows(ALERTS.name)
