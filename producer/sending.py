"""Sends packs behind the reader's back: one request on its way while the next lines are read.

One thread sends and saves checkpoints; `outbox` decides what, `sections` up to where. What breaks it comes out of the
reader's next call.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from producer.clock import Clock
from producer.outbox import Outbox
from producer.packing import Pack, hash_key_of
from producer.sections import Position, Sections
from producer.stream import Record, Refusal, RequestFailed, Stream

MAX_WAITING_BYTES: Final = 16 * 1024 * 1024
NAP_SECONDS: Final = 0.2  # so that a request to stop is seen


@dataclass(slots=True)
class Traffic:
    """What went over the wire in this run."""

    requests: int = 0
    records: int = 0
    bytes: int = 0
    records_again: int = 0
    failed_requests: int = 0


class Sender:
    """A context: leaving it ends the thread. Use from one thread."""

    def __init__(
        self,
        stream: Stream,
        *,
        buckets: int,
        max_attempts: int,
        jitter: Callable[[], float],
        clock: Clock,
        start: Position,
        save: Callable[[Position], None],
        stopping: Callable[[], bool],
        nap_seconds: float = NAP_SECONDS,
    ) -> None:
        """`save` keeps a checkpoint; `nap_seconds` is how long a wait goes on before the clock is looked at again."""
        self._stream = stream
        self._clock = clock
        self._save = save
        self._stopping = stopping
        self._nap_seconds = nap_seconds
        self._max_attempts = max_attempts
        self._keys = [(f"bucket-{b}", hash_key_of(b, buckets)) for b in range(buckets)]
        self._outbox = Outbox(buckets=buckets, max_attempts=max_attempts, jitter=jitter)
        self._sections = Sections()
        self._changed = threading.Condition()
        self._failed_in_a_row = 0
        self._failure: BaseException | None = None
        self._over = False
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self.traffic = Traffic()
        self.through = start
        """Up to here everything has arrived and is saved."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._thread.join()

    def send(self, packs: Sequence[Pack]) -> None:
        """Hands packs over; waits while too much is on its way. Raises what broke the sending."""
        with self._changed:
            for pack in packs:
                self._sections.sent(pack.section)
            self._outbox.add(packs)
            self._changed.notify_all()
            while self._outbox.bytes > MAX_WAITING_BYTES and self._failure is None and not self._stopping():
                self._changed.wait(self._nap_seconds)
            self._raise_failure()

    def end_section(self, section: int, end: Position) -> None:
        """Says that the section has no more packs."""
        with self._changed:
            self._sections.ended(section, end)
            self._changed.notify_all()

    def drain(self, seconds: float | None = None) -> bool:
        """Waits until everything has arrived and is saved; False if that took longer than `seconds`."""
        deadline = None if seconds is None else self._clock.monotonic() + seconds
        with self._changed:
            while not self._settled:
                self._raise_failure()
                if deadline is not None and self._clock.monotonic() > deadline:
                    return False
                self._changed.wait(self._nap_seconds)
            self._raise_failure()
        return True

    @property
    def _settled(self) -> bool:
        return self._failure is None and not self._outbox.packs and self._sections.all_saved

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            while self._step():
                pass
        except BaseException as error:  # noqa: BLE001 - it is raised in the reader's thread
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _step(self) -> bool:
        """One request, or one wait. False when it is over."""
        self._save_what_is_through()
        with self._changed:
            if self._over:
                return False
            packs = self._outbox.take(self._clock.monotonic(), self._sections.may_send)
            if not packs:
                self._wait()
                return True
        results = self._put(packs)
        with self._changed:
            self.traffic.requests += 1
            arrived = self._outbox.settle(packs, results, self._clock.monotonic())
            for pack in arrived:
                self._sections.arrived(pack.section)
                self.traffic.records += 1
                self.traffic.bytes += len(pack.data)
            self.traffic.records_again = self._outbox.again
            self._changed.notify_all()
        return True

    def _wait(self) -> None:
        if self._sections.has_news:
            return
        attempt = self._outbox.next_attempt()
        seconds = self._nap_seconds if attempt is None else attempt - self._clock.monotonic()
        self._changed.wait(min(max(seconds, 0.001), self._nap_seconds))

    def _put(self, packs: Sequence[Pack]) -> list[Refusal | None]:
        try:
            results = self._stream.put([Record(*self._keys[p.bucket], p.data) for p in packs])
        except RequestFailed as error:
            self._failed_in_a_row += 1
            self.traffic.failed_requests += 1
            if self._failed_in_a_row >= self._max_attempts:
                raise error.ending(f"{error} ({self._failed_in_a_row} attempts)") from error
            return [Refusal("request failed", str(error))] * len(packs)
        self._failed_in_a_row = 0
        return results

    def _save_what_is_through(self) -> None:
        with self._changed:
            news = self._sections.through()
        if news is None:
            return
        upto, position = news
        self._save(position)
        with self._changed:
            self._sections.saved(upto)
            self.through = position
            self._changed.notify_all()
