"""A lake with a scored log in it, and the aggregates as they run there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from authpulse.configuration import load
from lakehouse.aggregates.days import Asked, LastDays
from lakehouse.aggregates.declared import AGGREGATES, Aggregate
from lakehouse.aggregates.progress import Hidden
from lakehouse.aggregates.running import Lake as AggregatedLake
from lakehouse.aggregates.running import run
from lakehouse.aggregates.summary import Summary
from lakehouse.tables import ALERTS, CURATED, HOST_POPULARITY, USER_BEHAVIOR
from support import quality_data
from support.local_aws import RunningAws
from support.quality_lake import Lake

ALL_DAYS = LastDays(3660)


@dataclass(frozen=True)
class Place:
    """One environment in the local AWS."""

    lake: Lake
    config: Path

    def aggregated(self) -> AggregatedLake:
        return AggregatedLake.of(load(self.config, {}))

    def run(self, asked: Asked = ALL_DAYS, aggregates: tuple[Aggregate, ...] = AGGREGATES) -> Summary:
        """A run in this process."""
        return run(self.aggregated(), aggregates, asked, Hidden())

    @property
    def curated(self) -> list[dict[str, Any]]:
        return self.lake.rows(CURATED.name)

    @property
    def behavior(self) -> list[dict[str, Any]]:
        """In the key's order."""
        return sorted(self.lake.rows(USER_BEHAVIOR.name), key=lambda r: (r["user_id"], r["event_hour"]))

    @property
    def popularity(self) -> list[dict[str, Any]]:
        """By day and host."""
        return sorted(self.lake.rows(HOST_POPULARITY.name), key=lambda r: (r["event_day"], r["computer_id"]))

    def snapshots(self) -> list[int]:
        """Of the aggregated tables."""
        return [s.snapshot_id for a in AGGREGATES for s in self.lake.table(a.table.name).snapshots()]

    def add_events(self, *times: datetime) -> None:
        """Late ones: accounts and hosts that nobody has seen before."""
        template = _curated().slice(0, 1).to_pylist()[0]
        rows = []
        for time in times:
            number = next(_NUMBERS)
            own = {"event_id": f"late{number:028d}", "user_id": f"U-late-{number}", "computer_id": f"C-late-{number}"}
            rows.append(template | own | {"event_time": time, "orientation": "LogOn", "late": True})
        self.lake.append(CURATED.name, pa.Table.from_pylist(rows, _curated().schema))


_NUMBERS = count(1)


def _curated() -> pa.Table:
    return quality_data.clean().tables[CURATED.name]


@pytest.fixture(scope="session")
def make_place(local_aws: RunningAws, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Place]:
    def make(**tables: pa.Table) -> Place:
        lake = Lake.make(local_aws, tables)
        config = tmp_path_factory.mktemp("lakehouse") / "config.yaml"
        document = {"environment": lake.names.environment, "aws": {"endpoint_url": local_aws.endpoint}}
        config.write_text(yaml.safe_dump(document))
        return Place(lake, config)

    return make


@pytest.fixture(scope="session")
def scored(make_place: Callable[..., Place]) -> Place:
    """The whole log, scored and aggregated. Nobody changes it."""
    tables = quality_data.clean().tables
    place = make_place(**{name: tables[name] for name in (CURATED.name, ALERTS.name)})
    place.run()
    return place


@pytest.fixture
def small(make_place: Callable[..., Place]) -> Place:
    """Three days of the log, a part of them; the test may add to it. Not aggregated yet."""
    curated = _curated()
    rows = curated.filter(pa.compute.less(curated["event_time"], datetime(2025, 1, 9)))
    return make_place(auth_events_curated=rows.take(list(range(0, rows.num_rows, 20))))
