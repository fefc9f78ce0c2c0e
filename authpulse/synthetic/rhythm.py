"""How much happens when: by hour of day and day of week, for machines and for people.

Calibrated on LANL's 58 days (docs/reference/synthetic-logs.md names the sources): t = 0 is the midnight before a
Wednesday, 98 rows/s at night, 178 in the evening of a working day, 209.8 in the mean, 13 to 25 million rows a day.
"""

from typing import Final, NamedTuple

from authpulse.synthetic.dice import Dice

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
FIRST_WEEKDAY: Final = 2  # of the day that begins at t = 0; Monday is 0

NIGHT_PEOPLE: Final = 18.0
ALWAYS_ON: Final = 80.0
# What a working day adds to the night, in rows per second, and how much of it is people and not their machines.
_OFFICE_HOURS: Final = (
    *(0.0, 0.0, 0.0, 0.0, 6.0, 26.0, 76.0, 166.0, 246.0, 281.0, 289.0, 276.0),
    *(251.0, 281.0, 286.0, 263.0, 213.0, 151.0, 113.0, 92.0, 82.0, 78.0, 47.0, 20.0),
)
_PEOPLE_AT_WORK: Final = 0.62
_WEEKEND_HOURS: Final = (*(28.0,) * 7, *(50.0, 68.0, 74.0, 76.0, 76.0, 74.0), *(74.0,) * 5, *(60.0,) * 4, *(40.0,) * 2)


class Rates(NamedTuple):
    """Rows per second of the four populations in one hour."""

    always_on: float  # servers and what is never switched off
    office_machines: float
    people_at_work: float
    people_around_the_clock: float

    def sum(self) -> float:
        return self.always_on + self.office_machines + self.people_at_work + self.people_around_the_clock

    def only(self, active: "Rates") -> "Rates":
        return Rates(*(rate * share for rate, share in zip(self, active, strict=True)))

    def times(self, factor: float) -> "Rates":
        return Rates(*(rate * factor for rate in self))


def is_weekend(second: int) -> bool:
    """Whether that second of the log is on a Saturday or a Sunday."""
    return (second // DAY + FIRST_WEEKDAY) % 7 >= 5


EVERYBODY: Final = Rates(1.0, 1.0, 1.0, 1.0)


class Rhythm:
    """The rates of every hour for a log of so many rows per second in the mean of a week.

    `active` says which populations write into the log at all (1.0) and which do not (0.0).
    """

    def __init__(self, seed: int, rows_per_second: float, active: Rates = EVERYBODY) -> None:
        self._seed = seed
        self._active = active
        mean = sum(_usual(hour * HOUR, 1.0).only(active).sum() for hour in range(7 * 24)) / (7 * 24)
        self._factor = rows_per_second / mean if mean else 0.0
        self._rows_per_week = rows_per_second * WEEK

    def rates(self, second: int) -> Rates:
        """What holds in the hour of that second. Days differ: the same hour is busier on one than on another."""
        busy = 0.85 + 0.3 * Dice(self._seed, f"day {second // DAY}").share()
        return _usual(second, busy).only(self._active).times(self._factor)

    def seconds_for(self, rows: int, start: int) -> int:
        """About how many seconds of log hold so many rows from `start` on."""
        weeks = int(rows / self._rows_per_week)
        second, left = start + weeks * WEEK, rows - weeks * self._rows_per_week
        while True:
            rate = self.rates(second).sum()
            until_next_hour = HOUR - second % HOUR
            if left <= rate * until_next_hour:
                return second - start + int(left / rate)
            left -= rate * until_next_hour
            second += until_next_hour


def _usual(second: int, busy: float) -> Rates:
    """LANL's rates in that hour on a day that is so busy (1 is usual)."""
    hour = second % DAY // HOUR
    if is_weekend(second):
        return Rates(ALWAYS_ON, 0.0, 0.0, NIGHT_PEOPLE + _WEEKEND_HOURS[hour] * busy)
    extra = _OFFICE_HOURS[hour] * busy
    at_work = extra * _PEOPLE_AT_WORK
    return Rates(ALWAYS_ON, extra - at_work, at_work, NIGHT_PEOPLE)
