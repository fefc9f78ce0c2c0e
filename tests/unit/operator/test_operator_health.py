"""When the operator says that it is not well, and where it says so."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from authpulse.errors import ReachabilityError
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.serving import served
from authpulse_operator.runtime.settings import OperatorSettings

STALE, SILENT = 300.0, 210.0
ANY_PORT = OperatorSettings(health_port=0, metrics_port=0)


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def health(*, canary: str | None = None) -> tuple[Health, Seconds]:
    """One that has just begun, hears its watch, and knows a resource."""
    seconds = Seconds()
    made = Health(STALE, SILENT, canary, seconds)
    made.begin()
    made.came("AuthPulse", "a/b")
    made.heard("/watch")
    return made, seconds


def the_pass(of: Health) -> None:
    of.passed("a/b")


def the_watch(of: Health) -> None:
    of.heard("/watch")


@pytest.mark.parametrize(
    ("waits", "told", "failures"),
    [
        (0, (), []),
        (200, (), []),
        (301, (the_watch,), ["no pass over any of 1 resources for 301 s"]),
        (301, (the_pass,), ["a watch shows no sign of life for 301 s"]),
        (301, (the_watch, the_pass), []),
    ],
    ids=["at the start", "for a while", "without a pass", "without a sign of a watch", "with both"],
)
def test_health(waits: float, told: tuple[Callable[[Health], None], ...], failures: list[str]) -> None:
    checked, seconds = health()
    seconds.now += waits
    for tell in told:
        tell(checked)
    assert checked.failures() == failures


def test_the_most_silent_watch_counts() -> None:
    checked, seconds = health()
    checked.heard("/other")
    seconds.now += SILENT + 1
    the_watch(checked)
    the_pass(checked)
    assert checked.failures() == ["a watch shows no sign of life for 211 s"]


def test_an_operator_whose_watches_never_began_is_not_well() -> None:
    seconds = Seconds()
    checked = Health(STALE, SILENT, seconds=seconds)
    checked.begin()
    seconds.now += SILENT + 1
    assert checked.failures() == ["a watch shows no sign of life for 211 s"]


def test_without_resources_there_need_be_no_pass() -> None:
    checked, seconds = health()
    checked.went("AuthPulse", "a/b")
    seconds.now += STALE + 1
    the_watch(checked)
    assert checked.failures() == []


def test_the_canary_is_judged_by_its_own_passes() -> None:
    checked, seconds = health(canary="probe/canary")
    checked.passed("probe/canary")
    seconds.now += STALE + 1
    the_watch(checked)
    the_pass(checked)
    assert checked.failures() == ["the canary probe/canary was not looked at for 301 s"]
    checked.passed("probe/canary")
    assert checked.failures() == []


def ask(url: str) -> tuple[int, str]:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_probes_and_metrics_are_served() -> None:
    checked, seconds = health()
    metrics = Metrics()
    metrics.count("passes_total", "AuthPulse", "AsSpecified")
    with served(ANY_PORT, checked, metrics) as pages:
        assert ask(pages["/healthz"]) == (200, "ok")
        assert ask(pages["/readyz"]) == (503, "starting")
        checked.readiness.set()
        assert ask(pages["/readyz"]) == (200, "ok")
        seconds.now += STALE + 1
        the_watch(checked)
        assert ask(pages["/healthz"]) == (500, "no pass over any of 1 resources for 301 s")
        assert 'passes_total{kind="AuthPulse",reason="AsSpecified"} 1.0' in ask(pages["/metrics"])[1]
        assert ask(pages["/metrics"].replace("metrics", "secrets"))[0] == 404


def test_one_port_can_serve_all() -> None:
    with served(ANY_PORT, health()[0], Metrics()) as pages:
        port = int(pages["/healthz"].split(":")[2].split("/")[0])
    both = OperatorSettings(health_port=port, metrics_port=port)
    with served(both, health()[0], Metrics()) as pages:
        assert {ask(url)[0] for url in pages.values()} == {200, 503}
        with (
            pytest.raises(ReachabilityError, match=f"cannot serve at 127.0.0.1:{port}"),
            served(both, health()[0], Metrics()),
        ):
            pass
