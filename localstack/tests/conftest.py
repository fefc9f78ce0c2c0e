"""One local AWS for all tests that share one; tests that stop or starve theirs start their own."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.local_aws import LocalAws

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    started = LocalAws(tmp_path_factory.mktemp("aws") / "state").start()
    yield started
    assert started.stop() == 0, started.log.read_text()


@pytest.fixture
def own_aws(tmp_path: Path) -> Iterator[Callable[..., LocalAws]]:
    """Starts local AWSes that end with the test."""
    made: list[LocalAws] = []

    def start(**options: Any) -> LocalAws:
        options.setdefault("state", tmp_path / f"state{len(made)}")
        made.append(LocalAws(**options))
        return made[-1].start()

    yield start
    for aws in made:
        if aws.is_running:
            aws.stop()


@pytest.fixture
def unique() -> str:
    """A name that no other test has."""
    return f"t{uuid.uuid4().hex[:12]}"
