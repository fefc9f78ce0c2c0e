"""One loop for each resource, on top of Kopf: when a look is taken, and that there is never more than one at once.

Kopf watches and tells; it decides nothing. `on.event` only wakes. A daemon looks, waits until the next look is due or
it is woken, and looks again. Cleaning up is `on.delete`'s alone, because a daemon's finalizer does not guard it: of a
resource deleted while the operator was down no daemon is started, and Kopf would let it go. There are no handlers for
changes: the loop goes by levels, so Kopf need not remember what it has handled, and nothing is stored in annotations.

What looks block (boto3, urllib3) runs in a bounded pool of threads. Nothing that goes wrong leaves a loop: Kopf would
wait a minute, or end it for ever.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import kopf

from authpulse_operator.api.definitions import VERSION, Kind
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import GROUP
from authpulse_operator.core.case import LATER
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.logs import LOGGER, about
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.resources import Document, our_annotations

FINALIZER: Final = f"{GROUP}/finalizer"
NEVER: Final = float("inf")
JITTER: Final = 0.1

log = logging.getLogger(f"{LOGGER}.loop")


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look, and when the next is due. `hindered`: something did not work, so wait ever longer."""

    seconds: float
    reason: str
    hindered: bool = False
    done: bool = False
    """Of a farewell: nothing outside is left to clean up."""


CLOSING: Final = Look(0, "Closing")
"""Not taken, because the operator stops."""


class Reconciler(Protocol):
    """What a look at one kind of resource is. Methods run in threads, for one resource one at a time."""

    kind: Kind

    def reconcile(self, document: Document) -> Look: ...

    def farewell(self, document: Document) -> Look:
        """One step of cleaning up after a resource that is being deleted."""

    def refreshed(self, document: Document) -> Document | None:
        """The same resource as it is now; None when it is gone."""

    def forget(self, document: Document) -> None:
        """It is gone."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What of a resource is worth waking up for. Its status is not: we write it."""

    generation: int
    annotations: tuple[tuple[str, str], ...]
    is_guarded: bool
    """It carries our finalizer."""
    is_leaving: bool


@dataclass(eq=False)
class Gear:
    """The loop of one resource."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    at_rest: asyncio.Event = field(default_factory=asyncio.Event)
    """No daemon runs."""
    document: Document = field(default_factory=dict)
    sign: Sign | None = None
    due: float = 0.0
    setbacks: int = 0

    def __post_init__(self) -> None:
        self.at_rest.set()

    @property
    def is_leaving(self) -> bool:
        return self.sign is not None and self.sign.is_leaving

    def ring(self) -> None:
        self.due = min(self.due, time.monotonic())
        self.wake.set()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait. `tempo` is how many seconds go by in one: tests make it more than one."""

    poll_seconds: float
    retry_seconds: float
    retry_max_seconds: float
    tempo: float = 1.0

    def pause(self, look: Look, gear: Gear) -> float:
        """Seconds on the wall to the next look; a little more or less, so that resources do not march in step."""
        if look.hindered:
            gear.setbacks = min(gear.setbacks + 1, 32)
            longer: float = max(look.seconds, self.retry_seconds) * 2 ** (gear.setbacks - 1)
            seconds = min(longer, max(self.retry_max_seconds, look.seconds))
        else:
            gear.setbacks = 0
            seconds = self.poll_seconds if look.seconds >= LATER else look.seconds
        return seconds * random.uniform(1 - JITTER, 1 + JITTER) / self.tempo


