"""What tests with real processes share: one local AWS for the whole session."""

from collections.abc import Iterator

import pytest

from support.local_aws import RunningAws, running_aws


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    """Booted once, on a free port. Tests keep apart by names of their own: `support.local_aws.unique_names`."""
    with running_aws(tmp_path_factory.mktemp("local-aws")) as started:
        yield started
