"""What the pages find: a copy of the repository, and a pipeline's tables as `authpulse up` would have left them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.names import Names
from support.local_aws import REGION, RunningAws, running_aws
from support.quality_data import clean
from support.quality_lake import Lake
from support.walkthrough import working_copy


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return working_copy(tmp_path)


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    """The environment dev, with some days of scored events."""
    with running_aws(tmp_path_factory.mktemp("local-aws")) as aws:
        Lake.make(aws, clean().tables, Names("dev", LOCAL_ACCOUNT, REGION))
        yield aws
