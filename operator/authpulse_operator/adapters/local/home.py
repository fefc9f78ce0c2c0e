"""The folder of one pipeline on one machine: what was applied, how it stands, and everything it keeps.

manifest.json      the resource as applied last, with its generation
status.json        its status
config.yaml        settings for tools that a person starts by hand, with the endpoint filled in
incarnation        of the local AWS that the status is about
local-aws/         the local AWS: log, state, process
replays/NAME/      checkpoint, rejects, summary, log, process
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from authpulse.errors import AuthPulseError, InputError
from authpulse_operator.adapters.local.processes import write_atomically
from authpulse_operator.api.resource import AuthPulse, parse_manifest

LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class Home:
    """One such folder."""

    path: Path

    @property
    def status(self) -> Path:
        return self.path / "status.json"

    @property
    def configuration(self) -> Path:
        return self.path / "config.yaml"

    @property
    def local_aws(self) -> Path:
        return self.path / "local-aws"

    @property
    def replays(self) -> Path:
        return self.path / "replays"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """For the time of a command that changes something. Raises AuthPulseError while another one is at it, and
        InputError where nothing can be kept."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            opened = (self.path / LOCK).open("w")
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot be used: {error.strerror}; AUTHPULSE_HOME names another place"
            ) from error
        with opened as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AuthPulseError(
                    f"another authpulse command is at work in {self.path}; wait for it to end"
                ) from error
            yield

    def applied(self) -> AuthPulse | None:
        """The resource applied last."""
        try:
            document: Any = json.loads(self._manifest.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return parse_manifest(document, str(self._manifest))

    def apply(self, resource: AuthPulse) -> AuthPulse:
        """Keeps the resource; a changed spec gets the next generation. Returns it with its generation."""
        before = self.applied()
        generation = 1 if before is None else before.metadata.generation + (before.spec != resource.spec)
        metadata = resource.metadata.model_copy(update={"generation": generation})
        kept = resource.model_copy(update={"metadata": metadata})
        write_atomically(self._manifest, kept.model_dump_json(by_alias=True, indent=2, exclude_none=True))
        return kept

    @property
    def incarnation(self) -> str | None:
        """Of the local AWS that everything kept here is about."""
        try:
            return self._incarnation.read_text()
        except FileNotFoundError:
            return None

    def begin_anew(self, incarnation: str) -> None:
        """Forgets the status and the replays, which must have ended, of any other local AWS."""
        self.status.unlink(missing_ok=True)
        shutil.rmtree(self.replays, ignore_errors=True)
        write_atomically(self._incarnation, incarnation)

    def purge(self) -> None:
        """Removes everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def _manifest(self) -> Path:
        return self.path / "manifest.json"

    @property
    def _incarnation(self) -> Path:
        return self.path / "incarnation"
