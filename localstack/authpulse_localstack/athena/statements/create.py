"""CREATE TABLE, CREATE TABLE AS, CREATE VIEW, CREATE DATABASE."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pyiceberg.exceptions import NoSuchNamespaceError, TableAlreadyExistsError
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.schema import Schema

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.lake import views
from authpulse_localstack.athena.lake.hive import PARQUET_FORMAT
from authpulse_localstack.athena.lake.schemas import hive_name, make_schema
from authpulse_localstack.athena.lake.tables import error_code
from authpulse_localstack.athena.lake.writing import Written, append
from authpulse_localstack.athena.results.columns import ROWS
from authpulse_localstack.athena.sql.parser import parse_partition
from authpulse_localstack.athena.sql.statements import (
    ColumnDefinition,
    CreateDatabase,
    CreateTable,
    CreateTableAs,
    CreateView,
    PartitionTerm,
    Properties,
)
from authpulse_localstack.athena.statements.insert import current
from authpulse_localstack.athena.statements.outcome import Outcome, done
from authpulse_localstack.athena.statements.partitioning import partition_spec
from authpulse_localstack.athena.statements.properties import iceberg_properties
from authpulse_localstack.athena.statements.select import names_of
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.statements.unload import ParquetFiles
from authpulse_localstack.athena.translate.queries import Translated
from authpulse_localstack.athena.translate.tables import TableName, resolve_name
from authpulse_localstack.athena.translate.type_names import type_of
from authpulse_localstack.athena.translate.typed import cast_to
from authpulse_localstack.athena.types import (
    INTEGER,
    SMALLINT,
    TINYINT,
    UNKNOWN,
    VARCHAR,
    Timestamp,
    Type,
    Varchar,
    ZonedTimestamp,
    quote_name,
)

TASK_FAILED = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."


def exists(name: object) -> QueryError:
    return QueryError(None, f"{TASK_FAILED} AlreadyExistsException(message:{name} already exists.)")


# databases


def create_database(session: Session, statement: CreateDatabase) -> Outcome:
    entry: dict[str, Any] = {"Name": statement.name.key, "Parameters": texts(statement.properties)}
    if statement.comment:
        entry["Description"] = statement.comment
    if statement.location:
        entry["LocationUri"] = statement.location
    try:
        session.lake.glue.create_database(DatabaseInput=entry)
    except ClientError as error:
        if error_code(error) != "AlreadyExistsException":
            raise
        if not statement.if_not_exists:
            raise exists(f"Database {statement.name.key}") from None
    return done("CREATE_DATABASE")


def texts(properties: Properties) -> dict[str, str]:
    """Properties that are all texts."""
    return {name.lower(): value for name, value in properties if isinstance(value, str)}


# tables


def create_table(session: Session, statement: CreateTable) -> Outcome:
    name = resolve_name(statement.table, session.database)
    properties = texts(statement.properties)
    if properties.get("table_type", "").upper() == "ICEBERG":
        return _create_iceberg(session, statement, name, properties)
    if not statement.external:
        message = "CREATE TABLE without EXTERNAL is for Iceberg: TBLPROPERTIES ('table_type'='ICEBERG')"
        raise QueryError(None, f"FAILED: ParseException {message}")
    return _create_hive(session, statement, name, properties)


def _create_iceberg(
    session: Session, statement: CreateTable, name: TableName, properties: Mapping[str, str]
) -> Outcome:
    if statement.external or statement.storage:
        what = "EXTERNAL" if statement.external else statement.storage.split()[0]
        raise QueryError(None, f"FAILED: ParseException {what} is not for Iceberg tables", statement.at)
    if not statement.location:
        raise QueryError("INVALID_TABLE_PROPERTY", "Table location can not be null")
    columns = [(c.name.key, _stored(type_of(c.type)), c.comment) for c in statement.columns]
    _check_names([n for n, _, _ in columns])
    schema = make_schema(columns)
    terms = []
    for part in statement.partitions:
        if isinstance(part, ColumnDefinition):
            message = f"FAILED: ParseException partition column {part.name.key} has a type: name a column of the table"
            raise QueryError(None, message, part.at)
        terms.append(part)
    make(
        session,
        name,
        schema,
        partition_spec(terms, schema),
        statement.location,
        iceberg_properties(properties, new=True) | ({"comment": statement.comment} if statement.comment else {}),
        if_not_exists=statement.if_not_exists,
    )
    return done("CREATE_TABLE")


def _stored(type_: Type) -> Type:
    """timestamp in DDL is Iceberg's, with microseconds."""
    return Timestamp(6) if isinstance(type_, Timestamp) else type_


