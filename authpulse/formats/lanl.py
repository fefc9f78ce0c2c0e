"""LANL's authentication logs: three columns (2014) and nine (2015, "cyber1").

Their time is seconds from 0, with the real date withheld. Day 0 is a Wednesday that begins about midnight, and so does
`EPOCH`: hours and weekdays of events are the recorded ones, the year is not. `?` means that a value is missing, but for
an account's domain, where it stays: U199@? and U199@DOM1 are two accounts.

The account of a nine-column event is the destination's, the one that was authenticated; they differ where a service or
a machine starts a session for somebody (`C1020$@DOM1,SYSTEM@C1020`).

Lines come in hundreds of thousands a second, so they are read in blocks: what repeats (the second, the last four
columns) is worked out once, JSON is put together from text where nothing needs escaping, and whether that is so is
asked once for a block. A line for which this does not do is read by itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import Final

from authpulse import events
from authpulse.formats import wire
from authpulse.formats.outcomes import (
    BLANK_LINE,
    BlockOutcome,
    Damaged,
    Event,
    Ignored,
    LineError,
    Outcome,
    Rejected,
    in_block,
    rejection,
)

EPOCH: Final = datetime(2025, 1, 1, tzinfo=UTC)
EPOCH_MS: Final = int(EPOCH.timestamp()) * 1000
MISSING: Final = frozenset({"", "?", "?@?"})
MSV1_0: Final = "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"
MSV1_0_SHORTEST: Final = "MICROSOFT_A"
MAX_SECOND_DIGITS: Final = 10
MAX_ENDINGS: Final = 4096

PLAIN: Final = bytes(c for c in range(0x20, 0x7F) if chr(c) not in '"\\')
"""Printable characters that are the same in JSON."""


def whole_auth_type(name: str) -> str:
    """The package's name in full: LANL has cut MICROSOFT_AUTHENTICATION_PACKAGE_V1_0 to eight lengths."""
    return MSV1_0 if name.startswith(MSV1_0_SHORTEST) and MSV1_0.startswith(name) else name


def time_ms_of(second: str) -> int:
    """Epoch milliseconds of LANL's seconds. Raises LineError for anything but a whole number."""
    if not (second.isdigit() and second.isascii() and len(second) <= MAX_SECOND_DIGITS):
        raise LineError(f"time {second[:40]!r} is not a whole number of seconds")
    return EPOCH_MS + int(second) * 1000


