"""The AWS calls that were made lately: what was asked, by whom, and how it ended. Tests count writes with it."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

KEPT: Final = 10_000
SHOWN: Final = ("Name", "Arn", "ARN", "Bucket", "Key", "Id", "Token", "Force", "Database", "Table")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `principal` is the ARN of a role's session, or of the account's root; `error` is the AWS error code;
    `resource` holds those parameters that name things."""

    time: float
    service: str
    operation: str
    access_key: str | None
    principal: str
    status: int
    error: str | None
    resource: dict[str, str]


class Calls:
    """A ring of the last calls. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring: deque[Call] = deque(maxlen=KEPT)

    def add(self, call: Call) -> None:
        with self._lock:
            self._ring.append(call)

    def listed(self, *, service: str | None = None, since: float = 0.0) -> list[dict[str, Any]]:
        with self._lock:
            found = list(self._ring)
        return [asdict(c) for c in found if c.time >= since and service in (None, c.service)]


def names_of(request: Mapping[str, Any] | None) -> dict[str, str]:
    """The parameters of a request that say what it is about."""
    return {
        key: str(value)[:256]
        for key, value in (request or {}).items()
        if isinstance(value, str | bool) and any(word in key for word in SHOWN)
    }
