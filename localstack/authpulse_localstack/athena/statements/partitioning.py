"""PARTITIONED BY of Iceberg tables: Athena's transforms as Iceberg's, and back."""

from collections.abc import Sequence

from pyiceberg import transforms
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.sql.statements import PartitionTerm

FIRST_FIELD_ID = 1000
_BY_TIME: dict[str, type[transforms.Transform]] = {  # type: ignore[type-arg] # the transform decides
    "year": transforms.YearTransform,
    "month": transforms.MonthTransform,
    "day": transforms.DayTransform,
    "hour": transforms.HourTransform,
}


def partition_spec(terms: Sequence[PartitionTerm], schema: Schema) -> PartitionSpec:
    """Raises QueryError for columns that are not there and transforms that do not fit their column's type."""
    return PartitionSpec(*(_field(term, schema, FIRST_FIELD_ID + n) for n, term in enumerate(terms)))


def _field(term: PartitionTerm, schema: Schema, field_id: int) -> PartitionField:
    found = next((f for f in schema.fields if f.name == term.column), None)
    if found is None:
        raise QueryError(None, f"FAILED: ParseException partition column {term.column} is not a column of the table")
    transform = _transform(term)
    if not transform.can_transform(found.field_type):
        message = f"FAILED: ParseException {term.transform}({term.column}): the column is a {found.field_type}"
        raise QueryError(None, message)
    name = term.column if term.transform == "identity" else f"{term.column}_{_suffix(term)}"
    return PartitionField(found.field_id, field_id, transform, name)


def _transform(term: PartitionTerm) -> "transforms.Transform":  # type: ignore[type-arg]
    by_time = _BY_TIME.get(term.transform.removesuffix("s"))
    if by_time is not None and term.argument is None:
        return by_time()  # type: ignore[call-arg] # the classes in the table take none
    if term.transform == "identity":
        return transforms.IdentityTransform()
    if term.transform == "bucket" and term.argument:
        return transforms.BucketTransform(term.argument)
    if term.transform == "truncate" and term.argument:
        return transforms.TruncateTransform(term.argument)
    raise QueryError(None, f"FAILED: ParseException unknown partition transform {term.transform}", term.at)


def _suffix(term: PartitionTerm) -> str:
    return "trunc" if term.transform == "truncate" else term.transform.removesuffix("s")


def written(field: PartitionField, column: str) -> str:
    """A partition field as DDL writes it."""
    match field.transform:
        case transforms.IdentityTransform():
            return column
        case transforms.BucketTransform():
            return f"bucket({field.transform.num_buckets}, {column})"
        case transforms.TruncateTransform():
            return f"truncate({field.transform.width}, {column})"
        case _:
            return f"{field.transform}({column})"
