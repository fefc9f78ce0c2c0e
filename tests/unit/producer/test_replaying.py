"""A replay against a stream in memory: whatever the stream does, everything arrives and each user's events in order."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authpulse import formats
from authpulse.errors import AuthPulseError, InputError, ReachabilityError
from doubles.stream import FakeStream, by_user
from doubles.ticking import TickingClock
from producer.pacing import Pace, Rate, Speedup
from producer.packing import Packer
from producer.progress import Hidden
from producer.rejects import Rejects
from producer.replaying import Replay, Result
from producer.sections import EVENTS_OF_ONE_USER, Position
from producer.sending import Sender, Traffic

BUCKETS = 8


@dataclass
class Bench:
    """Everything around one replay."""

    stream: FakeStream = field(default_factory=FakeStream)
    clock: TickingClock = field(default_factory=TickingClock)
    pace: Pace | None = None
    max_attempts: int = 20
    saved: list[Position] = field(default_factory=list)
    save: Callable[[Position], None] | None = None
    stopped_after: int | None = None
    read: int = 0
    rejects: Rejects = field(default_factory=lambda: Rejects(None))
    traffic: Traffic = field(default_factory=Traffic)

    def run(self, lines: list[str], *, start: Position | None = None, limit: int | None = None) -> Result:
        begin = start or Position()

        def blocks() -> Iterator[tuple[int, list[str]]]:
            for number, line in enumerate(lines[begin.lines :], begin.lines + 1):
                self.read = number
                yield number, [line]

        return self.run_blocks(blocks(), start=begin, limit=limit)

    def run_blocks(
        self, blocks: Iterator[tuple[int, list[str]]], *, start: Position | None = None, limit: int | None = None
    ) -> Result:
        begin = start or Position()
        with self._sender(begin) as sender:
            replay = Replay(
                blocks,
                formats.reader("lanl-auth", "log"),
                start=begin,
                limit=limit,
                packer=Packer(buckets=BUCKETS, pack_bytes=2000, pack_ms=1000),
                pack_seconds=1.0,
                sender=sender,
                rejects=self.rejects,
                pace=self.pace,
                clock=self.clock,
                display=Hidden(),
                stopping=self._stopping,
            )
            return replay.run()

    @contextmanager
    def _sender(self, start: Position) -> Iterator[Sender]:
        with Sender(
            self.stream,
            buckets=BUCKETS,
            max_attempts=self.max_attempts,
            jitter=lambda: 1.0,
            clock=self.clock,
            start=start,
            save=self.save or self.saved.append,
            stopping=self._stopping,
            nap_seconds=0.001,
        ) as sender:
            self.traffic = sender.traffic
            yield sender

    def _stopping(self) -> bool:
        return self.stopped_after is not None and self.read >= self.stopped_after

    def lines_arrived(self) -> list[int]:
        return sorted({int(e["source"].rpartition(":")[2]) for e in self.stream.elements})


def log(events: int, *, users: int = 23, per_second: int = 40) -> list[str]:
    return [f"{n // per_second},U{(n * 7) % users},C{n % 5}" for n in range(events)]


def in_order(bench: Bench) -> bool:
    return all(lines == sorted(lines) for lines in by_user(bench.stream.elements).values())


def test_everything_arrives_once_and_each_users_events_in_order() -> None:
    bench = Bench()
    result = bench.run(log(5000))
    assert result == Result(Position(lines=5000, events=5000), at_end=True, stopped=False)
    assert len(bench.stream.elements) == 5000
    assert bench.lines_arrived() == list(range(1, 5001))
    assert in_order(bench)
    assert bench.saved[-1] == result.position
    assert (bench.traffic.requests, bench.traffic.records_again) == (len(bench.stream.requests), 0)


def test_an_empty_log_is_at_its_end() -> None:
    assert Bench().run([]) == Result(Position(), at_end=True, stopped=False)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6), share=st.floats(0.05, 0.6))
def test_refused_records_go_again_and_order_is_kept(seed: int, share: float) -> None:
    chance = random.Random(seed)
    stream = FakeStream(refuse=lambda _record, attempt: attempt < 10 and chance.random() < share)
    bench = Bench(stream)
    bench.run(log(1500))
    assert len(stream.elements) == 1500
    assert in_order(bench)
    sent = [r.data for request in stream.requests for r in request]
    assert bench.traffic.records_again == len(sent) - len(set(sent))


@pytest.mark.parametrize("takes_effect", [False, True], ids=["lost on the way there", "lost on the way back"])
def test_a_request_without_an_answer_goes_again(takes_effect: bool) -> None:
    bench = Bench(FakeStream(breaks=lambda request: request % 3 == 0, takes_effect_when_broken=takes_effect))
    bench.run(log(2000))
    assert bench.lines_arrived() == list(range(1, 2001))
    assert in_order(bench)
    assert bench.traffic.failed_requests > 0


def test_only_what_was_refused_goes_again() -> None:
    first: list[bytes] = []

    def refuse(record: Any, attempt: int) -> bool:
        first[:] = first or [record.data]
        return bool(record.data == first[0] and attempt == 1)

    bench = Bench(FakeStream(refuse=refuse))
    bench.run(log(2000))
    assert bench.traffic.records_again == 1
    assert len(bench.stream.elements) == 2000


def test_a_record_that_is_always_refused_ends_the_replay_with_a_checkpoint_before_it() -> None:
    bench = Bench(FakeStream(refuse=lambda record, _: b'"log:1500"' in record.data), max_attempts=3)
    with pytest.raises(AuthPulseError, match="refused 3 times"):
        bench.run(log(4000))
    assert all(p.lines < 1500 for p in bench.saved)


def test_a_stream_that_does_not_answer_any_more_ends_the_replay_as_unreachable() -> None:
    bench = Bench(FakeStream(breaks=lambda request: request > 2), max_attempts=3)
    with pytest.raises(ReachabilityError, match=r"no answer \(3 attempts\)"):
        bench.run(log(4000))


def test_a_store_that_fails_ends_the_replay() -> None:
    def full(_: Position) -> None:
        raise InputError("disk full")

    with pytest.raises(InputError, match="disk full"):
        Bench(save=full).run(log(4000))


def test_what_was_read_before_a_broken_input_arrives() -> None:
    def breaking() -> Iterator[tuple[int, list[str]]]:
        yield 1, log(700)
        raise InputError("ends in the middle")

    bench = Bench()
    with pytest.raises(InputError, match="ends in the middle"):
        bench.run_blocks(breaking())
    assert bench.lines_arrived() == list(range(1, 701))
    assert bench.saved[-1].lines == 700


def test_a_limit_counts_lines() -> None:
    bench = Bench()
    assert bench.run(log(1000), limit=300) == Result(Position(lines=300, events=300), at_end=True, stopped=False)
    assert len(bench.stream.elements) == 300


def test_a_replay_that_is_asked_to_stop_brings_home_what_it_has_read() -> None:
    bench = Bench(stopped_after=1000)
    result = bench.run(log(5000))
    assert (result.stopped, result.at_end) == (True, False)
    assert 1000 <= result.position.lines < 1300
    assert bench.lines_arrived() == list(range(1, result.position.lines + 1))
    assert bench.saved[-1] == result.position


def test_a_stop_that_comes_with_the_last_line_does_not_undo_the_end() -> None:
    bench = Bench(stopped_after=100)
    assert bench.run(log(100)) == Result(Position(lines=100, events=100), at_end=True, stopped=False)


def test_a_stop_gives_up_on_a_stream_that_does_not_answer() -> None:
    bench = Bench(
        FakeStream(breaks=lambda _: True), stopped_after=300, max_attempts=10**9, clock=TickingClock(tick=0.5)
    )
    result = bench.run(log(5000))
    assert result == Result(Position(), at_end=False, stopped=True)


def test_a_resumed_replay_counts_on() -> None:
    lines = log(3000)
    bench = Bench()
    result = bench.run(lines, start=Position(lines=1200, events=1200))
    assert result.position == Position(lines=3000, events=3000)
    assert bench.lines_arrived() == list(range(1201, 3001))


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 3000))
def test_any_saved_position_is_one_from_which_nothing_is_lost(wish: int) -> None:
    """Whatever checkpoint a killed replay left: what arrived before it and what a resumed one sends is everything."""
    lines = log(3000)
    bench = Bench()
    arrived: list[tuple[Position, set[int]]] = []

    def save(position: Position) -> None:
        arrived.append((position, set(bench.lines_arrived())))

    bench.save = save
    bench.run(lines)
    position, before = min(arrived, key=lambda a: abs(a[0].lines - wish))
    again = Bench()
    again.run(lines, start=position)
    assert before >= set(range(1, position.lines + 1))
    assert before | set(again.lines_arrived()) == set(range(1, 3001))


def test_no_more_is_ahead_of_the_checkpoint_than_the_job_can_recognise() -> None:
    """One account has every event: the worst case for deduplication."""
    bench = Bench()
    ahead: list[int] = []

    def save(position: Position) -> None:
        saved = bench.saved[-1].lines if bench.saved else 0
        ahead.append(len(bench.stream.elements) - saved)
        bench.saved.append(position)

    bench.save = save
    bench.run(log(5000, users=1))
    assert max(ahead) <= 2 * EVENTS_OF_ONE_USER
    assert len(bench.saved) > 5000 / EVENTS_OF_ONE_USER / 2 - 1


def test_rejected_and_ignored_lines_are_counted_and_the_rejected_ones_sent_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    lines = ["1,U1,C1", "", "what", "2,U1", "3,U1,C1"]
    with Rejects(path) as rejects:
        bench = Bench(rejects=rejects)
        result = bench.run(lines)
    assert result.position == Position(lines=5, events=2, rejected=2, ignored=1, rejects_bytes=path.stat().st_size)
    assert {e["source"]: e.get("rejected") for e in bench.stream.elements} == {
        "log:1": None,
        "log:3": "1 columns, 3 wanted",
        "log:4": "2 columns, 3 wanted",
        "log:5": None,
    }
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"line": 3, "reason": "1 columns, 3 wanted", "raw": "what"},
        {"line": 4, "reason": "2 columns, 3 wanted", "raw": "2,U1"},
    ]


def test_a_paced_replay_sends_what_it_has_while_it_waits() -> None:
    clock = TickingClock(tick=0.001)
    bench = Bench(clock=clock, pace=Speedup(1, clock.monotonic))
    bench.run(["0,U1,C1", "1,U2,C1", "60,U3,C1"])
    assert sum(clock.slept) == pytest.approx(60, abs=1.5)
    assert bench.saved[0].lines < 3


def test_a_paced_replay_stops_in_the_middle_of_a_wait() -> None:
    clock = TickingClock(tick=0.001)
    bench = Bench(clock=clock, pace=Speedup(1, clock.monotonic), stopped_after=2)
    result = bench.run(["0,U1,C1", "100000,U2,C1"])
    assert result == Result(Position(lines=1, events=1), at_end=False, stopped=True)
    assert sum(clock.slept) < 1


def test_a_rate_makes_a_replay_last_as_long_as_it_says() -> None:
    clock = TickingClock(tick=0.0001)
    bench = Bench(clock=clock, pace=Rate(100, clock.monotonic))
    bench.run(log(1000))
    assert clock.seconds == pytest.approx(10, rel=0.1)
