"""Detection rules as data: read, validated, and carried to the job in a property group.

A rule compares one metric of one entity with a threshold; `rules.yaml` beside this file has the keys and their meaning.
Nothing here needs more than the standard library: the job on the service imports it.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Final, Literal

from authpulse.errors import InputError

Key = Literal["user_id", "source_host"]
Mode = Literal["active", "shadow", "off"]

VERSION: Final = 1
MAX_WINDOW_MINUTES: Final = 60
MAX_POINTS: Final = 100
GROUP_VALUE_CHARACTERS: Final = 2048  # the service's limit for one property, and 50 of them in a group
MAX_RULES: Final = 49

COMPARISONS: Final = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}
ANALYTICS: Final = ("Rule", "Behavioral", "Statistical", "Learning (ML/DL)")  # OCSF finding_info.analytic.type
COUNTED: Final = ("attempts", "failures", "distinct_hosts", "distinct_accounts")  # metrics over a window
METRICS: Final[Mapping[Key, tuple[str, ...]]] = {
    "user_id": ("attempts", "failures", "distinct_hosts", "new_host", "host_popularity_percentile"),
    "source_host": ("attempts", "failures", "distinct_accounts", "new_account"),
}
LEVELS: Final = ((76, "CRITICAL"), (51, "HIGH"), (26, "MEDIUM"), (0, "LOW"))


class RuleError(InputError):
    """A rule is not as it should be; the message names the rule and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, valid. `window_minutes` is 0 for metrics that are not counted over a window."""

    id: str
    title: str
    key: Key
    metric: str
    compare: str
    threshold: int
    points: int
    window_minutes: int = 0
    min_history: int = 0
    mode: Mode = "active"
    alert: bool = True
    mute_minutes: int = 60
    techniques: tuple[str, ...] = ()
    analytic: str = "Rule"

    def fires(self, value: float | None, history: int) -> bool:
        """Whether the metric's value, after `history` earlier attempts of the entity, is a finding."""
        if value is None or history < self.min_history:
            return False
        match self.compare:
            case ">=":
                return value >= self.threshold
            case ">":
                return value > self.threshold
            case "<=":
                return value <= self.threshold
            case _:
                return value < self.threshold


def level(score: int) -> str:
    """The risk level of a score from 0 to 100."""
    return next(name for least, name in LEVELS if score >= least)


def parse(document: Any, where: str) -> tuple[Rule, ...]:
    """Rules out of a parsed document, in its order.

    Raises RuleError, which names `where`, the rule, the key and what would be right.
    """
    if not isinstance(document, Mapping) or set(document) != {"version", "rules"}:
        raise RuleError(f"{where}: wanted the two keys `version` and `rules`")
    if document["version"] != VERSION:
        raise RuleError(f"{where}: version: {document['version']!r} is not {VERSION}, the only version there is")
    if not isinstance(document["rules"], Sequence) or not document["rules"]:
        raise RuleError(f"{where}: rules: wanted a list with at least one rule")
    rules = tuple(_rule(r, f"{where}: rules[{i}]") for i, r in enumerate(document["rules"]))
    for i, rule in enumerate(rules):
        if rule.id in {r.id for r in rules[:i]}:
            raise RuleError(f"{where}: rules[{i}].id: {rule.id} is there twice; ids are what alerts are known by")
    return rules


_REQUIRED: Final = ("id", "title", "key", "metric", "compare", "threshold", "points")
_KEYS: Final = (*_REQUIRED, "window", "min_history", "mode", "alert", "mute", "techniques", "analytic")


