"""Tables that are made when they are asked for: metadata of tables, information_schema."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from authpulse_localstack.athena.lake.iceberg import Read
from authpulse_localstack.athena.lake.schemas import arrow_type
from authpulse_localstack.athena.translate.predicates import Predicate
from authpulse_localstack.athena.translate.tables import ColumnInfo, TableName
from authpulse_localstack.athena.types import Type

Row = Sequence[Any]


class MemoryTable:
    """`rows` is called when the table is read, not when it is named."""

    def __init__(self, name: TableName, columns: dict[str, Type], rows: Callable[[], Iterable[Row]]) -> None:
        self.name = name
        self.columns = tuple(ColumnInfo(n, t) for n, t in columns.items())
        self._rows = rows

    def bind(
        self,
        connection: duckdb.DuckDBPyConnection,
        view: str,
        columns: set[str],
        predicates: Sequence[Predicate],
        evaluate: Any,
    ) -> Read:
        del columns, predicates, evaluate
        rows = [dict(zip((c.name for c in self.columns), row, strict=True)) for row in self._rows()]
        schema = pa.schema([(c.name, arrow_type(c.type)) for c in self.columns])
        connection.register(view, pa.Table.from_pylist(rows, schema=schema))
        return Read(rows=len(rows))
