"""What the operator measures of itself, for Prometheus. One table: docs/reference/metrics.md is made from it.

Labels have few values: reasons, operations, kinds. No metric has a resource's name; what a single resource is like is
in its status, which kube-state-metrics can show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

PREFIX: Final = "authpulse_operator_"
QUICK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
LONG: Final = (1, 5, 10, 30, 60, 120, 300, 600, 1200, 3600, 4 * 3600, 24 * 3600)


@dataclass(frozen=True, slots=True)
class Metric:
    """One of the table. `name` is without the prefix."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: Sequence[float] = ()


TABLE: Final = (
    Metric("reconcile_duration_seconds", "histogram", "Of one pass over a resource.", ("kind",), QUICK),
    Metric("queue_age_seconds", "histogram", "From when a pass is due to when it begins.", ("kind",), QUICK),
    Metric("time_to_ready_seconds", "histogram", "From a resource's creation to Ready, the first time.", (), LONG),
    Metric("time_in_state_seconds", "histogram", "How long Ready kept a reason before another.", ("reason",), LONG),
    Metric("passes_total", "counter", "Passes by what they decided.", ("kind", "reason")),
    Metric("resources", "gauge", "AuthPulse resources by their Ready condition.", ("ready", "reason")),
    Metric(
        "aws_calls_total",
        "counter",
        "Calls to AWS; status is an HTTP status, an error code, or what kept the answer away.",
        ("service", "operation", "status"),
    ),
    Metric(
        "kubernetes_calls_total",
        "counter",
        "Calls to the API server; status is an HTTP status, or 0 without an answer.",
        ("verb", "resource", "status"),
    ),
    Metric("remediations_total", "counter", "What remediation did, dry runs left out.", ("alarm", "action")),
    Metric("rollbacks_total", "counter", "Deployments given up for the last stable one.", ("reason",)),
    Metric("unexpected_errors_total", "counter", "Errors in the operator itself; the log has them.", ("kind",)),
    Metric("last_pass_age_seconds", "gauge", "Since a pass was completed last, over all resources."),
    Metric("watch_silence_seconds", "gauge", "Since the most silent watch gave a sign of life."),
)


class Metrics:
    """The metrics of one operator, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._histograms: dict[str, Histogram] = {}
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        for metric in TABLE:
            name = f"{PREFIX}{metric.name}"
            match metric.kind:
                case "histogram":
                    self._histograms[metric.name] = Histogram(
                        name, metric.help, metric.labels, buckets=metric.buckets, registry=self._registry
                    )
                case "counter":
                    self._counters[metric.name] = Counter(name, metric.help, metric.labels, registry=self._registry)
                case "gauge":
                    self._gauges[metric.name] = Gauge(name, metric.help, metric.labels, registry=self._registry)

    def observe(self, name: str, value: float, *labels: str) -> None:
        """A measurement of a histogram."""
        histogram = self._histograms[name]
        (histogram.labels(*labels) if labels else histogram).observe(max(0.0, value))

    def count(self, name: str, *labels: str) -> None:
        """One more of a counter."""
        self._counters[name].labels(*labels).inc()

    def change(self, name: str, by: int, *labels: str) -> None:
        """A gauge goes up or down."""
        self._gauges[name].labels(*labels).inc(by)

    def show(self, name: str, of: Callable[[], float]) -> None:
        """A gauge is what `of` says when it is asked for."""
        self._gauges[name].set_function(of)

    def values(self, name: str) -> dict[tuple[str, ...], float]:
        """Of a counter or a gauge now, by the values of its labels."""
        metric = self._counters.get(name) or self._gauges[name]
        keys = next(m.labels for m in TABLE if m.name == name)
        samples = (s for family in metric.collect() for s in family.samples if not s.name.endswith("_created"))
        return {tuple(s.labels[k] for k in keys): s.value for s in samples}

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)

    def aws_call(self, service: str, operation: str, status: str) -> None:
        self.count("aws_calls_total", service, operation, status)

    def kubernetes_call(self, verb: str, resource: str, status: int) -> None:
        self.count("kubernetes_calls_total", verb, resource, str(status))
