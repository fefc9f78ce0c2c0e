"""The status in the status subresource: `ports.recording.StatusWriter` for a cluster.

Only differences are sent, as a JSON merge patch, and nothing when there are none. There is no precondition on the
resourceVersion: one operator with one lock per resource is the status' only writer, and a version that moved because a
person changed the spec would refuse a record of what was done, which has to survive. The uid is a precondition: a
resource of the same name that was made anew gets nothing of the old one's.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Self

from pydantic import ValidationError

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.errors import Absent, Conflict, Gone
from authpulse_operator.adapters.kube.kinds import Json, Object, Owner
from authpulse_operator.api.status import Status
from authpulse_operator.ports.recording import Clock

COUNTERS: Final = frozenset({"lines", "events", "rejected", "ignored"})
BETWEEN_COUNTS: Final = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class StatusPatches:
    """The status subresource of one object as JSON: knows what was written last, sends what differs."""

    def __init__(self, api: KubeApi, owner: Owner, last: Object | None) -> None:
        """`last` is the status that the object was read with, if it had one."""
        self._api = api
        self._owner = owner
        self.last: Json = dict(last or {})

    def write(self, document: Object) -> bool:
        """Makes the fields of `document` the status' own; None removes one, and fields that it does not have stay.
        False if there was nothing to send. Raises Gone for an object that was deleted or made anew."""
        changes = differences(self.last, document)
        if not changes:
            return False
        owner = self._owner
        try:
            self._api.patch(
                *(owner.kind, owner.namespace, owner.name),
                {"metadata": {"uid": owner.uid}, "status": changes},
                subresource="status",
            )
        except Absent as error:
            raise Gone(f"{owner} has been deleted") from error
        except Conflict as error:
            raise Gone(f"{owner} has been deleted and made anew") from error
        self.last = merged(self.last, changes)
        return True


class KubeStatus:
    """Of one AuthPulse resource."""

    def __init__(self, api: KubeApi, owner: Owner, *, last: Object | None, clock: Clock) -> None:
        """`last` is the status in the body that the resource was read with, if it had one."""
        self._patches = StatusPatches(api, owner, last)
        self._clock = clock
        self._status = readable(last)
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
        document = dict.fromkeys(f.alias or name for name, f in Status.model_fields.items()) | dumped(status)
        if self._is_held_back(document):
            return
        if self._patches.write(document):
            self._written_at = self._clock.now()
        self._status = status

    def _is_held_back(self, document: Object) -> bool:
        if self._written_at is None or self._clock.now() - self._written_at >= BETWEEN_COUNTS:
            return False
        return not differences(_without_counters(self._patches.last), _without_counters(document))


def dumped(status: Status) -> Json:
    """As the API server keeps it: without what is None, which a merge patch could not say."""
    return status.model_dump(mode="json", by_alias=True, exclude_none=True)


def readable(document: object) -> Status:
    """What can be read of a status, whoever wrote it: the parts that cannot are left out, and said so in the log."""
    if not isinstance(document, Mapping):
        return Status()
    try:
        return Status.model_validate(document)
    except ValidationError as error:
        places = [e["loc"] for e in error.errors()]
        _log.warning("left out of a status that was read: %s", "; ".join(".".join(map(str, p)) for p in places))
        return Status.model_validate(_without(document, places))


def differences(before: Object, after: Object) -> Json:
    """The JSON merge patch (RFC 7386) that makes `after` of `before` in the fields that `after` has.

    A mapping is replaced, not added to: what it no longer has is None in the patch.
    """
    changes: Json = {}
    for key, value in after.items():
        known = before.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            inner = differences(known, dict.fromkeys(known) | dict(value))
            if inner:
                changes[key] = inner
        elif value != known:
            changes[key] = value
    return changes


def merged(before: Object, changes: Object) -> Json:
    """What a JSON merge patch makes of a document."""
    after = dict(before)
    for key, value in changes.items():
        if value is None:
            after.pop(key, None)
        elif isinstance(value, Mapping):
            known = after.get(key)
            after[key] = merged(known if isinstance(known, Mapping) else {}, value)
        else:
            after[key] = value
    return after


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
