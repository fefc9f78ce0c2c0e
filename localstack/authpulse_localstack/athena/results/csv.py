"""Athena's CSV: every value in quotes, NULL as nothing between the commas. So NULL and an empty text differ.

Results are read back from it page by page: a page is found by its byte offset, and nothing of it is kept in memory.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Final

import pyarrow as pa
import pyarrow.csv as pa_csv

Row = list[str | None]
_OPTIONS: Final = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")
_VALUE: Final = re.compile(rb'(?:"((?:[^"]|"")*)")?([,\n])')
CHUNK: Final = 1 << 20


def write_header(names: Sequence[str], file: IO[bytes]) -> None:
    quoted = (name.replace('"', '""') for name in names)
    file.write((",".join(f'"{name}"' for name in quoted) + "\n").encode())


def write_rows(batch: pa.RecordBatch, file: IO[bytes]) -> None:
    """A batch of text columns."""
    if batch.num_rows:
        pa_csv.write_csv(batch, file, _OPTIONS)


def read_rows(read: Callable[[int, int], bytes], offset: int, limit: int) -> tuple[list[Row], int]:
    """Up to `limit` rows from a byte offset on, and the offset after them. `read(offset, size)` gives bytes of it."""
    rows: list[Row] = []
    data, position = b"", offset
    while len(rows) < limit:
        chunk = read(position + len(data), CHUNK)
        data += chunk
        used = 0
        for row, end in _complete_rows(data):
            rows.append(row)
            used = end
            if len(rows) == limit:
                break
        data, position = data[used:], position + used
        if not chunk:
            break
    return rows, position


def _complete_rows(data: bytes) -> Iterator[tuple[Row, int]]:
    """The rows that end inside the data, each with where it ends."""
    row: Row = []
    offset = 0
    while (found := _VALUE.match(data, offset)) is not None:
        value = found[1]
        row.append(None if value is None else value.replace(b'""', b'"').decode())
        offset = found.end()
        if found[2] == b"\n":
            yield row, offset
            row = []
