"""A run: each table, day by day from the oldest, and the popularity file at the end.

A day is a unit of its own. What stopped a run has left the days before in place, and the next run does the rest.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from pyiceberg.catalog import Catalog

from authpulse.configuration import Configuration
from authpulse.errors import AuthPulseError
from lakehouse.aggregates.days import Asked, Days, days_of
from lakehouse.aggregates.declared import Aggregate
from lakehouse.aggregates.popularity import publish
from lakehouse.aggregates.replacing import DayOfTable, OvertakenError, arrow_schema, load
from lakehouse.aggregates.summary import Day, Summary
from lakehouse.athena import Athena
from lakehouse.clients import Clients
from lakehouse.tables import CURATED, HOST_POPULARITY

ATTEMPTS: Final = 6
FIRST_WAIT_SECONDS: Final = 0.2


class Display(Protocol):
    """Who watches."""

    def begin(self, days: int) -> None:
        """So many days of tables are to be made."""

    def doing(self, table: str, day: date) -> None:
        """This one is being made now."""

    def done(self) -> None:
        """It is made."""


@dataclass(frozen=True, slots=True)
class Lake:
    """Where the tables are."""

    clients: Clients
    catalog: Catalog
    athena: Athena
    database: str

    @classmethod
    def of(cls, configuration: Configuration) -> "Lake":
        clients, lake = Clients(configuration.aws), configuration.lakehouse
        return cls(clients, clients.catalog(), Athena(clients, lake.database, lake.work_group), lake.database)


def run(lake: Lake, aggregates: Sequence[Aggregate], asked: Asked, display: Display) -> Summary:
    """Makes the days that were asked for, as far as there are events, in every table.

    Raises AuthPulseError with what stood in the way.
    """
    with lake.clients.translated("looking at the tables"):
        there = days_of(load(lake.catalog, lake.database, CURATED))
    work = [(aggregate, _days(aggregate, asked, there)) for aggregate in aggregates]
    display.begin(sum(len(days) for _, days in work))
    summary = Summary(there)
    for aggregate, days in work:
        for day in days:
            display.doing(aggregate.table.name, day)
            summary.days.append(_make(lake, aggregate, day))
            display.done()
    if any(aggregate.table == HOST_POPULARITY for aggregate in aggregates):
        with lake.clients.translated("reading the popularity table"):
            table = load(lake.catalog, lake.database, HOST_POPULARITY)
            summary.popularity = publish(lake.clients, table)
    return summary


def _days(aggregate: Aggregate, asked: Asked, there: Days | None) -> Sequence[date]:
    """Of a table that looks back, also the later days on which the days that were asked for have a bearing.

    Days without events at the ends are left alone: their rows may come from events that are kept no longer.
    """
    if there is None:
        return ()
    days = asked.of(there).longer(aggregate.window_days - 1).within(there)
    return tuple(days or ())


def _make(lake: Lake, aggregate: Aggregate, day: date) -> Day:
    """One day. Who was overtaken computes it again, from what is there by then."""
    doing = f"{aggregate.table.name}, {day}"

    def attempt() -> Day:
        with lake.clients.translated(doing):
            # first the table, then the computation: a commit in between is another's that may know more
            table = DayOfTable(aggregate.table, load(lake.catalog, lake.database, aggregate.table), day)
            rows = lake.athena.table(aggregate.sql(day), arrow_schema(aggregate.table))
            return Day(aggregate.table.name, day, rows.num_rows, changed=table.replace(rows))

    return _until_not_overtaken(attempt, doing)


def _until_not_overtaken[T](attempt: Callable[[], T], doing: str) -> T:
    for number in range(ATTEMPTS):
        try:
            return attempt()
        except OvertakenError as error:
            if number + 1 == ATTEMPTS:
                raise AuthPulseError(
                    f"{doing}: overtaken by other writers {ATTEMPTS} times, nothing of it was changed; "
                    f"run it again when they are done ({error})"
                ) from error
            time.sleep(FIRST_WAIT_SECONDS * 2**number * random.uniform(0.5, 1))
    raise AssertionError("unreachable")
