"""Grafana's dashboards, made of what the operator and the foundation declare. scripts/charting.py writes them.

`operator` asks Prometheus; `pipeline` asks CloudWatch for the same graphs as the dashboard that the foundation makes
there, of any environment.
"""

from collections.abc import Sequence
from typing import Any, Final

from authpulse.foundation.dashboards import GRAPHS
from authpulse.foundation.metrics import Metric
from authpulse.names import Names
from authpulse_operator.runtime.metrics import PREFIX

Json = dict[str, Any]

PLACEHOLDER: Final = "environment"
ANY: Final = Names(PLACEHOLDER, "000000000000", "us-east-1")
HEIGHT: Final = 8
HALF: Final = 12

CHOSEN: Final = '{namespace=~"$namespace"}'


def _quantiles(metric: str, function: str, window: str) -> list[tuple[str, str]]:
    """The middle and the slowest hundredth of a histogram."""
    buckets = f"sum by (le) ({function}({PREFIX}{metric}_bucket{CHOSEN}[{window}]))"
    return [(f"histogram_quantile({q}, {buckets})", f"{q:.0%}") for q in (0.5, 0.99)]


# title, unit, (expression, legend) …
OPERATOR_GRAPHS: Final[Sequence[tuple[str, str, Sequence[tuple[str, str]]]]] = (
    ("Resources by reason", "short", [(f"sum by (ready, reason) ({PREFIX}resources{CHOSEN})", "{{ready}} {{reason}}")]),
    (
        "Passes a second, by what they decided",
        "ops",
        [(f"sum by (reason) (rate({PREFIX}passes_total{CHOSEN}[$__rate_interval]))", "{{reason}}")],
    ),
    ("One pass takes", "s", _quantiles("reconcile_duration_seconds", "rate", "$__rate_interval")),
    ("A pass waits for a thread", "s", _quantiles("queue_age_seconds", "rate", "$__rate_interval")),
    (
        "Calls to AWS a second",
        "ops",
        [
            (
                f"sum by (service, status) (rate({PREFIX}aws_calls_total{CHOSEN}[$__rate_interval]))",
                "{{service}} {{status}}",
            )
        ],
    ),
    (
        "Calls to the API server a second",
        "ops",
        [
            (
                f"sum by (verb, status) (rate({PREFIX}kubernetes_calls_total{CHOSEN}[$__rate_interval]))",
                "{{verb}} {{status}}",
            )
        ],
    ),
    (
        "Remediations and rollbacks, a day",
        "short",
        [
            (f"sum by (alarm, action) (increase({PREFIX}remediations_total{CHOSEN}[1d]))", "{{alarm}}: {{action}}"),
            (f"sum by (reason) (increase({PREFIX}rollbacks_total{CHOSEN}[1d]))", "rolled back: {{reason}}"),
        ],
    ),
    (
        "Signs of life",
        "s",
        [
            (f"max({PREFIX}last_pass_age_seconds{CHOSEN})", "since the last pass"),
            (f"max({PREFIX}watch_silence_seconds{CHOSEN})", "silence of the most silent watch"),
        ],
    ),
    (
        "Errors of the operator itself, an hour",
        "short",
        [(f"sum by (kind) (increase({PREFIX}unexpected_errors_total{CHOSEN}[1h]))", "{{kind}}")],
    ),
    ("From creation to Ready, the first time", "s", _quantiles("time_to_ready_seconds", "increase", "1d")),
)


def operator() -> Json:
    """Is the operator well, and what does it do."""
    source = {"type": "prometheus", "uid": "${datasource}"}
    panels = [
        _panel(n, title, unit, source, [{"refId": _letter(i), "expr": expression, "legendFormat": legend,
                                         "datasource": source} for i, (expression, legend) in enumerate(queries)])
        for n, (title, unit, queries) in enumerate(OPERATOR_GRAPHS)
    ]  # fmt: skip
    variables = [
        _source_variable("prometheus"),
        {
            "name": "namespace",
            "type": "query",
            "datasource": source,
            "query": f"label_values({PREFIX}last_pass_age_seconds, namespace)",
            "definition": f"label_values({PREFIX}last_pass_age_seconds, namespace)",
            "includeAll": True,
            "multi": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
            "refresh": 2,
        },
    ]
    return _dashboard("authpulse-operator", "AuthPulse / operator", panels, variables)


def pipeline() -> Json:
    """How one environment's pipeline is, from CloudWatch."""
    source = {"type": "cloudwatch", "uid": "${datasource}"}
    panels = [
        _panel(n, title, _unit(shown[0]), source, [_query(i, m, source) for i, m in enumerate(shown)])
        for n, (title, shown) in enumerate(GRAPHS)
    ]
    variables = [
        _source_variable("cloudwatch"),
        {
            "name": "region",
            "type": "query",
            "datasource": source,
            "query": "regions()",
            "current": {"text": "default", "value": "default"},
            "refresh": 1,
        },
        {
            "name": "environment",
            "type": "textbox",
            "label": "environment",
            "query": "prod",
            "current": {"text": "prod", "value": "prod"},
        },
    ]
    return _dashboard("authpulse-pipeline", "AuthPulse / pipeline", panels, variables)


def _query(position: int, metric: Metric, source: Json) -> Json:
    value = metric.of.value_in(ANY).replace(PLACEHOLDER, "${environment}")
    return {
        "refId": _letter(position),
        "datasource": source,
        "queryMode": "Metrics",
        "metricQueryType": 0,
        "metricEditorMode": 0,
        "region": "$region",
        "namespace": metric.namespace,
        "metricName": metric.name,
        "dimensions": {metric.of.value: value},
        "matchExact": True,
        "statistic": metric.statistic,
        "period": "60",
        "label": metric.meaning,
    }


def _unit(metric: Metric) -> str:
    return {"Milliseconds": "ms", "Seconds": "s", "Percent": "percent", "Bytes": "bytes"}.get(metric.unit, "short")


def _letter(position: int) -> str:
    return chr(ord("A") + position)


def _source_variable(kind: str) -> Json:
    return {"name": "datasource", "label": "source", "type": "datasource", "query": kind, "refresh": 1}


def _panel(position: int, title: str, unit: str, source: Json, targets: list[Json]) -> Json:
    return {
        "id": position + 1,
        "title": title,
        "type": "timeseries",
        "datasource": source,
        "gridPos": {"x": HALF * (position % 2), "y": HEIGHT * (position // 2), "w": HALF, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": targets,
    }


def _dashboard(uid: str, title: str, panels: list[Json], variables: list[Json]) -> Json:
    return {
        "uid": uid,
        "title": title,
        "tags": ["authpulse"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": variables},
        "panels": panels,
    }
