"""What the scoring means, in plain Python. The engine does the same thing fast; tests require equal rows of both.

An event passes two stages. First its *account* (peers are destination hosts): an `event_id` seen again among the
account's last `dedup_events` is dropped here and changes nothing. Then its *source host* (peers are accounts), if it
has one. Each stage knows one entity at a time, so each can be a keyed operator. The account comes first because what
follows may then count without looking for duplicates, and because a stream keeps the order of one account.

Time is event time in whole minutes. An entity's window of w minutes is the minute of its newest event and the w - 1
before; an older event is counted in no window, yet it is scored, with `late` set. A peer counts in a window if its
latest meeting falls in it. A pair not met for `retention_days` is new again, and an entity silent for so long starts
afresh. A log-off is kept as a row and changes nothing.

In `event-time` order events are scored sorted by (event_time, event_id), whatever order they came in; in `arrival`
order as they come.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from authpulse import events
from flink_job.explanations import explain
from flink_job.rules import Rule, level
from lakehouse import tables

Order = Literal["arrival", "event-time"]
Row = dict[str, Any]

MINUTE_MS: Final = 60_000
WINDOW_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Arrival:
    """One element of a record, as JSON gives it, with its text and where it came from. Times in epoch milliseconds."""

    element: Any
    raw: str
    ingestion_ms: int
    shard_id: str
    sequence_number: str
    record_index: int


class HostPopularity:
    """How many accounts use each host, and from that the share of hosts that are no more used (0-100)."""

    def __init__(self, accounts_by_host: Mapping[str, int]) -> None:
        self._accounts = dict(accounts_by_host)
        hosts_with = Counter(self._accounts.values())
        self._no_more_used = {n: sum(c for m, c in hosts_with.items() if m <= n) for n in hosts_with}

    def percentile(self, host: str) -> float:
        """A host that nobody is known to use is at 0; ties count as no more used, so common values are never rare."""
        if host not in self._accounts:
            return 0.0
        return 100.0 * self._no_more_used[self._accounts[host]] / len(self._accounts)


@dataclass(slots=True)
class Figures:
    """What an entity looks like right after one attempt."""

    history: int  # attempts before this one
    known: int  # first meetings so far, this one included
    new_peer: bool
    attempts: Mapping[int, int]  # by window length in minutes, as are the next two
    failures: Mapping[int, int]
    peers: Mapping[int, int]
    usual_attempts: float | None  # mean at the end of its earlier active hours
    usual_peers: float | None
    active_hours: int


@dataclass(slots=True)
class Entity:
    """All that is remembered of one account or one source host."""

    last_seen: int | None = None  # event time, ms
    recent_ids: OrderedDict[str, None] = field(default_factory=OrderedDict)
    total: int = 0
    known: int = 0
    newest: int = -(1 << 40)  # minute
    attempts: Counter[int] = field(default_factory=Counter)  # by minute
    failures: Counter[int] = field(default_factory=Counter)
    met: dict[str, int] = field(default_factory=dict)  # peer to the minute of the latest meeting
    peers_met: Counter[int] = field(default_factory=Counter)  # peers by the minute of their latest meeting
    hour: int | None = None
    active_hours: int = 0
    attempts_sum: int = 0
    peers_sum: int = 0
    last_alert: dict[str, int] = field(default_factory=dict)  # rule to event time, ms

    def count(self, time: int, peer: str, *, failed: bool, windows: Iterable[int], retention: int) -> Figures:
        """Counts one attempt at `time` (ms) with that peer; `windows` and `retention` are minutes."""
        minute = time // MINUTE_MS
        self._close_hour(minute // 60)
        history = self.total
        self.total += 1
        self.newest = max(self.newest, minute)
        self.attempts[minute] += 1
        self.failures[minute] += failed
        before = self.met.get(peer)
        new_peer = before is None or before < self.newest - retention
        self.known += new_peer
        if before is None or minute > before:
            self.met[peer] = minute
            self.peers_met[minute] += 1
            if before is not None:
                self.peers_met[before] -= 1
        self._forget_minutes()
        return Figures(
            history=history,
            known=self.known,
            new_peer=new_peer,
            attempts={w: self._in_window(self.attempts, w) for w in windows},
            failures={w: self._in_window(self.failures, w) for w in windows},
            peers={w: self._in_window(self.peers_met, w) for w in windows},
            usual_attempts=self.attempts_sum / self.active_hours if self.active_hours else None,
            usual_peers=self.peers_sum / self.active_hours if self.active_hours else None,
            active_hours=self.active_hours,
        )

    def _in_window(self, by_minute: Counter[int], window: int) -> int:
        return sum(n for minute, n in by_minute.items() if minute > self.newest - window)

    def _close_hour(self, hour: int) -> None:
        """When a later clock hour begins, the figures that the last hour ended with go into the mean."""
        if self.hour is None or hour > self.hour:
            if self.hour is not None:
                self.active_hours += 1
                self.attempts_sum += self._in_window(self.attempts, WINDOW_MINUTES)
                self.peers_sum += self._in_window(self.peers_met, WINDOW_MINUTES)
            self.hour = hour

    def _forget_minutes(self) -> None:
        floor = self.newest - WINDOW_MINUTES + 1
        for by_minute in (self.attempts, self.failures, self.peers_met):
            for minute in [m for m in by_minute if m < floor]:
                del by_minute[minute]


class Scorer:
    """Both stages with their state. One instance is one pipeline."""

    def __init__(
        self,
        rules: Sequence[Rule],
        popularity: HostPopularity | None = None,
        *,
        dedup_events: int = 512,
        retention_days: int = 30,
    ) -> None:
        self._rules = rules
        self._popularity = popularity
        self._dedup_events = dedup_events
        self._retention = retention_days * 24 * 60
        self._windows = {WINDOW_MINUTES, *(r.window_minutes for r in rules if r.window_minutes)}
        self._accounts: dict[str, Entity] = {}
        self._source_hosts: dict[str, Entity] = {}

    def score(self, arrival: Arrival) -> Iterator[tuple[str, Row]]:
        """The rows of one valid event as (table, row), or none if it was seen before."""
        event: Row = {name: arrival.element.get(name) or None for name in events.FIELD_NAMES}
        event["event_time"] = time = events.parse_time(arrival.element["event_time"])
        account = self._entity(self._accounts, event["user_id"], time)
        if event["event_id"] in account.recent_ids:
            return
        account.recent_ids[event["event_id"]] = None
        if len(account.recent_ids) > self._dedup_events:
            account.recent_ids.popitem(last=False)
        late = account.last_seen is not None and time < account.last_seen
        account.last_seen = max(time, account.last_seen or time)
        yield tables.RAW.name, event | _ingestion(arrival) | _origin(arrival)

        curated: Row = event | _ingestion(arrival) | _QUIET | {"late": late}
        fired: list[tuple[Rule, Row]] = []
        if events.is_attempt(event):
            fired += self._count_account(account, event, curated)
            if event["source_host"] is not None:
                fired += self._count_source_host(event, curated)
        curated["host_popularity_percentile"] = self._percentile(event["computer_id"])
        active = {r.id: r.points for r, _ in fired if r.mode == "active"}
        curated["rules"] = [r.id for r in self._rules if r.id in active]
        curated["shadow_rules"] = [r.id for r, _ in fired if r.mode == "shadow"]
        curated["risk_score"] = min(100, sum(active.values()))
        curated["risk_level"] = level(curated["risk_score"])
        yield tables.CURATED.name, curated
        for rule, alert in fired:
            if rule.mode == "active" and alert:
                shared = {name: curated[name] for name in ("risk_score", "risk_level")}
                yield tables.ALERTS.name, alert | shared | _ingestion(arrival)

    def _count_account(self, account: Entity, event: Row, curated: Row) -> list[tuple[Rule, Row]]:
        figures = self._count(account, event, event["computer_id"])
        curated.update(
            account_attempts=figures.history,
            attempts_1h=figures.attempts[WINDOW_MINUTES],
            failures_1h=figures.failures[WINDOW_MINUTES],
            distinct_hosts_1h=figures.peers[WINDOW_MINUTES],
            known_hosts=figures.known,
            new_host=figures.new_peer,
        )
        metrics = {
            "new_host": int(figures.new_peer),
            "host_popularity_percentile": self._percentile(event["computer_id"]),
        }
        return self._findings(account, "user_id", event, figures, metrics)

    def _count_source_host(self, event: Row, curated: Row) -> list[tuple[Rule, Row]]:
        host = self._entity(self._source_hosts, event["source_host"], event["event_time"])
        host.last_seen = max(event["event_time"], host.last_seen or event["event_time"])
        figures = self._count(host, event, event["user_id"])
        curated.update(
            source_attempts_1h=figures.attempts[WINDOW_MINUTES],
            source_failures_1h=figures.failures[WINDOW_MINUTES],
            source_accounts_1h=figures.peers[WINDOW_MINUTES],
            new_account_at_source=figures.new_peer,
        )
        return self._findings(host, "source_host", event, figures, {"new_account": int(figures.new_peer)})

    def _count(self, entity: Entity, event: Row, peer: str) -> Figures:
        failed = event["outcome"] == "Fail"
        return entity.count(event["event_time"], peer, failed=failed, windows=self._windows, retention=self._retention)

    def _findings(
        self, entity: Entity, key: str, event: Row, figures: Figures, metrics: Mapping[str, float | None]
    ) -> list[tuple[Rule, Row]]:
        """The rules of that key that fire, each with its alert or, if it is muted or raises none, an empty row."""
        found: list[tuple[Rule, Row]] = []
        for rule in self._rules:
            if rule.key != key or rule.mode == "off":
                continue
            value, baseline = _metric(rule, figures, metrics)
            if rule.fires(value, figures.history):
                raised = rule.mode == "active" and rule.alert and _unmuted(entity, rule, event["event_time"])
                found.append((rule, _alert(rule, event, figures, value or 0, baseline) if raised else {}))
        return found

    def _entity(self, entities: dict[str, Entity], name: str, time: int) -> Entity:
        entity = entities.setdefault(name, Entity())
        if entity.last_seen is not None and time // MINUTE_MS > entity.last_seen // MINUTE_MS + self._retention:
            entity = entities[name] = Entity()
        return entity

    def _percentile(self, host: str) -> float | None:
        return None if self._popularity is None else self._popularity.percentile(host)


def run(
    arrivals: Iterable[Arrival],
    rules: Sequence[Rule],
    popularity: HostPopularity | None = None,
    *,
    order: Order = "arrival",
    dedup_events: int = 512,
    retention_days: int = 30,
) -> dict[str, list[Row]]:
    """All rows of a bounded stream by table. Times are epoch milliseconds."""
    rows: dict[str, list[Row]] = {t.name: [] for t in tables.STREAMED}
    valid: list[Arrival] = []
    quarantined: set[str] = set()
    for arrival in arrivals:
        reason = events.invalid_because(arrival.element, arrival.ingestion_ms)
        if reason is None:
            valid.append(arrival)
            continue
        row = _quarantine(arrival, reason)
        if row["quarantine_id"] not in quarantined:
            quarantined.add(row["quarantine_id"])
            rows[tables.QUARANTINE.name].append(row)
    if order == "event-time":
        valid.sort(key=lambda a: (events.parse_time(a.element["event_time"]), a.element["event_id"]))
    scorer = Scorer(rules, popularity, dedup_events=dedup_events, retention_days=retention_days)
    for arrival in valid:
        for table, row in scorer.score(arrival):
            rows[table].append(row)
    return rows


# What is not known of an event: all of it for a log-off, the source host's part where there is no source host.
_QUIET: Final[Row] = {
    "account_attempts": None,
    "attempts_1h": None,
    "failures_1h": None,
    "distinct_hosts_1h": None,
    "known_hosts": None,
    "new_host": None,
    "host_popularity_percentile": None,
    "source_attempts_1h": None,
    "source_failures_1h": None,
    "source_accounts_1h": None,
    "new_account_at_source": None,
}


def _ingestion(arrival: Arrival) -> Row:
    return {"ingestion_time": arrival.ingestion_ms}


def _origin(arrival: Arrival) -> Row:
    return {
        "shard_id": arrival.shard_id,
        "sequence_number": arrival.sequence_number,
        "record_index": arrival.record_index,
    }


def _metric(rule: Rule, figures: Figures, others: Mapping[str, float | None]) -> tuple[float | None, float | None]:
    """The metric's value and its baseline."""
    match rule.metric:
        case "attempts":
            return figures.attempts[rule.window_minutes], figures.usual_attempts
        case "failures":
            return figures.failures[rule.window_minutes], None
        case "distinct_hosts" | "distinct_accounts":
            return figures.peers[rule.window_minutes], figures.usual_peers
        case other:
            return others[other], None


