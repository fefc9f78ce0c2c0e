"""Rows into an Iceberg table: data files first, then one commit that is tried again when another writer was faster.

PyIceberg has no public way to write data files without committing them at once; `_dataframe_to_data_files` is what its
own append uses (pyiceberg is pinned to 0.12).
"""

import itertools
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException, ValidationException
from pyiceberg.io.pyarrow import _dataframe_to_data_files, schema_to_pyarrow
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import Table

from authpulse_localstack.athena.errors import QueryError

ATTEMPTS = 6
FIRST_WAIT_SECONDS = 0.1
CHUNK_BYTES = 128 << 20


class Written:
    """Data files of one statement, not in the table before they are committed."""

    def __init__(self, table: Table, *, chunk_bytes: int = CHUNK_BYTES) -> None:
        self.files: list[DataFile] = []
        self.rows = 0
        self._table = table
        self._chunk_bytes = chunk_bytes
        self._uuid = uuid.uuid4()
        self._counter = itertools.count()

    def write(self, batches: Iterable[pa.RecordBatch]) -> list[DataFile]:
        """Writes all of them; at most a chunk is in memory. Batches have the table's columns in their order."""
        schema = self._table.schema()
        added: list[DataFile] = []
        for chunk in _chunks(_conformed(batches, schema), self._chunk_bytes):
            added.extend(
                _dataframe_to_data_files(
                    self._table.metadata, chunk, self._table.io, write_uuid=self._uuid, counter=self._counter
                )
            )
            self.rows += chunk.num_rows
        self.files.extend(added)
        return added

    def discard(self) -> None:
        """Removes files that no commit took: the statement failed."""
        for file in self.files:
            with suppress(OSError):
                self._table.io.delete(file.file_path)
        self.files.clear()


def _conformed(batches: Iterable[pa.RecordBatch], schema: Schema) -> Iterator[pa.Table]:
    """Batches with the table's names and types. NULL in a required column is an error."""
    target = schema_to_pyarrow(schema, include_field_ids=False)
    for batch in batches:
        table = pa.Table.from_batches([batch]).rename_columns(target.names)
        for field in schema.fields:
            if field.required and table.column(field.name).null_count:
                message = f"NULL value not allowed for NOT NULL column: {field.name}"
                raise QueryError("CONSTRAINT_VIOLATION", message)
        yield table.cast(target)


def _chunks(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    for table in tables:
        if not table.num_rows:
            continue
        waiting.append(table)
        if sum(t.nbytes for t in waiting) >= size:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def append(load: Callable[[], Table], written: Written, check: Callable[[], None]) -> None:
    """Commits new data files. Nothing that others commit meanwhile is in their way; only the turn is waited for."""

    def commit() -> None:
        table = load()
        with table.transaction() as transaction, transaction.update_snapshot().fast_append() as snapshot:
            for file in written.files:
                snapshot.append_data_file(file)

    try:
        retry(commit, check)
    except BaseException:
        written.discard()
        raise


def replace(table: Table, removed: Sequence[DataFile], added: Sequence[DataFile]) -> None:
    """One commit that takes files out and puts others in, if the table is as it was when they were read.

    Raises CommitFailedException or ValidationException when it is not.
    """
    with table.transaction() as transaction, transaction.update_snapshot().overwrite() as snapshot:
        for file in removed:
            snapshot.delete_data_file(file)
        for file in added:
            snapshot.append_data_file(file)


def retry[T](attempt: Callable[[], T], check: Callable[[], None]) -> T:
    """Again from the start while others commit first: at most ATTEMPTS times, with growing waits."""
    for number in range(1, ATTEMPTS + 1):
        check()
        try:
            return attempt()
        except (CommitFailedException, ValidationException) as error:
            if number == ATTEMPTS:
                message = f"Failed to commit the transaction during write: {error}"
                raise QueryError("ICEBERG_COMMIT_ERROR", message) from error
            time.sleep(FIRST_WAIT_SECONDS * 2 ** (number - 1) * random.uniform(0.5, 1))
    raise AssertionError("unreachable")
