"""A copy of the repository for the pages to work in."""

from pathlib import Path

import pytest

from support.walkthrough import working_copy


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return working_copy(tmp_path)
