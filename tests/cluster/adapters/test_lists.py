"""Lists that resources share: asked for once, and no older than what the operator itself has done."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from kubernetes.client import Configuration

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import JOBS, SNAPSHOTS
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.core.errors import Unreachable
from doubles.kube import Calls


@dataclass
class Time:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def lists(api: KubeApi, time: Time) -> SharedLists:
    return SharedLists(api, fresh_seconds=1.0, monotonic=time)


def test_a_list_is_asked_for_once_by_all_until_it_is_old(
    lists: SharedLists, time: Time, namespace: str, calls: Calls
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: lists.all(SNAPSHOTS, namespace), range(40)))
    assert calls.of("list", "authpulsesnapshots") == 1
    time.seconds = 1.0
    lists.all(SNAPSHOTS, namespace)
    assert calls.of("list", "authpulsesnapshots") == 2


def test_what_was_changed_is_asked_for_again_and_nothing_else(lists: SharedLists, namespace: str, calls: Calls) -> None:
    for kind in (SNAPSHOTS, JOBS):
        lists.all(kind, namespace)
    lists.forget(SNAPSHOTS, namespace)
    lists.forget(JOBS, "elsewhere")
    for kind in (SNAPSHOTS, JOBS):
        lists.all(kind, namespace)
    assert calls.of("list", "authpulsesnapshots") == 2
    assert calls.of("list", "jobs") == 1


def test_a_server_that_is_away_is_asked_by_one_for_all(calls: Calls, time: Time) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = KubeApi(Configuration(host=f"http://127.0.0.1:{closed.getsockname()[1]}"), on_call=calls)
        lists = SharedLists(nowhere, fresh_seconds=1.0, monotonic=time)
        for asked, seconds in ((1, 0.0), (1, 0.9), (2, 1.0)):
            time.seconds = seconds
            with pytest.raises(Unreachable):
                lists.all(JOBS, "shop")
            assert calls.made == [("list", "jobs", 0)] * asked
