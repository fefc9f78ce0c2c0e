"""What has to be there before an application, and the objects it is made of."""

from pathlib import Path
from typing import Protocol

from authpulse.foundation import Foundation


class Foundations(Protocol):
    """Stream, bucket, database with tables, role, log stream, work group, topic, alarms and dashboard."""

    def missing(self, foundation: Foundation) -> tuple[str, ...]:
        """What is not there, in words; empty when all is.

        Of a foundation that is `ours` also alarms and the role where they are there and say something else than is
        described. Seen to be right they are not compared again: a description changes with the program only.
        """

    def make(self, foundation: Foundation) -> None:
        """Makes what is missing. Safe to repeat; all else that is there is not changed."""

    def open_shards(self, foundation: Foundation) -> int | None:
        """Open shards of the stream; None while it is missing or changing."""

    def reshard(self, foundation: Foundation, shards: int) -> None:
        """Begins to bring the stream to that many shards."""


class ArtifactStore(Protocol):
    """Objects under content-addressed keys."""

    def has(self, key: str) -> bool: ...

    def put(self, key: str, source: Path) -> None:
        """Uploads the file."""
