"""Types of tables: Iceberg's and Hive's into Trino's, Trino's into Iceberg's."""

from collections.abc import Iterator
from itertools import count

import pyarrow as pa
from pyiceberg import types as iceberg
from pyiceberg.schema import Schema

from authpulse_localstack.athena import types
from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.sql.ddl import DdlParser
from authpulse_localstack.athena.translate.type_names import type_of
from authpulse_localstack.athena.types import Type

_FROM_ICEBERG: dict[type[iceberg.IcebergType], Type] = {
    iceberg.BooleanType: types.BOOLEAN,
    iceberg.IntegerType: types.INTEGER,
    iceberg.LongType: types.BIGINT,
    iceberg.FloatType: types.REAL,
    iceberg.DoubleType: types.DOUBLE,
    iceberg.DateType: types.DATE,
    iceberg.TimeType: types.Time(6),
    iceberg.TimestampType: types.Timestamp(6),
    iceberg.TimestamptzType: types.ZonedTimestamp(6),
    iceberg.StringType: types.VARCHAR,
    iceberg.BinaryType: types.VARBINARY,
    iceberg.FixedType: types.VARBINARY,
}


def from_iceberg(type_: iceberg.IcebergType) -> Type:
    """Raises NOT_SUPPORTED for what cannot be read here (uuid, and the types of format version 3)."""
    match type_:
        case iceberg.DecimalType():
            return types.Decimal(type_.precision, type_.scale)
        case iceberg.ListType():
            return types.Array(from_iceberg(type_.element_type))
        case iceberg.MapType():
            return types.Map(from_iceberg(type_.key_type), from_iceberg(type_.value_type))
        case iceberg.StructType():
            return types.Row(tuple(types.RowField(f.name, from_iceberg(f.field_type)) for f in type_.fields))
        case _:
            found = _FROM_ICEBERG.get(type(type_))
            if found is None:
                raise not_supported(f"The Iceberg type {type_}")
            return found


def to_iceberg(type_: Type, ids: Iterator[int]) -> iceberg.IcebergType:
    """`ids` number the fields inside. Raises NOT_SUPPORTED for what Iceberg does not have."""
    match type_:
        case types.Decimal():
            return iceberg.DecimalType(type_.precision, type_.scale)
        case types.Varchar() | types.Char():
            return iceberg.StringType()
        case types.Timestamp():
            return iceberg.TimestampType()
        case types.ZonedTimestamp():
            return iceberg.TimestamptzType()
        case types.Time():
            return iceberg.TimeType()
        case types.Array():
            own = next(ids)
            return iceberg.ListType(own, to_iceberg(type_.element, ids), element_required=False)
        case types.Map():
            key, value = next(ids), next(ids)
            return iceberg.MapType(
                key, to_iceberg(type_.key, ids), value, to_iceberg(type_.value, ids), value_required=False
            )
        case types.Row():
            return iceberg.StructType(*_struct_fields(type_, ids))
        case _:
            return _simple(type_)


def _struct_fields(row: types.Row, ids: Iterator[int]) -> Iterator[iceberg.NestedField]:
    for field in row.fields:
        if field.name is None:
            raise not_supported("An Iceberg column of a row whose fields have no names")
        own = next(ids)
        yield iceberg.NestedField(own, field.name, to_iceberg(field.type, ids), required=False)


def _simple(type_: Type) -> iceberg.IcebergType:
    if type_ in (types.TINYINT, types.SMALLINT, types.INTEGER):
        return iceberg.IntegerType()
    for kind, known in _FROM_ICEBERG.items():
        if known == type_ and kind is not iceberg.FixedType:
            return kind()
    raise QueryError("NOT_SUPPORTED", f"Type not supported for Iceberg: {type_}")


def make_schema(columns: list[tuple[str, Type, str | None]]) -> Schema:
    """A new table's schema: columns are numbered first, what is inside them after."""
    inner = count(len(columns) + 1)
    return Schema(
        *(
            iceberg.NestedField(n, name.lower(), to_iceberg(type_, inner), required=False, doc=comment)
            for n, (name, type_, comment) in enumerate(columns, start=1)
        )
    )


def hive_name(type_: Type) -> str:
    """As Glue and DESCRIBE write a type."""
    match type_:
        case types.Varchar():
            return "string" if type_.length is None else f"varchar({type_.length})"
        case types.Timestamp() | types.ZonedTimestamp():
            return "timestamp"
        case types.Array():
            return f"array<{hive_name(type_.element)}>"
        case types.Map():
            return f"map<{hive_name(type_.key)},{hive_name(type_.value)}>"
        case types.Row():
            return f"struct<{','.join(f'{f.name}:{hive_name(f.type)}' for f in type_.fields)}>"
        case _:
            return {"integer": "int", "real": "float", "varbinary": "binary"}.get(str(type_), str(type_))


def from_hive(text: str) -> Type:
    """The type of a column in Glue."""
    parser = DdlParserOfTypes(text)
    return type_of(parser.hive_type())


class DdlParserOfTypes(DdlParser):
    """Reads a type alone."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.hive = True


def arrow_type(type_: Type) -> pa.DataType:
    """What values of a column that is not Iceberg's are read as."""
    match type_:
        case types.Decimal():
            return pa.decimal128(type_.precision, type_.scale)
        case types.Timestamp():
            return pa.timestamp("us")
        case types.ZonedTimestamp():
            return pa.timestamp("us", "UTC")
        case types.Time():
            return pa.time64("us")
        case types.Array():
            return pa.list_(arrow_type(type_.element))
        case types.Map():
            return pa.map_(arrow_type(type_.key), arrow_type(type_.value))
        case types.Row():
            return pa.struct([pa.field(f.name or f"field{n}", arrow_type(f.type)) for n, f in enumerate(type_.fields)])
        case _:
            return _ARROW.get(type_, pa.string())


_ARROW: dict[Type, pa.DataType] = {
    types.BOOLEAN: pa.bool_(),
    types.TINYINT: pa.int8(),
    types.SMALLINT: pa.int16(),
    types.INTEGER: pa.int32(),
    types.BIGINT: pa.int64(),
    types.REAL: pa.float32(),
    types.DOUBLE: pa.float64(),
    types.DATE: pa.date32(),
    types.VARBINARY: pa.binary(),
}
