"""What of the input has arrived: the input in sections, and up to where all of them are through.

After a kill, everything behind the last saved checkpoint is sent again. The job recognises an event id among the last
`dedup.events` (512) of its account, so no account may have more events than that between the checkpoint and what was
sent. Hence a section ends before an account has EVENTS_OF_ONE_USER in it, and no section is sent before the one two
before it is saved: at most two sections are sent again, with at most 2 * 200 events of one account.
"""

from dataclasses import dataclass
from typing import Final

EVENTS_OF_ONE_USER: Final = 200
SECTIONS_AHEAD: Final = 2
LINES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to a line, counted."""

    lines: int = 0
    events: int = 0
    rejected: int = 0
    ignored: int = 0
    rejects_bytes: int = 0
    """Size of the rejects file with all rejections up to here."""


class Cut:
    """Says when the section that is being read has to end."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def due(self, user_id: str) -> bool:
        """Counts one event of a user; whether the section must end behind it."""
        count = self._seen[user_id] = self._seen.get(user_id, 0) + 1
        return count >= EVENTS_OF_ONE_USER

    def start(self) -> None:
        """A new section."""
        self._seen = {}


class Sections:
    """Counts packs out and in. Not thread-safe: whoever shares it has the lock."""

    def __init__(self) -> None:
        self._outstanding: dict[int, int] = {}
        self._ends: dict[int, Position] = {}
        self._next = 0  # the first section that is not through
        self._saved = 0  # sections before this one are in a checkpoint

    def sent(self, section: int) -> None:
        """One more pack of a section waits to arrive."""
        self._outstanding[section] = self._outstanding.get(section, 0) + 1

    def arrived(self, section: int) -> None:
        """One of its packs has arrived."""
        self._outstanding[section] -= 1

    def ended(self, section: int, end: Position) -> None:
        """The section has no more packs."""
        self._ends[section] = end

    @property
    def has_news(self) -> bool:
        """Whether `through` would return something."""
        return self._next in self._ends and not self._outstanding.get(self._next)

    @property
    def all_saved(self) -> bool:
        """Whether nothing that was sent or ended waits to arrive or to be saved."""
        return not self._outstanding and not self._ends and self._saved == self._next

    def through(self) -> tuple[int, Position] | None:
        """The position before which everything has arrived, if that is news; and the number of sections to there."""
        end = None
        while self.has_news:
            end = self._ends.pop(self._next)
            self._outstanding.pop(self._next, None)
            self._next += 1
        return None if end is None else (self._next, end)

    def saved(self, upto: int) -> None:
        """The sections before `upto` are in a checkpoint."""
        self._saved = upto

    def may_send(self, section: int) -> bool:
        """Whether this section may be sent already."""
        return section < self._saved + SECTIONS_AHEAD
