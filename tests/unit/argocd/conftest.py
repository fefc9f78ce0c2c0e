"""AuthPulse's part of Argo CD's ConfigMap, and resources in every state that the operator's core has lived through."""

from collections.abc import Sequence

import pytest

from support import recorded
from support.argo import Customizations, installed
from support.recorded import Recorded


@pytest.fixture(scope="session")
def argo() -> Customizations:
    return installed()


@pytest.fixture(scope="session")
def pipelines() -> Sequence[Recorded]:
    """Of every life, every status that was written."""
    return tuple(recorded.pipelines())


@pytest.fixture(scope="session")
def snapshots() -> Sequence[Recorded]:
    return tuple(recorded.snapshots())
