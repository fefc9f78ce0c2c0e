"""The tables through PyIceberg: the Glue catalogue, and tables made when they are missing.

Column ids are positions in the declaration, so a column may be added at the end but never moved.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, TableAlreadyExistsError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DoubleType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
)

from authpulse.errors import AuthPulseError
from lakehouse.tables import TABLES, Column, Table

PARTITION_FIELD_ID: Final = 1000
ELEMENT_ID_OFFSET: Final = 500  # list elements need ids too: the column's, moved out of the columns' way

PROPERTIES: Final = {
    "format-version": "2",
    "write.format.default": "parquet",
    "write.parquet.compression-codec": "zstd",
    # Looking every value up in a dictionary was a fifth of what a writer does, mostly for ids and figures that hardly
    # repeat; zstd finds what does, and files are 7 to 8 % bigger. Iceberg passes the option on, for all columns only.
    "parquet.enable.dictionary": "false",
    # Each writer writes the days it sees: a shuffle by day would send a replayed day to a single writer.
    "write.distribution-mode": "none",
    # Streaming adds a metadata file a minute; keep enough to look back, not all of them.
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
}


class TableMismatchError(AuthPulseError):
    """A table is there with other columns than the declaration's."""


def glue(
    *,
    region: str,
    endpoint: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    session_token: str | None = None,
    client: Any = None,
    further: Mapping[str, Any] | None = None,
) -> Catalog:
    """The Glue catalogue. `endpoint` is a local AWS, which wants keys; on AWS the usual credentials chain is taken.

    `client` is a boto3 client for Glue, for who wants retries and time-outs of their own instead of PyIceberg's;
    `further` are properties of the catalogue, such as another way to reach files.
    """
    properties: dict[str, Any] = {"client.region": region, **(further or {})}
    if endpoint:
        properties |= {"glue.endpoint": endpoint, "s3.endpoint": endpoint, "s3.path-style-access": "true"}
    if access_key and secret_key:
        properties |= {"client.access-key-id": access_key, "client.secret-access-key": secret_key}
    if session_token:
        properties["client.session-token"] = session_token
    return GlueCatalog("lake", client=client, **properties)


def schema(table: Table) -> Schema:
    """The Iceberg schema of a declared table."""
    return Schema(*[_field(position, column) for position, column in enumerate(table.columns, start=1)])


def partition_spec(table: Table) -> PartitionSpec:
    """By day of the declared column."""
    source = table.column_names.index(table.day_of) + 1
    return PartitionSpec(PartitionField(source, PARTITION_FIELD_ID, DayTransform(), f"{table.day_of}_day"))


def create_missing(catalog: Catalog, *, database: str, warehouse: str) -> list[str]:
    """Makes the database and the tables that are not there; returns the names of those it made.

    Raises TableMismatchError for a table that is there with other columns: nothing is changed behind its owner's back.
    """
    with suppress(NamespaceAlreadyExistsError):
        catalog.create_namespace(database)
    made = []
    for table in TABLES:
        name = (database, table.name)
        try:
            catalog.create_table(
                name,
                schema(table),
                location=f"{warehouse}/{table.name}",
                partition_spec=partition_spec(table),
                properties=PROPERTIES,
            )
            made.append(table.name)
        except TableAlreadyExistsError:
            _compare(catalog.load_table(name).schema(), table, database)
    return made


def _compare(found: Schema, table: Table, database: str) -> None:
    there = {f.name: str(f.field_type) for f in found.fields}
    wanted = {f.name: str(f.field_type) for f in schema(table).fields}
    if there != wanted:
        names = sorted(n for n in there.keys() | wanted.keys() if there.get(n) != wanted.get(n))
        raise TableMismatchError(
            f"table {database}.{table.name} is there with other columns ({', '.join(names)}): "
            "drop it, or use another database"
        )


def _field(position: int, column: Column) -> NestedField:
    type_ = (
        ListType(ELEMENT_ID_OFFSET + position, StringType(), element_required=False)
        if column.type == "array<string>"
        else _PRIMITIVES[column.type]()
    )
    return NestedField(position, column.name, type_, required=column.required, doc=column.meaning)


_PRIMITIVES: Final[dict[str, Callable[[], IcebergType]]] = {
    "string": StringType,
    "int": IntegerType,
    "bigint": LongType,
    "double": DoubleType,
    "boolean": BooleanType,
    "timestamp": TimestampType,
    "date": DateType,
}
