"""What an alarm says of the values of its metric: the table in CloudWatch's user guide, "Configuring how CloudWatch
alarms treat missing data", as one function.

LocalStack counts every value within reach, which is up to two periods more than were asked for, so it clears late.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

COMPARISONS: Final[Mapping[str, tuple[Callable[[float, float], bool], str]]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
NEEDED: Final = ("MetricName", "Statistic", "Period", "Threshold")
MISSING_WORDS: Final = {"breaching": "Breaching", "notBreaching": "NonBreaching", "missing": "Missing"}
AHEAD: Final = {"OK": "OK -> ALARM", "ALARM": "ALARM -> OK"}

Alarm = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A metric's value over one period."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and why."""

    state: str
    reason: str


def is_judged(alarm: Alarm) -> bool:
    """Metric math, percentiles and anomaly bands are kept and never judged."""
    return all(name in alarm for name in NEEDED) and alarm.get("ComparisonOperator") in COMPARISONS


def periods_looked_at(alarm: Alarm) -> int:
    """More than are needed, so that a value that is late does not count as none."""
    wanted = int(alarm["EvaluationPeriods"])
    return wanted + max(wanted // 3, 2)


def judge(alarm: Alarm, points: Sequence[Point | None]) -> Verdict | None:
    """What the alarm says of the last periods, the oldest first; None: it stays as it is."""
    wanted = int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm") or wanted)
    treatment = alarm.get("TreatMissingData") or "missing"
    there = [p for p in points if p is not None][-wanted:]
    breaching = sum(_breaches(alarm, p) for p in there)
    filled = wanted - len(there)
    if not there:
        return _of_nothing(wanted, treatment)
    if treatment == "breaching" and breaching + filled >= needed:
        breaching += filled
    elif breaching < needed and breaching == len(there) and _is_old_enough(points, needed):
        if treatment == "ignore":
            return None
        if treatment == "missing":  # all that is known breaches, and has for as long as it takes
            breaching = needed
    state = "ALARM" if breaching >= needed else "OK"
    return Verdict(state, _reason(alarm, there, state, needed))


def _breaches(alarm: Alarm, point: Point) -> bool:
    compare, _ = COMPARISONS[alarm["ComparisonOperator"]]
    return compare(point.value, float(alarm["Threshold"]))


def _is_old_enough(points: Sequence[Point | None], needed: int) -> bool:
    return any(p is not None for p in points[: len(points) - needed + 1])


def _of_nothing(wanted: int, treatment: str) -> Verdict | None:
    if treatment == "ignore":
        return None
    periods, were = (
        ("1 period", "1 missing datapoint was")
        if wanted == 1
        else (
            f"{wanted} periods",
            f"{wanted} missing datapoints were",
        )
    )
    said = f"no datapoints were received for {periods} and {were} treated as [{MISSING_WORDS[treatment]}]."
    state = {"breaching": "ALARM", "notBreaching": "OK", "missing": "INSUFFICIENT_DATA"}[treatment]
    return Verdict(state, f"{'Insufficient Data' if treatment == 'missing' else 'Threshold Crossed'}: {said}")


def _reason(alarm: Alarm, there: Sequence[Point], state: str, needed: int) -> str:
    """In CloudWatch's words."""
    _, words = COMPARISONS[alarm["ComparisonOperator"]]
    told = [p for p in reversed(there) if _breaches(alarm, p) == (state == "ALARM")] or list(reversed(there))
    values = ", ".join(f"{p.value} ({p.at:%d/%m/%y %H:%M:%S})" for p in told)
    plural = "s" if len(there) != 1 else ""
    was = ("were" if len(told) != 1 else "was") + ("" if state == "ALARM" else " not")
    return (
        f"Threshold Crossed: {len(told)} out of the last {len(there)} datapoint{plural} [{values}] {was} {words} the "
        f"threshold ({float(alarm['Threshold'])}) (minimum {needed} datapoint{'s' if needed != 1 else ''} for "
        f"{AHEAD['OK' if state == 'ALARM' else 'ALARM']} transition)."
    )
