"""Follows a file that is appended to and now and then renamed, as log4j does when one has grown large."""

import os
from pathlib import Path
from typing import IO


class Tail:
    """Gives complete lines, each once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._rest = b""

    def lines(self) -> list[str]:
        """What was added since the last call. A file that is not there yet has no lines."""
        found = self._read()
        while self._was_renamed():
            found += self._read()  # what came between the last read and the renaming
            self.close()
            found += self._read()
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self._rest = None, b""

    def _read(self) -> list[str]:
        if self._file is None:
            if not self._path.exists():
                return []
            self._file = self._path.open("rb")
        *complete, self._rest = (self._rest + self._file.read()).split(b"\n")
        return [line.decode(errors="replace") for line in complete]

    def _was_renamed(self) -> bool:
        """A new file of the old name is there."""
        if self._file is None or not self._path.exists():
            return False
        return not os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
