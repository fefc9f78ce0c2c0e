"""Lists that many passes share: what is in the namespace is asked once for all resources, not once for each.

A list is used for `fresh_seconds`; whoever changes something has it asked for again. So a pass may see the world a
moment old, never older than what the operator itself has done.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import Json, Kind, controller_of
from authpulse_operator.core.errors import OperatorError

FRESH_SECONDS: Final = 1.0


@dataclass(slots=True)
class _Listed:
    """One list; whoever holds the lock asks for it, the others wait and use it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    objects: Sequence[Json] = ()
    by_controller: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    error: OperatorError | None = None
    """Why there is none: so long those who waited do not ask again, one after the other, a server that is away."""
    until: float = 0.0


class SharedLists:
    """One for all resources of an operator. Thread-safe. What comes out is not to be changed."""

    def __init__(
        self,
        api: KubeApi,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._fresh_seconds = fresh_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lists: dict[tuple[Kind, str, str | None], _Listed] = {}

    def all(self, kind: Kind, namespace: str, *, selector: str | None = None) -> Sequence[Json]:
        """Objects of the namespace with those labels. Raises OperatorError."""
        return self._fresh(kind, namespace, selector).objects

    def owned(self, kind: Kind, namespace: str, uid: str, *, selector: str | None = None) -> Sequence[Json]:
        """Those whose controller has that uid: a look-up, however many there are."""
        return self._fresh(kind, namespace, selector).by_controller.get(uid, ())

    def forget(self, kind: Kind, namespace: str) -> None:
        """Something of that kind was changed: ask again."""
        with self._lock:
            lists = [listed for key, listed in self._lists.items() if key[:2] == (kind, namespace)]
        for listed in lists:
            with listed.lock:
                listed.until = 0.0

    def _fresh(self, kind: Kind, namespace: str, selector: str | None) -> _Listed:
        with self._lock:
            listed = self._lists.setdefault((kind, namespace, selector), _Listed())
        with listed.lock:
            asked = self._monotonic()
            if asked >= listed.until:
                try:
                    listed.objects = self._api.list(kind, namespace, selector=selector)
                except OperatorError as error:
                    listed.error, asked = error, self._monotonic()
                else:
                    listed.error, listed.by_controller = None, _by_controller(listed.objects)
                listed.until = asked + self._fresh_seconds
            if listed.error is not None:
                raise listed.error
        return listed


def _by_controller(objects: Sequence[Json]) -> dict[str, list[Json]]:
    grouped: dict[str, list[Json]] = defaultdict(list)
    for found in objects:
        if (controller := controller_of(found)) is not None:
            grouped[controller].append(found)
    return dict(grouped)
