"""What a replay did, for people and as JSON."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from authpulse.events import format_time
from producer.sections import Position
from producer.sending import Traffic

REASONS_SHOWN = 10


@dataclass(slots=True)
class Seen:
    """What came by in this run, beyond the counts."""

    ignored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None

    def saw(self, time_ms: int) -> None:
        """An event of that time was read."""
        if self.first_ms is None:
            self.first_ms = time_ms
        self.last_ms = time_ms


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts are of the input as a whole; `run` is what this run did."""

    input: str
    format: str
    dataset: str
    stream: str
    dry_run: bool
    finished: bool
    resumed_after_line: int
    position: Position
    seen: Seen
    traffic: Traffic
    seconds: float
    rejects: str | None

    def complete(self, limit: int | None) -> bool:
        """Whether everything that was asked for has arrived."""
        return self.finished or (limit is not None and self.position.lines >= limit)

    @property
    def document(self) -> dict[str, Any]:
        """As JSON. lines = events + rejected + ignored."""
        counts = asdict(self.position)
        counts.pop("rejects_bytes")
        new_lines = self.position.lines - self.resumed_after_line
        times = [None if ms is None else format_time(ms) for ms in (self.seen.first_ms, self.seen.last_ms)]
        return counts | {
            "input": self.input,
            "format": self.format,
            "dataset": self.dataset,
            "stream": self.stream,
            "dry_run": self.dry_run,
            "finished": self.finished,
            "rejects": self.rejects,
            "run": {
                "resumed_after_line": self.resumed_after_line,
                "lines": new_lines,
                "seconds": round(self.seconds, 3),
                "lines_per_second": round(new_lines / self.seconds) if self.seconds > 0 else None,
                "first_event_time": times[0],
                "last_event_time": times[1],
                "ignored_by": dict(self.seen.ignored.most_common()),
                "rejected_because": dict(self.seen.rejected.most_common(REASONS_SHOWN)),
                **asdict(self.traffic),
            },
        }

    @property
    def json(self) -> str:
        return json.dumps(self.document, indent=2)

    @property
    def text(self) -> str:
        """A few lines for a terminal."""
        at, run = self.position, self.document["run"]
        lines = [
            f"{self.input} ({self.format}) to {self.stream}" + ("" if self.finished else ", not to its end"),
            f"{at.lines:,} lines = {at.events:,} events + {at.rejected:,} rejected + {at.ignored:,} ignored",
        ]
        if self.resumed_after_line:
            lines.append(f"went on after line {self.resumed_after_line:,}: {run['lines']:,} lines in this run")
        if run["lines"]:
            lines.append(
                f"{run['records']:,} records, {run['bytes'] / 1e6:,.1f} MB in {run['requests']:,} requests, "
                f"{run['records_again']:,} records sent again; "
                f"{run['seconds']:.1f} s, {run['lines_per_second'] or 0:,} lines/s"
            )
        for what, counted in (("rejected", self.seen.rejected), ("ignored", self.seen.ignored)):
            lines += [f"  {what}: {count:,} x {why}" for why, count in counted.most_common(REASONS_SHOWN)]
        if at.rejected and self.rejects:
            lines.append(f"rejected lines are in {self.rejects}, and in the quarantine table")
        return "\n".join(lines)
