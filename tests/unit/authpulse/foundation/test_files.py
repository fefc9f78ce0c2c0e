"""Files made from the description are as `make generate` would write them."""

import json
import re

import pytest

from authpulse.foundation.__main__ import FILES, MODULE, ROOT
from authpulse.foundation.documents import documents

PLACEHOLDER = re.compile(r"\$\{[a-z_]+\}")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_generated_file_is_as_the_description_says(path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == FILES[path](), "run `make generate`"


def test_no_other_json_is_beside_them() -> None:
    assert {p.name for p in (ROOT / MODULE).glob("*.json")} == set(documents())


@pytest.mark.parametrize("name", documents())
def test_terraform_finds_placeholders_and_nothing_else_to_fill_in(name: str) -> None:
    text = json.dumps(documents()[name])
    rest = PLACEHOLDER.sub("", text)
    assert "${" not in rest
    assert "%{" not in rest
