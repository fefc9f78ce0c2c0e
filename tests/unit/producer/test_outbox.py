"""Requests: within the limits, one pack of a bucket at a time, and again what was refused."""

from collections.abc import Callable

import pytest

from authpulse.errors import AuthPulseError
from producer.outbox import LONGEST_BACKOFF_SECONDS, MAX_BYTES, Outbox
from producer.packing import Pack
from producer.stream import Refusal

NO = Refusal("ProvisionedThroughputExceededException", "Rate exceeded")


def pack(bucket: int, name: bytes = b"[]", section: int = 0) -> Pack:
    return Pack(bucket, name, 1, section)


def outbox(buckets: int = 4, max_attempts: int = 5, jitter: Callable[[], float] = lambda: 1.0) -> Outbox:
    return Outbox(buckets=buckets, max_attempts=max_attempts, jitter=jitter)


def always(_section: int) -> bool:
    return True


def test_a_request_has_at_most_one_pack_of_each_bucket() -> None:
    box = outbox()
    box.add([pack(0, b"a"), pack(0, b"b"), pack(1, b"c")])
    first = box.take(0, always)
    assert [p.data for p in first] == [b"a", b"c"]
    assert box.take(0, always) == []
    box.settle(first, [None, None], 0)
    assert [p.data for p in box.take(0, always)] == [b"b"]


def test_a_refused_pack_goes_again_before_the_next_of_its_bucket_and_others_do_not_wait() -> None:
    box = outbox()
    box.add([pack(0, b"a"), pack(0, b"b"), pack(1, b"c"), pack(1, b"d")])
    first = box.take(0, always)
    assert [p.data for p in box.settle(first, [NO, None], 0)] == [b"c"]
    second = box.take(0, always)
    assert [p.data for p in second] == [b"d"]
    box.settle(second, [None], 0)
    again = box.next_attempt()
    assert again is not None
    assert box.take(again - 0.001, always) == []
    assert [p.data for p in box.take(again, always)] == [b"a"]
    assert box.again == 1


@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.5), (1.0, 1.0)])
def test_each_attempt_waits_longer_up_to_a_bound_and_by_chance(jitter: float, share: float) -> None:
    box = outbox(max_attempts=50, jitter=lambda: jitter)
    box.add([pack(0)])
    waits, now = [], 0.0
    for _ in range(9):
        box.settle(box.take(now, always), [NO], now)
        again = box.next_attempt()
        assert again is not None
        waits.append(again - now)
        now = again
    assert waits == pytest.approx([share * w for w in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, LONGEST_BACKOFF_SECONDS)])


def test_a_pack_that_arrived_gives_its_bucket_a_fresh_start() -> None:
    box = outbox(max_attempts=2)
    box.add([pack(0, b"a"), pack(0, b"b")])
    box.settle(box.take(0, always), [NO], 0)
    box.settle(box.take(99, always), [None], 99)
    box.settle(box.take(99, always), [NO], 99)
    assert box.next_attempt() == pytest.approx(99.1)


def test_a_pack_that_is_refused_too_often_ends_it_with_the_services_words() -> None:
    box = outbox(max_attempts=2)
    box.add([pack(0)])
    box.settle(box.take(0, always), [NO], 0)
    taken = box.take(99, always)
    with pytest.raises(AuthPulseError, match=r"refused 2 times, last with Provisioned\w+: Rate exceeded"):
        box.settle(taken, [NO], 99)


def test_a_request_keeps_the_limit_of_500_records() -> None:
    box = outbox(buckets=600)
    box.add([pack(b) for b in range(600)])
    first = box.take(0, always)
    assert len(first) == 500
    box.settle(first, [None] * 500, 0)
    assert sorted(p.bucket for p in box.take(0, always)) == list(range(500, 600))


def test_a_request_keeps_the_limit_of_5_mib_and_no_bucket_starves() -> None:
    box = outbox(buckets=10)
    box.add([pack(b, b"x" * 1_000_000) for b in range(10)] * 2)
    seen = []
    while taken := box.take(0, always):
        assert sum(len(p.data) for p in taken) <= MAX_BYTES
        seen.append([p.bucket for p in taken])
        box.settle(taken, [None] * len(taken), 0)
    assert seen == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]] * 2


def test_a_pack_above_all_limits_is_still_tried_alone() -> None:
    box = outbox()
    box.add([pack(0, b"x" * (MAX_BYTES + 1)), pack(1)])
    assert [p.bucket for p in box.take(0, always)] == [0]


def test_packs_of_a_section_that_may_not_be_sent_yet_wait() -> None:
    box = outbox()
    box.add([pack(0, section=0), pack(1, section=2)])
    assert [p.bucket for p in box.take(0, lambda section: section < 2)] == [0]


def test_what_has_not_arrived_is_counted() -> None:
    box = outbox()
    box.add([pack(0, b"abc"), pack(1, b"de")])
    assert (box.packs, box.bytes) == (2, 5)
    box.settle(box.take(0, always), [None, NO], 0)
    assert (box.packs, box.bytes) == (1, 2)
