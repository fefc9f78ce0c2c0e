"""Events as a person finds them by `kubectl describe`: once each, counted when they come again."""

import socket
from typing import Any

import pytest
from kubernetes.client import Configuration

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.events import KubeEvents
from authpulse_operator.adapters.kube.kinds import EVENTS, Owner
from authpulse_operator.api.reasons import Reason
from doubles.clock import FakeClock
from doubles.kube import Calls


@pytest.fixture
def events(api: KubeApi, owner: Owner, clock: FakeClock) -> KubeEvents:
    return KubeEvents(api, owner, clock=clock, instance="operator-0")


def told(api: KubeApi, owner: Owner) -> list[dict[str, Any]]:
    return [e for e in api.list(EVENTS, owner.namespace) if e["regarding"].get("uid") == owner.uid]


def test_an_event_says_what_of_whom_and_by_whom(events: KubeEvents, other_api: KubeApi, owner: Owner) -> None:
    events.tell("Warning", Reason.ROLLING_BACK, "vertex 2\nfailed")
    (event,) = told(other_api, owner)
    assert (event["type"], event["reason"], event["note"]) == ("Warning", "RollingBack", "vertex 2 failed")
    assert event["regarding"]["kind"] == "AuthPulse"
    assert event["regarding"]["name"] == "dev"
    assert event["reportingController"] == "authpulse.io/authpulse-operator"
    assert event["reportingInstance"] == "operator-0"
    assert event["eventTime"] == "2025-06-02T09:00:00.000000Z"
    assert "series" not in event


def test_said_again_soon_it_is_left_out(events: KubeEvents, calls: Calls, clock: FakeClock) -> None:
    for _ in range(9):
        events.tell("Normal", Reason.CREATING, "the application")
        clock.pass_time(60)
    assert calls.made == [("create", "events", 201)]


def test_said_again_later_it_counts_up(
    events: KubeEvents, api: KubeApi, other_api: KubeApi, owner: Owner, clock: FakeClock
) -> None:
    events.tell("Normal", Reason.CREATING, "the application")
    clock.pass_time(700)
    events.tell("Normal", Reason.CREATING, "the application")
    clock.pass_time(10)
    another_process = KubeEvents(api, owner, clock=clock, instance="operator-1")
    another_process.tell("Normal", Reason.CREATING, "the application")
    (event,) = told(other_api, owner)
    assert event["series"] == {"count": 3, "lastObservedTime": "2025-06-02T09:11:50.000000Z"}


def test_other_words_are_other_events(events: KubeEvents, other_api: KubeApi, owner: Owner) -> None:
    events.tell("Normal", Reason.CREATING, "one")
    events.tell("Normal", Reason.CREATING, "two")
    events.tell("Warning", Reason.CREATING, "two")
    assert len(told(other_api, owner)) == 3


@pytest.mark.parametrize("message", ["x" * 2000, "ü" * 700, ""], ids=["long", "long in bytes", "empty"])
def test_a_message_is_made_to_fit(events: KubeEvents, other_api: KubeApi, owner: Owner, message: str) -> None:
    events.tell("Normal", Reason.IDLE, message)
    (event,) = told(other_api, owner)
    assert 0 < len(event["note"].encode()) <= 1024
    assert event["note"].endswith("…") or event["note"] == Reason.IDLE.meaning


def test_what_cannot_be_told_is_logged_and_nothing_else(
    owner: Owner, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = KubeApi(Configuration(host=f"http://127.0.0.1:{closed.getsockname()[1]}"))
        KubeEvents(nowhere, owner, clock=clock).tell("Warning", Reason.UNHEALTHY, "the job")
    assert f"could not tell of AuthPulse {owner.namespace}/dev: Unhealthy: the job" in caplog.text