def _check_names(names: Sequence[str]) -> None:
    twice = next((n for n in names if list(names).count(n) > 1), None)
    if twice is not None:
        raise QueryError("DUPLICATE_COLUMN_NAME", f"Column name '{twice}' specified more than once")


def make(
    session: Session,
    name: TableName,
    schema: Schema,
    spec: PartitionSpec,
    location: str,
    properties: Mapping[str, str],
    *,
    if_not_exists: bool,
) -> bool:
    """Whether the table was made; it was there before otherwise."""
    try:
        session.lake.catalog.create_table(
            (name.database, name.table),
            schema,
            location=location.rstrip("/"),
            partition_spec=spec,
            properties=dict(properties),
        )
    except NoSuchNamespaceError:
        raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{name.database}' does not exist") from None
    except TableAlreadyExistsError:
        if not if_not_exists:
            raise exists(f"Table {name.table}") from None
        return False
    finally:
        session.tables.forget(name)
    return True


def _create_hive(session: Session, statement: CreateTable, name: TableName, properties: Mapping[str, str]) -> Outcome:
    if "PARQUET" not in statement.storage.upper():
        raise not_supported("CREATE EXTERNAL TABLE of another format than Parquet", statement.at)
    if not statement.location:
        raise QueryError(None, "FAILED: SemanticException LOCATION is missing")
    keys = [k for k in statement.partitions if isinstance(k, ColumnDefinition)]
    if len(keys) != len(statement.partitions):
        raise QueryError(None, "FAILED: ParseException partition transforms are for Iceberg tables", statement.at)
    entry = {
        "Name": name.table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet", **properties},
        "PartitionKeys": [_hive_column(k) for k in keys],
        "StorageDescriptor": {
            "Columns": [_hive_column(c) for c in statement.columns],
            "Location": statement.location,
            **PARQUET_FORMAT,
        },
    }
    _register(session, name, entry, if_not_exists=statement.if_not_exists)
    return done("CREATE_TABLE")


def _hive_column(column: ColumnDefinition) -> dict[str, str]:
    entry = {"Name": column.name.key, "Type": hive_name(type_of(column.type))}
    return entry | ({"Comment": column.comment} if column.comment else {})


def _register(session: Session, name: TableName, entry: dict[str, Any], *, if_not_exists: bool) -> None:
    try:
        session.lake.glue.create_table(DatabaseName=name.database, TableInput=entry)
    except ClientError as error:
        code = error_code(error)
        if code == "EntityNotFoundException":
            raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{name.database}' does not exist") from None
        if code != "AlreadyExistsException":
            raise
        if not if_not_exists:
            raise exists(f"Table {name.table}") from None


# CREATE TABLE AS


def create_table_as(session: Session, statement: CreateTableAs) -> Outcome:
    name = resolve_name(statement.table, session.database)
    properties = dict(statement.properties)
    if statement.if_not_exists and _is_there(session, name):
        return Outcome("DDL", "CREATE_TABLE_AS_SELECT", ROWS, update_count=0, manifest=())
    translated, context = session.translate(statement.query)
    names = [n.lower() for n in names_of(translated.columns)]
    if any(c.name is None for c in translated.columns):
        place = next(n for n, c in enumerate(translated.columns, start=1) if c.name is None)
        raise QueryError("MISSING_COLUMN_NAME", f"Column name not specified at position {place}", statement.query.at)
    _check_names(names)
    session.bind(context.scans)
    iceberg = str(properties.pop("table_type", "HIVE")).upper() == "ICEBERG"
    build = _iceberg_as if iceberg else _hive_as
    return build(session, statement, name, properties, translated, names)


def _is_there(session: Session, name: TableName) -> bool:
    try:
        session.tables.entry(name)
    except QueryError as error:
        if error.kind != "TABLE_NOT_FOUND":
            raise
        return False
    return True


