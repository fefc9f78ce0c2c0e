"""Metadata tables of Iceberg tables: "t$history", "t$snapshots", "t$files", "t$manifests", "t$partitions", "t$refs".

Columns as in https://trino.io/docs/current/connector/iceberg.html#metadata-tables
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pyiceberg.conversions import from_bytes
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile, DataFileContent
from pyiceberg.table.refs import SnapshotRefType
from pyiceberg.table.snapshots import ancestors_of
from pyiceberg.types import PrimitiveType

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake.iceberg import IcebergTable
from authpulse_localstack.athena.lake.memory import MemoryTable, Row
from authpulse_localstack.athena.lake.partitions import partition_columns, partition_rows
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.tables import TableName
from authpulse_localstack.athena.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    VARBINARY,
    VARCHAR,
    Array,
    Map,
    RowField,
    Type,
    ZonedTimestamp,
)
from authpulse_localstack.athena.types import Row as RowType

_MOMENT: Final = ZonedTimestamp(3)
_COUNTS: Final = Map(INTEGER, BIGINT)
_BOUNDS: Final = Map(INTEGER, VARCHAR)

_HISTORY: Final[dict[str, Type]] = {
    "made_current_at": _MOMENT,
    "snapshot_id": BIGINT,
    "parent_id": BIGINT,
    "is_current_ancestor": BOOLEAN,
}
_SNAPSHOTS: Final[dict[str, Type]] = {
    "committed_at": _MOMENT,
    "snapshot_id": BIGINT,
    "parent_id": BIGINT,
    "operation": VARCHAR,
    "manifest_list": VARCHAR,
    "summary": Map(VARCHAR, VARCHAR),
}
_FILES: Final[dict[str, Type]] = {
    "content": INTEGER,
    "file_path": VARCHAR,
    "file_format": VARCHAR,
    "record_count": BIGINT,
    "file_size_in_bytes": BIGINT,
    "column_sizes": _COUNTS,
    "value_counts": _COUNTS,
    "null_value_counts": _COUNTS,
    "nan_value_counts": _COUNTS,
    "lower_bounds": _BOUNDS,
    "upper_bounds": _BOUNDS,
    "key_metadata": VARBINARY,
    "split_offsets": Array(BIGINT),
    "equality_ids": Array(INTEGER),
}
_SUMMARY: Final = RowType(
    (
        RowField("contains_null", BOOLEAN),
        RowField("contains_nan", BOOLEAN),
        RowField("lower_bound", VARCHAR),
        RowField("upper_bound", VARCHAR),
    )
)
_MANIFESTS: Final[dict[str, Type]] = {
    "path": VARCHAR,
    "length": BIGINT,
    "partition_spec_id": INTEGER,
    "added_snapshot_id": BIGINT,
    "added_data_files_count": INTEGER,
    "added_rows_count": BIGINT,
    "existing_data_files_count": INTEGER,
    "existing_rows_count": BIGINT,
    "deleted_data_files_count": INTEGER,
    "deleted_rows_count": BIGINT,
    "partition_summaries": Array(_SUMMARY),
}
_REFS: Final[dict[str, Type]] = {
    "name": VARCHAR,
    "type": VARCHAR,
    "snapshot_id": BIGINT,
    "max_reference_age_in_ms": BIGINT,
    "min_snapshots_to_keep": INTEGER,
    "max_snapshot_age_in_ms": BIGINT,
}


def metadata_table(name: TableName, kind: str, table: IcebergTable, at: Position) -> MemoryTable:
    """Raises TABLE_NOT_FOUND for another suffix."""
    if kind == "partitions":
        return MemoryTable(name, partition_columns(table), lambda: partition_rows(table))
    found = _TABLES.get(kind)
    if found is None:
        raise QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist", at)
    columns, rows = found
    return MemoryTable(name, columns, lambda: rows(table))


def moment(millis: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)


def _history(table: IcebergTable) -> Iterator[Row]:
    metadata = table.table.metadata
    ancestors = {s.snapshot_id for s in ancestors_of(table.table.current_snapshot(), metadata)}
    for entry in metadata.snapshot_log:
        snapshot = metadata.snapshot_by_id(entry.snapshot_id)
        parent = snapshot.parent_snapshot_id if snapshot else None
        yield moment(entry.timestamp_ms), entry.snapshot_id, parent, entry.snapshot_id in ancestors


def _snapshots(table: IcebergTable) -> Iterator[Row]:
    for s in table.table.metadata.snapshots:
        summary = s.summary.additional_properties if s.summary is not None else {}
        operation = s.summary.operation.value if s.summary is not None else None
        yield (
            moment(s.timestamp_ms),
            s.snapshot_id,
            s.parent_snapshot_id,
            operation,
            s.manifest_list,
            list(summary.items()),
        )


def _files(table: IcebergTable) -> Iterator[Row]:
    """Data files and the delete files that belong to them."""
    tasks = table.plan(AlwaysTrue())
    deletes = {d.file_path: d for t in tasks for d in t.delete_files}
    for file in (*(t.file for t in tasks), *deletes.values()):
        content: Any = file.content  # a number when it was read from a manifest
        yield (
            content.value if isinstance(content, DataFileContent) else content,
            file.file_path,
            str(file.file_format.value),
            file.record_count,
            file.file_size_in_bytes,
            *(
                _items(getattr(file, n))
                for n in ("column_sizes", "value_counts", "null_value_counts", "nan_value_counts")
            ),
            _bounds(table, file, "lower_bounds"),
            _bounds(table, file, "upper_bounds"),
            file.key_metadata,
            file.split_offsets,
            file.equality_ids,
        )


def _items(counts: dict[int, int] | None) -> list[tuple[int, int]] | None:
    return list(counts.items()) if counts else None


def _bounds(table: IcebergTable, file: DataFile, which: str) -> list[tuple[int, str]] | None:
    bounds: dict[int, bytes] | None = getattr(file, which)
    if not bounds:
        return None
    shown = []
    for field_id, data in bounds.items():
        type_ = _type_of(table, field_id)
        if type_ is not None:
            shown.append((field_id, str(from_bytes(type_, data))))
    return shown


def _type_of(table: IcebergTable, field_id: int) -> PrimitiveType | None:
    for schema in (table.table.schema(), *table.table.schemas().values()):
        try:
            found = schema.find_type(field_id)
        except ValueError:
            continue
        return found if isinstance(found, PrimitiveType) else None
    return None


def _manifests(table: IcebergTable) -> Iterator[Row]:
    snapshot = table.table.current_snapshot()
    for m in snapshot.manifests(table.table.io) if snapshot else []:
        spec = table.table.specs()[m.partition_spec_id]
        types = [f.field_type for f in spec.partition_type(table.table.schema()).fields]
        summaries = [
            {
                "contains_null": p.contains_null,
                "contains_nan": p.contains_nan,
                "lower_bound": _shown(type_, p.lower_bound),
                "upper_bound": _shown(type_, p.upper_bound),
            }
            for p, type_ in zip(m.partitions or [], types, strict=False)
        ]
        yield (
            m.manifest_path,
            m.manifest_length,
            m.partition_spec_id,
            m.added_snapshot_id,
            m.added_files_count,
            m.added_rows_count,
            m.existing_files_count,
            m.existing_rows_count,
            m.deleted_files_count,
            m.deleted_rows_count,
            summaries,
        )


def _shown(type_: Any, data: bytes | None) -> str | None:
    return None if data is None else str(from_bytes(type_, data))


def _refs(table: IcebergTable) -> Iterator[Row]:
    for name, ref in table.table.metadata.refs.items():
        kind = "BRANCH" if ref.snapshot_ref_type == SnapshotRefType.BRANCH else "TAG"
        yield name, kind, ref.snapshot_id, ref.max_ref_age_ms, ref.min_snapshots_to_keep, ref.max_snapshot_age_ms


_TABLES: Final[dict[str, tuple[dict[str, Type], Callable[[IcebergTable], Iterator[Row]]]]] = {
    "files": (_FILES, _files),
    "history": (_HISTORY, _history),
    "manifests": (_MANIFESTS, _manifests),
    "refs": (_REFS, _refs),
    "snapshots": (_SNAPSHOTS, _snapshots),
}
