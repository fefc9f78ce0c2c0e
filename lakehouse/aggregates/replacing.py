"""One day of a table, compared and set: what others have committed since it was looked at is never overwritten.

PyIceberg's own overwrite makes two snapshots, and a reader of the first would miss the day; the producer below it makes
one. It has no public way to write data files without committing them: `_dataframe_to_data_files` is what its own append
uses (pyiceberg is pinned to 0.12).
"""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, ValidationException
from pyiceberg.io.pyarrow import _dataframe_to_data_files, schema_to_pyarrow
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table as IcebergTable
from pyiceberg.transforms import DayTransform

from authpulse.errors import PrerequisiteError
from lakehouse.catalog import schema
from lakehouse.tables import Table

RETRIES: Final = "commit.retry.num-retries"


class OvertakenError(Exception):
    """Somebody else committed to the table meanwhile; nothing was changed. The day has to be computed again."""


def load(catalog: Catalog, database: str, table: Table) -> IcebergTable:
    """The table as it is now. Raises PrerequisiteError where there is none."""
    try:
        return catalog.load_table((database, table.name))
    except NoSuchTableError as error:
        raise PrerequisiteError(
            f"there is no table {database}.{table.name}: make the foundation first, as `authpulse up` does"
        ) from error


def arrow_schema(table: Table) -> pa.Schema:
    """The declared columns as Arrow has them."""
    return schema_to_pyarrow(schema(table), include_field_ids=False)


@dataclass(frozen=True, slots=True)
class DayOfTable:
    """A day of a table as it was when it was loaded."""

    declared: Table
    loaded: IcebergTable
    day: date

    def rows(self) -> pa.Table:
        """What is there, in the key's order."""
        return self._ordered(self.loaded.scan(row_filter=self._filter).to_arrow())

    def replace(self, rows: pa.Table) -> bool:
        """Puts these rows in the place of the day's; whether that changed anything.

        One snapshot, or none at all where the rows are the same. Raises OvertakenError.
        """
        wanted = self._ordered(rows)
        if wanted.equals(self.rows()):
            return False
        removed = list(self._files())
        added = list(self._write(wanted)) if wanted.num_rows else []
        try:
            self._commit(removed, added)
        except (CommitFailedException, ValidationException) as error:
            self._discard(added)
            raise OvertakenError(str(error)) from error
        return True

    @property
    def _filter(self) -> str:
        column = self.declared.day_of
        if self._is_date:
            return f"{column} = '{self.day}'"
        since, until = (datetime.combine(d, time()).isoformat() for d in (self.day, self.day + timedelta(days=1)))
        return f"{column} >= '{since}' AND {column} < '{until}'"

    @property
    def _is_date(self) -> bool:
        return any(c.name == self.declared.day_of and c.type == "date" for c in self.declared.columns)

    def _ordered(self, rows: pa.Table) -> pa.Table:
        rows = rows.select(list(self.declared.column_names)).cast(arrow_schema(self.declared))
        return rows.sort_by([(name, "ascending") for name in self.declared.key])

    def _files(self) -> Iterator[DataFile]:
        """Every data file of the day. Raises PrerequisiteError where a file may hold other days too."""
        by_day: DayTransform[Any] = DayTransform()
        for task in self.loaded.scan(row_filter=self._filter).plan_files():
            fields = self.loaded.specs()[task.file.spec_id].fields
            names = self.loaded.schema().find_column_name
            if (by_day, self.declared.day_of) not in [(field.transform, names(field.source_id)) for field in fields]:
                raise PrerequisiteError(
                    f"table {self.declared.name} is not partitioned by day({self.declared.day_of}): make it anew from "
                    "lakehouse/iceberg_ddl.sql"
                )
            yield task.file

    def _write(self, rows: pa.Table) -> Iterator[DataFile]:
        return iter(_dataframe_to_data_files(self.loaded.metadata, rows, self.loaded.io, write_uuid=uuid.uuid4()))

    def _commit(self, removed: list[DataFile], added: list[DataFile]) -> None:
        # PyIceberg would commit the same rows again on top of what others have done; they have to be computed again.
        properties = {**self.loaded.metadata.properties, RETRIES: "0"}
        self.loaded.metadata = self.loaded.metadata.model_copy(update={"properties": properties})
        with self.loaded.transaction() as transaction, transaction.update_snapshot().overwrite() as snapshot:
            for file in removed:
                snapshot.delete_data_file(file)
            for file in added:
                snapshot.append_data_file(file)

    def _discard(self, files: list[DataFile]) -> None:
        """They are in no commit."""
        for file in files:
            with suppress(OSError):
                self.loaded.io.delete(file.file_path)
