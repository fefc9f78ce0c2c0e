"""Where a log goes: a file, compressed as its suffix says, or standard output."""

import bz2
import gzip
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, Final

from authpulse.errors import InputError, PrerequisiteError

STDOUT: Final = Path("-")


@contextmanager
def open_output(path: Path) -> Iterator[IO[bytes]]:
    """Takes bytes. A file appears under its name only when it is whole. Raises InputError if it cannot be written."""
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    special = path.exists() and not path.is_file()  # a pipe or a device
    written = path if special else path.with_name(f".{path.name}.partial")
    try:
        with written.open("wb") as file:
            try:
                with _compressing(path, file) as sink:
                    yield sink
            except BaseException:
                if not special:
                    written.unlink(missing_ok=True)
                raise
        if not special:
            written.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


def write_text(path: Path, text: str) -> None:
    """Writes a small file at once. Raises InputError if it cannot be written."""
    with open_output(path) as sink:
        sink.write(text.encode())


def _compressing(path: Path, file: IO[bytes]) -> AbstractContextManager[Any]:
    """Neither the time nor the name is in a gzip header: the same log is the same file."""
    match path.suffix:
        case ".gz":
            return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
        case ".bz2":
            return bz2.BZ2File(file, "wb")
        case ".zst":
            return _zstd(file)
        case _:
            return nullcontext(file)


def _zstd(file: IO[bytes]) -> AbstractContextManager[Any]:
    try:
        import zstandard
    except ImportError as error:
        raise PrerequisiteError(
            "writing zstd needs the Python package zstandard: `pip install zstandard`, or name the file .gz"
        ) from error
    return zstandard.ZstdCompressor().stream_writer(file, closefd=False)