class _Lanl(ABC):
    """What both readers share: where a line is, and the second that many lines have in common."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset
        self._in_json = quoted(dataset)[1:-1]
        self._second = ""
        self._time_ms = 0
        self._time = ""

    def read(self, line_number: int, line: str) -> Outcome:
        """See `outcomes.Reader`."""
        (outcome,) = self.read_block(line_number, [line])
        return outcome if isinstance(outcome, Rejected | Ignored) else Event(*outcome)

    def read_block(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        """See `outcomes.Reader`."""
        if _are_plain(lines):
            return self._plain(first, lines)
        if len(lines) == 1:
            return [in_block(self._alone(first, lines[0]))]
        return [outcome for number, line in enumerate(lines, first) for outcome in self.read_block(number, [line])]

    @abstractmethod
    def _plain(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        """The outcomes of lines that are plain."""

    @abstractmethod
    def _alone(self, line_number: int, line: str) -> Outcome:
        """The outcome of any line."""

    def _to_second(self, second: str) -> None:
        self._time_ms = time_ms_of(second)
        self._time = events.format_time(self._time_ms)
        self._second = second

    def _rejected(self, line_number: int, reason: str, line: str) -> Outcome:
        if not line or line.isspace():
            return BLANK_LINE
        if isinstance(line, Damaged):
            reason = line.reason
        return rejection(f"{self._dataset}:{line_number}", reason, line)


def _are_plain(lines: Sequence[str]) -> bool:
    """Whether the lines are the same in JSON, and no field of them can be too long.

    A line that is not as it is in the file is not plain either: it has U+FFFD in it, or is too long.
    """
    if max(map(len, lines), default=0) > events.MAX_FIELD_CHARACTERS:
        return False
    return not "".join(lines).encode("utf-8", "replace").translate(None, PLAIN)


def _check(line: str) -> None:
    """Raises LineError for a line that is not as it is in the file."""
    if isinstance(line, Damaged):
        raise LineError(line.reason)


class LanlAuth(_Lanl):
    """`time,user,computer`: successful authentications, without a source host."""

    name = "lanl-auth"
    form = "time,user,computer"

    @staticmethod
    def knows(line: str) -> bool:
        columns = line.split(",")
        return len(columns) == 3 and columns[0].isdigit()

    def _plain(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        dataset, in_json = self._dataset, self._in_json
        outcomes: list[BlockOutcome] = []
        for number, line in enumerate(lines, first):
            columns = line.split(",")
            if len(columns) != 3 or columns[0] != self._second or columns[1] in MISSING or columns[2] in MISSING:
                outcomes.append(in_block(self._alone(number, line)))
                continue
            _, user, computer = columns
            time = self._time
            identity = sha256(f"{dataset}:{number}|{time}|{user}||{computer}".encode()).hexdigest()[:32]
            text = (
                f'{{"event_id":"{identity}","event_time":"{time}","user_id":"{user}","computer_id":"{computer}",'
                f'"orientation":"LogOn","outcome":"Success","source":"{in_json}:{number}"}}'
            )
            outcomes.append((self._time_ms, user, text))
        return outcomes

    def _alone(self, line_number: int, line: str) -> Outcome:
        columns = line.split(",")
        if len(columns) != 3:
            return self._rejected(line_number, f"{len(columns)} columns, 3 wanted", line)
        second, user, computer = columns
        try:
            if second != self._second:
                self._to_second(second)
            _check(line)
            return wire.event(
                source=f"{self._dataset}:{line_number}",
                time_ms=self._time_ms,
                user_id=None if user in MISSING else user,
                source_host=None,
                computer_id=None if computer in MISSING else computer,
                auth_type=None,
                logon_type=None,
                orientation="LogOn",
                outcome="Success",
            )
        except LineError as error:
            return self._rejected(line_number, str(error), line)


class _Ending:
    """The last four columns, which take few values: parsed, and as JSON."""

    __slots__ = ("auth_type", "in_json", "logon_type", "orientation", "outcome")

    def __init__(self, text: str, columns_before: int) -> None:
        """Raises LineError for what the contract does not allow."""
        columns = text.split(",")
        if len(columns) != 4:
            raise LineError(f"{columns_before + len(columns)} columns, 9 wanted")
        auth_type, logon_type, orientation, self.outcome = columns
        self.auth_type = None if auth_type in MISSING else whole_auth_type(auth_type)
        self.logon_type = None if logon_type in MISSING else logon_type
        self.orientation = None if orientation in MISSING else orientation
        if self.orientation is not None and self.orientation not in events.ORIENTATIONS:
            raise LineError(f"orientation {orientation[:40]!r}, wanted {', '.join(events.ORIENTATIONS)} or ?")
        if self.outcome not in events.OUTCOMES:
            raise LineError(f"outcome {self.outcome[:40]!r}, wanted {' or '.join(events.OUTCOMES)}")
        values = (
            ("auth_type", self.auth_type),
            ("logon_type", self.logon_type),
            ("orientation", self.orientation),
            ("outcome", self.outcome),
        )
        self.in_json = ",".join(f'"{name}":{quoted(value)}' for name, value in values if value)


class LanlCyber1(_Lanl):
    """Nine columns: time, source and destination user, source and destination computer, auth type, logon type,
    orientation, outcome.
    """

    name = "lanl-cyber1"
    form = "9 columns, as in LANL's auth.txt"

    def __init__(self, dataset: str) -> None:
        super().__init__(dataset)
        self._endings: dict[str, _Ending] = {}

    @staticmethod
    def knows(line: str) -> bool:
        columns = line.split(",")
        return len(columns) == 9 and columns[0].isdigit()

    def _plain(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        dataset, in_json, endings = self._dataset, self._in_json, self._endings
        second_before, time, time_ms = self._second, self._time, self._time_ms
        outcomes: list[BlockOutcome] = []
        append = outcomes.append
        for number, line in enumerate(lines, first):
            try:
                second, _, user, source_host, computer, rest = line.split(",", 5)
                ending = endings[rest]
            except (ValueError, KeyError):
                append(in_block(self._alone(number, line)))
                continue
            if second != second_before or user in MISSING or source_host in MISSING or computer in MISSING:
                append(in_block(self._alone(number, line)))
                second_before, time, time_ms = self._second, self._time, self._time_ms
                continue
            identity = sha256(f"{dataset}:{number}|{time}|{user}|{source_host}|{computer}".encode()).hexdigest()[:32]
            text = (
                f'{{"event_id":"{identity}","event_time":"{time}","user_id":"{user}","source_host":"{source_host}",'
                f'"computer_id":"{computer}",{ending.in_json},"source":"{in_json}:{number}"}}'
            )
            append((time_ms, user, text))
        return outcomes

    def _alone(self, line_number: int, line: str) -> Outcome:
        columns = line.split(",", 5)
        if len(columns) != 6:
            return self._rejected(line_number, f"{len(columns)} columns, 9 wanted", line)
        second, source_user, user, source_host, computer, rest = columns
        try:
            ending = self._endings.get(rest) or self._new_ending(rest)
            if second != self._second:
                self._to_second(second)
            _check(line)
            if user in MISSING:
                user = source_user
            return wire.event(
                source=f"{self._dataset}:{line_number}",
                time_ms=self._time_ms,
                user_id=None if user in MISSING else user,
                source_host=None if source_host in MISSING else source_host,
                computer_id=None if computer in MISSING else computer,
                auth_type=ending.auth_type,
                logon_type=ending.logon_type,
                orientation=ending.orientation,
                outcome=ending.outcome,
            )
        except LineError as error:
            return self._rejected(line_number, str(error), line)

    def _new_ending(self, text: str) -> _Ending:
        ending = _Ending(text, columns_before=5)
        if len(self._endings) < MAX_ENDINGS:
            self._endings[text] = ending
        return ending
