"""The replay itself: lines become outcomes, outcomes packs, and packs go to the sender."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from authpulse.errors import AuthPulseError
from authpulse.formats import Ignored, Reader, Rejected
from producer.clock import Clock
from producer.pacing import Pace
from producer.packing import Packer
from producer.progress import Display
from producer.rejects import Rejects
from producer.sections import LINES, Cut, Position
from producer.sending import Sender
from producer.summary import Seen

SECTION_SECONDS: Final = 1.0
STOP_SECONDS: Final = 20.0  # to bring home what is on its way
LINES_BETWEEN_LOOKS: Final = 256
NAP_SECONDS: Final = 0.2
OTHER: Final = (Rejected, Ignored)


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended."""

    position: Position
    at_end: bool
    """All lines were read, up to the limit if there is one."""
    stopped: bool


class Replay:
    """One run over a log. `blocks` of lines, each with the number of its first, begin behind `start`."""

    def __init__(
        self,
        blocks: Iterator[tuple[int, list[str]]],
        reader: Reader,
        *,
        start: Position,
        limit: int | None,
        packer: Packer,
        pack_seconds: float,
        sender: Sender,
        rejects: Rejects,
        pace: Pace | None,
        clock: Clock,
        display: Display,
        stopping: Callable[[], bool],
    ) -> None:
        self._blocks = blocks
        self._reader = reader
        self._limit = limit
        self._packer = packer
        self._pack_seconds = pack_seconds
        self._sender = sender
        self._rejects = rejects
        self._pace = pace
        self._clock = clock
        self._display = display
        self._stopping = stopping
        self._cut = Cut()
        self._line = start.lines
        self._rejected, self._ignored = start.rejected, start.ignored
        self._time_ms = -1
        self._section_line = start.lines
        self._next_look = start.lines + LINES_BETWEEN_LOOKS
        self._section_began = clock.monotonic()
        self.seen = Seen()

    def run(self) -> Result:
        """Raises what the input, the stream or the store raises; what was read before arrives if it can."""
        try:
            at_end = self._read()
        except AuthPulseError:
            self._finish()
            raise
        arrived = self._finish()
        stopped = self._stopping() and not (at_end and arrived)
        return Result(self._sender.through, at_end and arrived, stopped)

    def _read(self) -> bool:
        limit = self._limit
        for first_of_block, block in self._blocks:
            for start in range(0, len(block), LINES_BETWEEN_LOOKS):
                first, lines = first_of_block + start, block[start : start + LINES_BETWEEN_LOOKS]
                if limit is not None and first + len(lines) > limit:
                    return self._take(first, lines[: max(0, limit + 1 - first)])
                if first >= self._next_look and self._look(first):
                    return False
                if not self._take(first, lines):
                    return False
        return True

    def _take(self, first: int, lines: Sequence[str]) -> bool:
        """Packs the outcomes of consecutive lines. False if the replay was asked to stop before an event's time."""
        add, due, paced = self._packer.add, self._cut.due, self._pace is not None
        for number, outcome in enumerate(self._reader.read_block(first, lines), first):
            if isinstance(outcome, OTHER):
                self._other(number, outcome)
                continue
            time_ms, user_id, text = outcome
            if paced and not self._in_time(time_ms):
                return False
            if time_ms != self._time_ms:
                self._time_ms = time_ms
                self.seen.saw(time_ms)
            closed = add(time_ms, user_id, text)
            if closed:
                self._sender.send(closed)
            self._line = number
            if due(user_id):
                self._end_section()
        if self._line - self._section_line >= LINES:
            self._end_section()
        return True

    def _in_time(self, time_ms: int) -> bool:
        """Waits until it is an event's time. False if the replay was asked to stop before."""
        delay = self._pace.delay(time_ms) if self._pace is not None else 0
        return delay <= 0 or self._wait(delay)

    def _other(self, number: int, outcome: Rejected | Ignored) -> None:
        self._line = number
        if isinstance(outcome, Rejected):
            self._rejected += 1
            self.seen.rejected[outcome.reason] += 1
            self._rejects.add(number, outcome)
            self._sender.send(self._packer.add_rejected(number, outcome.text))
        else:
            self._ignored += 1
            self.seen.ignored[outcome.what] += 1

    def _look(self, line: int) -> bool:
        """Now and then: whether to stop; and a section that has lasted long enough ends."""
        self._next_look = line + LINES_BETWEEN_LOOKS
        self._display.count(self._line)
        if self._clock.monotonic() - self._section_began >= SECTION_SECONDS:
            self._end_section()
        return self._stopping()

    def _wait(self, seconds: float) -> bool:
        """Lets time pass; what is packed does not wait longer than a pack may. False when asked to stop."""
        until = self._clock.monotonic() + seconds
        if until - self._section_began >= self._pack_seconds:
            self._end_section()
        while (left := until - self._clock.monotonic()) > 0:
            if self._stopping():
                return False
            self._clock.sleep(min(left, NAP_SECONDS))
        return True

    def _end_section(self) -> None:
        self._sender.send(self._packer.close())
        events = self._line - self._rejected - self._ignored
        end = Position(self._line, events, self._rejected, self._ignored, self._rejects.flush())
        self._sender.end_section(self._packer.section, end)
        self._packer.section += 1
        self._cut.start()
        self._section_line = self._line
        self._section_began = self._clock.monotonic()

    def _finish(self) -> bool:
        """Whether everything that was read has arrived."""
        self._end_section()
        self._display.count(self._line)
        return self._sender.drain(STOP_SECONDS if self._stopping() else None)
