"""The operator: Kopf set up so that it survives what it does not survive by default, with our loops in it.

- Its retries of the API server never end: after the ninth it would drop a watch for good and live on (kopf#980, #1276).
- It stores nothing of its own in annotations: a loop by levels needs no last handled configuration.
- In named namespaces it scans for nothing cluster-wide, so rights in those namespaces are enough.
- It posts no events: ours come from a closed list.
"""

import asyncio
import logging
import os
import random
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import kopf

from authpulse_operator.api.resource import GROUP
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.listening import Login, session
from authpulse_operator.runtime.logs import LOGGER, about
from authpulse_operator.runtime.looping import FINALIZER, Loops, Pace
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.planning import Material
from authpulse_operator.runtime.reconciling import AuthPulses
from authpulse_operator.runtime.resources import Worlds
from authpulse_operator.runtime.settings import OperatorSettings
from authpulse_operator.runtime.snapshots import Snapshots

REQUEST_SECONDS: Final = 30
CONNECT_SECONDS: Final = 5
SCANNING_WATCHES: Final = 4  # namespaces, definitions, and peerings of both kinds
FRAMEWORK_DELAYS: Final = (1, 2, 3, 5, 8, 13, 21, 34, 55)

log = logging.getLogger(f"{LOGGER}.operator")


class Forever:
    """Back-offs without an end, so that no watch is ever given up."""

    def __iter__(self) -> Iterator[float]:
        while True:
            yield 1 + random.random()


class NoDiffs(kopf.DiffBaseStorage):
    """Says that nothing ever changed: the loops compare generations themselves."""

    def build(self, **_: Any) -> Any:
        return {}

    def fetch(self, **_: Any) -> Any:
        return {}

    def store(self, **_: Any) -> None:
        """There is nothing to remember."""


def assemble(
    settings: OperatorSettings,
    worlds: Worlds,
    material: Material,
    login: Login,
    *,
    metrics: Metrics,
    health: Health,
    tempo: float = 1,
) -> "Operator":
    """An operator over those worlds. `tempo` is how many seconds of their clock go by in one."""
    threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="pass")
    pace = Pace(settings.poll_seconds, settings.retry_seconds, settings.retry_max_seconds, tempo)
    pulses = Loops(AuthPulses(worlds, material, metrics), threads, pace, metrics, health)
    snapshots = Loops(Snapshots(worlds, pulses.document), threads, pace, metrics, health)
    snapshots.noticed = lambda document: pulses.ring(
        document["metadata"]["namespace"], document["spec"].get("authPulse", "")
    )
    return Operator(settings, (pulses, snapshots), threads, login, metrics, health)


class NoProgress(kopf.AnnotationsProgressStorage):
    """`on.delete` goes through in one go, so how far it is need not be written. Only touching is left of it: Kopf's
    way to be called again."""

    def clear(self, *, essence: Any) -> Any:
        return essence

    def fetch(self, **_: Any) -> None:
        return None

    def store(self, **_: Any) -> None:
        """There is nothing to remember."""

    def purge(self, **_: Any) -> None:
        """There is nothing to forget."""


TLS_GOODBYE_SECONDS: Final = 0.25
"""aiohttp's own advice: TLS connections say goodbye after their session is closed, and need the loop for it."""


@dataclass(eq=False)
class Operator:
    """One operator, to be run once."""

    settings: OperatorSettings
    loops: Sequence[Loops]
    threads: ThreadPoolExecutor
    login: Login
    metrics: Metrics
    health: Health
    _stop: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> None:
        """Until it is stopped. Passes under way are finished within the grace time. Raises what Kopf cannot go on with,
        such as an API server that refuses the login."""
        self.metrics.show("last_pass_age_seconds", lambda: self.health.pass_age_seconds)
        self.metrics.show("watch_silence_seconds", lambda: self.health.watch_silence_seconds)
        self.health.begin()
        log.info("starting", extra=about(namespaces=list(self.settings.namespaces) or "all"))
        try:
            asyncio.run(self._operate())
        finally:
            self.threads.shutdown(wait=False, cancel_futures=True)
        log.info("stopped")

    def end(self) -> None:
        """Stops it, from any thread. In a process of its own SIGTERM and SIGINT do."""
        if self._loop is None:
            self._stop.set()
        else:
            self._loop.call_soon_threadsafe(lambda: asyncio.ensure_future(self._close()))

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(self.settings.grace_seconds):
                for loops in self.loops:
                    await loops.close()
        except TimeoutError:
            log.warning("passes are still under way; what they began is in the status", extra=about())
        self._stop.set()

    async def _operate(self) -> None:
        ready = asyncio.Event()
        heralding = asyncio.create_task(self._herald(ready))
        self._loop = asyncio.get_running_loop()
        # Kopf would take the user's name, and that of a container has none
        identity: Any = f"{socket.gethostname()}/{os.getpid()}"
        try:
            await kopf.operator(
                identity=identity,
                registry=self._registry(),
                settings=self._kopf_settings(),
                standalone=not self.settings.peering,
                clusterwide=not self.settings.namespaces,
                namespaces=self.settings.namespaces,
                stop_flag=self._stop,
                ready_flag=ready,
            )
        finally:
            heralding.cancel()
            self._stop.set()  # Kopf waits for it in a thread, which has to end as well
            await asyncio.sleep(TLS_GOODBYE_SECONDS)

    async def _herald(self, ready: asyncio.Event) -> None:
        await ready.wait()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):  # in place of Kopf's, which ends loops one after the other
                asyncio.get_running_loop().add_signal_handler(number, self.end)
        self.health.readiness.set()

    def _registry(self) -> kopf.OperatorRegistry:
        registry = kopf.OperatorRegistry()

        async def log_in(**_: Any) -> kopf.AiohttpSession:
            watches = len(self.loops) * max(1, len(self.settings.namespaces)) + SCANNING_WATCHES
            connections = watches + self.settings.workers
            return session(self.login, connections=connections, metrics=self.metrics, health=self.health)

        kopf.on.login(registry=registry, id="login")(log_in)
        for loops in self.loops:
            loops.register(registry, grace_seconds=self.settings.grace_seconds)
        return registry

    def _kopf_settings(self) -> kopf.OperatorSettings:
        settings = kopf.OperatorSettings()
        settings.persistence.finalizer = FINALIZER
        settings.persistence.diffbase_storage = NoDiffs()
        settings.persistence.progress_storage = NoProgress(prefix=GROUP)
        settings.networking.error_backoffs = Forever()
        settings.networking.request_timeout = REQUEST_SECONDS
        settings.networking.connect_timeout = CONNECT_SECONDS
        settings.queueing.error_delays = FRAMEWORK_DELAYS
        settings.queueing.exit_timeout = self.settings.grace_seconds
        settings.scanning.disabled = bool(self.settings.namespaces)
        settings.posting.enabled = False
        settings.background.cancellation_polling = 1
        settings.background.instant_exit_zero_time_cycles = 50
        settings.process.ultimate_exiting_timeout = None  # our own grace time ends it
        return settings
