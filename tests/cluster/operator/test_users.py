"""The user of a container is a number: nobody has given it a name."""

from typing import NoReturn

import pytest
from cluster.operator.conftest import Pipeline

from doubles.cloud import FakeCloud
from support.kube import ApiServer
from support.operator import running_operator


def test_it_runs_as_a_user_that_has_no_name(
    api_server: ApiServer, namespace: str, pipeline: Pipeline, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> NoReturn:
        raise KeyError("getpwuid(): uid not found: 65532")

    monkeypatch.setattr("getpass.getuser", nameless)
    with running_operator(api_server, cloud, (namespace,)):
        pipeline.create()
        pipeline.until_ready()
