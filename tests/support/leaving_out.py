"""Tests that need what a machine may not have."""

import os
from typing import NoReturn

import pytest


def left_out(missing: str) -> NoReturn:
    """Leaves the test out, and says what it would need; with CI=true that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
