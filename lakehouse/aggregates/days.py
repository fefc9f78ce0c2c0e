"""Days of event time: which there are, and which were asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Self

from pyiceberg.conversions import from_bytes
from pyiceberg.table import Table as IcebergTable
from pyiceberg.types import DateType

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        for number in range(len(self)):
            yield self.first + timedelta(days=number)

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def within(self, other: Self) -> Self | None:
        """What both have; none where they do not meet."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return type(self)(first, last) if first <= last else None

    def longer(self, days: int) -> Self:
        return type(self)(self.first, self.last + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class LastDays:
    """So many days, the last of which is the newest event's: a replayed log has days of its own."""

    count: int

    def of(self, there: Days) -> Days:
        return Days(there.last - timedelta(days=self.count - 1), there.last)


@dataclass(frozen=True, slots=True)
class FixedDays:
    """These days."""

    days: Days

    def of(self, _there: Days) -> Days:
        return self.days


type Asked = LastDays | FixedDays


def days_of(table: IcebergTable) -> Days | None:
    """The first and the last day in a table that is partitioned by day; none for a table without rows.

    Taken from the list of manifests, which has the bounds of each: one small file, however many events there are.
    """
    snapshot = table.current_snapshot()
    if snapshot is None:
        return None
    bounds = [
        summary
        for manifest in snapshot.manifests(table.io)
        if manifest.has_added_files() or manifest.has_existing_files()
        for summary in manifest.partitions or ()
    ]
    lower = [_day(b.lower_bound) for b in bounds if b.lower_bound is not None]
    upper = [_day(b.upper_bound) for b in bounds if b.upper_bound is not None]
    return Days(min(lower), max(upper)) if lower and upper else None


def _day(bound: bytes) -> date:
    """A partition's bound: days since 1970."""
    days: Any = from_bytes(DateType(), bound)  # a number, whatever its annotation says
    return _EPOCH + timedelta(days=days)