@dataclass(eq=False)
class Loops:
    """The loops of all resources of one kind."""

    reconciler: Reconciler
    threads: Executor
    pace: Pace
    metrics: Metrics
    health: Health
    noticed: Callable[[Document], None] = lambda _document: None
    """Told of every event of a resource that is worth waking up for."""
    _gears: dict[tuple[str, str], Gear] = field(default_factory=dict)
    _is_closing: bool = False

    @property
    def kind(self) -> Kind:
        return self.reconciler.kind

    def register(self, registry: kopf.OperatorRegistry, *, grace_seconds: float) -> None:
        """Hands the handlers to Kopf."""
        where = (GROUP, VERSION, self.kind.plural)
        kopf.on.event(*where, registry=registry, id="notice")(self._notice)
        daemon = kopf.daemon(
            *where, registry=registry, id="keep", cancellation_backoff=grace_seconds, cancellation_timeout=1
        )
        daemon(self._keep)
        kopf.on.delete(*where, registry=registry, id="leave")(self._leave)

    def ring(self, namespace: str, name: str) -> None:
        """Something that the resource depends on has changed. Does nothing where there is none of that name."""
        gear = self._gears.get((namespace, name))
        if gear is not None:
            gear.ring()

    def document(self, namespace: str, name: str) -> Document | None:
        """The resource as last seen; None where there is none."""
        gear = self._gears.get((namespace, name))
        return gear.document if gear is not None else None

    async def close(self) -> None:
        """Begins no look any more, and returns when those under way are through. Kopf ends loops one after the other;
        this has them end by themselves, all at once."""
        self._is_closing = True
        for gear in self._gears.values():
            gear.ring()
        for gear in list(self._gears.values()):
            await gear.at_rest.wait()

    async def _notice(self, event: Any, memo: Any, **_: Any) -> None:
        """Wakes the loop; of a deletion it waits for the loop to end, because Kopf repeats `on.delete` until it has."""
        document: Document = event["object"]
        gear = self._gear(memo, document)
        gear.document = document
        sign = _sign(document)
        if sign != gear.sign:
            gear.sign = sign
            gear.ring()
            self.noticed(document)
        if event["type"] == "DELETED":
            self._gone(document, gear)
        elif sign.is_leaving:
            await gear.at_rest.wait()

    async def _keep(self, memo: Any, stopped: Any, **_: Any) -> None:
        """The daemon."""
        gear: Gear = memo.gear
        gear.at_rest.clear()
        waking = asyncio.create_task(_ring_at_the_end(stopped, gear))
        try:
            while not (stopped or gear.is_leaving or self._is_closing):
                gear.wake.clear()
                await self._wait(gear, await self._look(gear))
        finally:
            waking.cancel()
            gear.at_rest.set()

    async def _leave(self, memo: Any, body: Any, **_: Any) -> None:
        """Cleans up, to its end. It waits in here, because every retry of Kopf's is written to the resource."""
        gear: Gear = memo.gear
        gear.setbacks = 0
        while True:
            async with gear.lock:
                look = await self._run(self.reconciler.farewell, gear)
            if look is CLOSING:
                raise kopf.TemporaryError("the operator stops", delay=0)
            if look.done:
                await self._catch_up(gear, body)
                return
            await asyncio.sleep(self.pace.pause(look, gear))
            if not await self._still_there(gear):
                return

    async def _catch_up(self, gear: Gear, body: Any) -> None:
        """Kopf takes the finalizer away from the version that it has seen last. Every status of a farewell has made a
        newer one, and each would cost it a refusal and another farewell: so it is shown the one that is there."""
        if await self._still_there(gear):
            body._replace_with(gear.document)  # noqa: SLF001 - as Kopf itself does with each event

    async def _still_there(self, gear: Gear) -> bool:
        """Kopf tells nothing while it is in `on.delete`, so what a person has since changed is asked for, before every
        further step: what a farewell waits for, a person may be asked to change."""
        try:
            found = await self._in_thread(lambda: self.reconciler.refreshed(gear.document))
        except Exception:
            log.exception("cannot read a resource that is being deleted", extra=self._about(gear.document))
            return True
        if found is not None:
            gear.document = found
        return found is not None

    async def _look(self, gear: Gear) -> float:
        async with gear.lock:
            if gear.is_leaving:
                return 0
            if gear.sign is None or not gear.sign.is_guarded:
                return NEVER  # nothing is made that could leak: the finalizer comes first, and its event wakes us
            look = await self._run(self.reconciler.reconcile, gear)
        return self.pace.pause(look, gear)

    async def _run(self, work: Callable[[Document], Look], gear: Gear) -> Look:
        """A look in a thread, measured. Whatever it raises becomes a look to be tried again."""
        document, due, kind = gear.document, gear.due or time.monotonic(), self.kind.kind
        began = due

        def timed() -> Look:
            nonlocal began
            began = time.monotonic()
            return CLOSING if self._is_closing else work(document)

        try:
            look = await self._in_thread(timed)
        except Exception:
            log.exception("a look failed unexpectedly", extra=self._about(document))
            self.metrics.count("unexpected_errors_total", kind)
            look = Look(self.pace.retry_seconds, Reason.INTERNAL_ERROR, hindered=True)
        self.metrics.observe("queue_age_seconds", began - due, kind)
        self.metrics.observe("reconcile_duration_seconds", time.monotonic() - began, kind)
        self.metrics.count("passes_total", kind, look.reason)
        self.health.passed(_identity(document))
        return look

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        """Waits for it to its end also when cancelled: a write is never left half watched. What waits is not begun."""
        job: Future[T] = self.threads.submit(work)
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            if not job.cancel():
                await asyncio.wait([asyncio.wrap_future(job)])
            raise

    async def _wait(self, gear: Gear, seconds: float) -> None:
        gear.due = time.monotonic() + seconds
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(None if seconds == NEVER else seconds):
                await gear.wake.wait()
        except TimeoutError:
            return

    def _gear(self, memo: Any, document: Document) -> Gear:
        if not hasattr(memo, "gear"):
            memo.gear = Gear()
            self.health.came(self.kind.kind, _identity(document))
        gear: Gear = memo.gear
        self._gears[_key(document)] = gear
        return gear

    def _gone(self, document: Document, gear: Gear) -> None:
        if self._gears.get(_key(document)) is gear:
            del self._gears[_key(document)]
            self.health.went(self.kind.kind, _identity(document))
        self.reconciler.forget(document)

    def _about(self, document: Document) -> dict[str, Any]:
        metadata = document["metadata"]
        return about(
            kind=self.kind.kind,
            resource=metadata["name"],
            namespace=metadata["namespace"],
            generation=metadata["generation"],
        )


async def _ring_at_the_end(stopped: Any, gear: Gear) -> None:
    """A loop that waits hears at once that the operator stops: Kopf need not cancel it."""
    await stopped.wait()
    gear.ring()


def _sign(document: Document) -> Sign:
    metadata = document["metadata"]
    return Sign(
        generation=metadata["generation"],
        annotations=our_annotations(metadata),
        is_guarded=FINALIZER in metadata.get("finalizers", ()),
        is_leaving="deletionTimestamp" in metadata,
    )


def _key(document: Document) -> tuple[str, str]:
    return document["metadata"]["namespace"], document["metadata"]["name"]


def _identity(document: Document) -> str:
    return "/".join(_key(document))
