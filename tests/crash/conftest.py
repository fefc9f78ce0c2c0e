"""Says at the end how many lives were lived with a disturbance."""

from collections.abc import Iterator

import pytest

LIVES = pytest.StashKey[list[int]]()


@pytest.fixture
def lived(request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """To be appended to by every disturbed life."""
    counts: list[int] = []
    yield counts
    request.config.stash.setdefault(LIVES, []).append(len(counts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if counts := config.stash.get(LIVES, []):
        terminalreporter.write_line(f"{sum(counts)} lives were disturbed, each at one of their writes or looks")
