"""AuthPulseSnapshots that stand for snapshots: `ports.references.SnapshotReferences` for a cluster."""

from authpulse.errors import InputError
from authpulse_operator.adapters.kube.kinds import SNAPSHOTS, Object, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.api.snapshot import parse_snapshot


class KubeSnapshotReferences:
    """Of one AuthPulse resource, from all AuthPulseSnapshots of its namespace that name it."""

    def __init__(self, lists: SharedLists, owner: Owner) -> None:
        self._lists = lists
        self._owner = owner

    def kept(self) -> frozenset[str]:
        """See `SnapshotReferences`. Whatever state one is in: it may be about to be what it says."""
        found = self._lists.all(SNAPSHOTS, self._owner.namespace)
        names = (_name(s) for s in found if s.get("spec", {}).get("authPulse") == self._owner.name)
        return frozenset(name for name in names if name)


def _name(found: Object) -> str | None:
    """In the service: as its status says, else as it is going to be called."""
    named = (found.get("status") or {}).get("snapshotName")
    if named:
        return str(named)
    try:
        return parse_snapshot(dict(found), found["metadata"]["name"]).snapshot_name
    except InputError:
        return None
