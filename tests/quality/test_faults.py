"""Each kind of bad data is caught by the check that should, by no other, and counted to the row."""

from collections.abc import Callable

import pytest

from quality.report import Outcome
from quality.suite import SUITES
from support.quality_data import Data
from support.quality_faults import FAULTS, Fault
from support.quality_runs import Site

EVERY_SUITE = sorted(p.stem for p in SUITES.glob("*.yaml"))


@pytest.mark.timeout(600)
def test_clean_data_pass_every_check_of_every_suite(data: Data, site_of: Callable[..., Site]) -> None:
    site = site_of(data)
    for suite in EVERY_SUITE:
        report = site.check(suite, now=data.now)
        assert {c.name: (c.outcome, c.message) for c in report.checks if c.outcome != Outcome.PASSED} == {}
        assert (report.outcome, report.exit_code, report.invalid_record_percent) == (Outcome.PASSED, 0, 0)
    assert not site.put_aside()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_caught_by_its_check_alone(fault: Fault, data: Data, site_of: Callable[..., Site]) -> None:
    written = fault.spoil(data)
    site = site_of(written, fault.prepare)
    now = data.now + fault.later
    reports = [site.check(suite, now=now, window=fault.window) for suite in EVERY_SUITE]
    not_passed = {c.name: c.outcome for r in reports for c in r.checks if c.outcome != Outcome.PASSED}
    assert not_passed == {fault.caught_by: Outcome.BREACH}

    (report,) = (r for r in reports if any(c.name == fault.caught_by for c in r.checks))
    caught, bad = report.check(fault.caught_by), fault.bad(written)
    assert (report.exit_code, caught.unexpected) == (1, bad)
    invalid = {t.table: t.invalid for t in report.tables if t.invalid}
    assert invalid == ({caught.table: bad} if fault.is_of_rows else {})
    assert site.put_aside() == ({fault.caught_by: bad} if fault.is_of_rows else {})
