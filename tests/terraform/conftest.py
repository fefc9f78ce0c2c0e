"""What Terraform can say without a provider."""

import pytest

from support.terraform import MODULES, Terraform


@pytest.fixture(scope="session")
def foundation(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """The module that says what the foundation is."""
    return Terraform(MODULES / "foundation", tmp_path_factory.mktemp("foundation")).init()
