""" "t$partitions": one row for each partition, with what the manifests say about its files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyiceberg.conversions import from_bytes
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import NestedField, PrimitiveType

from authpulse_localstack.athena.lake.iceberg import IcebergTable
from authpulse_localstack.athena.lake.schemas import from_iceberg
from authpulse_localstack.athena.types import BIGINT, DATE, Row, RowField, Type


def partition_columns(table: IcebergTable) -> dict[str, Type]:
    """`partition` only if there are partitions; `data` has a range for each column that is not one itself."""
    columns: dict[str, Type] = {}
    partition = _partition_type(table)
    if partition.fields:
        columns["partition"] = partition
    columns |= {"record_count": BIGINT, "file_count": BIGINT, "total_size": BIGINT}
    data = Row(tuple(RowField(f.name, _range_type(f)) for f in _data_fields(table)))
    if data.fields:
        columns["data"] = data
    return columns


def _partition_type(table: IcebergTable) -> Row:
    spec, schema = table.table.spec(), table.table.schema()
    fields = []
    for f in spec.fields:
        source = schema.find_type(f.source_id)
        day = isinstance(f.transform, DayTransform)
        fields.append(RowField(f.name, DATE if day else from_iceberg(f.transform.result_type(source))))
    return Row(tuple(fields))


def _data_fields(table: IcebergTable) -> list[NestedField]:
    spec = table.table.spec()
    identity = {f.source_id for f in spec.fields if isinstance(f.transform, IdentityTransform)}
    return [
        f for f in table.table.schema().fields if isinstance(f.field_type, PrimitiveType) and f.field_id not in identity
    ]


def _range_type(column: NestedField) -> Row:
    type_ = from_iceberg(column.field_type)
    named = (("min", type_), ("max", type_), ("null_count", BIGINT), ("nan_count", BIGINT))
    return Row(tuple(RowField(n, t) for n, t in named))


@dataclass(slots=True)
class _Partition:
    rows: int = 0
    files: int = 0
    size: int = 0
    minimum: dict[int, Any] = field(default_factory=dict)
    maximum: dict[int, Any] = field(default_factory=dict)
    nulls: dict[int, int] = field(default_factory=dict)
    nans: dict[int, int] = field(default_factory=dict)

    def add(self, file: DataFile, columns: list[NestedField]) -> None:
        self.rows += file.record_count
        self.files += 1
        self.size += file.file_size_in_bytes
        for column in columns:
            key = column.field_id
            for bounds, kept, better in (
                (file.lower_bounds, self.minimum, min),
                (file.upper_bounds, self.maximum, max),
            ):
                if bounds and key in bounds and isinstance(column.field_type, PrimitiveType):
                    value = from_bytes(column.field_type, bounds[key])
                    kept[key] = better(kept[key], value) if key in kept else value
            self.nulls[key] = self.nulls.get(key, 0) + (file.null_value_counts or {}).get(key, 0)
            if key in (file.nan_value_counts or {}):
                self.nans[key] = self.nans.get(key, 0) + file.nan_value_counts[key]


def partition_rows(table: IcebergTable) -> Iterator[list[Any]]:
    spec, columns = table.table.spec(), _data_fields(table)
    found: dict[tuple[Any, ...], _Partition] = {}
    for task in table.plan(AlwaysTrue()):
        key = _values(task.file, table.table.specs()[task.file.spec_id], spec)
        found.setdefault(key, _Partition()).add(task.file, columns)
    for key, partition in found.items():
        row: list[Any] = [{f.name: v for f, v in zip(spec.fields, key, strict=True)}] if spec.fields else []
        row += [partition.rows, partition.files, partition.size]
        if columns:
            row.append({c.name: _range(partition, c) for c in columns})
        yield row


def _values(file: DataFile, written: PartitionSpec, current: PartitionSpec) -> tuple[Any, ...]:
    """By the current spec; a file of an older one has NULL where it has no such field."""
    values = {f.field_id: file.partition[n] for n, f in enumerate(written.fields)}
    return tuple(values.get(f.field_id) for f in current.fields)


def _range(partition: _Partition, column: NestedField) -> dict[str, Any]:
    key = column.field_id
    return {
        "min": partition.minimum.get(key),
        "max": partition.maximum.get(key),
        "null_count": partition.nulls.get(key),
        "nan_count": partition.nans.get(key),
    }
