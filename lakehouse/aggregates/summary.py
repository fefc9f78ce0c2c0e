"""What a run did, for people and as JSON."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from lakehouse.aggregates.days import Days
from lakehouse.aggregates.popularity import Published


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a table: how many rows it has, and whether they differ from what was there."""

    table: str
    day: date
    rows: int
    changed: bool


@dataclass(slots=True)
class Summary:
    """Grows as the run goes on."""

    there: Days | None
    """The days that have events."""
    days: list[Day] = field(default_factory=list)
    popularity: Published | None = None
    seconds: float = 0.0

    @property
    def document(self) -> dict[str, Any]:
        """As JSON has it; days are texts."""
        document = {
            "events": {"first_day": self.there.first, "last_day": self.there.last} if self.there else None,
            "days": [asdict(day) for day in self.days],
            "popularity": asdict(self.popularity) if self.popularity else None,
            "seconds": round(self.seconds, 3),
        }
        found: dict[str, Any] = json.loads(json.dumps(document, default=date.isoformat))
        return found

    @property
    def json(self) -> str:
        return json.dumps(self.document, indent=2)

    @property
    def text(self) -> str:
        """A few lines for a terminal."""
        if self.there is None:
            return "there are no events to aggregate"
        lines = []
        for name in dict.fromkeys(day.table for day in self.days):
            days = [day for day in self.days if day.table == name]
            rows, changed = sum(day.rows for day in days), sum(day.changed for day in days)
            lines.append(
                f"{name}: {days[0].day} to {days[-1].day}, {rows:,} rows; {changed} of {len(days)} days changed"
            )
        if not self.days:
            lines.append(f"no events on those days: there are some from {self.there.first} to {self.there.last}")
        if (found := self.popularity) is not None:
            state = "written" if found.changed else "as it was"
            lines.append(f"{found.uri}: {found.hosts:,} hosts of {found.day}, {state}")
        return "\n".join(lines)
