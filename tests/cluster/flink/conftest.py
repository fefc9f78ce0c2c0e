"""One local AWS for all: resources keep apart by environments of their own; how long their steps took is said last."""

from collections.abc import Iterator

import pytest

from support.local_aws import RunningAws, running_aws

Steps = list[tuple[str, float]]
STEPS = pytest.StashKey[Steps]()


@pytest.fixture(scope="package")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    with running_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def timed(request: pytest.FixtureRequest) -> Steps:
    """To be given every step with its seconds."""
    return request.config.stash.setdefault(STEPS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Also where all has passed, and what the tests print is kept back."""
    if steps := config.stash.get(STEPS, []):
        terminalreporter.write_line("a life with Flink, step by step:")
    for what, seconds in steps:
        terminalreporter.write_line(f"{seconds:6.1f} s  {what}")
