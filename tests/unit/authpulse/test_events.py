"""The event contract: identity, time, and why an element is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authpulse import events

ARRIVAL = events.parse_time("2025-06-01T00:00:00Z")
VALID = {
    "event_id": "e",
    "event_time": "2025-01-01T00:00:01.000Z",
    "user_id": "U1@DOM1",
    "computer_id": "C1",
    "outcome": "Success",
    "source": "auth.txt:1",
}


@given(st.integers(min_value=0, max_value=4_102_444_800_000))
def test_a_written_time_reads_back(epoch_ms: int) -> None:
    assert events.parse_time(events.format_time(epoch_ms)) == epoch_ms


@pytest.mark.parametrize(
    ("text", "millis"),
    [("2025-01-01T00:00:00Z", 0), ("2025-01-01T00:00:00.1Z", 100), ("2025-01-01T00:00:00.123456Z", 123)],
)
def test_fractions_are_cut_to_milliseconds(text: str, millis: int) -> None:
    assert events.parse_time(text) % 1000 == millis


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-01T00:00:00",
        "2025-01-01 00:00:00Z",
        "2025-01-01T00:00:00+00:00",
        "2025-02-30T00:00:00Z",
        "2025-01-01T00:00:00.xZ",
        "",
    ],
)
def test_any_other_spelling_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        events.parse_time(text)


def test_the_same_line_has_the_same_identity_and_an_equal_line_another() -> None:
    def identity(source: str) -> str:
        return events.event_id(source, "2025-01-01T00:00:01.000Z", "U1", None, "C1")

    assert identity("auth.txt:1") == identity("auth.txt:1")
    assert identity("auth.txt:1") != identity("auth.txt:2")
    assert len(identity("auth.txt:1")) == 32


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"source_host": None, "orientation": ""}, None),
        ({"unknown": 1}, None),
        ({"event_time": None}, "missing field: event_time"),
        ({"user_id": ""}, "missing field: user_id"),
        ({"user_id": 7}, "bad field: user_id"),
        ({"source_host": "x" * 1025}, "too long: source_host"),
        ({"outcome": "Maybe"}, "bad field: outcome"),
        ({"orientation": "Logon"}, "bad field: orientation"),
        ({"event_time": "yesterday"}, "bad field: event_time"),
        ({"event_time": "2025-06-01T00:05:00.001Z"}, "event_time is ahead of arrival"),
        ({"event_time": "2025-06-01T00:05:00.000Z"}, None),
        ({"rejected": "8 columns, 9 wanted", "user_id": 7}, "rejected: 8 columns, 9 wanted"),
        ({"user_id": 7, "computer_id": None}, "bad field: user_id"),
    ],
)
def test_the_first_fault_in_the_contracts_order_is_the_reason(change: dict, reason: str | None) -> None:
    assert events.invalid_because({**VALID, **change}, ARRIVAL) == reason


def test_what_is_not_an_object_is_no_event() -> None:
    assert events.invalid_because([VALID], ARRIVAL) == "not an object"


def test_all_but_log_offs_are_attempts() -> None:
    assert events.is_attempt({**VALID, "orientation": "TGS"})
    assert events.is_attempt(VALID)
    assert not events.is_attempt({**VALID, "orientation": "LogOff"})
