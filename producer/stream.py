"""The stream as a replay needs it: a port, and what dry runs put in its place."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from authpulse.errors import AuthPulseError


class Record(NamedTuple):
    """One record on its way."""

    partition_key: str
    hash_key: str
    """Decides the shard."""
    data: bytes


class Refusal(NamedTuple):
    """Why the stream did not take a record this time."""

    code: str
    message: str


class RequestFailed(Exception):
    """A whole request got no answer, or one that says `later`. Its records may have arrived or not."""

    def __init__(self, message: str, ending: type[AuthPulseError]) -> None:
        super().__init__(message)
        self.ending = ending
        """What the replay ends with if it stays so."""


class Stream(Protocol):
    """Takes records. One request at a time."""

    @property
    def name(self) -> str: ...

    def check(self) -> None:
        """Raises AuthPulseError, with what to do, if the stream cannot be reached or is not there."""

    def put(self, records: Sequence[Record]) -> list[Refusal | None]:
        """Puts up to 500 records of together 5 MiB; for each, None or why it was refused.

        Records with one hash key keep their order within the stream only if they are in different requests. Raises
        RequestFailed if it is worth trying again, AuthPulseError if it is not.
        """


class DryRun:
    """A stream that takes everything and keeps nothing."""

    name = "dry run"

    def check(self) -> None:
        """Nothing can be wrong."""

    def put(self, records: Sequence[Record]) -> list[Refusal | None]:
        """See `Stream`."""
        return [None] * len(records)
