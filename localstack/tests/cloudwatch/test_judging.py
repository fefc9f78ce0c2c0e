"""What an alarm says of its metric's values: the table of CloudWatch's user guide, and its words."""

from datetime import UTC, datetime, timedelta

import pytest

from authpulse_localstack.cloudwatch.judging import Point, is_judged, judge, periods_looked_at

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALARM = {
    "MetricName": "m",
    "Statistic": "Maximum",
    "Period": 60,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 3,
}
VALUES = {"0": 0.0, "X": 2.0}


def points(pattern: str) -> list[Point | None]:
    """`0` is fine, `X` breaches, `-` is missing; the oldest first."""
    return [
        Point(NOON + timedelta(minutes=n), VALUES[mark]) if mark in VALUES else None
        for n, mark in enumerate(pattern.split())
    ]


def states(pattern: str, needed: int) -> list[str | None]:
    found = []
    for treatment in ("missing", "ignore", "breaching", "notBreaching"):
        verdict = judge(ALARM | {"DatapointsToAlarm": needed, "TreatMissingData": treatment}, points(pattern))
        found.append(verdict.state if verdict else None)
    return found


@pytest.mark.parametrize(
    ("pattern", "needed", "wanted"),
    [
        ("0 - X - X", 3, ["OK", "OK", "OK", "OK"]),
        ("- - - - 0", 3, ["OK", "OK", "OK", "OK"]),
        ("- - - - -", 3, ["INSUFFICIENT_DATA", None, "ALARM", "OK"]),
        ("0 X X - X", 3, ["ALARM", "ALARM", "ALARM", "ALARM"]),
        ("- - X - -", 3, ["ALARM", None, "ALARM", "OK"]),
        ("0 - X - X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]),
        ("0 0 X 0 X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]),
        ("0 - X - -", 2, ["OK", "OK", "ALARM", "OK"]),
        ("- - - - 0", 2, ["OK", "OK", "ALARM", "OK"]),
        ("- - - X -", 2, ["ALARM", None, "ALARM", "OK"]),
    ],
)
def test_missing_values_count_as_the_user_guide_says(pattern: str, needed: int, wanted: list[str | None]) -> None:
    assert states(pattern, needed) == wanted


def test_values_from_before_the_evaluation_periods_do_not_keep_an_alarm_up() -> None:
    verdict = judge(ALARM | {"DatapointsToAlarm": 1}, points("X X 0 0 0"))
    assert verdict is not None
    assert verdict.state == "OK"


def test_a_value_that_has_only_just_come_does_not_make_an_alarm_of_three() -> None:
    assert states("- - - - X", 3)[0] == "OK"


def test_the_reason_is_in_cloudwatchs_words() -> None:
    up = judge(ALARM | {"EvaluationPeriods": 1}, points("0 X"))
    down = judge(ALARM | {"EvaluationPeriods": 2}, points("X 0 0"))
    none = judge(ALARM | {"TreatMissingData": "notBreaching"}, points("- -"))
    assert (up and up.reason, down and down.reason, none and none.reason) == (
        (
            "Threshold Crossed: 1 out of the last 1 datapoint [2.0 (01/03/26 12:01:00)] was greater than the threshold "
            "(1.0) (minimum 1 datapoint for OK -> ALARM transition)."
        ),
        (
            "Threshold Crossed: 2 out of the last 2 datapoints [0.0 (01/03/26 12:02:00), 0.0 (01/03/26 12:01:00)] were "
            "not greater than the threshold (1.0) (minimum 2 datapoints for ALARM -> OK transition)."
        ),
        (
            "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as "
            "[NonBreaching]."
        ),
    )


def test_what_is_looked_at_is_more_than_what_is_needed() -> None:
    assert [periods_looked_at({"EvaluationPeriods": n}) for n in (1, 3, 9)] == [3, 5, 12]


@pytest.mark.parametrize("lacks", ["Statistic", "MetricName", "Period"])
def test_metric_math_and_percentiles_are_not_judged(lacks: str) -> None:
    assert is_judged(ALARM)
    assert not is_judged({k: v for k, v in ALARM.items() if k != lacks})
    assert not is_judged(ALARM | {"ComparisonOperator": "GreaterThanUpperThreshold"})
