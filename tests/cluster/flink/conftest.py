"""One local AWS for all: resources keep apart by environments of their own."""

from collections.abc import Iterator

import pytest

from support.local_aws import RunningAws, running_aws


@pytest.fixture(scope="package")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    with running_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running
