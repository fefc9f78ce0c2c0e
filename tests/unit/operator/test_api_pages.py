"""The generated pages hang together."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from authpulse_operator import generate
from authpulse_operator.api import pages
from authpulse_operator.api.field_tables import table
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ConditionType

PAGES = [pages.spec, pages.status, pages.conditions, pages.reasons]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.__name__)
def test_every_link_leads_somewhere(page: Callable[[], str]) -> None:
    text = re.sub(r"`[^`]*`", "", page())
    titles = [line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("#")]
    headings = {re.sub(r"[^a-z0-9_ -]", "", title).replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        assert not file or (generate.ROOT / generate.PAGES / file).exists(), target
        assert not anchor or anchor in headings, target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.__name__)
def test_every_row_has_as_many_cells_as_its_table(page: Callable[[], str]) -> None:
    for block in page().split("\n\n"):
        rows = [re.split(r"(?<!\\)\|", line) for line in block.splitlines() if line.startswith("|")]
        assert len({len(row) for row in rows}) <= 1


def test_a_bar_does_not_end_a_cell() -> None:
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |"


def test_the_page_of_the_spec_has_defaults_bounds_changes_and_rules() -> None:
    lines = pages.spec().splitlines()
    assert next(x for x in lines if x.startswith("| `shards`")).split(" | ")[1:4] == [
        "whole number, 1 to 500",
        "`2`",
        "`IN_PLACE`",
    ]
    assert "- shards is outside of scaling" in lines
    below = lines[lines.index("### spec.remediation.invalidRecords") :]
    assert next(x for x in below if x.startswith("| `actions`")).split(" | ")[2] == "`[StopReplays]`"
    assert next(x for x in lines if x.startswith("| `claimName`")).split(" | ")[2:4] == ["required", "`IN_PLACE`"]


def test_every_condition_and_reason_has_its_line() -> None:
    assert all(f"| `{c.value}` | " in pages.conditions() for c in ConditionType)
    assert all(f"| `{r.value}` | {r.meaning} |" in pages.reasons() for r in Reason)


def test_the_pages_are_found_from_the_readme() -> None:
    readme = (generate.ROOT / "README.md").read_text()
    written = [path for path in generate.FILES if path.suffix == ".md"]
    assert len(written) >= len(PAGES)
    assert Path("docs/reference/spec.md") in written
    assert all(f"({p.as_posix()})" in readme for p in map(Path, written))
