"""Every port has an honest stand-in in memory and a real adapter; the tests here hold both to the same words."""

from collections.abc import Iterator

import pytest

from authpulse.names import Names
from support.local_aws import RunningAws, running_aws, unique_names


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    """One for all; tests keep apart by environments of their own."""
    with running_aws(tmp_path_factory.mktemp("aws")) as started:
        yield started


@pytest.fixture
def names() -> Names:
    return unique_names()
