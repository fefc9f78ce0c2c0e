"""A lake of a test's own in the local AWS: bucket, work group, tables, and the hands that write into them.

Writers go through PyIceberg and Glue. Those that break the contract first do to the table what a careless writer would
have to do: make a required column optional, widen a type, add a column.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table as IcebergTable

from authpulse.configuration import Aws
from authpulse.names import Names
from lakehouse import catalog
from lakehouse.clients import Clients
from support.local_aws import RunningAws, unique_names


@dataclass(frozen=True)
class Lake:
    """The tables of one environment."""

    aws: RunningAws
    names: Names

    @classmethod
    def make(
        cls,
        aws: RunningAws,
        tables: Mapping[str, pa.Table],
        names: Names | None = None,
        *,
        prepare: Callable[["Lake"], None] = lambda _: None,
    ) -> "Lake":
        """A new environment with these rows in its tables. `prepare` changes the tables before they are written."""
        lake = cls(aws, names or unique_names())
        lake.clients.get("s3").create_bucket(Bucket=lake.names.bucket)
        results = {"ResultConfiguration": {"OutputLocation": lake.names.query_results}}
        lake.clients.get("athena").create_work_group(Name=lake.names.work_group, Configuration=results)
        catalog.create_missing(lake.catalog, database=lake.names.database, warehouse=lake.names.warehouse)
        prepare(lake)
        for name, rows in tables.items():
            lake.table(name).append(rows)
        return lake

    @cached_property
    def clients(self) -> Clients:
        """Patient ones: the machine may be busy."""
        return Clients(Aws(account=self.names.account, region=self.names.region, endpoint_url=self.aws.endpoint))

    @cached_property
    def catalog(self) -> Catalog:
        return self.clients.catalog()

    def table(self, name: str) -> IcebergTable:
        """As it is now."""
        return self.catalog.load_table((self.names.database, name))

    def append(self, name: str, rows: pa.Table) -> None:
        self.table(name).append(rows)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Everything in a table, in the order of its first column."""
        read = self.table(name).scan().to_arrow()
        return sorted(read.to_pylist(), key=lambda row: str(row[read.column_names[0]]))

    def make_optional(self, name: str, column: str) -> None:
        """Another writer gives up a required column."""
        with self.table(name).update_schema() as change:
            change.make_column_optional(column)
