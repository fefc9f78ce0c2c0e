"""The status in a file: `ports.recording.StatusWriter` for one machine."""

from pathlib import Path

from pydantic import ValidationError

from authpulse.errors import InputError
from authpulse_operator.adapters.local.processes import write_atomically
from authpulse_operator.api.status import Status


class StatusFile:
    """Written whole, atomically and through to the disk, and only when it differs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: Status | None = None

    def read(self) -> Status:
        if self._last is None:
            self._last = self._load()
        return self._last

    def write(self, status: Status) -> None:
        if status != self.read():
            write_atomically(self._path, status.model_dump_json(by_alias=True, indent=2))
            self._last = status

    def note(self, status: Status) -> None:
        """A file costs nobody anything: what is noted is written."""
        self.write(status)

    def _load(self) -> Status:
        try:
            return Status.model_validate_json(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Status()
        except ValidationError as error:
            raise InputError(f"{self._path}: not a status; remove it, and the next pass writes it again") from error
