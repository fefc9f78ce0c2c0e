"""Readers of formats whose lines are looked at one by one: what is the same for all of them.

A format of that kind says what a line means. Blank lines, lines that are not as they are in the file, and lines that
break the contract are dealt with here, so that every line has its one outcome.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from authpulse.formats.outcomes import BLANK_LINE, BlockOutcome, Damaged, LineError, Outcome, in_block, rejection


class LineByLine(ABC):
    """See `outcomes.Reader`, which this is once `outcome` and a name are there."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset

    @abstractmethod
    def outcome(self, source: str, line: str) -> Outcome:
        """What becomes of a line that is whole and not blank. Raises LineError with the reason to reject it."""

    def read(self, line_number: int, line: str) -> Outcome:
        """See `outcomes.Reader`."""
        if not line or line.isspace():
            return BLANK_LINE
        source = f"{self._dataset}:{line_number}"
        if isinstance(line, Damaged):
            return rejection(source, line.reason, line)
        try:
            return self.outcome(source, line)
        except LineError as error:
            return rejection(source, str(error), line)

    def read_block(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        """See `outcomes.Reader`."""
        return [in_block(self.read(number, line)) for number, line in enumerate(lines, first)]
