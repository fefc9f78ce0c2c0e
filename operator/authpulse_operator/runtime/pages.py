"""Reference pages about the operator itself: its settings and its metrics, from the tables that it runs by."""

from typing import Final

from authpulse_operator.api.docstrings import attributes
from authpulse_operator.api.field_tables import table
from authpulse_operator.api.pages import NOTE, page
from authpulse_operator.runtime.metrics import PREFIX as METRICS_PREFIX
from authpulse_operator.runtime.metrics import TABLE
from authpulse_operator.runtime.settings import PREFIX, OperatorSettings

_SETTINGS: Final = """\
# Settings of the operator

Environment variables of the operator's process. What a pipeline is like stands in its resource. An unknown variable
that begins with `AUTHPULSE_OPERATOR_` is an error, so that a misspelt one is not taken for a default."""
_METRICS: Final = """\
# Metrics of the operator

In Prometheus' text format at `/metrics` of `AUTHPULSE_OPERATOR_METRICS_PORT`. No metric has a resource's name: what a
single resource is like is in its status. `reason` is one of [these words](reasons.md); of passes also `Gone` and
`Closing`."""
_PROBES: Final = """\
## Probes

`/healthz` of `AUTHPULSE_OPERATOR_HEALTH_PORT` answers 500, and says why, when

- there are resources and no look at any was completed for `AUTHPULSE_OPERATOR_STALE_SECONDS`,
- a watch gave no sign of life (an event, the API server's bookmark every minute, an attempt to connect) for
  `AUTHPULSE_OPERATOR_WATCH_STALE_SECONDS`,
- the resource that `AUTHPULSE_OPERATOR_CANARY` names was not looked at for `AUTHPULSE_OPERATOR_STALE_SECONDS`.

An API server or an AWS that does not answer is no reason: the operator tries again for ever, and a restart would not
help. `/readyz` answers 200 as soon as resources are being looked after."""


def settings() -> str:
    """Every variable."""
    docs = attributes(OperatorSettings)
    rows = (
        (f"`{PREFIX}{name.upper()}`", _default(field.get_default()), docs[name])
        for name, field in OperatorSettings.model_fields.items()
    )
    return page([NOTE, _SETTINGS, table(("variable", "default", "meaning"), rows)])


def metrics() -> str:
    """Every metric, and the probes."""
    rows = ((f"`{METRICS_PREFIX}{m.name}`", m.kind, ", ".join(f"`{x}`" for x in m.labels), m.help) for m in TABLE)
    return page([NOTE, _METRICS, table(("metric", "type", "labels", "meaning"), rows), _PROBES])


def _default(value: object) -> str:
    if value in (None, "", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else f'{value:g}' if isinstance(value, float) else value}`"
