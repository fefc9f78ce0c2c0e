"""Each kind of bad data is caught by the check that should, by no other, and counted to the row."""

from collections.abc import Callable

import pytest

from lakehouse.tables import QUARANTINE
from quality.report import Outcome
from quality.suite import SUITES, load
from support.quality_data import Data
from support.quality_faults import DAY, FAULTS, Fault
from support.quality_runs import SUITE, Site


def test_the_suite_that_the_operator_runs_has_the_checks_of_all() -> None:
    run = {check.name for check in load(SUITES / f"{SUITE}.yaml").checks}
    for path in SUITES.glob("*.yaml"):
        assert {check.name for check in load(path).checks} <= run


@pytest.mark.timeout(600)
def test_clean_data_pass_every_check(data: Data, site_of: Callable[..., Site]) -> None:
    site = site_of(data)
    report = site.check(SUITE, now=data.now)
    assert {c.name: (c.outcome, c.message) for c in report.checks if c.outcome != Outcome.PASSED} == {}
    assert (report.outcome, report.exit_code) == (Outcome.PASSED, 0)
    assert not any(table.invalid for table in report.tables)
    assert not site.put_aside()
    times, rejected = data.raw["event_time"].to_pylist(), data.tables[QUARANTINE.name].num_rows
    kept = sum(time >= max(times) - DAY for time in times)
    assert report.invalid_record_percent == 100 * rejected / (kept + rejected), "the job's own rejects, and no more"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_caught_by_its_check_alone(fault: Fault, data: Data, site_of: Callable[..., Site]) -> None:
    written = fault.spoil(data)
    site = site_of(written, fault.prepare)
    report = site.check(SUITE, now=data.now + fault.later, window=fault.window)
    not_passed = {c.name: c.outcome for c in report.checks if c.outcome != Outcome.PASSED}
    assert not_passed == {fault.caught_by: Outcome.BREACH}
    caught, bad = report.check(fault.caught_by), fault.bad(written)
    assert (report.exit_code, caught.unexpected) == (1, bad)
    invalid = {t.table: t.invalid for t in report.tables if t.invalid}
    assert invalid == ({caught.table: bad} if fault.is_of_rows else {})
    assert site.put_aside() == ({fault.caught_by: bad} if fault.is_of_rows else {})
