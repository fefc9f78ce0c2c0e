"""News as Events of events.k8s.io/v1: `ports.telemetry.Events` for a cluster.

The name is made from what is said about whom, so that saying it again counts up the series of the one that is there,
whichever operator process said it first, and no pile of Events grows.
"""

import hashlib
import logging
import socket
from datetime import datetime, timedelta
from typing import Final, Literal

from authpulse_operator.adapters.kube.api import FIELD_MANAGER, METADATA, KubeApi
from authpulse_operator.adapters.kube.errors import Conflict
from authpulse_operator.adapters.kube.kinds import EVENTS, Json, Owner
from authpulse_operator.api.reasons import Reason
from authpulse_operator.core.errors import OperatorError
from authpulse_operator.ports.recording import Clock

QUIET: Final = timedelta(minutes=10)
NOTE_CHARACTERS: Final = 1024  # of the API; counted in bytes there
HOST_CHARACTERS: Final = 128
ACTION: Final = "Reconcile"

_log = logging.getLogger(__name__)


class KubeEvents:
    """About one resource."""

    def __init__(self, api: KubeApi, owner: Owner, *, clock: Clock, instance: str | None = None) -> None:
        """`instance` says which operator it is, by default the name of the pod."""
        self._api = api
        self._owner = owner
        self._clock = clock
        self._instance = (instance or socket.gethostname())[:HOST_CHARACTERS]
        self._told: dict[str, datetime] = {}

    def tell(self, kind: Literal["Normal", "Warning"], reason: Reason, message: str) -> None:
        """See `Events`. Said again within ten minutes it is left out; later it counts up."""
        now = self._clock.now()
        note = _cut(" ".join(message.split()) or reason.meaning)
        name = self._name(kind, reason, note)
        self._told = {n: at for n, at in self._told.items() if now - at < QUIET}
        if name in self._told:
            return
        self._told[name] = now
        try:
            self._post(name, kind, reason, note, now)
        except OperatorError as error:
            _log.warning("could not tell of %s: %s: %s: %s", self._owner, reason, note, error)

    def _post(self, name: str, kind: str, reason: Reason, note: str, now: datetime) -> None:
        owner = self._owner
        event = {
            "metadata": {"namespace": owner.namespace, "name": name},
            "eventTime": _micro(now),
            "type": kind,
            "reason": str(reason),
            "action": ACTION,
            "note": note,
            "reportingController": f"authpulse.io/{FIELD_MANAGER}",
            "reportingInstance": self._instance,
            "regarding": {
                "apiVersion": owner.kind.api_version,
                "kind": owner.kind.kind,
                "namespace": owner.namespace,
                "name": owner.name,
                "uid": owner.uid,
            },
        }
        try:
            self._api.create(EVENTS, event, accept=METADATA)
        except Conflict:
            self._count_up(name, now)

    def _count_up(self, name: str, now: datetime) -> None:
        found: Json = self._api.get(EVENTS, self._owner.namespace, name) or {}
        count = (found.get("series") or {}).get("count", 1) + 1
        series = {"count": count, "lastObservedTime": _micro(now)}
        self._api.patch(EVENTS, self._owner.namespace, name, {"series": series})

    def _name(self, kind: str, reason: Reason, note: str) -> str:
        said = f"{self._owner.uid}\n{kind}\n{reason}\n{note}"
        return f"{self._owner.name}.{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _cut(note: str) -> str:
    encoded = note.encode()
    if len(encoded) <= NOTE_CHARACTERS:
        return note
    return encoded[: NOTE_CHARACTERS - len("…".encode())].decode(errors="ignore") + "…"


def _micro(at: datetime) -> str:
    """MicroTime of the API: always with six decimals."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
