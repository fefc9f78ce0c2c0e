"""The commands of the runbook work, with the plain `aws` command line, and print what the page shows."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from authpulse.cli.places import ROOT
from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from support.walkthrough import walk

PAGE = ROOT / "docs/runbook.md"


def test_every_alarm_has_its_section() -> None:
    headings = {line.removeprefix("### ") for line in PAGE.read_text().splitlines() if line.startswith("### ")}
    assert {a.kind for a in (*ALARMS, UNHEALTHY)} <= headings


@pytest.mark.timeout(600)
def test_who_follows_the_page_sees_what_it_shows(shell: Mapping[str, str], tmp_path: Path) -> None:
    assert walk(PAGE, tmp_path, **shell) == PAGE.read_text().count("```console")
