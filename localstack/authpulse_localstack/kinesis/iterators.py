"""Shard iterators: where to read on, as an opaque text that is good for five minutes."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from authpulse_localstack.kinesis.errors import ExpiredIterator, InvalidArgument

LIFETIME_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Iterator:
    """A position in a shard. `created` is the stream's, so that an iterator does not survive its stream."""

    stream: str
    created: float
    shard: str
    position: int
    issued: float

    def encode(self) -> str:
        text = f"{self.stream}|{self.created!r}|{self.shard}|{self.position}|{self.issued!r}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    @classmethod
    def decode(cls, text: str, now: float) -> "Iterator":
        """Raises ExpiredIterator after five minutes, InvalidArgument for what is no iterator."""
        try:
            stream, created, shard, position, issued = base64.urlsafe_b64decode(text).decode().split("|")
            iterator = cls(stream, float(created), shard, int(position), float(issued))
        except (ValueError, binascii.Error) as error:
            raise InvalidArgument("Invalid ShardIterator.") from error
        if now - iterator.issued > LIFETIME_SECONDS:
            age = f"the current time is {now:.0f}, the iterator was created at {iterator.issued:.0f}"
            raise ExpiredIterator(f"Iterator expired. The iterator was created more than 300 seconds ago: {age}.")
        return iterator
