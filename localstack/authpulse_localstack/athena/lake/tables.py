"""What a name in a query stands for: an Iceberg table or one of its metadata tables, a Parquet table, a view."""

from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError
from pyiceberg.exceptions import NoSuchIcebergTableError

from authpulse_localstack.athena.errors import QueryError
from authpulse_localstack.athena.lake import views
from authpulse_localstack.athena.lake.connection import GlueTable, Lake, is_iceberg
from authpulse_localstack.athena.lake.hive import HiveTable
from authpulse_localstack.athena.lake.iceberg import IcebergTable
from authpulse_localstack.athena.lake.information_schema import INFORMATION_SCHEMA, information_table
from authpulse_localstack.athena.lake.metadata import metadata_table
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.tables import Table, TableName, Version, View


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def table_not_found(name: TableName, at: Position | None = None) -> QueryError:
    return QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist", at)


class GlueTables:
    """Looks names up in Glue, each once per statement: a statement sees one version of a table wherever it names it."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._seen: dict[TableName, GlueTable] = {}

    def find(self, name: TableName, version: Version | None, at: Position) -> Table | View:
        if name.database == INFORMATION_SCHEMA:
            return information_table(self._lake, name, at)
        base, _, metadata = name.table.partition("$")
        glue_table = self.entry(TableName(name.database, base), at)
        if views.is_view(glue_table) and not metadata:
            return views.load(name, glue_table, at)
        if not is_iceberg(glue_table):
            if metadata or version is not None:
                raise QueryError("NOT_SUPPORTED", f"'{name}' is not an Iceberg table", at)
            return HiveTable(name, self._lake, glue_table)
        table = IcebergTable(TableName(name.database, base), self._lake.iceberg(glue_table))
        if metadata:
            return metadata_table(name, metadata, table, at)
        if version is None:
            return table
        return IcebergTable(table.name, table.table, _snapshot(table, version, at))

    def entry(self, name: TableName, at: Position | None = None) -> GlueTable:
        """The table in Glue. Raises TABLE_NOT_FOUND or SCHEMA_NOT_FOUND."""
        if name not in self._seen:
            self._seen[name] = self._load(name, at)
        return self._seen[name]

    def _load(self, name: TableName, at: Position | None) -> GlueTable:
        try:
            found: GlueTable = self._lake.glue.get_table(DatabaseName=name.database, Name=name.table)["Table"]
        except ClientError as error:
            if error_code(error) != "EntityNotFoundException":
                raise
        else:
            return found
        try:
            self._lake.glue.get_database(Name=name.database)
        except ClientError as error:
            if error_code(error) != "EntityNotFoundException":
                raise
            raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{name.database}' does not exist", at) from None
        raise table_not_found(name, at)

    def iceberg(self, name: TableName, at: Position | None = None) -> IcebergTable:
        """A table to be written. Raises NOT_SUPPORTED for one that is not Iceberg."""
        glue_table = self.entry(name, at)
        if not is_iceberg(glue_table):
            raise QueryError("NOT_SUPPORTED", f"Modifying {name}, which is not an Iceberg table, is not supported", at)
        try:
            return IcebergTable(name, self._lake.iceberg(glue_table))
        except (KeyError, NoSuchIcebergTableError):
            message = f"Table '{name}' has no Iceberg metadata"
            raise QueryError("GENERIC_INTERNAL_ERROR", message, at) from None

    def forget(self, name: TableName) -> None:
        """The next look is a new one: after a commit, or when one failed."""
        self._seen.pop(name, None)


def _snapshot(table: IcebergTable, version: Version, at: Position) -> int:
    if version.snapshot_id is not None:
        if table.table.snapshot_by_id(version.snapshot_id) is None:
            message = f"Iceberg snapshot ID does not exists: {version.snapshot_id}"
            raise QueryError("INVALID_ARGUMENTS", message, at)
        return version.snapshot_id
    millis = (version.instant_us or 0) // 1000
    snapshot = table.table.snapshot_as_of_timestamp(millis)
    if snapshot is None:
        message = f'No version history table {table.name.database}."{table.name.table}" at or before {_shown(millis)}'
        raise QueryError("INVALID_ARGUMENTS", message, at)
    return snapshot.snapshot_id


def _shown(millis: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)).isoformat(timespec="milliseconds")
