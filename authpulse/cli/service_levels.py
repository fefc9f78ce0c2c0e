"""What a pipeline promises and how it has kept it, from the metrics of the last 30 days; docs/sla.md says more.

A promise has an error budget: how much of it may be broken. What is left of that is what tells whether to be careful.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape

from authpulse.errors import AuthPulseError, ReachabilityError
from authpulse.foundation import metrics
from authpulse.foundation.alarms import FRESHNESS, INVALID_RECORDS
from authpulse.foundation.metrics import Metric
from authpulse.names import Names
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.errors import OperatorError

DAYS: Final = 30
DAY_SECONDS, MINUTE_SECONDS = 86_400, 60
FRESH_SHARE: Final = 0.99
LATELY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One promise. Nothing is known of it where `measured` is 0."""

    name: str
    promise: str
    now: float | None
    """Seconds, or percent; None where nothing was measured lately."""
    measured: int
    """Minutes, or runs of the checks."""
    kept: float | None
    """Percent of minutes that were fresh, or of records that were valid."""
    budget_left: float | None
    """Percent of the error budget; below 0 when more was broken than is allowed."""

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)


def read_service_levels(session: Session, names: Names, now: datetime) -> tuple[ServiceLevel, ...]:
    """Freshness and validity. Raises ReachabilityError where CloudWatch does not answer, OperatorError without rights
    to ask."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    asked = [
        _Asked(metrics.FRESH_MINUTES, "Sum"),
        _Asked(metrics.FRESH_MINUTES, "SampleCount"),
        _Asked(metrics.INVALID_PERCENT, "Sum"),
        _Asked(metrics.INVALID_PERCENT, "SampleCount"),
        _Asked(metrics.INVALID_PERCENT, "Maximum"),
    ]
    try:
        fresh, minutes, invalid, runs, worst = _values(
            session, names, asked, midnight - timedelta(days=DAYS - 1), now, period=DAY_SECONDS
        )
        (age,) = _values(
            session, names, [_Asked(metrics.FRESHNESS, "Maximum")], now - LATELY, now, period=MINUTE_SECONDS
        )
    except (ClientError, BotoCoreError) as error:
        raise ReachabilityError(f"service levels cannot be read from CloudWatch: {error}") from error
    return _freshness(age, sum(fresh), int(sum(minutes))), _validity(worst, sum(invalid), int(sum(runs)))


def lines(levels: Sequence[ServiceLevel]) -> Iterator[str]:
    """For people, one line each."""
    for level in levels:
        if level.kept is None or level.budget_left is None:
            yield f"{level.name}: {level.promise}: nothing was measured within {DAYS} days"
            continue
        left = f"{level.budget_left:.0f} % of the error budget left"
        if level.budget_left <= 0:
            left = f"[red]{left}[/]"
        yield f"{level.name}: {level.promise}: {_measured(level)}, {left}"


def _measured(level: ServiceLevel) -> str:
    if level.name == "freshness":
        current = "" if level.now is None else f"{level.now:.0f} s now, "
        return f"{current}{level.kept:.2f} % of {level.measured:,} minutes"
    current = "" if level.now is None else f"{level.now:.3f} % at worst today, "
    return f"{current}{level.kept:.3f} % valid in {level.measured:,} runs of the checks"


def _freshness(age: Sequence[float], fresh: float, minutes: int) -> ServiceLevel:
    promise = f"below {FRESHNESS.threshold:.0f} s in {FRESH_SHARE:.0%} of minutes"
    kept = fresh / minutes if minutes else None
    left = None if kept is None else 1 - (1 - kept) / (1 - FRESH_SHARE)
    return ServiceLevel("freshness", promise, age[0] if age else None, minutes, _percent(kept), _percent(left))


def _validity(worst: Sequence[float], invalid_percent: float, runs: int) -> ServiceLevel:
    promise = f"below {INVALID_RECORDS.threshold} % of records invalid"
    mean = invalid_percent / runs if runs else None
    kept = None if mean is None else 1 - mean / 100
    left = None if mean is None else 1 - mean / INVALID_RECORDS.threshold
    return ServiceLevel("validity", promise, worst[0] if worst else None, runs, _percent(kept), _percent(left))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 3)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of all promises, or why nothing is."""

    levels: tuple[ServiceLevel, ...] = ()
    obstacle: str = ""

    @property
    def document(self) -> list[dict[str, Any]]:
        return [level.document for level in self.levels]

    def lines(self) -> Iterator[str]:
        """For people."""
        yield from lines(self.levels)
        if self.obstacle:
            yield f"[yellow]{escape(self.obstacle)}[/]"


def find_service_levels(session: Session, names: Names, now: datetime) -> Found:
    """Never raises what CloudWatch does: how a pipeline stands is shown all the same."""
    try:
        return Found(read_service_levels(session, names, now))
    except (AuthPulseError, OperatorError) as error:
        return Found(obstacle=" ".join(str(error).split()))


@dataclass(frozen=True, slots=True)
class _Asked:
    metric: Metric
    statistic: str


def _values(
    session: Session, names: Names, asked: Sequence[_Asked], start: datetime, end: datetime, *, period: int
) -> list[list[float]]:
    """Of each, the newest first."""
    queries = []
    for n, one in enumerate(asked):
        query = one.metric.query(names, identity=f"m{n}", period=period) | {"ReturnData": True}
        query["MetricStat"] = {**query["MetricStat"], "Stat": one.statistic}
        queries.append(query)
    answer = session.client("cloudwatch").get_metric_data(
        MetricDataQueries=queries,
        StartTime=start,
        EndTime=end + timedelta(minutes=1),
        ScanBy="TimestampDescending",
    )
    found = {result["Id"]: list(result["Values"]) for result in answer["MetricDataResults"]}
    return [found.get(f"m{n}", []) for n in range(len(asked))]
