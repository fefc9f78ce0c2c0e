"""Whether the operator is alive and at work: more than that its process answers.

A watch can die in a live process, and a pass can hang for ever. So /healthz fails when no pass was completed for too
long while there are resources, when a watch shows no sign of life, or when the canary's own passes stopped coming; the
kubelet then restarts the pod. Times are of a monotonic clock: a corrected clock is no failure.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

NEVER: Final = float("-inf")


@dataclass
class Health:
    """Told by the loops, asked by the probes, from any thread."""

    stale_seconds: float
    watch_stale_seconds: float
    canary: str | None = None
    seconds: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _began: float = NEVER
    _last_pass: float = NEVER
    _last_canary: float = NEVER
    _resources: set[tuple[str, str]] = field(default_factory=set)
    _heard: dict[str, float] = field(default_factory=dict)
    readiness: threading.Event = field(default_factory=threading.Event)
    """Set when it watches, and resources are being looked after."""

    def begin(self) -> None:
        """The operator has started: whatever has not come yet is waited for from now on."""
        self._began = self.seconds()

    def came(self, kind: str, identity: str) -> None:
        """A resource exists."""
        with self._lock:
            self._resources.add((kind, identity))

    def went(self, kind: str, identity: str) -> None:
        """It does no more."""
        with self._lock:
            self._resources.discard((kind, identity))

    def passed(self, identity: str) -> None:
        """A pass over it was completed."""
        self._last_pass = self.seconds()
        if identity == self.canary:
            self._last_canary = self._last_pass

    def heard(self, watch: str) -> None:
        """A watch gave a sign of life: it asked, or something came."""
        self._heard[watch] = self.seconds()

    @property
    def pass_age_seconds(self) -> float:
        """Since the last completed pass; since the start when there was none."""
        return self.seconds() - max(self._last_pass, self._began)

    @property
    def watch_silence_seconds(self) -> float:
        """Of the most silent watch; since the start when there was none."""
        return self.seconds() - min(self._heard.copy().values(), default=self._began)

    def failures(self) -> list[str]:
        """What is wrong, each in a sentence; empty when all is well."""
        with self._lock:
            count = len(self._resources)
        found = []
        if count and self.pass_age_seconds > self.stale_seconds:
            found.append(f"no pass over any of {count} resources for {self.pass_age_seconds:.0f} s")
        if self.watch_silence_seconds > self.watch_stale_seconds:
            found.append(f"a watch shows no sign of life for {self.watch_silence_seconds:.0f} s")
        canary_age = self.seconds() - max(self._last_canary, self._began)
        if self.canary and canary_age > self.stale_seconds:
            found.append(f"the canary {self.canary} was not looked at for {canary_age:.0f} s")
        return found
