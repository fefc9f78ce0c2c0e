"""Tables that are not Iceberg: Parquet under a prefix, with partitions as key=value folders or none."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from authpulse_localstack.athena.errors import not_supported
from authpulse_localstack.athena.lake.connection import GlueTable, Lake, split_s3
from authpulse_localstack.athena.lake.iceberg import Read
from authpulse_localstack.athena.lake.schemas import arrow_type, from_hive
from authpulse_localstack.athena.translate.predicates import Predicate
from authpulse_localstack.athena.translate.tables import ColumnInfo, TableName

PARQUET_FORMAT = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}


class HiveTable:
    """A Parquet table. Files are found when it is read, by listing."""

    def __init__(self, name: TableName, lake: Lake, glue_table: GlueTable) -> None:
        storage = glue_table.get("StorageDescriptor") or {}
        library = str((storage.get("SerdeInfo") or {}).get("SerializationLibrary", ""))
        if "parquet" not in library.lower() and "parquet" not in str(storage.get("InputFormat", "")).lower():
            raise not_supported(f"Reading {name}: a table that is neither Iceberg nor Parquet")
        self.name = name
        self._lake = lake
        self._location = storage["Location"]
        self._keys = [c["Name"].lower() for c in glue_table.get("PartitionKeys") or []]
        listed = [*storage.get("Columns", []), *(glue_table.get("PartitionKeys") or [])]
        self.columns = tuple(
            ColumnInfo(c["Name"].lower(), from_hive(c.get("Type", "string")), c.get("Comment")) for c in listed
        )

    def bind(
        self,
        connection: duckdb.DuckDBPyConnection,
        view: str,
        columns: set[str],
        predicates: Sequence[Predicate],
        evaluate: Any,
    ) -> Read:
        del columns, predicates, evaluate  # DuckDB pushes both into the dataset itself
        schema = pa.schema([(c.name, arrow_type(c.type)) for c in self.columns])
        filesystem = self._lake.io.fs_by_scheme("s3", None)  # type: ignore[attr-defined] # ours is PyArrow's
        bucket, prefix = split_s3(self._location)
        pages = self._lake.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix.rstrip("/") + "/")
        objects = [o for page in pages for o in page.get("Contents", []) if _is_data(o["Key"]) and o["Size"]]
        if not objects:
            connection.register(view, schema.empty_table())
            return Read()
        keys = pa.schema([schema.field(k) for k in self._keys])
        dataset = ds.dataset(
            [f"{bucket}/{o['Key']}" for o in objects],
            filesystem=filesystem,
            format="parquet",
            schema=schema,
            partitioning=ds.HivePartitioning(keys) if self._keys else None,
            partition_base_dir=f"{bucket}/{prefix.rstrip('/')}",
        )
        connection.register(view, dataset)
        return Read(len(objects), 0, sum(o["Size"] for o in objects))


def _is_data(key: str) -> bool:
    name = key.rsplit("/", 1)[-1]
    return bool(name) and not name.startswith(("_", "."))
