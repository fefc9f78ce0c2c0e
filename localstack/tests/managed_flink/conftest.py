"""A Managed Flink without processes."""

from pathlib import Path

import pytest

from support.flink import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