def _iceberg_as(
    session: Session,
    statement: CreateTableAs,
    name: TableName,
    properties: dict[str, str | tuple[str, ...]],
    translated: Translated,
    names: Sequence[str],
) -> Outcome:
    location = properties.pop("location", None)
    if not isinstance(location, str):
        raise QueryError("INVALID_TABLE_PROPERTY", "Table location can not be null")
    if str(properties.pop("is_external", "false")).lower() != "false":
        message = "For CREATE TABLE AS SELECT of Iceberg tables is_external must be false"
        raise QueryError("INVALID_TABLE_PROPERTY", message)
    types = [_widened(c.type) for c in translated.columns]
    schema = make_schema([(n, t, None) for n, t in zip(names, types, strict=True)])
    spec = partition_spec(_partitions(properties.pop("partitioning", ())), schema)
    rest = {k: v for k, v in properties.items() if isinstance(v, str)}
    make(session, name, schema, spec, location, iceberg_properties(rest, new=True), if_not_exists=False)
    rows = 0
    if statement.with_data:
        columns = ", ".join(cast_to(f"c{n}", t) for n, t in enumerate(types, start=1))
        written = Written(current(session, name))
        try:
            written.write(session.batches(session.stream(f"SELECT {columns} FROM ({translated.sql})")))
            if written.files:
                append(lambda: current(session, name), written, session.check)
        except BaseException:
            session.lake.catalog.drop_table((name.database, name.table))
            raise
        rows = written.rows
    return Outcome("DDL", "CREATE_TABLE_AS_SELECT", ROWS, update_count=rows, manifest=())


def _partitions(value: str | tuple[str, ...]) -> list[PartitionTerm]:
    return [parse_partition(text) for text in ((value,) if isinstance(value, str) else value)]


def _widened(type_: Type) -> Type:
    """What a column of a query becomes in a table."""
    if type_ in (TINYINT, SMALLINT):
        return INTEGER
    if type_ == UNKNOWN:
        raise QueryError("COLUMN_TYPE_UNKNOWN", "Column type is unknown")
    if isinstance(type_, Varchar):
        return VARCHAR
    if isinstance(type_, Timestamp):
        return Timestamp(6)
    return ZonedTimestamp(6) if isinstance(type_, ZonedTimestamp) else type_


def _hive_as(
    session: Session,
    statement: CreateTableAs,
    name: TableName,
    properties: dict[str, str | tuple[str, ...]],
    translated: Translated,
    names: Sequence[str],
) -> Outcome:
    if str(properties.get("format", "PARQUET")).upper() != "PARQUET":
        raise not_supported(f"CREATE TABLE AS with format = '{properties['format']}'", statement.at)
    if properties.get("partitioned_by") or properties.get("bucketed_by"):
        raise not_supported("CREATE TABLE AS with partitions of a table that is not Iceberg", statement.at)
    location = (
        str(properties.get("external_location") or f"{session.output}/tables/{session.query_id}").rstrip("/") + "/"
    )
    entry = {
        "Name": name.table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet", "has_encrypted_data": "false"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": hive_name(c.type)} for n, c in zip(names, translated.columns, strict=True)],
            "Location": location,
            **PARQUET_FORMAT,
        },
    }
    _register(session, name, entry, if_not_exists=False)
    files = ParquetFiles(session.lake, location, codec=str(properties.get("write_compression", "GZIP")))
    if statement.with_data:
        columns = ", ".join(f"c{n} AS {quote_name(c)}" for n, c in enumerate(names, start=1))
        try:
            files.write(session.batches(session.stream(f"SELECT {columns} FROM ({translated.sql})")))
        except BaseException:
            session.lake.glue.delete_table(DatabaseName=name.database, Name=name.table)
            raise
    return Outcome(
        "DDL", "CREATE_TABLE_AS_SELECT", ROWS, update_count=files.rows, manifest=files.paths, location=location
    )


# views


def create_view(session: Session, statement: CreateView) -> Outcome:
    name = resolve_name(statement.view, session.database)
    translated, _ = session.translate(statement.query)
    missing = next((n for n, c in enumerate(translated.columns, start=1) if c.name is None), None)
    if missing is not None:
        message = f"Column name not specified at position {missing}"
        raise QueryError("MISSING_COLUMN_NAME", message, statement.query.at)
    columns = [(c.name or "", c.type) for c in translated.columns]
    _check_names([n.lower() for n, _ in columns])
    entry = views.table_input(name, statement.text, session.database, columns)
    glue = session.lake.glue
    try:
        glue.create_table(DatabaseName=name.database, TableInput=entry)
    except ClientError as error:
        code = error_code(error)
        if code == "EntityNotFoundException":
            raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{name.database}' does not exist") from None
        if code != "AlreadyExistsException":
            raise
        if not statement.or_replace or not views.is_view(session.tables.entry(name)):
            raise QueryError("TABLE_ALREADY_EXISTS", f"View already exists: '{name}'", statement.at) from None
        glue.update_table(DatabaseName=name.database, TableInput=entry)
    return done("CREATE_VIEW")
