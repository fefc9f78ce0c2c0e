"""A log as records in files: what the bounded run reads in place of a stream.

One file is one shard, one line one record (a pack of elements, as the producer makes them). An account stays in one
shard, so its order is the log's. Standard library only.
"""

import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Final, TextIO

from authpulse.formats.outcomes import Ignored, Reader, Rejected

LINES: Final = 256  # read at a time
ELEMENTS: Final = 100  # a pack; parsing one record costs as much as parsing a few elements


@dataclass(slots=True)
class Counts:
    """What became of the lines: lines = events + rejected + ignored."""

    lines: int = 0
    events: int = 0
    rejected: int = 0
    ignored: int = 0


class _Shard:
    """One file being written."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._pack: list[str] = []

    def add(self, element: str) -> None:
        self._pack.append(element)
        if len(self._pack) == ELEMENTS:
            self.close_pack()

    def close_pack(self) -> None:
        if self._pack:
            self._file.write(f"[{','.join(self._pack)}]\n")
            self._pack.clear()


def shard_name(number: int) -> str:
    """As Kinesis names them; the file's name without its suffix."""
    return f"shardId-{number:012d}"


def write(lines: Iterable[tuple[int, str]], reader: Reader, folder: Path, *, shards: int = 1) -> Counts:
    """Writes `shards` files into an existing folder, from lines that are numbered one after the other."""
    counts = Counts()
    with ExitStack() as stack:
        paths = [folder / f"{shard_name(n)}.jsonl" for n in range(shards)]
        open_shards = [_Shard(stack.enter_context(p.open("w", encoding="ascii", newline="\n"))) for p in paths]
        for block in batched(lines, LINES):
            counts.lines += len(block)
            for outcome in reader.read_block(block[0][0], [line for _, line in block]):
                match outcome:
                    case Rejected(text=text):
                        counts.rejected += 1
                        open_shards[0].add(text)
                    case Ignored():
                        counts.ignored += 1
                    case _, user, text:
                        counts.events += 1
                        shard = zlib.crc32(user.encode()) % shards if shards > 1 else 0
                        open_shards[shard].add(text)
        for shard_file in open_shards:
            shard_file.close_pack()
    return counts
