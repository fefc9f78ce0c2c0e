"""An event's JSON from its values, checked against the contract: what a reader makes is never quarantined later.

The LANL readers have a faster way for lines without anything to escape; a test requires the same bytes of both.
"""

from json.encoder import encode_basestring_ascii as quoted
from typing import Final

from authpulse import events
from authpulse.formats.outcomes import Event, LineError

LAST_MS: Final = 253_402_300_799_999  # the end of year 9999: what four digits can say


def event(
    *,
    source: str,
    time_ms: int,
    user_id: str | None,
    source_host: str | None,
    computer_id: str | None,
    auth_type: str | None,
    logon_type: str | None,
    orientation: str | None,
    outcome: str,
) -> Event:
    """The event. Raises LineError where it would break the contract."""
    if not 0 <= time_ms <= LAST_MS:
        raise LineError("time is not between 1970 and 9999")
    if not user_id:
        raise LineError("names no account")
    if not computer_id:
        raise LineError("names no computer")
    time = events.format_time(time_ms)
    values = {
        "event_id": "",
        "event_time": time,
        "user_id": user_id,
        "source_host": source_host,
        "computer_id": computer_id,
        "auth_type": auth_type,
        "logon_type": logon_type,
        "orientation": orientation,
        "outcome": outcome,
        "source": source,
    }
    for name, value in values.items():
        if value:
            _check(name, value)
    values["event_id"] = events.event_id(source, time, user_id, source_host, computer_id)
    text = ",".join(f'"{name}":{quoted(value)}' for name, value in values.items() if value)
    return Event(time_ms, user_id, "{" + text + "}")


def _check(name: str, value: str) -> None:
    if len(value) > events.MAX_FIELD_CHARACTERS:
        raise LineError(f"{name} has {len(value)} characters, {events.MAX_FIELD_CHARACTERS} are allowed")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise LineError(f"half of a UTF-16 pair in {name}") from error
