"""From counts to outcomes, figures and exit codes."""

from datetime import UTC, datetime

import pytest

from authpulse.errors import AuthPulseError
from quality.publishing import metrics, stamped
from quality.report import EXIT_CODES, CheckResult, Outcome, Report, TableResult, breaks, overall, percent
from quality.run_quality_checks import ended, main

ABOVE = {
    "1,000 of a million at 0.1": (1000, 1_000_000, 0.1, False),
    "1,001 of a million at 0.1": (1001, 1_000_000, 0.1, True),
    "one of many at 0": (1, 10**9, 0, True),
    "none at 0": (0, 10, 0, False),
    "none of nothing": (0, 0, 0.1, False),
    "something of nothing": (1, 0, 100, True),
    "a third at a third, which has no end as a decimal": (1, 3, 33.333, True),
    "all at 100": (5, 5, 100, False),
}


@pytest.mark.parametrize(("part", "whole", "threshold", "wanted"), ABOVE.values(), ids=ABOVE)
def test_a_share_is_compared_exactly(part: int, whole: int, threshold: float, wanted: bool) -> None:
    assert breaks(part, whole, threshold) is wanted


def test_a_thousand_of_a_million_is_a_tenth_of_a_percent_to_the_last_bit() -> None:
    assert percent(1000, 1_000_000) == 0.1


WORST = {
    "everything passed": ([Outcome.PASSED, Outcome.NO_BASELINE], Outcome.PASSED, 0),
    "one breach is one": ([Outcome.PASSED, Outcome.BREACH], Outcome.BREACH, 1),
    "no answer outweighs a breach": ([Outcome.BREACH, Outcome.COULD_NOT_RUN, Outcome.PASSED], Outcome.COULD_NOT_RUN, 2),
}


@pytest.mark.parametrize(("outcomes", "worst", "code"), WORST.values(), ids=WORST)
def test_a_run_is_as_bad_as_its_worst(outcomes: list[Outcome], worst: Outcome, code: int) -> None:
    assert overall(outcomes) == worst
    assert EXIT_CODES[worst] == code


def result(name: str, outcome: Outcome, share: float | None) -> CheckResult:
    return CheckResult(
        name=f"auth_alerts.{name}", check="schema", table="auth_alerts", unexpected=None, total=None, percent=share,
        threshold_pct=0.1, outcome=outcome,
    )  # fmt: skip


def report(*, invalid: float | None) -> Report:
    table = TableResult(
        table="auth_alerts", rows=None, invalid=None, invalid_percent=invalid, threshold_pct=0.1, outcome=Outcome.PASSED
    )
    return Report(
        suite="s", environment="dev", database="authpulse_dev", window="1d",
        started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), window_start=None, window_end=None, newest_event=None,
        outcome=Outcome.BREACH, exit_code=1, invalid_record_percent=invalid, tables=(table,),
        checks=(result("a", Outcome.BREACH, 0.2), result("b", Outcome.COULD_NOT_RUN, None)),
    )  # fmt: skip


def told(report: Report) -> dict[tuple[str, ...], float]:
    return {(m["MetricName"], *(d["Value"] for d in m["Dimensions"])): m["Value"] for m in metrics(report)}


def test_figures_are_told_of_the_run_the_tables_and_the_checks() -> None:
    assert told(report(invalid=0.1)) == {
        ("InvalidRecordPercent", "dev"): 0.1,
        ("InvalidRecordPercent", "dev", "auth_alerts"): 0.1,
        ("UnexpectedPercent", "dev", "s", "auth_alerts.a"): 0.2,
        ("ChecksNotPassed", "dev", "s"): 2,
    }


def test_what_could_not_be_measured_is_not_told() -> None:
    assert ("InvalidRecordPercent", "dev") not in told(report(invalid=None))


def test_a_report_lies_where_its_time_says() -> None:
    assert stamped(report(invalid=0)) == "s/20260102T030405Z"


def _raise(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AuthPulseError("no Athena"), 2),
        (PermissionError("read-only"), 2),
        (RuntimeError("a bug"), 2),
        (KeyboardInterrupt(), 130),
    ],
    ids=["no answer", "no place to write", "a bug", "interrupted"],
)
def test_whatever_keeps_a_run_from_an_answer_is_no_verdict(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(lambda: _raise(error)) == code
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_verdict_is_the_exit_code(code: int) -> None:
    assert ended(lambda: code) == code


def test_a_run_without_a_configuration_says_how_to_name_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {}) == 2
    assert "give --config, as in --config config/dev.yaml, or set AUTHPULSE_CONFIG" in capsys.readouterr().err


def test_the_configuration_has_to_be_of_the_environment_that_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--environment", "prod"], {"AUTHPULSE_CONFIG": "config/dev.yaml"}) == 2
    assert "is of environment dev, not prod" in capsys.readouterr().err
