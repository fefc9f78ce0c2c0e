"""Where a log lies: a file, or an object in S3, which is read as a stream and never kept.

An object whose connection breaks is read on from where it broke, as long as it is the same object.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from authpulse.configuration import Aws
from authpulse.errors import InputError, ReachabilityError
from authpulse.formats.lines import Log
from producer.aws import client, code_of

S3: Final = "s3://"
BUFFER_BYTES: Final = 1 << 20
MAX_BREAKS: Final = 5
"""In a row, without a byte between them."""
ABSENT: Final = frozenset({"404", "NoSuchKey", "NoSuchBucket"})
CHANGED: Final = frozenset({"412", "PreconditionFailed"})


def log_at(where: str, aws: Aws) -> Log:
    """The log that a person named: a file, or s3://bucket/key. Nothing is opened yet.

    Raises InputError for half an S3 address.
    """
    if not where.startswith(S3):
        return Path(where)
    bucket, key = parse(where)
    return S3Log(bucket, key, client("s3", aws))


def parse(where: str) -> tuple[str, str]:
    """Bucket and key of s3://bucket/key. Raises InputError for half of one."""
    bucket, _, key = where.removeprefix(S3).partition("/")
    if not bucket or not key:
        raise InputError(f"{where}: wanted s3://bucket/key")
    return bucket, key


@dataclass(frozen=True, slots=True)
class _Stat:
    st_size: int


class S3Log:
    """An object, as far as a log needs what a path has. Errors are in the producer's words, not in those of files."""

    def __init__(self, bucket: str, key: str, s3: Any) -> None:
        self._place = {"Bucket": bucket, "Key": key}
        self._s3 = s3
        path = PurePosixPath(key)
        self.name, self.stem, self.suffix = path.name, path.stem, path.suffix

    def __str__(self) -> str:
        return f"{S3}{self._place['Bucket']}/{self._place['Key']}"

    def stat(self) -> _Stat:
        """Its size. Raises InputError if there is none that can be read, ReachabilityError if nobody answers."""
        described = self.call(lambda: self._s3.head_object(**self._place))
        return _Stat(described["ContentLength"])

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """A stream of its bytes. Raises like `stat`, and so does reading it."""
        del mode
        first = self.call(lambda: self._s3.get_object(**self._place))
        return io.BufferedReader(_Stream(self, first), BUFFER_BYTES)

    def go_on(self, offset: int, etag: str) -> Any:
        """The body from a byte on, if the object is still the same."""
        answer = self.call(lambda: self._s3.get_object(**self._place, IfMatch=etag, Range=f"bytes={offset}-"))
        return answer["Body"]

    def call(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except ClientError as error:
            code = code_of(error)
            if code in ABSENT:
                raise InputError(f"{self}: there is no such object") from error
            if code in CHANGED:
                raise InputError(f"{self}: was replaced while it was read; run the replay again") from error
            message = error.response.get("Error", {}).get("Message", "")
            raise InputError(f"{self}: cannot be read: {code}: {message}") from error
        except BotoCoreError as error:
            raise ReachabilityError(f"{self}: S3 does not answer: {error}") from error


class _Stream(io.RawIOBase):
    """Goes on behind the last byte when the connection breaks."""

    def __init__(self, log: S3Log, first: Mapping[str, Any]) -> None:
        self._log = log
        self._etag: str = first["ETag"]
        self._bytes: int = first["ContentLength"]
        self._body = first["Body"]
        self._offset = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        breaks = 0
        while self._offset < self._bytes:
            try:
                data = self._body.read(len(buffer))
            except BotoCoreError as error:
                breaks += 1
                if breaks > MAX_BREAKS:
                    raise ReachabilityError(f"{self._log}: breaks off at byte {self._offset}: {error}") from error
                self._body.close()
                self._body = self._log.go_on(self._offset, self._etag)
                continue
            buffer[: len(data)] = data
            self._offset += len(data)
            return len(data)
        return 0

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()
