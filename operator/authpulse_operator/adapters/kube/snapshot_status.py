"""The status of an AuthPulseSnapshot in the status subresource."""

from typing import Final

from pydantic import ValidationError

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import Object, Owner
from authpulse_operator.adapters.kube.status import StatusPatches
from authpulse_operator.api.snapshot import SnapshotStatus

FIELDS: Final = tuple(f.alias or name for name, f in SnapshotStatus.model_fields.items())


class KubeSnapshotStatus:
    """Of one AuthPulseSnapshot. Written if it differs from the one written last."""

    def __init__(self, api: KubeApi, owner: Owner, *, last: Object | None) -> None:
        """`last` is the status in the body that the resource was read with. What cannot be read begins anew: the name
        of the snapshot is made from the resource, so what was taken is found again."""
        self._patches = StatusPatches(api, owner, last)
        try:
            self._status = SnapshotStatus.model_validate(last or {})
        except ValidationError:
            self._status = SnapshotStatus()

    def read(self) -> SnapshotStatus:
        return self._status

    def write(self, status: SnapshotStatus) -> None:
        """Raises Gone for a resource that was deleted or made anew, and OperatorError."""
        self._patches.write(dict.fromkeys(FIELDS) | status.model_dump(mode="json", by_alias=True, exclude_none=True))
        self._status = status