def _unmuted(entity: Entity, rule: Rule, time: int) -> bool:
    """Whether the rule may raise an alert for this entity now; if so, it is muted from now on."""
    last = entity.last_alert.get(rule.id)
    if last is not None and abs(time - last) < rule.mute_minutes * MINUTE_MS:
        return False
    entity.last_alert[rule.id] = time
    return True


def _alert(rule: Rule, event: Row, figures: Figures, observed: float, baseline: float | None) -> Row:
    entity = event[rule.key]
    return {
        "alert_id": hashlib.sha256(f"{rule.id}|{entity}|{event['event_id']}".encode()).hexdigest()[:32],
        "rule_id": rule.id,
        "title": rule.title,
        "entity_type": rule.key,
        "entity_id": entity,
        "event_id": event["event_id"],
        "event_time": event["event_time"],
        "user_id": event["user_id"],
        "source_host": event["source_host"],
        "computer_id": event["computer_id"],
        "observed": float(observed),
        "threshold": float(rule.threshold),
        "baseline": baseline,
        "explanation": explain(rule, event, observed=observed, figures=figures),
        "points": rule.points,
        "techniques": list(rule.techniques),
        "analytic": rule.analytic,
    }


def _quarantine(arrival: Arrival, reason: str) -> Row:
    place = f"{arrival.shard_id}|{arrival.sequence_number}|{arrival.record_index}"
    identity, raw, source = hashlib.sha256(place.encode()).hexdigest()[:32], arrival.raw, None
    is_rejected = reason.startswith("rejected: ")
    if is_rejected or reason == events.AHEAD_OF_ARRIVAL:
        identity = _text(arrival.element, "event_id") or identity
        source = _text(arrival.element, "source")
    if is_rejected:
        raw = _text(arrival.element, "raw") or ""
    row = {"quarantine_id": identity, "reason": reason, "raw": raw, "source": source}
    return row | _ingestion(arrival) | _origin(arrival)


def _text(element: Mapping[str, Any], name: str) -> str | None:
    """What a rejected element says of itself; what is no text, or empty, it does not say."""
    value = element.get(name)
    return value if isinstance(value, str) and value else None
