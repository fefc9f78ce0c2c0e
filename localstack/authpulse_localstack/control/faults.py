"""Faults on demand: the next calls of an operation fail, before or after they took effect, or are late."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

KEYS: Final = ("service", "operation", "error", "status", "message", "times", "after_effect", "delay_seconds")


@dataclass(slots=True, kw_only=True)
class Fault:
    """`operation` may be `*`. Without an `error` the call is only late."""

    service: str
    operation: str = "*"
    error: str | None = None
    status: int = 400
    message: str = "asked for by a fault"
    times: int = 1
    after_effect: bool = False
    delay_seconds: float = 0.0

    def matches(self, service: str, operation: str) -> bool:
        return self.times > 0 and self.service == service and self.operation in ("*", operation)


class Faults:
    """Armed faults, first come first served. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, document: Mapping[str, Any]) -> Fault:
        """Raises ValueError for an unknown key or a missing service."""
        if unknown := set(document) - set(KEYS):
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(KEYS)}")
        if not document.get("service"):
            raise ValueError("service: missing")
        fault = Fault(**document)
        with self._lock:
            self._armed.append(fault)
        return fault

    def take(self, service: str, operation: str) -> Fault | None:
        """The fault that this call meets, if any; it is used up by one."""
        with self._lock:
            for fault in self._armed:
                if fault.matches(service, operation):
                    fault.times -= 1
                    return fault
        return None

    @property
    def armed(self) -> bool:
        """Whether any call may meet one."""
        return any(f.times > 0 for f in self._armed)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(f) for f in self._armed if f.times > 0]
