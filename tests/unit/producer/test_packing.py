"""Packs: full but never too large, never wider than their window, in order, in the bucket of their user."""

import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authpulse.formats import Event
from producer.packing import HASH_KEYS, Pack, Packer, bucket_of, hash_key_of


def event(number: int, time_ms: int, user: str = "U1", size: int = 60) -> Event:
    text = json.dumps({"n": number, "t": time_ms, "u": user, "x": ""})
    return Event(time_ms, user, text[:-2] + "x" * (size - len(text)) + '"}')


def packer(**changes: Any) -> Packer:
    return Packer(**({"buckets": 4, "pack_bytes": 1000, "pack_ms": 1000} | changes))


def elements(pack: Pack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(pack.data)
    assert len(found) == pack.elements
    return found


def packed(events: list[Event], **changes: Any) -> list[Pack]:
    packs = packer(**changes)
    closed = [p for e in events for p in packs.add(*e)]
    return closed + packs.close()


events_of_many = st.lists(
    st.tuples(st.integers(0, 5000), st.sampled_from([f"U{n}" for n in range(9)]), st.integers(60, 700)), max_size=80
)


@given(events_of_many)
def test_nothing_is_lost_and_each_users_events_stay_in_order(given_events: list[tuple[int, str, int]]) -> None:
    stream = [event(n, time, user, size) for n, (time, user, size) in enumerate(given_events)]
    out: dict[str, list[int]] = defaultdict(list)
    for pack in packed(stream):
        for element in elements(pack):
            assert bucket_of(element["u"], 4) == pack.bucket
            out[element["u"]].append(element["n"])
    wanted: dict[str, list[int]] = defaultdict(list)
    for e in stream:
        wanted[e.user_id].append(json.loads(e.text)["n"])
    assert out == wanted


@given(events_of_many)
def test_no_pack_is_too_large_or_too_wide(given_events: list[tuple[int, str, int]]) -> None:
    for pack in packed([event(n, time, user, size) for n, (time, user, size) in enumerate(given_events)]):
        times = [e["t"] for e in elements(pack)]
        assert len(pack.data) <= 1000 or len(times) == 1
        assert max(times) - min(times) < 1000


def test_a_pack_closes_when_the_next_event_would_make_it_too_large() -> None:
    first, second = packed([event(n, 0, size=100) for n in range(12)])
    assert (first.elements, second.elements) == (9, 3)
    assert len(first.data) == 2 + 9 * 100 + 8


def test_an_event_larger_than_a_pack_travels_alone() -> None:
    packs = packed([event(1, 0), event(2, 0, size=5000), event(3, 0)])
    assert [p.elements for p in packs] == [1, 1, 1]


def test_all_packs_close_together_when_event_time_leaves_their_window() -> None:
    packs = packer()
    for n, user in enumerate(["U1", "U2", "U3", "U4"]):
        assert packs.add(*event(n, 500 + n, user)) == []
    closed = packs.add(*event(9, 1501, "U1"))
    assert sum(p.elements for p in closed) == 4
    assert [p.elements for p in packs.close()] == [1]


@pytest.mark.parametrize("time_ms", [1500, 499], ids=["forwards", "backwards"])
def test_a_window_is_left_in_both_directions(time_ms: int) -> None:
    packs = packer()
    packs.add(*event(1, 500))
    assert len(packs.add(*event(2, time_ms))) == 1


def test_events_of_one_second_share_a_pack() -> None:
    assert [p.elements for p in packed([event(n, 86_400_000) for n in range(5)])] == [5]


def test_a_rejected_line_goes_along_and_closes_nothing() -> None:
    packs = packer()
    packs.add(*event(1, 500))
    assert packs.add_rejected(2, '{"rejected":"no"}') == []
    assert sum(p.elements for p in packs.close()) == 2


def test_packs_belong_to_the_section_that_they_are_closed_in() -> None:
    packs = packer()
    packs.add(*event(1, 0))
    (before,) = packs.close()
    packs.section = 1
    packs.add(*event(2, 0))
    (after,) = packs.close()
    assert (before.section, after.section) == (0, 1)


def test_a_user_keeps_its_bucket_for_ever() -> None:
    """The numbers are in checkpoints' meaning: another function would move users in the middle of a replay."""
    assert [bucket_of(u, 64) for u in ("U66@DOM1", "C1$@DOM1", "Ünal@D", "")] == [63, 13, 18, 0]


@pytest.mark.parametrize("buckets", [1, 2, 3, 16, 64, 4096])
def test_buckets_fill_the_range_of_hash_keys_evenly(buckets: int) -> None:
    keys = [int(hash_key_of(b, buckets)) for b in range(buckets)]
    assert keys == sorted(keys)
    assert [key * buckets // HASH_KEYS for key in keys] == list(range(buckets))
    assert keys[-1] < HASH_KEYS
