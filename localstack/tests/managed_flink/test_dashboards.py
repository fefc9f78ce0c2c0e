"""Where a dashboard is said to be."""

import pytest

from authpulse_localstack.managed_flink.dashboards import url_of
from support.flink import World


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("", "http://127.0.0.1:1"),
        ("aws.security.svc:4566", "http://aws.security.svc:4566/_authpulse/dashboards/1/r/app"),
    ],
    ids=["on this machine it is Flink's own", "for others it is behind the gateway"],
)
def test_the_url_of_a_dashboard(world: World, monkeypatch: pytest.MonkeyPatch, address: str, url: str) -> None:
    monkeypatch.setenv("AUTHPULSE_LOCAL_ADDRESS", address)
    assert url_of(world.running(), world.cluster) == url
