"""Every how-to page is a walk-through that works: each command of it runs and prints what the page shows."""

from pathlib import Path

import pytest

from authpulse.cli.places import ROOT
from support.walkthrough import walk

PAGES = sorted((ROOT / "docs/howto").glob("*.md"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_reader_who_does_what_the_page_says_sees_what_it_shows(page: Path, copy: Path) -> None:
    assert walk(page, copy, AUTHPULSE_HOME=str(copy / ".authpulse")) >= 3
