"""Windows: what they mean in SQL, and what is none."""

from datetime import datetime, timedelta

import pytest

from authpulse.errors import InputError
from lakehouse.tables import HOST_POPULARITY, QUARANTINE, RAW
from quality.windows import Window

NEWEST = datetime(2026, 1, 8, 12, 30)  # noqa: DTZ001 - as in the tables

CONDITIONS = {
    "a length begins so long before the newest event and has no end": (
        "24h",
        RAW,
        "event_time >= TIMESTAMP '2026-01-07 12:30:00.000000'",
    ),
    "a span ends before its end": (
        "2026-01-01..2026-01-02T06:00:00",
        RAW,
        "event_time >= TIMESTAMP '2026-01-01 00:00:00.000000' AND event_time < TIMESTAMP '2026-01-02 06:00:00.000000'",
    ),
    "times with a zone are taken to UTC": (
        "2026-01-01T01:00:00+01:00..2026-01-02T00:00:00Z",
        QUARANTINE,
        (
            "ingestion_time >= TIMESTAMP '2026-01-01 00:00:00.000000' "
            "AND ingestion_time < TIMESTAMP '2026-01-02 00:00:00.000000'"
        ),
    ),
    "a table by day is asked for days": ("7d", HOST_POPULARITY, "event_day >= DATE '2026-01-01'"),
    "everything is everything": ("all", RAW, "true"),
}


@pytest.mark.parametrize(("text", "table", "sql"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_window_as_a_condition(text: str, table, sql: str) -> None:
    assert Window.parse(text).ending_at(NEWEST).condition(table) == sql


@pytest.mark.parametrize("text", ["", "24", "yesterday", "2026-01-01", "2026-01-01..", "..", "24h..", "-1h"])
def test_what_is_no_window_is_answered_with_what_is(text: str) -> None:
    with pytest.raises(InputError, match="wanted a length such as 24h"):
        Window.parse(text)


@pytest.mark.parametrize(
    ("text", "message"), [("2026-01-02..2026-01-01", "ends before it begins"), ("0h", "it is empty")]
)
def test_a_window_has_to_have_room(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Window.parse(text)


@pytest.mark.parametrize("text", ["90m", "24h", "7d", "all", "30s"])
def test_a_window_is_spelled_so_that_it_can_be_read_again(text: str) -> None:
    assert Window.parse(str(Window.parse(text))) == Window.parse(text)


def test_the_data_of_a_period_end_at_its_end_or_at_the_newest_event() -> None:
    assert Window.parse("1h").ending_at(NEWEST).last == NEWEST
    assert Window.parse("2026-01-01..2026-01-02").ending_at(NEWEST).last == NEWEST - timedelta(
        days=6, hours=12, minutes=30
    )
