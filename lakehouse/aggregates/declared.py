"""Which tables are aggregated, and how one day of each is computed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from lakehouse.statements import Statement
from lakehouse.tables import HOST_POPULARITY, USER_BEHAVIOR, Table

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A table, a day of which comes from the curated events of `window_days` that end with it."""

    table: Table
    window_days: int
    """So many days, a changed event's own among them, are to be made anew after the event has come."""

    def sql(self, day: date) -> str:
        """The SELECT of the day's rows, with the table's columns in their order."""
        statement = Statement.read(_FOLDER / f"{self.table.name}.sql")
        first = day - timedelta(days=self.window_days - 1)
        values = {"since": _midnight(first), "day": _midnight(day), "until": _midnight(day + timedelta(days=1))}
        return statement.fill({p.name: values[p.name] for p in statement.parameters})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


AGGREGATES: Final = (
    Aggregate(table=USER_BEHAVIOR, window_days=1),
    Aggregate(table=HOST_POPULARITY, window_days=30),
)
BY_TABLE: Final = {a.table.name: a for a in AGGREGATES}
