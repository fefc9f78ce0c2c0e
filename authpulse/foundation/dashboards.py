"""The pipeline on one page of CloudWatch: is it healthy, how much comes in, how far behind is it, is the job well."""

from collections.abc import Sequence
from typing import Final

from authpulse.foundation import metrics
from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from authpulse.foundation.metrics import Metric
from authpulse.foundation.statements import Json
from authpulse.names import Names

COLUMNS: Final = 24
HEIGHT: Final = 6
PERIOD_SECONDS: Final = 60

GRAPHS: Final[Sequence[tuple[str, Sequence[Metric]]]] = (
    ("What comes in, a minute", (metrics.INCOMING_RECORDS,)),
    ("How far the reader is behind", (metrics.ITERATOR_AGE, metrics.BEHIND)),
    ("Freshness of the tables", (metrics.FRESHNESS,)),
    ("Invalid records, percent", (metrics.INVALID_PERCENT,)),
    ("What the job gives on, a second", (metrics.RECORDS_OUT,)),
    ("Checkpoints: duration", (metrics.CHECKPOINT_DURATION,)),
    ("Failed checkpoints and restarts, since the job began", (metrics.FAILED_CHECKPOINTS, metrics.RESTARTS)),
    ("Replays that stall", (metrics.REPLAY_STALLED,)),
)


def dashboard(names: Names) -> Json:
    """The body of PutDashboard."""
    alarms = [names.alarm_arn(a.kind) for a in (UNHEALTHY, *ALARMS)]
    top = {
        "type": "alarm",
        **_place(0, 0, COLUMNS, 3),
        "properties": {"title": f"AuthPulse {names.environment}", "alarms": alarms},
    }
    half = COLUMNS // 2
    graphs = [
        {
            "type": "metric",
            **_place(half * (n % 2), 3 + HEIGHT * (n // 2), half, HEIGHT),
            "properties": _graph(names, title, shown),
        }
        for n, (title, shown) in enumerate(GRAPHS)
    ]
    return {"widgets": [top, *graphs]}


def _place(x: int, y: int, width: int, height: int) -> Json:
    return {"x": x, "y": y, "width": width, "height": height}


def _graph(names: Names, title: str, shown: Sequence[Metric]) -> Json:
    limits = [
        {"label": alarm.kind, "value": alarm.threshold} for alarm in ALARMS if alarm.metric in shown and alarm.threshold
    ]
    return {
        "title": title,
        "region": names.region,
        "view": "timeSeries",
        "period": PERIOD_SECONDS,
        "metrics": [[m.namespace, m.name, m.of.value, m.of.value_in(names), {"stat": m.statistic}] for m in shown],
        **({"annotations": {"horizontal": limits}} if limits else {}),
    }
