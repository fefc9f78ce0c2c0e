"""One Windows event, whatever collector wrote it: its id, computer, channel, time, and Windows' own fields.

Times are the hard part. Windows' TimeCreated is UTC; winlogbeat's `@timestamp` is TimeCreated; Logstash's `@timestamp`
is when it arrived there. NXLog's EventTime is the collector's local time without a zone, but EventReceivedTime is on
the same clock and within a moment of Logstash's `@timestamp`, so their difference in quarter hours is the zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from authpulse.formats.lanl import time_ms_of
from authpulse.formats.outcomes import LineError

ABSENT: Final = frozenset({"", "-"})
QUARTER: Final = timedelta(minutes=15)
FURTHEST_ZONE: Final = timedelta(hours=14)
FIRST_EPOCH_SECOND: Final = 10**9  # 2001; smaller numbers are LANL's seconds from 0
FIRST_EPOCH_MS: Final = 10**12
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """An event's parts. `system` is the document around `data`; they are the same in flat shapes."""

    id: int
    computer: str | None
    channel: str | None
    data: Mapping[str, Any]
    system: Mapping[str, Any]

    def text(self, *names: str) -> str | None:
        """The first of the named fields that has a value; Windows writes `-` for none."""
        return _text(self.data, *names)

    def time_ms(self) -> int:
        """When it happened, in epoch milliseconds. Raises LineError without a time that can be understood."""
        system = self.system
        for name in ("TimeCreated", "time_created"):
            if system.get(name):
                return _ms(_instant(system, name))
        if system.get("EventTime"):
            return _ms(_in_utc(system))
        if system.get("@timestamp"):
            return _ms(_instant(system, "@timestamp"))
        if "Time" in system:
            return time_ms_of(str(system["Time"]))
        raise LineError("has no time (TimeCreated, EventTime, @timestamp or Time)")


def record_of(document: Mapping[str, Any]) -> Record:
    """The event in a document. Raises LineError for one that has no event id."""
    inner = document.get("winlog")
    system: Mapping[str, Any] = {**document, **inner} if isinstance(inner, Mapping) else document
    data = system.get("event_data")
    identity = _identity(system)
    return Record(
        id=identity,
        computer=_text(system, "computer_name", "Hostname", "Computer", "LogHost"),
        channel=_text(system, "channel", "Channel", "log_name"),
        data=data if isinstance(data, Mapping) else system,
        system=system,
    )


def _identity(system: Mapping[str, Any]) -> int:
    event = system.get("event")
    code = event.get("code") if isinstance(event, Mapping) else None
    for value in (system.get("EventID"), system.get("event_id"), code):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
            return int(value)
    raise LineError("has no event id (EventID, winlog.event_id or event.code)")


def _text(fields: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            value = value.strip()
            if value not in ABSENT:
                return value
        elif isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        elif value is not None:
            raise LineError(f"{name} is neither text nor a number")
    return None


def _instant(fields: Mapping[str, Any], name: str) -> datetime:
    """A time as written; without a zone where it has none."""
    value = fields[name]
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= FIRST_EPOCH_SECOND:
        try:
            return _1970 + timedelta(seconds=value / 1000 if value >= FIRST_EPOCH_MS else value)
        except OverflowError as error:
            raise LineError(f"{name} {value} is not a time") from error
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise LineError(f"{name} {str(value)[:40]!r} is not a time") from error


def _in_utc(system: Mapping[str, Any]) -> datetime:
    """EventTime, by the zone that it says or that the other two times tell; else taken as UTC."""
    happened = _instant(system, "EventTime")
    if happened.tzinfo is not None or not system.get("EventReceivedTime") or not system.get("@timestamp"):
        return happened
    received, arrived = _instant(system, "EventReceivedTime"), _instant(system, "@timestamp")
    if received.tzinfo is not None:
        return happened
    behind = QUARTER * round((_aware(arrived) - _aware(received)) / QUARTER)
    if abs(behind) > FURTHEST_ZONE:  # the log was shipped long after it was collected, which tells nothing
        return happened
    try:
        return _aware(happened) + behind
    except OverflowError as error:
        raise LineError(f"EventTime {happened} is not a time") from error


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _ms(moment: datetime) -> int:
    return (_aware(moment) - _1970) // timedelta(milliseconds=1)
