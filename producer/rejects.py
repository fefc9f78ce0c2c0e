"""The rejects file: for people, one JSON object a line with number, reason and text of each line that was rejected.

It is made with the first rejection. A resumed replay cuts it back to its checkpoint, so that no line is in it twice.
"""

import json
import os
from pathlib import Path
from typing import BinaryIO, Self

from authpulse.errors import InputError
from authpulse.formats import Rejected


class Rejects:
    """A context. Without a path, nothing is written."""

    def __init__(self, path: Path | None, *, keep_bytes: int = 0) -> None:
        self._path = path
        self._keep_bytes = keep_bytes
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self._path is not None and self._path.exists():
            self._open(self._path)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line_number: int, rejected: Rejected) -> None:
        """Writes one; `flush` makes sure of it. Raises InputError for a path that cannot be written."""
        if self._path is None:
            return
        file = self._file or self._open(self._path)
        entry = {"line": line_number, "reason": rejected.reason, "raw": rejected.raw}
        file.write(json.dumps(entry, ensure_ascii=False).encode(errors="replace") + b"\n")

    def flush(self) -> int:
        """Hands everything to the operating system. Returns the file's size."""
        if self._file is None:
            return 0
        self._file.flush()
        return self._file.tell()

    def _open(self, path: Path) -> BinaryIO:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("r+b" if path.exists() else "w+b")
            self._file.truncate(min(self._keep_bytes, path.stat().st_size))
            self._file.seek(0, os.SEEK_END)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from error
        return self._file
