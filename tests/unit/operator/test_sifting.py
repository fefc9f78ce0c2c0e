"""What of a watch Kopf hears, and what it need not."""

import json
from typing import Any

import pytest

from authpulse_operator.runtime.looping import FINALIZER
from authpulse_operator.runtime.sifting import Sieve


def event(kind: str = "MODIFIED", *, version: int = 2, **metadata: Any) -> dict[str, Any]:
    described = {"uid": "u", "name": "dev", "generation": 1, "finalizers": [FINALIZER], "resourceVersion": str(version)}
    return {
        "type": kind,
        "object": {
            "apiVersion": "authpulse.io/v1alpha1",
            "kind": "AuthPulse",
            "metadata": {k: v for k, v in {**described, **metadata}.items() if v is not None},
            "spec": {"environment": "dev"},
            "status": {"observedGeneration": version},
        },
    }


def told(*events: dict[str, Any]) -> list[dict[str, Any]]:
    """What comes through a new sieve of these, one after the other."""
    sieve = Sieve()
    return [json.loads(sieve.sift(json.dumps(e).encode() + b"\n")) for e in events]


def test_another_status_alone_is_told_as_a_bookmark_that_keeps_the_place() -> None:
    _, second = told(event(version=2), event(version=3))
    kind = {"apiVersion": "authpulse.io/v1alpha1", "kind": "AuthPulse"}
    assert second == {"type": "BOOKMARK", "object": {**kind, "metadata": {"resourceVersion": "3"}}}


@pytest.mark.parametrize(
    "changed",
    [
        {"generation": 2},
        {"annotations": {"authpulse.io/paused": "true"}},
        {"labels": {"team": "security"}},
        {"finalizers": [FINALIZER, "another.io/finalizer"]},
        {"deletionTimestamp": "2026-11-01T00:00:00Z"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_any_other_change_is_told(changed: dict[str, Any]) -> None:
    assert told(event(version=2), event(version=3, **changed))[1] == event(version=3, **changed)


def test_what_was_changed_and_changed_back_is_told_both_times() -> None:
    paused = event(version=3, annotations={"authpulse.io/paused": "true"})
    assert told(event(version=2), paused, event(version=4))[1:] == [paused, event(version=4)]


def test_of_one_without_our_finalizer_all_is_told_because_kopf_may_still_have_to_set_it() -> None:
    assert told(*(event(version=v, finalizers=None) for v in (2, 3)))[1] == event(version=3, finalizers=None)


def test_of_one_that_is_being_deleted_all_is_told_because_kopf_waits_for_what_it_wrote() -> None:
    leaving = {"deletionTimestamp": "2026-11-01T00:00:00Z"}
    assert told(*(event(version=v, **leaving) for v in (2, 3)))[1] == event(version=3, **leaving)


def test_a_new_watch_tells_everything_once_because_there_may_have_been_a_list_in_between() -> None:
    assert told(event(version=3)) == [event(version=3)]


def test_resources_are_told_apart() -> None:
    assert told(event(), event(uid="v"))[1] == event(uid="v")


def test_a_deletion_is_told_and_one_made_anew_after_it_as_well() -> None:
    gone, anew = event("DELETED", version=3), event("ADDED", version=4)
    assert told(event(), gone, anew)[1:] == [gone, anew]


def test_managed_fields_are_left_out() -> None:
    assert told(event(managedFields=[{"manager": "kubectl"}])) == [event()]


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}',
        b'{"type":"ERROR","object":{"kind":"Status","code":410}}',
        b"no JSON",
    ],
)
def test_what_is_of_no_object_is_told_as_it_came(line: bytes) -> None:
    assert Sieve().sift(line + b"\n") == line + b"\n"


def test_lines_come_whole_however_they_are_cut() -> None:
    sent = b"".join(json.dumps(event(version=v, generation=v)).encode() + b"\n" for v in (2, 3))
    sieve = Sieve()
    heard = b"".join(sieve.sift(sent[at : at + 7]) for at in range(0, len(sent), 7))
    assert [json.loads(line) for line in heard.splitlines()] == [event(version=v, generation=v) for v in (2, 3)]
    assert sieve.rest() == b""


def test_a_line_that_breaks_off_is_left_for_kopf_to_judge() -> None:
    sieve = Sieve()
    assert sieve.sift(b'{"type":') == b""
    assert sieve.rest() == b'{"type":'
