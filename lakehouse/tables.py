"""The tables, declared once. Everything that knows columns takes them from here: DDL, PyIceberg, the Flink job, docs.

Standard library only: the job's zip carries this module.
"""

from dataclasses import dataclass
from typing import Final, Literal

from authpulse import events

Type = Literal["string", "int", "bigint", "double", "boolean", "timestamp", "date", "array<string>"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `timestamp` is UTC with microseconds and without a zone (Flink TIMESTAMP(6), Iceberg timestamp).

    Not timestamptz: Athena reads that type but cannot create it, so tables made by the DDL would differ from ours.
    """

    name: str
    type: Type
    meaning: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One Iceberg v2 table, partitioned by the day of one column.

    The Flink job appends to the streamed ones; of the aggregated ones a job replaces whole days.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    day_of: str
    """A timestamp or a date."""
    key: tuple[str, ...]
    """Columns that identify a row: no two rows have the same values in them."""

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


def _optional(name: str, type_: Type, meaning: str) -> Column:
    return Column(name=name, type=type_, meaning=meaning, required=False)


def _required(name: str, type_: Type, meaning: str) -> Column:
    return Column(name=name, type=type_, meaning=meaning)


_EVENT: Final = tuple(
    Column(
        name=f.name, type="timestamp" if f.name == "event_time" else "string", meaning=f.meaning, required=f.required
    )
    for f in events.FIELDS
)
_INGESTED: Final = _required("ingestion_time", "timestamp", "When Kinesis took the record in.")
_ORIGIN: Final = (
    _required("shard_id", "string", "The shard of the record that carried it."),
    _required("sequence_number", "string", "The record's sequence number in that shard."),
    _required("record_index", "int", "Its place in the record, from 0."),
)

RAW: Final = Table(
    name="auth_events_raw",
    meaning="Every valid event once, as it came.",
    columns=(*_EVENT, _INGESTED, *_ORIGIN),
    day_of="event_time",
    key=("event_id",),
)

CURATED: Final = Table(
    name="auth_events_curated",
    meaning="Every valid event once, with what was known of its account and its source host, its score and the rules.",
    columns=(
        *_EVENT,
        _INGESTED,
        _required("late", "boolean", "Older than what its account had already shown when it was scored."),
        # null for a log-off, which is not counted
        _optional("account_attempts", "bigint", "Attempts of the account before this one."),
        _optional("attempts_1h", "int", "Attempts of the account in the last hour, this one included."),
        _optional("failures_1h", "int", "Failed ones among them."),
        _optional("distinct_hosts_1h", "int", "Hosts the account reached in the last hour."),
        _optional("known_hosts", "bigint", "Hosts the account had reached for the first time up to here."),
        _optional("new_host", "boolean", "The account reached this host for the first time."),
        _optional("host_popularity_percentile", "double", "Share (0-100) of hosts no more used; null without a table."),
        # null without a source host too
        _optional("source_attempts_1h", "int", "Attempts from the source host in the last hour."),
        _optional("source_failures_1h", "int", "Failed ones among them."),
        _optional("source_accounts_1h", "int", "Accounts seen from the source host in the last hour."),
        _optional("new_account_at_source", "boolean", "The account came from this source host for the first time."),
        _required("risk_score", "int", "Sum of the points of the active rules that fired, at most 100."),
        _required("risk_level", "string", "LOW 0-25, MEDIUM 26-50, HIGH 51-75, CRITICAL 76-100."),
        _required("rules", "array<string>", "Active rules that fired, in the order of the rules file."),
        _required("shadow_rules", "array<string>", "Rules in shadow mode that would have fired."),
    ),
    day_of="event_time",
    key=("event_id",),
)

ALERTS: Final = Table(
    name="auth_alerts",
    meaning="One row per finding, with the figures that explain it. Repeats are muted for as long as the rule says.",
    columns=(
        _required("alert_id", "string", "First 32 hex digits of a SHA-256 over rule, entity and event."),
        _required("rule_id", "string", "The rule that fired."),
        _required("title", "string", "What the rule says in words."),
        _required("entity_type", "string", "user_id or source_host: whose behaviour it is about."),
        _required("entity_id", "string", "That account or host."),
        _required("event_id", "string", "The event at which it fired."),
        _required("event_time", "timestamp", "That event's time."),
        _required("user_id", "string", "That event's account."),
        _optional("source_host", "string", "That event's source host."),
        _required("computer_id", "string", "That event's destination."),
        _required("observed", "double", "The metric's value."),
        _required("threshold", "double", "What the rule compares it with."),
        _optional(
            "baseline", "double", "The entity's mean in its earlier active hours; null for other metrics and at first."
        ),
        _required("explanation", "string", "The finding in one sentence."),
        _required("points", "int", "Points of the rule."),
        _required("risk_score", "int", "Score of the event as a whole."),
        _required("risk_level", "string", "Its level."),
        _required("techniques", "array<string>", "ATT&CK techniques."),
        _required("analytic", "string", "OCSF type of the analytic."),
        _INGESTED,
    ),
    day_of="event_time",
    key=("alert_id",),
)

QUARANTINE: Final = Table(
    name="auth_events_quarantine",
    meaning="What is not a valid event, with the reason and the text as it came. Nothing is dropped silently.",
    columns=(
        _required(
            "quarantine_id",
            "string",
            "Event id of a rejected line or one from the future; else a SHA-256 over shard, sequence, place.",
        ),
        _INGESTED,
        _required("reason", "string", "Why; authpulse.events.invalid_because has the list."),
        _required("raw", "string", "The text as it came; bytes that are not UTF-8 are replaced."),
        _optional("source", "string", "Data set and line, where the producer said so."),
        *_ORIGIN,
    ),
    day_of="ingestion_time",
    key=("quarantine_id",),
)

USER_BEHAVIOR: Final = Table(
    name="user_behavior_hourly",
    meaning="What each account did in each hour in which it has an event, from the curated events.",
    columns=(
        _required("user_id", "string", "The account."),
        _required("event_hour", "timestamp", "The hour's beginning."),
        _required("attempts", "bigint", "Its attempts: every event that is not a log-off."),
        _required("failures", "bigint", "Failed ones among them."),
        _required("log_offs", "bigint", "Its log-offs."),
        _required("distinct_hosts", "bigint", "Hosts it reached, or tried to."),
        _required("distinct_source_hosts", "bigint", "Source hosts it came from, where they are known."),
        _required("new_hosts", "bigint", "Attempts at which it reached a host for the first time."),
        _required("new_source_hosts", "bigint", "Attempts at which it came from a source host for the first time."),
        # null where there was no attempt
        _optional("peak_attempts_1h", "int", "Most attempts in any 60 minutes that end in this hour."),
        _optional("peak_hosts_1h", "int", "Most hosts in any 60 minutes that end in this hour."),
        _required("late_events", "bigint", "Events that were late when they were scored."),
        _required("max_score", "int", "Highest risk score, 0-100."),
        _required("high_events", "bigint", "Events that scored more than 50: HIGH and CRITICAL."),
        _required("critical_events", "bigint", "Events that scored more than 75: CRITICAL."),
    ),
    day_of="event_hour",
    key=("user_id", "event_hour"),
)

HOST_POPULARITY: Final = Table(
    name="host_popularity_daily",
    meaning="How much each host was used: on the day, and in the 30 days that end with it. RARE_HOST reads the newest.",
    columns=(
        _required("computer_id", "string", "A host with an attempt in the 30 days."),
        _required("event_day", "date", "The day, in UTC."),
        _required("attempts", "bigint", "Attempts to reach it on the day; 0 for a quiet day."),
        _required("failures", "bigint", "Failed ones among them."),
        _required("accounts", "bigint", "Accounts seen in them."),
        _required("attempts_30d", "bigint", "Attempts to reach it in the 30 days."),
        _required("accounts_30d", "bigint", "Accounts seen in them; at least 1."),
        _required(
            "percentile", "double", "Share of the day's hosts, 0-100, that no more accounts used in the 30 days."
        ),
    ),
    day_of="event_day",
    key=("computer_id", "event_day"),
)

STREAMED: Final = (RAW, CURATED, ALERTS, QUARANTINE)
"""What the Flink job writes."""
AGGREGATED: Final = (USER_BEHAVIOR, HOST_POPULARITY)
"""What `lakehouse.aggregates` writes."""
TABLES: Final = (*STREAMED, *AGGREGATED)
BY_NAME: Final = {t.name: t for t in TABLES}