def _rule(raw: Any, where: str) -> Rule:
    if not isinstance(raw, Mapping):
        raise RuleError(f"{where}: wanted a mapping with id, title, key, …")
    identity = raw.get("id")
    where = f"{where} ({identity})" if isinstance(identity, str) else where
    for name in raw:
        if name not in _KEYS:
            raise RuleError(f"{where}.{name}: no such key; {_suggestion(str(name), _KEYS)}")
    for name in _REQUIRED:
        if raw.get(name) is None:
            raise RuleError(f"{where}.{name}: missing")
    if not isinstance(identity, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", identity):
        raise RuleError(f"{where}.id: {identity!r} is not of capitals, digits and underscores, as in NEW_DEVICE")
    key = _one_of(raw["key"], tuple(METRICS), f"{where}.key")
    metric = _one_of(raw["metric"], METRICS[key], f"{where}.metric")
    return Rule(
        id=identity,
        title=str(raw["title"]),
        key=key,
        metric=metric,
        compare=_one_of(raw["compare"], tuple(COMPARISONS), f"{where}.compare"),
        threshold=_whole(raw["threshold"], f"{where}.threshold", least=0, most=1_000_000_000),
        points=_whole(raw["points"], f"{where}.points", least=0, most=MAX_POINTS),
        window_minutes=_window(raw.get("window"), metric, f"{where}.window"),
        min_history=_whole(raw.get("min_history", 0), f"{where}.min_history", least=0, most=1_000_000_000),
        mode=_one_of(raw.get("mode", "active"), ("active", "shadow", "off"), f"{where}.mode"),
        alert=_flag(raw.get("alert", True), f"{where}.alert"),
        mute_minutes=minutes(raw.get("mute", "1h"), f"{where}.mute"),
        techniques=_techniques(raw.get("techniques", ()), f"{where}.techniques"),
        analytic=_one_of(raw.get("analytic", "Rule"), ANALYTICS, f"{where}.analytic"),
    )


def minutes(value: Any, where: str) -> int:
    """Minutes of a duration such as 90m, 24h or 7d."""
    factor = {"m": 1, "h": 60, "d": 1440}
    if isinstance(value, str) and value[-1:] in factor and value[:-1].isdigit() and int(value[:-1]) > 0:
        return int(value[:-1]) * factor[value[-1]]
    raise RuleError(f"{where}: {value!r} is not a duration such as 30m, 1h or 7d")


def _window(value: Any, metric: str, where: str) -> int:
    if metric not in COUNTED:
        if value is not None:
            raise RuleError(f"{where}: {metric} is not counted over a window; leave it out")
        return 0
    if value is None:
        raise RuleError(f"{where}: missing; {metric} is counted over a window, as in 1h")
    window = minutes(value, where)
    if window > MAX_WINDOW_MINUTES:
        raise RuleError(f"{where}: {value} is above {MAX_WINDOW_MINUTES}m, the longest window that state is kept for")
    return window


def _one_of(value: Any, allowed: Iterable[Any], where: str) -> Any:
    allowed = tuple(allowed)
    if value in allowed:
        return value
    raise RuleError(f"{where}: {value!r} is not known; {_suggestion(str(value), allowed)}")


def _suggestion(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"


def _whole(value: Any, where: str, *, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise RuleError(f"{where}: {value!r} is not a whole number from {least} to {most}")
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise RuleError(f"{where}: {value!r} is not true or false")
    return value


def _techniques(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise RuleError(f"{where}: wanted a list of ATT&CK techniques, as in [T1110, T1110.003]")
    for technique in value:
        if not re.fullmatch(r"T\d{4}(\.\d{3})?", str(technique)):
            raise RuleError(f"{where}: {technique!r} is not an ATT&CK technique such as T1110 or T1110.003")
    return tuple(str(t) for t in value)


def to_properties(rules: Sequence[Rule]) -> dict[str, str]:
    """The rules as a property group: `order`, and one JSON text each. Raises RuleError above the service's limits."""
    if len(rules) > MAX_RULES:
        raise RuleError(f"{len(rules)} rules; a property group holds {MAX_RULES}")
    group = {"order": ",".join(r.id for r in rules)}
    for rule in rules:
        group[f"rule.{rule.id}"] = text = json.dumps(asdict(rule), separators=(",", ":"))
        if len(text) > GROUP_VALUE_CHARACTERS:
            raise RuleError(
                f"rule {rule.id}: as a property it has {len(text)} characters, {GROUP_VALUE_CHARACTERS} fit"
            )
    return group


def from_properties(group: Mapping[str, str]) -> tuple[Rule, ...]:
    """The rules of a property group, as `to_properties` wrote them. Raises RuleError when one cannot be read."""
    try:
        return tuple(_restored(json.loads(group[f"rule.{name}"])) for name in group["order"].split(","))
    except (KeyError, ValueError, TypeError) as error:
        raise RuleError(
            f"property group authpulse.rules: cannot be read ({error}); write it with flink_job.rules.to_properties"
        ) from error


def _restored(raw: dict[str, Any]) -> Rule:
    return Rule(**{**raw, "techniques": tuple(raw["techniques"])})
