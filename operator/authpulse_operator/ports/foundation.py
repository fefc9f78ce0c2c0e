"""What has to be there before an application, and the objects it is made of."""

from pathlib import Path
from typing import Protocol

from authpulse.foundation import Foundation


class Foundations(Protocol):
    """Stream, bucket, database with tables, role, log stream, work group, topic, alarms and dashboard."""

    def missing(self, foundation: Foundation) -> tuple[str, ...]:
        """What is not there, in words; empty when all is."""

    def make(self, foundation: Foundation) -> None:
        """Makes what is missing. Safe to repeat; what is there is not changed."""

    def open_shards(self, foundation: Foundation) -> int | None:
        """Open shards of the stream; None while it is missing or changing."""

    def reshard(self, foundation: Foundation, shards: int) -> None:
        """Begins to bring the stream to that many shards."""


class ArtifactStore(Protocol):
    """Objects under content-addressed keys."""

    def has(self, key: str) -> bool: ...

    def put(self, key: str, source: Path) -> None:
        """Uploads the file."""
