"""Lines of a log file, plain or compressed, as a stream: no file is ever held in memory.

What a file is compressed with is told by its first bytes, not by its name. Lines are numbered from 1 and come without
their newline (\\n or \\r\\n). A line that is not UTF-8 or is far too long still comes, as `Damaged`, so that it is
counted and rejected and not lost.
"""

import bz2
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, Literal, Protocol

from authpulse.errors import InputError, PrerequisiteError
from authpulse.formats.outcomes import Damaged

READ_BYTES: Final = 65_536  # of the file at a time; decompressed it is some ten times that
MAX_LINE_BYTES: Final = 1 << 20
COMPRESSED_SUFFIXES: Final = (".gz", ".bz2", ".zst")

type Progress = Callable[[int, int], None]
"""Called with the bytes of the file read so far and in all."""


class _Size(Protocol):
    @property
    def st_size(self) -> int: ...


class Log(Protocol):
    """Where a log lies, as far as reading it needs: a `Path`, or something else that is opened like one."""

    @property
    def name(self) -> str: ...
    @property
    def stem(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...
    def stat(self) -> _Size: ...


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def dataset_of(path: Log) -> str:
    """The data set's name in `source` and in every event id: the file's name without what only says how it is packed.

    So a log has the same ids whether it is compressed or not, and wherever it lies.
    """
    return path.stem if path.suffix in COMPRESSED_SUFFIXES else path.name


def open_lines(path: Log, *, skip: int = 0, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """Line numbers and lines, from line `skip` + 1 on; lines that are skipped are not even decoded.

    Raises InputError for a file that cannot be read, at once; and for one that ends in the middle of its compressed
    data, after all whole lines before that have come.
    """
    blocks = open_blocks(path, skip=skip, progress=progress)
    return (numbered for first, lines in blocks for numbered in enumerate(lines, first))


def open_blocks(path: Log, *, skip: int = 0, progress: Progress | None = None) -> Iterator[tuple[int, list[str]]]:
    """The same, for who is in a hurry: the first line's number and some hundred lines at a time."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return _numbered(file, path, skip, progress)


def _numbered(file: BinaryIO, path: Log, skip: int, progress: Progress | None) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with file:
        try:
            for block in _whole_lines(_decompressed(file, path, progress)):
                if number < skip:
                    count = block.count(b"\n")
                    if number + count <= skip:
                        number += count
                        continue
                lines = _decoded(block)
                skipped = max(0, skip - number)
                first, number = number + skipped + 1, number + len(lines)
                yield first, lines[skipped:]
        except _BrokenStreamError as error:
            raise InputError(f"{path}: {error} after line {number}; get the file again") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read after line {number}: {error.strerror or error}") from error


def _decoded(block: bytes) -> list[str]:
    """The lines of a block that ends with a newline."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return [_decoded_line(line.removesuffix(b"\r")) for line in block[:-1].split(b"\n")]
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = text[:-1].split("\n")
    if len(text) > MAX_LINE_BYTES:
        lines = [line if len(line) < MAX_LINE_BYTES else _too_long(line) for line in lines]
    return lines


def _decoded_line(line: bytes) -> str:
    try:
        whole = line.decode()
    except UnicodeDecodeError as error:
        return Damaged(line.decode(errors="replace"), f"not UTF-8 at byte {error.start + 1}")
    return whole if len(line) < MAX_LINE_BYTES else _too_long(whole)


def _too_long(line: str) -> Damaged:
    return Damaged(line, f"longer than {MAX_LINE_BYTES} bytes; the rest is cut off")


def _whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with a newline; a line above the limit loses what is beyond it."""
    rest: list[bytes] = []
    waiting = 0
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join([*rest, chunk[:end]]) if waiting <= MAX_LINE_BYTES else _cut(rest, chunk[:end])
            rest, waiting = [], 0
        if end < len(chunk):
            waiting += len(chunk) - end
            if waiting - (len(chunk) - end) <= MAX_LINE_BYTES:
                rest.append(chunk[end:])
    if waiting:
        yield _cut(rest, b"\n")


def _cut(rest: list[bytes], last: bytes) -> bytes:
    """A line that came in many chunks, up to the limit, and the lines after it."""
    line, newline, after = b"".join([*rest, last]).partition(b"\n")
    return line[:MAX_LINE_BYTES] + newline + after


class _BrokenStreamError(Exception):
    """The compressed data ends too soon or is damaged."""


def _decompressed(file: BinaryIO, path: Log, progress: Progress | None) -> Iterator[bytes]:
    total = path.stat().st_size
    start = file.read(READ_BYTES)
    kind, make = _compression(start)

    def chunks() -> Iterator[bytes]:
        data, done = start, 0
        while data:
            done += len(data)
            yield data
            if progress is not None:
                progress(done, total)
            data = file.read(READ_BYTES)

    content = chunks() if make is None else _inflated(chunks(), kind, make)
    first = next(content, b"")
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: is UTF-16; convert it to UTF-8 first, as by `iconv -f UTF-16 -t UTF-8`")
    yield first.removeprefix(b"\xef\xbb\xbf")
    yield from content


def _compression(start: bytes) -> tuple[str, Callable[[], _Decompressor] | None]:
    if start.startswith(b"\x1f\x8b"):
        return "gzip", lambda: zlib.decompressobj(wbits=31)
    if start.startswith(b"BZh"):
        return "bzip2", bz2.BZ2Decompressor
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd", _zstd
    return "plain", None


def _zstd() -> _Decompressor:
    try:
        import zstandard
    except ImportError as error:
        raise PrerequisiteError(
            "reading zstd needs the Python package zstandard: `pip install zstandard`, or unpack the file first"
        ) from error
    return zstandard.ZstdDecompressor().decompressobj()


def _inflated(chunks: Iterator[bytes], kind: str, make: Callable[[], _Decompressor]) -> Iterator[bytes]:
    """The content of one compressed stream after another, as `cat a.gz b.gz` makes them."""
    stream = make()
    for chunk in chunks:
        data = chunk
        while data:
            if stream.eof:
                data = data.lstrip(b"\0")  # tapes and block devices pad
                if not data:
                    break
                stream = make()
            try:
                content = stream.decompress(data)
            except Exception as error:
                if isinstance(error, zlib.error | OSError | EOFError) or type(error).__name__ == "ZstdError":
                    raise _BrokenStreamError(f"damaged {kind} data") from error
                raise
            data = stream.unused_data if stream.eof else b""
            if content:
                yield content
    if not stream.eof:
        raise _BrokenStreamError(f"ends in the middle of its {kind} data")
