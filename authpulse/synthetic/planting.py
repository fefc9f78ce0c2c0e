"""What is put into the background on purpose: attacks, LANL's red team, damaged lines; and the log that results."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from authpulse.synthetic.dice import Dice
from authpulse.synthetic.logons import Logon
from authpulse.synthetic.shapes import Shape
from authpulse.synthetic.traffic import Traffic

BLOCK_LINES: Final = 20_000


class Planted(NamedTuple):
    """One row that is not background."""

    second: int
    logon: Logon
    attack: str
    rules: tuple[str, ...]  # that the attack as a whole is to make fire


class Damage(NamedTuple):
    """One line that no format can read, as it stands in the file, without a newline."""

    second: int  # about when
    line: str


class Label(NamedTuple):
    """Where a planted row is in the log."""

    line: int  # from 1
    planted: Planted


class DamagedLine(NamedTuple):
    """Where a damaged line is in the log."""

    line: int
    text: str


class Block(NamedTuple):
    """A piece of the log, ready to be written."""

    text: str
    lines: int
    last_second: int
    labels: list[Label]
    damaged: list[DamagedLine]


def blocks(
    traffic: Traffic,
    shape: Shape,
    *,
    rows: int,
    start: int,
    seed: int,
    planted: Iterable[Planted] = (),
    damage: Iterable[Damage] = (),
) -> Iterator[Block]:
    """A log of exactly so many lines in the order of time, in pieces of about BLOCK_LINES.

    What is planted before `start` or after the last line is left out, and what such a log has no line for.
    """
    extras: list[Planted | Damage] = [*(p for p in planted if shape.keeps(p.logon)), *damage]
    dice = Dice(seed, "planting")
    block, left, number = _Pieces(shape), rows, 1
    for second, bodies, items in _merged(traffic.seconds(start), [item for item in extras if item.second >= start]):
        if items:
            lines: list[str | Planted | Damage] = list(bodies)
            for item in items:
                lines.insert(dice.between(0, len(lines)), item)
            written = block.add_one_by_one(second, lines[:left], number)
        else:
            written = block.add(second, bodies if len(bodies) <= left else bodies[:left])
        left -= written
        number += written
        if block.lines >= BLOCK_LINES or not left:
            yield block.whole(second)
            block = _Pieces(shape)
        if not left:
            return


def _merged[T: Planted | Damage](
    seconds: Iterator[tuple[int, list[str]]], extras: list[T]
) -> Iterator[tuple[int, list[str], list[T]]]:
    """Every second that has something: what the background does and what is planted then."""
    waiting = sorted(extras, key=lambda item: item.second, reverse=True)
    for second, bodies in seconds:
        while waiting and waiting[-1].second < second:
            empty = waiting[-1].second
            yield empty, [], _taken(waiting, empty)
        yield second, bodies, _taken(waiting, second) if waiting else []


def _taken[T: Planted | Damage](waiting: list[T], second: int) -> list[T]:
    """Takes what is planted in that second from the end of the list."""
    taken = []
    while waiting and waiting[-1].second == second:
        taken.append(waiting.pop())
    return taken


class _Pieces:
    """A block in the making."""

    def __init__(self, shape: Shape) -> None:
        self.lines = 0
        self._shape = shape
        self._text: list[str] = []
        self._labels: list[Label] = []
        self._damaged: list[DamagedLine] = []

    def add(self, second: int, bodies: list[str]) -> int:
        """Adds lines of the background; returns how many."""
        stamp = self._shape.stamp(second)
        self._text.append(stamp + stamp.join(bodies))
        self.lines += len(bodies)
        return len(bodies)

    def add_one_by_one(self, second: int, lines: list[str | Planted | Damage], first_number: int) -> int:
        """Adds lines of any kind and notes the numbers of those that are no background; returns how many."""
        for number, line in enumerate(lines, first_number):
            match line:
                case Planted():
                    self._labels.append(Label(number, line))
                    self.add(second, [self._shape.body(line.logon)])
                case Damage():
                    self._damaged.append(DamagedLine(number, line.line))
                    self._text.append(f"{line.line}\n")
                    self.lines += 1
                case body:
                    self.add(second, [body])
        return len(lines)

    def whole(self, second: int) -> Block:
        return Block("".join(self._text), self.lines, second, self._labels, self._damaged)
