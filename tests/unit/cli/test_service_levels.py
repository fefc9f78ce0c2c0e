"""How a pipeline has kept its promises, and what is left of the error budget."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from authpulse.cli.service_levels import ServiceLevel, find_service_levels, read_service_levels
from authpulse.names import Names
from authpulse_operator.adapters.aws.session import Session

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
NAMES = Names("dev", "000000000000", "us-east-1")
Values = dict[tuple[str, str], list[float]]


class CloudWatch:
    """Values by metric and statistic, and what was asked for."""

    def __init__(self, values: Values) -> None:
        self.values, self.asked = values, list[dict[str, Any]]()

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        found = []
        for query in request["MetricDataQueries"]:
            stat = query["MetricStat"]
            assert stat["Metric"]["Dimensions"] == [{"Name": "Environment", "Value": "dev"}]
            key = (stat["Metric"]["MetricName"], stat["Stat"])
            found.append({"Id": query["Id"], "Values": self.values.get(key, [])})
        return {"MetricDataResults": found}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[Values], tuple[ServiceLevel, ...]]:
    def look(values: Values) -> tuple[ServiceLevel, ...]:
        cloudwatch = CloudWatch(values)
        monkeypatch.setattr(Session, "client", lambda _session, _service: cloudwatch)
        levels = read_service_levels(Session("us-east-1"), NAMES, NOON)
        days, lately = cloudwatch.asked
        assert days["StartTime"] == datetime(2026, 3, 2, tzinfo=UTC)
        assert (NOON - lately["StartTime"]).total_seconds() == 600
        return levels

    return look


def test_of_the_error_budget_that_is_left_which_was_not_spent(read) -> None:
    fresh, valid = read(
        {
            ("FreshMinutes", "Sum"): [500.0, 1437.0],
            ("FreshMinutes", "SampleCount"): [500.0, 1440.0],
            ("FreshnessSeconds", "Maximum"): [12.0, 400.0],
            ("InvalidRecordPercent", "Sum"): [0.5, 0.3],
            ("InvalidRecordPercent", "SampleCount"): [6.0, 10.0],
            ("InvalidRecordPercent", "Maximum"): [0.4, 0.1],
        }
    )
    assert (fresh.now, fresh.measured, fresh.kept, fresh.budget_left) == (12.0, 1940, 99.845, 84.536)
    assert (valid.now, valid.measured, valid.kept, valid.budget_left) == (0.4, 16, 99.95, 50.0)


def test_a_budget_can_be_overspent(read) -> None:
    fresh, _ = read({("FreshMinutes", "Sum"): [95.0], ("FreshMinutes", "SampleCount"): [100.0]})
    assert fresh.budget_left == -400.0


def test_of_what_nobody_has_measured_nothing_is_said(read) -> None:
    levels = read({})
    assert [(level.measured, level.kept, level.budget_left, level.now) for level in levels] == [
        (0, None, None, None)
    ] * 2


def test_lines_for_people(read, monkeypatch: pytest.MonkeyPatch) -> None:
    read({})
    values: Values = {
        ("FreshMinutes", "Sum"): [1437.0],
        ("FreshMinutes", "SampleCount"): [1440.0],
        ("FreshnessSeconds", "Maximum"): [12.0],
    }
    monkeypatch.setattr(Session, "client", lambda _session, _service: CloudWatch(values))
    assert list(find_service_levels(Session("us-east-1"), NAMES, NOON).lines()) == [
        "freshness: below 300 s in 99% of minutes: 12 s now, 99.79 % of 1,440 minutes, 79 % of the error budget left",
        "validity: below 0.1 % of records invalid: nothing was measured within 30 days",
    ]


def test_a_cloudwatch_that_does_not_answer_is_said_in_a_line() -> None:
    found = find_service_levels(Session("us-east-1", "http://127.0.0.1:9"), NAMES, NOON)
    (line,) = found.lines()
    assert "service levels cannot be read from CloudWatch" in line
    assert found.document == []
