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

    What is planted before `start` or after the last line is left out.
    """
    given: list[Planted | Damage] = [*planted, *damage]
    extras = sorted((item for item in given if item.second >= start), key=lambda item: item.second, reverse=True)
    dice = Dice(seed, "planting")
    pieces: list[str] = []
    labels: list[Label] = []
    damaged: list[DamagedLine] = []
    done = in_block = 0
    for second, bodies in _with_planted_seconds(traffic.seconds(start), [e.second for e in extras]):
        stamp = shape.stamp(second)
        if extras and extras[-1].second <= second:
            lines: list[str | Planted | Damage] = list(bodies)
            while extras and extras[-1].second <= second:
                item = extras.pop()
                if isinstance(item, Damage) or shape.keeps(item.logon):
                    lines.insert(dice.between(0, len(lines)), item)
            del lines[rows - done :]
            for number, line in enumerate(lines, done + 1):
                match line:
                    case Planted():
                        labels.append(Label(number, line))
                        pieces.append(f"{stamp}{shape.body(line.logon)}")
                    case Damage():
                        damaged.append(DamagedLine(number, line.line))
                        pieces.append(f"{line.line}\n")
                    case body:
                        pieces.append(stamp + body)
            count = len(lines)
        else:
            if done + len(bodies) > rows:
                del bodies[rows - done :]
            count = len(bodies)
            pieces.append(stamp + stamp.join(bodies))
        done += count
        in_block += count
        if in_block >= BLOCK_LINES or done == rows:
            yield Block("".join(pieces), in_block, second, labels, damaged)
            pieces, labels, damaged, in_block = [], [], [], 0
        if done == rows:
            return


def _with_planted_seconds(
    seconds: Iterator[tuple[int, list[str]]], wanted: list[int]
) -> Iterator[tuple[int, list[str]]]:
    """The same seconds, and empty ones in between where something is planted; `wanted` is in falling order."""
    for second, bodies in seconds:
        while wanted and wanted[-1] < second:
            empty = wanted.pop()
            yield empty, []
            while wanted and wanted[-1] == empty:
                wanted.pop()
        while wanted and wanted[-1] == second:
            wanted.pop()
        yield second, bodies
