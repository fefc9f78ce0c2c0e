"""What becomes of one line of a log: an event, a rejection that says why, or nothing because it is no authentication.

Readers make these; nobody else does. Every line has exactly one outcome, so that

    lines read = events + rejected + ignored

holds for every input. Texts are JSON as `authpulse.events` describes it, in ASCII: a text has as many bytes as
characters, which spares the producer from encoding a pack to learn its size.
"""

import json
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, Self

from authpulse import events

MAX_RAW_CHARACTERS: Final = 16_384
"""A rejected line travels up to this length: above every honest line, and far below the size of a record."""

BLANK: Final = "blank"


class Event(NamedTuple):
    """A valid event, ready for the wire."""

    time_ms: int  # epoch milliseconds
    user_id: str
    text: str  # its JSON object, in the contract's order


class Rejected(NamedTuple):
    """A line that no event could be made of."""

    reason: str
    raw: str  # the whole line
    text: str  # the JSON of its rejected element


class Ignored(NamedTuple):
    """A line that is in order and not an authentication."""

    what: str  # the event id, such as 4672, or `blank`


type Outcome = Event | Rejected | Ignored

type BlockOutcome = tuple[int, str, str] | Rejected | Ignored
"""As it stands in a block, where events are plain tuples of their parts: those are made in a third of the time."""

BLANK_LINE: Final = Ignored(BLANK)


def in_block(outcome: Outcome) -> BlockOutcome:
    """The same outcome as it stands in a block."""
    if not isinstance(outcome, Event):
        return outcome
    time_ms, user_id, text = outcome
    return time_ms, user_id, text


class Reader(Protocol):
    """Reads the lines of one format. The same line with the same number always has the same outcome."""

    @property
    def name(self) -> str:
        """The format's name, such as lanl-cyber1."""

    def read(self, line_number: int, line: str) -> Outcome:
        """The outcome of a line without its newline. Never raises for what a line contains."""

    def read_block(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        """The outcomes of consecutive lines, the first of which has that number: the same, in less time."""


class Damaged(str):
    """A line that is not as it is in the file, because it could not be kept so: readers reject it for `reason`."""

    __slots__ = ("reason",)

    reason: str

    def __new__(cls, text: str, reason: str) -> Self:
        line = super().__new__(cls, text)
        line.reason = reason
        return line


def rejection(source: str, reason: str, line: str) -> Rejected:
    """The rejection of the line at `source` (data set and line number). Its id depends on both, so it is stable."""
    raw = str(line)
    sent = raw
    if len(raw) > MAX_RAW_CHARACTERS:
        sent = raw[:MAX_RAW_CHARACTERS]
        reason = f"{reason} (first {MAX_RAW_CHARACTERS} of {len(raw)} characters)"
    element = {
        "event_id": events.event_id(source, "", "", None, raw),
        "rejected": reason,
        "raw": sent,
        "source": source,
    }
    return Rejected(reason, raw, json.dumps(element, separators=(",", ":")))


class LineError(Exception):
    """Inside a reader: why its line is rejected."""
