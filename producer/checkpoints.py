"""Where a replay stands, kept in a file or an S3 object, so that a killed one goes on.

A checkpoint belongs to one input, format, data set and stream; it is refused for another. It is written whole or not at
all, after everything up to its position has arrived.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field

from authpulse.configuration import Aws
from authpulse.errors import AuthPulseError, InputError, ReachabilityError
from authpulse.formats import Log
from authpulse.validation import validate
from producer.aws import client, code_of
from producer.inputs import S3, parse
from producer.sections import Position

VERSION: Final = 1
FIRST_BYTES: Final = 1 << 20

Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Replayed(_Part):
    """What is replayed, and to where: all that must be the same for a replay to go on."""

    input_bytes: Count
    first_bytes_sha256: str
    """Of the first MiB."""
    format: str
    dataset: str
    stream: str


class Checkpoint(_Part):
    """Everything up to line `lines` has arrived."""

    version: Literal[1] = VERSION
    replayed: Replayed
    buckets: Annotated[int, Field(ge=1)]
    """As the replay began: users must not move."""
    lines: Count = 0
    events: Count = 0
    rejected: Count = 0
    ignored: Count = 0
    rejects_bytes: Count = 0
    finished: bool = False
    """The input's end has been reached."""

    @property
    def position(self) -> Position:
        return Position(self.lines, self.events, self.rejected, self.ignored, self.rejects_bytes)

    def at(self, position: Position, *, finished: bool = False) -> "Checkpoint":
        """The same replay, further on."""
        return self.model_copy(
            update={
                "lines": position.lines,
                "events": position.events,
                "rejected": position.rejected,
                "ignored": position.ignored,
                "rejects_bytes": position.rejects_bytes,
                "finished": finished,
            }
        )


class Store(Protocol):
    """Where checkpoints are kept."""

    @property
    def where(self) -> str:
        """For messages."""

    def read(self) -> str | None:
        """The text that was written last, or None if there is none."""

    def write(self, text: str) -> None:
        """Takes the place of what was there, whole or not at all."""


def replayed(path: Log, *, format_: str, dataset: str, stream: str) -> Replayed:
    """What identifies the replay of a log. Raises InputError for one that cannot be read."""
    try:
        with path.open("rb") as file:
            first = file.read(FIRST_BYTES)
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(first).hexdigest()
    return Replayed(input_bytes=size, first_bytes_sha256=digest, format=format_, dataset=dataset, stream=stream)


def load(store: Store, wanted: Replayed, *, buckets: int) -> Checkpoint:
    """The checkpoint in a store, or one at the beginning.

    Raises InputError for what is no checkpoint, or the checkpoint of another replay.
    """
    text = store.read()
    if text is None:
        return Checkpoint(replayed=wanted, buckets=buckets)
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InputError(f"{store.where}: is not a checkpoint (no JSON): name another, or remove it") from error
    found = validate(Checkpoint, document, store.where)
    was, is_ = found.replayed.model_dump(), wanted.model_dump()
    if differing := [name for name in is_ if was[name] != is_[name]]:
        what = ", ".join(f"{name} {_short(was[name])} and not {_short(is_[name])}" for name in differing)
        raise InputError(
            f"{store.where}: is the checkpoint of another replay ({what}): name another, or remove it to begin anew"
        )
    return found


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:12] + "…"


def store_at(where: str, aws: Aws) -> Store:
    """The store that a person named: a file, or s3://bucket/key. Raises InputError for half an S3 address."""
    if not where.startswith(S3):
        return FileStore(Path(where))
    bucket, key = parse(where)
    return S3Store(bucket, key, client("s3", aws))


class FileStore:
    """A file, replaced atomically."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)

    def read(self) -> str | None:
        """See `Store`."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{self.where}: cannot be read: {error}") from error

    def write(self, text: str) -> None:
        """See `Store`."""
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError as error:
            raise InputError(f"{self.where}: cannot be written: {error.strerror}") from error


class S3Store:
    """An object: S3 replaces it atomically by itself."""

    def __init__(self, bucket: str, key: str, s3: Any) -> None:
        self._place = {"Bucket": bucket, "Key": key}
        self._s3 = s3
        self.where = f"{S3}{bucket}/{key}"

    def read(self) -> str | None:
        """See `Store`."""
        try:
            return str(self._call(lambda: self._s3.get_object(**self._place)["Body"].read().decode()))
        except _NoObjectError:
            return None

    def write(self, text: str) -> None:
        """See `Store`."""
        self._call(lambda: self._s3.put_object(**self._place, Body=text.encode(), ContentType="application/json"))

    def _call(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                raise _NoObjectError from error
            message = error.response.get("Error", {}).get("Message", "")
            raise AuthPulseError(f"{self.where}: S3 refuses: {code_of(error)}: {message}") from error
        except BotoCoreError as error:
            raise ReachabilityError(f"{self.where}: S3 does not answer: {error}") from error


class _NoObjectError(Exception):
    """There is no such object."""


class NoStore:
    """Keeps nothing: for dry runs."""

    where = "nowhere"

    def read(self) -> str | None:
        """See `Store`."""
        return None

    def write(self, text: str) -> None:
        """See `Store`."""
