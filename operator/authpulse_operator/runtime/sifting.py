"""What of a watch Kopf need not hear.

Most of what is told of a resource is the status that we have written ourselves: of the five events of a creation three.
It wakes nobody (`looping.Sign`), but Kopf would go through all its causes and handlers for it. So it gets a bookmark in
its place, which keeps the watch's position. And it gets no managedFields: nobody reads them, and it copies and compares
whole objects.

Everything is told of a resource without our finalizer and of one that is being deleted. Kopf has work of its own with
these, and relies on the next event to go on with what the API server refused.
"""

from typing import Any, Final

from pydantic_core import from_json, to_json

from authpulse_operator.api.resource import GROUP
from authpulse_operator.runtime.looping import FINALIZER

OURS: Final = f"/apis/{GROUP}/"
"""How the paths of the watches begin that are sifted."""
OF_OBJECTS: Final = frozenset({"ADDED", "MODIFIED", "DELETED"})


class Sieve:
    """Of one watch. Another one begins with nothing told: in between Kopf may have listed what this never saw."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, Any]] = {}
        """By uid: the metadata that was told last."""
        self._begun = b""
        """A line of which the end has not come yet."""

    def sift(self, chunk: bytes) -> bytes:
        """What is to be told of the lines that end in this chunk; nothing where none does."""
        *lines, self._begun = (self._begun + chunk).split(b"\n")
        return b"".join(self._told_of(line) + b"\n" for line in lines if line)

    def rest(self) -> bytes:
        """What the watch broke off with."""
        return self._begun

    def _told_of(self, line: bytes) -> bytes:
        try:
            event = from_json(line)
        except ValueError:  # it is Kopf's to refuse
            return line
        if event["type"] not in OF_OBJECTS:
            return line
        metadata = event["object"]["metadata"]
        metadata.pop("managedFields", None)
        uid, sign = metadata["uid"], {k: v for k, v in metadata.items() if k != "resourceVersion"}
        if event["type"] == "DELETED":
            self._told.pop(uid, None)
        elif self._told.get(uid) == sign and _is_settled(sign):
            return _bookmark(event["object"])
        else:
            self._told[uid] = sign
        return to_json(event)


def _is_settled(metadata: dict[str, Any]) -> bool:
    """Kopf has nothing to do about it."""
    return FINALIZER in metadata.get("finalizers", ()) and "deletionTimestamp" not in metadata


def _bookmark(document: dict[str, Any]) -> bytes:
    """As the API server sends them itself."""
    kind = {"apiVersion": document["apiVersion"], "kind": document["kind"]}
    version = {"resourceVersion": document["metadata"]["resourceVersion"]}
    return to_json({"type": "BOOKMARK", "object": {**kind, "metadata": version}})
