"""Where a log lies: files stay files; an object in S3 is a stream that goes on where it broke."""

import bz2
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, IncompleteReadError

from authpulse import formats
from authpulse.configuration import Aws
from authpulse.errors import AuthPulseError, InputError, ReachabilityError
from producer.checkpoints import replayed
from producer.inputs import MAX_BREAKS, S3Log, log_at

LINES = "".join(f"{n},U{n % 7},C{n % 3}\n" for n in range(1, 50_001))


@dataclass
class Object:
    """The only one in its S3. `breaks` counts how often a body ends in the middle, after `bytes_between` bytes."""

    content: bytes
    breaks: int = 0
    bytes_between: int = 100_000
    etag: str = "1"
    error: Exception | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    bodies: list["Body"] = field(default_factory=list)

    def get_object(self, **asked: str) -> Any:
        self.asked.append({k: v for k, v in asked.items() if k not in ("Bucket", "Key")})
        if self.error:
            raise self.error
        if asked.get("IfMatch", self.etag) != self.etag:
            raise refused("PreconditionFailed")
        offset = int(asked.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        body = Body(self.content[offset:], self)
        self.bodies.append(body)
        return {"Body": body, "ETag": self.etag, "ContentLength": len(self.content) - offset}

    def head_object(self, **_: str) -> Any:
        return {"ContentLength": len(self.content)}


@dataclass
class Body:
    content: bytes
    of: Object
    given: int = 0
    is_closed: bool = False

    def read(self, size: int) -> bytes:
        if self.of.breaks > 0 and self.given >= self.of.bytes_between:
            self.of.breaks -= 1
            raise IncompleteReadError(actual_bytes=self.given, expected_bytes=len(self.content))
        if self.of.breaks > 0:
            size = min(size, self.of.bytes_between)
        data = self.content[self.given : self.given + size]
        self.given += len(data)
        return data

    def close(self) -> None:
        self.is_closed = True


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")


def log_of(stored: Object, key: str = "logs/auth.txt.bz2") -> S3Log:
    return S3Log("b", key, stored)


def text_of(log: formats.Log) -> str:
    return "".join(f"{line}\n" for _, line in formats.open_lines(log))


def test_a_path_stays_a_path(tmp_path: Path) -> None:
    assert log_at(str(tmp_path / "a"), Aws()) == tmp_path / "a"


def test_an_address_in_s3_is_an_object_named_by_the_end_of_its_key() -> None:
    log = log_at("s3://b/logs/auth.txt.bz2", Aws())
    assert str(log) == "s3://b/logs/auth.txt.bz2"
    assert log.name == "auth.txt.bz2"
    assert formats.dataset_of(log) == "auth.txt"


@pytest.mark.parametrize("where", ["s3://", "s3://b", "s3://b/", "s3:///k"])
def test_half_an_address_is_refused(where: str) -> None:
    with pytest.raises(InputError, match="wanted s3://bucket/key"):
        log_at(where, Aws())


@pytest.mark.parametrize("pack", [bytes, bz2.compress], ids=["plain", "compressed"])
def test_an_object_is_read_as_a_file_would_be(pack: Any, tmp_path: Path) -> None:
    stored = Object(pack(LINES.encode()))
    file = tmp_path / "auth.txt"
    file.write_bytes(stored.content)
    log = log_of(stored)
    assert text_of(log) == text_of(file) == LINES
    assert formats.detect(log) == formats.detect(file)
    of_object, of_file = (replayed(x, format_="lanl-auth", dataset="d", stream="s") for x in (log, file))
    assert of_object == of_file
    assert all(body.is_closed for body in stored.bodies)


def test_what_is_not_read_is_not_fetched() -> None:
    stored = Object(LINES.encode() * 10)
    with log_of(stored).open("rb") as file:
        file.read(10)
    assert stored.bodies[0].given < len(stored.content) / 2


def test_a_broken_connection_goes_on_behind_the_last_byte_of_the_same_object() -> None:
    stored = Object(LINES.encode(), breaks=3)
    assert text_of(log_of(stored)) == LINES
    assert stored.asked[1:] == [{"Range": f"bytes={n * 100_000}-", "IfMatch": "1"} for n in (1, 2, 3)]
    assert all(body.is_closed for body in stored.bodies)


def test_a_connection_that_gives_nothing_any_more_is_given_up() -> None:
    stored = Object(LINES.encode(), breaks=99, bytes_between=0)
    with pytest.raises(ReachabilityError, match=r"s3://b/logs/auth\.txt\.bz2: breaks off at byte 0"):
        text_of(log_of(stored))
    assert len(stored.bodies) == MAX_BREAKS + 1


def test_an_object_that_was_replaced_meanwhile_is_not_read_on() -> None:
    stored = Object(LINES.encode(), breaks=1)
    lines = formats.open_lines(log_of(stored))
    next(lines)
    stored.etag = "2"
    with pytest.raises(InputError, match="was replaced while it was read"):
        list(lines)


def test_an_empty_object_has_no_lines() -> None:
    assert text_of(log_of(Object(b""))) == ""


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (refused("NoSuchKey"), InputError, "there is no such object"),
        (refused("NoSuchBucket"), InputError, "there is no such object"),
        (refused("AccessDenied"), InputError, "cannot be read: AccessDenied: no"),
        (EndpointConnectionError(endpoint_url="http://s3"), ReachabilityError, "S3 does not answer"),
    ],
    ids=["no object", "no bucket", "no permission", "no answer"],
)
def test_what_stands_in_the_way_is_said_with_the_address(
    error: Exception, kind: type[AuthPulseError], said: str
) -> None:
    with pytest.raises(kind, match=f"s3://b/logs/auth.txt.bz2: {said}"):
        text_of(log_of(Object(b"", error=error)))


def test_it_is_a_stream_of_bytes_like_any_other() -> None:
    with log_of(Object(b"abc")).open("rb") as file:
        assert isinstance(file, io.BufferedIOBase)
        assert (file.read(2), file.read(), file.read()) == (b"ab", b"c", b"")
