"""The replay itself: lines become outcomes, outcomes packs, and packs go to the sender."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from authpulse.errors import AuthPulseError
from authpulse.formats import Event, Reader, Rejected
from authpulse.formats.outcomes import Outcome
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


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended."""

    position: Position
    at_end: bool
    """All lines were read, up to the limit if there is one."""
    stopped: bool


class Replay:
    """One run over a log. `lines` begin behind `start`."""

    def __init__(
        self,
        lines: Iterator[tuple[int, str]],
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
        self._lines = lines
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
        self._line, self._events = start.lines, start.events
        self._rejected, self._ignored = start.rejected, start.ignored
        self._time_ms = -1
        self._section_line = start.lines
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
        read, limit = self._reader.read, self._limit
        for number, line in self._lines:
            if limit is not None and number > limit:
                return True
            if number % LINES_BETWEEN_LOOKS == 0 and self._look():
                return False
            outcome = read(number, line)
            if type(outcome) is not Event:
                self._other(number, outcome)
            elif not self._event(number, outcome):
                return False
            if number - self._section_line >= LINES:
                self._end_section()
        return True

    def _event(self, number: int, event: Event) -> bool:
        """False if the replay was asked to stop before this event's time came."""
        time_ms, user_id, _ = event
        if self._pace is not None:
            delay = self._pace.delay(time_ms)
            if delay > 0 and not self._wait(delay):
                return False
        closed = self._packer.add(event)
        if closed:
            self._sender.send(closed)
        self._line = number
        self._events += 1
        if time_ms != self._time_ms:
            self._time_ms = time_ms
            self.seen.saw(time_ms)
        if self._cut.due(user_id):
            self._end_section()
        return True

    def _other(self, number: int, outcome: Outcome) -> None:
        self._line = number
        if isinstance(outcome, Rejected):
            self._rejected += 1
            self.seen.rejected[outcome.reason] += 1
            self._rejects.add(number, outcome)
            self._sender.send(self._packer.add_rejected(number, outcome.text))
        elif not isinstance(outcome, Event):
            self._ignored += 1
            self.seen.ignored[outcome.what] += 1

    def _look(self) -> bool:
        """Now and then: whether to stop; and a section that has lasted long enough ends."""
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
        end = Position(self._line, self._events, self._rejected, self._ignored, self._rejects.flush())
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
