"""An Iceberg table in a query: which of its files are read, of which columns, and how they come into DuckDB.

Files that need nothing but reading become one lazy Arrow dataset, into which DuckDB pushes columns and filters. Files
with positional deletes, and all files of a table whose columns were renamed or retyped, go through PyIceberg one by one
into a temporary table that DuckDB may spill. A query that wants no column gets as many rows as the metadata say.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
from pyiceberg.manifest import FileFormat
from pyiceberg.schema import Schema, index_by_id
from pyiceberg.table import DataScan, FileScanTask, Table
from pyiceberg.types import NestedField

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.lake.pruning import to_filter
from authpulse_localstack.athena.lake.schemas import from_iceberg
from authpulse_localstack.athena.translate.predicates import Predicate
from authpulse_localstack.athena.translate.tables import ColumnInfo, TableName
from authpulse_localstack.athena.types import quote_name


@dataclass(frozen=True, slots=True)
class Read:
    """What a scan costs: Athena bills the bytes of the columns that are read."""

    files: int = 0
    rows: int = 0
    bytes: int = 0


class IcebergTable:
    """One version of a table. `snapshot_id` None is the current one."""

    def __init__(self, name: TableName, table: Table, snapshot_id: int | None = None) -> None:
        if table.metadata.format_version > 2:
            raise not_supported(
                f"Iceberg format version {table.metadata.format_version} (Athena reads 1 and 2): {name}"
            )
        self.name = name
        self.table = table
        self.snapshot_id = snapshot_id

    @cached_property
    def schema(self) -> Schema:
        """The schema of the version: time travel goes back to old columns too."""
        if self.snapshot_id is not None:
            snapshot = self.table.snapshot_by_id(self.snapshot_id)
            if snapshot is not None and snapshot.schema_id is not None:
                return self.table.schemas()[snapshot.schema_id]
        return self.table.schema()

    @cached_property
    def columns(self) -> tuple[ColumnInfo, ...]:
        return tuple(ColumnInfo(f.name.lower(), from_iceberg(f.field_type), f.doc) for f in self.schema.fields)

    # planning

    def plan(self, row_filter: BooleanExpression) -> list[FileScanTask]:
        """The files that may hold rows of the filter."""
        scan = DataScan(
            self.table.metadata, self.table.io, row_filter=row_filter, snapshot_id=self.snapshot_id, case_sensitive=True
        )
        try:
            tasks = list(scan.plan_files())
        except ValueError as error:
            if "equality delete" not in str(error).lower():
                raise
            reason = f"Reading {self.name}, which has equality deletes (as Flink's upsert mode writes them),"
            raise not_supported(reason) from None
        for task in tasks:
            if task.file.file_format != FileFormat.PARQUET:
                raise not_supported(f"Reading {task.file.file_format.value} data files ({self.name})")
        return tasks

    def bind(
        self,
        connection: duckdb.DuckDBPyConnection,
        view: str,
        columns: set[str],
        predicates: Sequence[Predicate],
        evaluate: Any,
    ) -> Read:
        """Makes `view` in DuckDB, with at least these columns of the rows that matter."""
        row_filter: BooleanExpression = AlwaysTrue()
        if self.schema.schema_id == self.table.schema().schema_id:  # PyIceberg looks names up in the current one
            row_filter = to_filter(predicates, self.schema, evaluate)
        tasks = self.plan(row_filter)
        rows = sum(t.file.record_count for t in tasks)
        if not columns and not any(t.delete_files for t in tasks):
            connection.execute(f"CREATE TEMP VIEW {quote_name(view)} AS SELECT 1 AS one FROM range({rows})")
            return Read(len(tasks), rows, 0)
        projected = self._projected(columns)
        wanted = {leaf for f in projected.fields for leaf in index_by_id(Schema(f))}
        read = Read(len(tasks), rows, sum(_bytes_of(t, wanted) for t in tasks))
        self.bind_files(connection, view, tasks, projected, row_filter)
        return read

    def _projected(self, columns: set[str]) -> Schema:
        fields = [f for f in self.schema.fields if f.name.lower() in columns] or [self.schema.fields[0]]
        return Schema(*fields, schema_id=self.schema.schema_id)

    def bind_files(
        self,
        connection: duckdb.DuckDBPyConnection,
        view: str,
        tasks: Sequence[FileScanTask],
        projected: Schema,
        row_filter: BooleanExpression,
    ) -> None:
        """Makes `view` of these files."""
        plain = [t for t in tasks if not t.delete_files] if not self._has_evolved else []
        others = [t for t in tasks if t.delete_files or self._has_evolved]
        dataset, kept = f"{view}_files", f"{view}_rows"
        names = ", ".join(quote_name(f.name) for f in projected.fields)
        parts = []
        if plain or not others:
            connection.register(dataset, self.dataset(plain, projected))
            parts.append(f"SELECT {names} FROM {quote_name(dataset)}")
        if others:
            reader = pa.RecordBatchReader.from_batches(
                schema_to_pyarrow(projected, include_field_ids=False), self.batches(others, projected, row_filter)
            )
            connection.register(f"{view}_reader", reader)
            connection.execute(
                f"CREATE TEMP TABLE {quote_name(kept)} AS SELECT {names} FROM {quote_name(f'{view}_reader')}"
            )
            connection.unregister(f"{view}_reader")
            parts.append(f"SELECT {names} FROM {quote_name(kept)}")
        connection.execute(f"CREATE TEMP VIEW {quote_name(view)} AS {' UNION ALL '.join(parts)}")

    @staticmethod
    def unbind(connection: duckdb.DuckDBPyConnection, view: str) -> None:
        """Takes away what `bind_files` made, if it did."""
        kinds = dict(
            connection.execute(
                "SELECT table_name, table_type FROM information_schema.tables WHERE table_name IN (?, ?)",
                [view, f"{view}_rows"],
            ).fetchall()
        )
        for name, kind in kinds.items():
            connection.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {quote_name(name)}")
        with suppress(duckdb.Error):
            connection.unregister(f"{view}_files")

    def dataset(self, tasks: Sequence[FileScanTask], projected: Schema) -> ds.Dataset:
        """Lazy: no file is opened before DuckDB asks for rows."""
        schema = schema_to_pyarrow(projected, include_field_ids=False)
        if not tasks:
            return ds.dataset(schema.empty_table())
        filesystem = self.table.io.fs_by_scheme("s3", None)  # type: ignore[attr-defined] # ours is PyArrow's
        parquet = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=True))
        fragments = [parquet.make_fragment(_path(t.file.file_path), filesystem) for t in tasks]
        return ds.FileSystemDataset(fragments, schema, parquet, filesystem)

    def batches(
        self, tasks: Iterable[FileScanTask], projected: Schema, row_filter: BooleanExpression | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Rows as they are now: deletes applied, columns by their ids. One file at a time."""
        target = schema_to_pyarrow(projected, include_field_ids=False)
        scan = ArrowScan(self.table.metadata, self.table.io, projected, row_filter or AlwaysTrue())
        for task in tasks:
            for batch in scan.to_record_batches([task]):
                yield from pa.Table.from_batches([batch]).cast(target).to_batches()

    @cached_property
    def _has_evolved(self) -> bool:
        """Whether reading columns by name would be wrong: any was renamed, retyped, or has another's old name."""
        current = {f.name: f for f in self.schema.fields}
        by_id = {f.field_id: f for f in self.schema.fields}
        return any(
            _differs(old, by_id.get(old.field_id)) or _differs(old, current.get(old.name))
            for schema in self.table.schemas().values()
            for old in schema.fields
        )


def _differs(old: NestedField, now: NestedField | None) -> bool:
    """Types are compared as text, which has the ids of nested fields in it."""
    if now is None:
        return False
    return (old.field_id, old.name, str(old.field_type)) != (now.field_id, now.name, str(now.field_type))


def _bytes_of(task: FileScanTask, leaves: set[int]) -> int:
    """The size of those columns in the file, or of the file if it does not say."""
    sizes = task.file.column_sizes
    deletes = sum(d.file_size_in_bytes for d in task.delete_files)
    if not sizes:
        return task.file.file_size_in_bytes + deletes
    return sum(size for leaf, size in sizes.items() if leaf in leaves) + deletes


def _path(location: str) -> str:
    """Bucket and key, as PyArrow's S3 takes them."""
    scheme, _, rest = location.partition("://")
    if not scheme.startswith("s3"):
        raise QueryError("GENERIC_INTERNAL_ERROR", f"a data file outside S3: {location}")
    return rest
