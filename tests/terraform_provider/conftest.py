"""Terraform with the AWS provider: `make test-terraform`, where a registry or a mirror can be reached.

Every call goes to the local AWS, with keys that AWS does not know.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.local_aws import RunningAws, running_aws
from support.terraform import ROOT
from support.terraform_provider import NoProviderError, made_ready

NO_PROVIDER = 4


@pytest.fixture(scope="session")
def terraform_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of terraform/, made ready. Without a provider the run ends here, with a code of its own."""
    copy = tmp_path_factory.mktemp("sources") / "terraform"
    shutil.copytree(ROOT / "terraform", copy, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
    try:
        return made_ready(copy, tmp_path_factory.mktemp("probe"))
    except NoProviderError as error:
        pytest.exit(str(error), returncode=NO_PROVIDER)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory, terraform_folder: Path) -> Iterator[RunningAws]:
    """Not started where there is no provider."""
    with running_aws(tmp_path_factory.mktemp("aws")) as started:
        yield started
