"""Every how-to page is a walk-through that works: each command of it runs and prints what the page shows."""

from pathlib import Path

import pytest

from authpulse.cli.places import ROOT
from support.walkthrough import walk

PAGES = sorted((ROOT / "docs/howto").glob("*.md"))
ASK_A_PIPELINE = ("add-a-check",)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_reader_who_does_what_the_page_says_sees_what_it_shows(
    page: Path, copy: Path, request: pytest.FixtureRequest
) -> None:
    known = {"AUTHPULSE_HOME": str(copy / ".authpulse")}
    if page.stem in ASK_A_PIPELINE:
        known["AWS_ENDPOINT_URL"] = request.getfixturevalue("pipeline").endpoint
    assert walk(page, copy, **known) >= 3
