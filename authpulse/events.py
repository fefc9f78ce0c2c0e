"""The authentication event: the one contract between log formats, producer, Flink job, tables and tests.

On the wire an event is a JSON object; a record is one object or an array of them (a pack; see `elements.py`).
Absent, null and empty mean the same. A line that no format could read travels too, as a *rejected* element, so that it
ends in the quarantine table and the books balance:

    {"event_id": "9f…", "event_time": "2025-01-01T00:00:01.000Z", "user_id": "U66@DOM1", "source_host": "C1250",
     "computer_id": "C586", "auth_type": "NTLM", "logon_type": "Network", "orientation": "LogOn",
     "outcome": "Success", "source": "auth.txt:17"}
    {"event_id": "1c…", "rejected": "8 columns, 9 wanted", "raw": "1,U66@DOM1,…", "source": "auth.txt:18"}

`ingestion_time` is not on the wire: it is the arrival time that Kinesis gives the record.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

MAX_FIELD_CHARACTERS: Final = 1024
MAX_AHEAD_OF_ARRIVAL_MS: Final = 5 * 60 * 1000

OUTCOMES: Final = ("Success", "Fail")
ORIENTATIONS: Final = ("LogOn", "LogOff", "TGT", "TGS", "AuthMap")
LOG_OFF: Final = "LogOff"

AHEAD_OF_ARRIVAL: Final = "event_time is ahead of arrival"
"""The one reason of an event that is whole, so its id and its source can be relied on."""

NOT_JSON: Final = object()
"""Stands for the part of a record that is not JSON."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the contract. `required` fields are never null in a valid event."""

    name: str
    meaning: str
    required: bool = True


FIELDS: Final = (
    Field("event_id", "First 32 hex digits of a SHA-256 over source, time, user and hosts."),
    Field("event_time", "When it happened, UTC, milliseconds."),
    Field("user_id", "The account that is authenticated, user@domain where the log names a domain. The partition key."),
    Field("source_host", "The host it came from.", required=False),
    Field("computer_id", "The host it went to."),
    Field("auth_type", "Protocol, such as NTLM, Kerberos or Negotiate.", required=False),
    Field("logon_type", "Such as Network, Interactive, Service, Batch or RemoteInteractive.", required=False),
    Field("orientation", "LogOn, LogOff, TGT, TGS or AuthMap; all but LogOff are counted and scored.", required=False),
    Field("outcome", "Success or Fail."),
    Field("source", "Where it was read: data set and line, as in auth.txt:17."),
)

FIELD_NAMES: Final = tuple(f.name for f in FIELDS)
REQUIRED: Final = tuple(f.name for f in FIELDS if f.required)


def event_id(source: str, time: str, user_id: str, source_host: str | None, computer_id: str) -> str:
    """The identity of an event: the same whenever the same line is read again.

    `source` holds the line's ordinal, so two equal lines (two logons in the same second) are two events.
    """
    text = f"{source}|{time}|{user_id}|{source_host or ''}|{computer_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def format_time(epoch_ms: int) -> str:
    """Milliseconds since 1970 as the wire has them: 2025-01-01T00:00:01.000Z."""
    seconds, millis = divmod(epoch_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"


def parse_time(text: str) -> int:
    """Milliseconds since 1970 of an ISO-8601 instant in UTC; digits below the millisecond are cut off.

    Raises ValueError for anything else, other offsets than Z included: the contract has one spelling.
    """
    if len(text) < 20 or len(text) > 30 or text[10] != "T" or text[-1] != "Z" or not text.isascii() or " " in text:
        raise ValueError(f"not a UTC instant: {text[:40]!r}")
    fraction = text[19:-1]
    if fraction and (fraction[0] != "." or not fraction[1:].isdigit()):
        raise ValueError(f"not a UTC instant: {text[:40]!r}")
    moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1000 + int((fraction[1:] + "000")[:3] if fraction else 0)


def invalid_because(element: Any, arrival_ms: int) -> str | None:
    """The reason why an element goes to quarantine, or None for a valid event.

    The engine's codec makes the same checks in the same order. Reasons: `not JSON`, `not an object`, `rejected: <text>`
    for what the producer could not read, `bad field: outcome` (half of a surrogate pair is not text either), `too long:
    user_id`, `missing field: event_time`, `event_time is ahead of arrival`.
    """
    if not isinstance(element, Mapping):
        return "not JSON" if element is NOT_JSON else "not an object"
    if isinstance(element.get("rejected"), str):
        return f"rejected: {element['rejected']}"
    for name in FIELD_NAMES:
        value = element.get(name)
        if value is not None and not _is_text(value):
            return f"bad field: {name}"
        if value is not None and len(value) > MAX_FIELD_CHARACTERS:
            return f"too long: {name}"
    for name in REQUIRED:
        if not element.get(name):
            return f"missing field: {name}"
    return _invalid_value(element, arrival_ms)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value))


def _invalid_value(event: Mapping[str, str], arrival_ms: int) -> str | None:
    if event["outcome"] not in OUTCOMES:
        return "bad field: outcome"
    if event.get("orientation") and event["orientation"] not in ORIENTATIONS:
        return "bad field: orientation"
    try:
        time = parse_time(event["event_time"])
    except ValueError:
        return "bad field: event_time"
    return AHEAD_OF_ARRIVAL if time > arrival_ms + MAX_AHEAD_OF_ARRIVAL_MS else None


def is_attempt(event: Mapping[str, Any]) -> bool:
    """Whether the event is counted and scored: everything but a log-off is an attempt to authenticate."""
    return event.get("orientation") != LOG_OFF
