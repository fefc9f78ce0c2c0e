"""The status in the status subresource: `ports.recording.StatusWriter` for a cluster.

Only fields that differ are sent, and nothing when none does. There is no precondition on the resourceVersion: one
operator with one lock per resource is the status' only writer, and a version that moved because a person changed the
spec would refuse a record of what was done, which has to survive. The uid is one: a resource that was made anew under
the same name gets nothing of the old one's. That is why it is a JSON patch with a test: the API server does not look at
a uid in a merge patch of a custom resource's status.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Self

from pydantic import ValidationError

from authpulse_operator.adapters.kube.api import METADATA, KubeApi
from authpulse_operator.adapters.kube.errors import Absent, Gone, Refused
from authpulse_operator.adapters.kube.kinds import Json, Object, Owner
from authpulse_operator.api.status import Status
from authpulse_operator.ports.recording import Clock

COUNTERS: Final = frozenset({"lines", "events", "rejected", "ignored"})
BETWEEN_COUNTS: Final = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class StatusPatches:
    """The status subresource of one object as JSON: knows what was written last, sends the fields that differ."""

    def __init__(self, api: KubeApi, owner: Owner, last: Object | None) -> None:
        """`last` is the status that the object was read with, if it had one."""
        self._api = api
        self._owner = owner
        self.last: Json = dict(last or {})

    def write(self, document: Object) -> bool:
        """Makes the fields of `document` the status' own; None removes one, and fields that it does not have stay.
        False if there was nothing to send. Raises Gone for an object that was deleted or made anew."""
        changes = {k: v for k, v in document.items() if v != self.last.get(k)}
        if not changes:
            return False
        whole = {k: v for k, v in {**self.last, **changes}.items() if v is not None}
        try:
            self._send(_operations(changes) if self.last else [_whole(whole)])
        except Refused:
            # the uid is another, or somebody has taken fields away that were to be changed
            found = self._find()
            self._send([_whole({**(found.get("status") or {}), **whole})])
        self.last = whole
        return True

    def _send(self, operations: Sequence[Json]) -> None:
        owner = self._owner
        changes = [{"op": "test", "path": "/metadata/uid", "value": owner.uid}, *operations]
        try:
            self._api.patch(owner.kind, owner.namespace, owner.name, changes, subresource="status", accept=METADATA)
        except Absent as error:
            raise Gone(f"{owner} has been deleted") from error

    def _find(self) -> Json:
        owner = self._owner
        found = self._api.get(owner.kind, owner.namespace, owner.name)
        if found is None or found["metadata"]["uid"] != owner.uid:
            raise Gone(f"{owner} has been deleted" + (" and made anew" if found else ""))
        return found


class KubeStatus:
    """Of one AuthPulse resource."""

    def __init__(self, api: KubeApi, owner: Owner, *, last: Object | None, clock: Clock) -> None:
        """`last` is the status in the body that the resource was read with, if it had one."""
        self._patches = StatusPatches(api, owner, last)
        self._clock = clock
        self._status = readable(last)
        self._said: Status | None = None
        """What was written or noted last, so that saying it again is nothing new."""
        self._written_at: datetime | None = None

    @classmethod
    def read_afresh(cls, api: KubeApi, owner: Owner, *, clock: Clock) -> Self:
        """With the status that the API server has now. Raises Gone where the resource is not there any more."""
        found = api.get(owner.kind, owner.namespace, owner.name)
        if found is None or found["metadata"]["uid"] != owner.uid:
            raise Gone(f"{owner} has been deleted")
        return cls(api, owner, last=found.get("status"), clock=clock)

    def read(self) -> Status:
        """See `StatusWriter`."""
        return self._status

    def write(self, status: Status) -> None:
        """See `StatusWriter`. Counters of running replays alone are written every 30 s and not more often.

        Raises Gone for a resource that was deleted or made anew, and OperatorError where the API server refuses.
        """
        if status == self._said:
            return
        document = dict.fromkeys(f.alias or name for name, f in Status.model_fields.items()) | dumped(status)
        if self._is_held_back(document):
            return
        if self._patches.write(document):
            self._written_at = self._clock.now()
        self.note(status)

    def note(self, status: Status) -> None:
        """See `StatusWriter`."""
        self._status = self._said = status

    def _is_held_back(self, document: Object) -> bool:
        if self._written_at is None or self._clock.now() - self._written_at >= BETWEEN_COUNTS:
            return False
        last, now = _without_counters(self._patches.last), _without_counters(document)
        return all(last.get(k) == v for k, v in now.items())


def dumped(status: Status) -> Json:
    """As the API server keeps it: without what is None."""
    return status.model_dump(mode="json", by_alias=True, exclude_none=True)


def readable(document: object) -> Status:
    """What can be read of a status, whoever wrote it: the parts that cannot are left out, and said so in the log."""
    if not isinstance(document, Mapping):
        return Status()
    document = dict(document)  # of Kopf's it is a view
    try:
        return Status.model_validate(document)
    except ValidationError as error:
        places = [e["loc"] for e in error.errors()]
        _log.warning("left out of a status that was read: %s", "; ".join(".".join(map(str, p)) for p in places))
        return Status.model_validate(_without(document, places))


def _operations(changes: Object) -> list[Json]:
    return [
        {"op": "remove", "path": f"/status/{k}"} if v is None else {"op": "add", "path": f"/status/{k}", "value": v}
        for k, v in changes.items()
    ]


def _whole(status: Object) -> Json:
    return {"op": "add", "path": "/status", "value": status}


def _without_counters(document: Object) -> Json:
    replays = document.get("replays") or ()
    calm = [{k: v for k, v in r.items() if k not in COUNTERS or r.get("state") != "Running"} for r in replays]
    return {**document, "replays": calm}


def _without(document: Mapping[str, Any], places: list[tuple[int | str, ...]]) -> Json:
    """Without the top-level fields, or the elements of top-level lists, in which something is at one of the places."""
    left = dict(document)
    elements: dict[str, set[int]] = {}
    for place in places:
        field = str(place[0])
        if len(place) > 1 and isinstance(place[1], int) and isinstance(document.get(field), list):
            elements.setdefault(field, set()).add(place[1])
        else:
            left.pop(field, None)
    for field, broken in elements.items():
        if field in left:
            left[field] = [e for i, e in enumerate(left[field]) if i not in broken]
    return left
