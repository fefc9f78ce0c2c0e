"""Files made from the operator's types are as `make generate` would write them."""

from pathlib import Path

import pytest

from authpulse_operator import generate


@pytest.mark.parametrize("path", generate.FILES, ids=str)
def test_a_generated_file_is_as_the_types_say(path: Path) -> None:
    assert (generate.ROOT / path).read_text(encoding="utf-8") == generate.FILES[path](), "run `make generate`"
