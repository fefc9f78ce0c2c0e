"""Which rows a run looks at: a window of the time that a table is partitioned by, so that Athena reads those days only.

    24h                       what is at most so much older than the newest event, and all that claims to be newer
    2026-01-01..2026-01-03    from the beginning of the 1st to the beginning of the 3rd; either side may have a time
    all                       everything

A window of a length ends at the newest event that is not from the future, not at the clock: a replayed log is old, and
is checked like any other. That data stand still is for the checks of freshness to say, which go by the clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from authpulse.errors import InputError
from lakehouse.tables import Table
from quality.durations import parse_duration, spell_duration

ALL: Final = "all"
WANTED: Final = "wanted a length such as 24h, a span such as 2026-01-01..2026-01-03, or all"


@dataclass(frozen=True, slots=True)
class Window:
    """What was asked for. At most one of `length` and the two ends is set; none means everything."""

    length: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InputError for what is no window. Times without a zone are UTC."""
        if text == ALL:
            return cls()
        try:
            if ".." in text:
                start, end = (_moment(part) for part in text.split("..", 1))
                if start >= end:
                    raise InputError(f"window {text!r}: it ends before it begins")
                return cls(start=start, end=end)
            length = parse_duration(text)
        except ValueError as error:
            raise InputError(f"window {text!r}: {WANTED}") from error
        if not length:
            raise InputError(f"window {text!r}: it is empty")
        return cls(length=length)

    def __str__(self) -> str:
        if self.length:
            return spell_duration(self.length)
        return ALL if self.start is None or self.end is None else f"{self.start.isoformat()}..{self.end.isoformat()}"

    def ending_at(self, newest: datetime) -> "Period":
        """As a period of the data, given the newest event."""
        if self.length:
            return Period(start=newest - self.length, end=None, newest=newest)
        return Period(start=self.start, end=self.end, newest=newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start`, which belongs to it, to `end`, which does not; UTC without a zone, as in the tables."""

    start: datetime | None
    end: datetime | None
    newest: datetime
    """The newest event that is not from the future."""

    @property
    def last(self) -> datetime:
        """Where the period's data end."""
        return min(self.end, self.newest) if self.end else self.newest

    def condition(self, table: Table) -> str:
        """SQL that is true for the period's rows of a table."""
        column, daily = table.day_of, is_daily(table)
        parts = []
        if self.start is not None:
            parts.append(f"{column} >= {_day(self.start) if daily else timestamp(self.start)}")
        if self.end is not None:
            parts.append(f"{column} < {_day(self.end) if daily else timestamp(self.end)}")
        return " AND ".join(parts) or "true"


def timestamp(moment: datetime) -> str:
    """An SQL literal."""
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond:06d}'"


def naive(moment: datetime) -> datetime:
    """UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _day(moment: datetime) -> str:
    return f"DATE '{moment:%Y-%m-%d}'"


def is_daily(table: Table) -> bool:
    """Whether its rows are of days, not of moments."""
    return next(c.type for c in table.columns if c.name == table.day_of) == "date"


def _moment(text: str) -> datetime:
    return naive(datetime.fromisoformat(text.strip()))
