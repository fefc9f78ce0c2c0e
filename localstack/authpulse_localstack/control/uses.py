"""Which permissions roles have used: each once, with how often. What the account's root does is not in it."""

import threading
from collections.abc import Iterable
from typing import Any, Final

from authpulse_localstack.control.permissions import Need

KEPT: Final = 50_000
"""A job that runs for weeks writes ever new objects."""


class Uses:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, Need], int] = {}

    def add(self, role: str, needs: Iterable[Need]) -> None:
        with self._lock:
            for need in needs:
                key = (role, need)
                if key in self._counts or len(self._counts) < KEPT:
                    self._counts[key] = self._counts.get(key, 0) + 1

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            found = sorted(self._counts.items())
        return [
            {"role": role, "action": need.action, "resource": need.resource, "calls": calls}
            for (role, need), calls in found
        ]
