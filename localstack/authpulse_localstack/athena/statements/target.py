"""The table that DELETE, UPDATE and MERGE change: its columns in sight, its files one at a time, one commit at the end.

Athena writes position deletes beside the files (merge on read); here files that have such rows are written again (copy
on write). Later reads see the same rows. Only files that may have such rows are read, and one at a time is held.
"""

import dataclasses
from collections.abc import Callable
from typing import Self

from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask

from authpulse_localstack.athena.lake.iceberg import IcebergTable, Read
from authpulse_localstack.athena.lake.pruning import to_filter
from authpulse_localstack.athena.lake.writing import Written, replace, retry
from authpulse_localstack.athena.sql.nodes import Identifier, Name
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.relations import Relations, Source
from authpulse_localstack.athena.translate.scope import Scan, Scope
from authpulse_localstack.athena.translate.tables import CATALOG, resolve_name
from authpulse_localstack.athena.types import quote_name


class Changes:
    """What a statement wants to commit. As a context it removes the files it wrote if something fails."""

    def __init__(self, table: IcebergTable) -> None:
        self.removed: list[DataFile] = []
        self.written = Written(table.table)
        self.count = 0
        self._table = table

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is not None:
            self.written.discard()

    def commit(self) -> None:
        if self.removed or self.written.files:
            replace(self._table.table, self.removed, self.written.files)

    @property
    def paths(self) -> list[str]:
        return [f.file_path for f in self.written.files]


def committed(session: Session, work: Callable[[], Changes]) -> Changes:
    """The changes that were committed. If the table has changed meanwhile, the work is done again from the start."""

    def attempt() -> Changes:
        session.restart()
        changes = work()
        with changes:
            session.check()
            changes.commit()
        return changes

    return retry(attempt, session.check)


class Target:
    """`scan` and `source` are the table as expressions see it; the scan is filled file by file, not bound at once."""

    def __init__(self, session: Session, context: Context, name: Name, alias: Identifier | None = None) -> None:
        self.session = session
        self.name = resolve_name(name, session.database)
        self.table: IcebergTable = session.tables.iceberg(self.name, name[0].at)
        relations = Relations(context, {}, None)
        self.source: Source = relations.scan(self.table)
        self.scan: Scan = context.scans.pop()
        own = (CATALOG, self.name.database, self.name.table)
        qualifier: tuple[tuple[str, ...], ...] = ((alias.key,),) if alias is not None else (own,)
        self.fields = tuple(dataclasses.replace(f, qualifiers=qualifier) for f in self.source.fields)
        self.scope = Scope(self.fields)
        self.columns = ", ".join(f.sql for f in self.fields)

    def tasks(self, *, pruned: bool = True) -> list[FileScanTask]:
        """The files to look into."""
        row_filter = (
            to_filter(self.scan.predicates, self.table.schema, self.session.evaluate) if pruned else AlwaysTrue()
        )
        return self.table.plan(row_filter)

    def open(self, task: FileScanTask, *, numbered: bool = False) -> None:
        """Makes the rows of one file the table's. `numbered` gives them a column that tells them apart."""
        self.session.check()
        connection, view = self.session.connection, quote_name(self.scan.name)
        self.close()
        files = f"{self.scan.name}_file" if numbered else self.scan.name
        self.table.bind_files(connection, files, [task], self.table.schema, AlwaysTrue())
        if numbered:
            self.session.execute(
                f'CREATE TEMP TABLE {view} AS SELECT row_number() OVER () AS "__row", * FROM {quote_name(files)}'
            )
        self.session.reads.append(Read(1, task.file.record_count, task.file.file_size_in_bytes))

    def close(self) -> None:
        for name in (self.scan.name, f"{self.scan.name}_file"):
            self.table.unbind(self.session.connection, name)

    def rewrite(self, changes: Changes, task: FileScanTask, columns: str, condition: str, source: str = "") -> None:
        """Writes the file again: these columns, the rows of which the condition holds. A file without rows vanishes."""
        sql = f"SELECT {columns} FROM {source or self.source.sql} WHERE {condition}"
        changes.written.write(self.session.batches(self.session.stream(sql)))
        changes.removed.append(task.file)
