"""One local AWS for all proofs, and what is written into it: clean tables with their aggregates, made once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lakehouse.tables import AGGREGATED
from support.local_aws import RunningAws, running_aws
from support.quality_data import Data, clean
from support.quality_lake import Lake
from support.quality_runs import Site


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    with running_aws(tmp_path_factory.mktemp("local-aws")) as started:
        yield started


@pytest.fixture(scope="session")
def data(local_aws: RunningAws, tmp_path_factory: pytest.TempPathFactory) -> Data:
    """The clean tables, and what `lakehouse.aggregates` makes of them."""
    streamed = clean()
    site = Site(Lake.make(local_aws, streamed.tables), tmp_path_factory.mktemp("aggregating"))
    site.aggregate(days=7)
    for table in AGGREGATED:
        streamed = streamed.having(table.name, site.lake.table(table.name).scan().to_arrow())
    return streamed


@pytest.fixture
def site_of(local_aws: RunningAws, tmp_path: Path) -> Callable[..., Site]:
    """A place of its own, with these tables."""

    def make(data: Data, prepare: Callable[[Lake], None] = lambda _: None) -> Site:
        return Site(Lake.make(local_aws, data.tables, prepare=prepare), tmp_path)

    return make
