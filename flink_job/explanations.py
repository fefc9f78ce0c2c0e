"""The sentence that an alert carries: what was seen, what the rule says, and what is usual for that entity.

The engine writes the same sentences; numbers are rounded half up to one decimal in both.
"""

import math
from collections.abc import Mapping
from typing import Any, Protocol

from flink_job.rules import COMPARISONS, Rule


class Seen(Protocol):
    """What an explanation needs of an entity's figures."""

    history: int
    known: int
    usual_attempts: float | None
    usual_peers: float | None


def explain(rule: Rule, event: Mapping[str, Any], *, observed: float, figures: Seen) -> str:
    """One sentence about a finding of `rule` at `event`."""
    limit = f"rule: {COMPARISONS[rule.compare]} {rule.threshold}"
    within = f"within {rule.window_minutes} min"
    entity = event[rule.key]
    match rule.metric:
        case "distinct_hosts":
            text = f"{entity} reached {observed} hosts {within} ({limit}; {_usual(figures.usual_peers)})"
        case "distinct_accounts":
            text = f"{entity} was the source of {observed} accounts {within} ({limit}; {_usual(figures.usual_peers)})"
        case "attempts":
            text = f"{entity} made {observed} attempts {within} ({limit}; {_usual(figures.usual_attempts)})"
        case "failures":
            text = f"{entity} failed {observed} times {within} ({limit})"
        case "new_host":
            past = f"{figures.history} attempts on {figures.known - 1} hosts"
            text = f"{entity} reached {event['computer_id']} for the first time, after {past}"
        case "new_account":
            past = f"{figures.history} attempts by {figures.known - 1} accounts"
            text = f"{entity} was used by {event['user_id']} for the first time, after {past}"
        case _:
            text = f"{event['computer_id']} is at percentile {_tenths(observed)} of host use ({limit})"
    return text


def _usual(mean: float | None) -> str:
    return "no earlier active hour to compare with" if mean is None else f"usual in an active hour: {_tenths(mean)}"


def _tenths(value: float) -> str:
    tenths = math.floor(value * 10 + 0.5)
    return f"{tenths // 10}.{tenths % 10}"
