"""ALTER TABLE and DROP."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from pyiceberg.exceptions import CommitFailedException, TableAlreadyExistsError, ValidationError
from pyiceberg.table import Table
from pyiceberg.table.update.schema import UpdateSchema

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.lake import views
from authpulse_localstack.athena.lake.connection import is_iceberg, split_s3
from authpulse_localstack.athena.lake.information_schema import tables_of
from authpulse_localstack.athena.lake.schemas import make_schema
from authpulse_localstack.athena.lake.tables import error_code
from authpulse_localstack.athena.lake.writing import retry
from authpulse_localstack.athena.sql import statements as sql
from authpulse_localstack.athena.statements.create import TASK_FAILED, exists, texts
from authpulse_localstack.athena.statements.insert import current
from authpulse_localstack.athena.statements.outcome import Outcome, done
from authpulse_localstack.athena.statements.properties import iceberg_names, iceberg_properties
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.translate.tables import TableName, resolve_name
from authpulse_localstack.athena.translate.type_names import type_of
from authpulse_localstack.athena.types import Timestamp

DELETE_AT_ONCE = 1000


def alter_table(session: Session, statement: sql.AlterTable) -> Outcome:
    name = resolve_name(statement.table, session.database)
    session.tables.iceberg(name, statement.table[0].at)
    change = statement.alteration
    match change:
        case sql.RenameTable():
            _rename(session, name, resolve_name(change.name, name.database))
        case sql.SetProperties():
            properties = iceberg_properties(texts(change.properties), new=False)
            _update(session, name, lambda table: _set_properties(table, properties))
        case sql.UnsetProperties():
            removed = iceberg_names(change.names)
            _update(session, name, lambda table: _unset_properties(table, removed))
        case _:
            _update(session, name, lambda table: _alter_schema(table, change))
    return done("ALTER_TABLE")


def _update(session: Session, name: TableName, change: Callable[[Table], None]) -> None:
    try:
        retry(lambda: change(current(session, name)), session.check)
    except (ValueError, ValidationError) as error:
        raise QueryError(None, f"{TASK_FAILED} {error}") from error


def _set_properties(table: Table, properties: dict[str, str]) -> None:
    with table.transaction() as transaction:
        transaction.set_properties(properties)


def _unset_properties(table: Table, names: list[str]) -> None:
    present = [n for n in names if n in table.properties]
    if present:
        with table.transaction() as transaction:
            transaction.remove_properties(*present)


def _alter_schema(table: Table, change: sql.Alteration) -> None:
    with table.update_schema(allow_incompatible_changes=False) as update:
        match change:
            case sql.AddColumns():
                for column in change.columns:
                    _add(update, column)
            case sql.DropColumn():
                update.delete_column(_present(table, change.column.key))
            case sql.ChangeColumn():
                _change(update, table, change)
            case sql.ReplaceColumns():
                _replace(update, table, change)
            case _:
                raise not_supported(type(change).__name__)


def _definition(column: sql.ColumnDefinition) -> Any:
    type_ = type_of(column.type)
    stored = Timestamp(6) if isinstance(type_, Timestamp) else type_
    return make_schema([(column.name.key, stored, column.comment)]).fields[0]


def _add(update: UpdateSchema, column: sql.ColumnDefinition) -> None:
    field = _definition(column)
    update.add_column(field.name, field.field_type, doc=field.doc)


def _present(table: Table, name: str) -> str:
    found = next((f.name for f in table.schema().fields if f.name.lower() == name), None)
    if found is None:
        raise QueryError(None, f"{TASK_FAILED} Invalid column reference {name}")
    return found


def _change(update: UpdateSchema, table: Table, change: sql.ChangeColumn) -> None:
    old = _present(table, change.column.key)
    field = _definition(change.definition)
    before = table.schema().find_field(old)
    if before.field_type != field.field_type or (field.doc is not None and field.doc != before.doc):
        type_ = field.field_type if before.field_type != field.field_type else None
        update.update_column(old, field_type=type_, doc=field.doc if field.doc is not None else before.doc)
    if change.first:
        update.move_first(old)
    elif change.after is not None:
        update.move_after(old, _present(table, change.after.key))
    if old.lower() != field.name:
        update.rename_column(old, field.name)


def _replace(update: UpdateSchema, table: Table, change: sql.ReplaceColumns) -> None:
    """The columns named stay or come, the others go."""
    wanted = {c.name.key: c for c in change.columns}
    for field in table.schema().fields:
        if field.name.lower() not in wanted:
            update.delete_column(field.name)
        elif field.field_type != _definition(wanted[field.name.lower()]).field_type:
            update.update_column(field.name, field_type=_definition(wanted[field.name.lower()]).field_type)
    present = {f.name.lower() for f in table.schema().fields}
    for name, column in wanted.items():
        if name not in present:
            _add(update, column)


def _rename(session: Session, old: TableName, new: TableName) -> None:
    try:
        session.lake.catalog.rename_table((old.database, old.table), (new.database, new.table))
    except TableAlreadyExistsError:
        raise exists(f"Table {new.table}") from None
    except CommitFailedException as error:
        raise QueryError("ICEBERG_COMMIT_ERROR", str(error)) from error
    session.tables.forget(old)


# DROP


def drop(session: Session, statement: sql.Drop) -> Outcome:
    if statement.kind == "DATABASE":
        return _drop_database(session, statement)
    name = resolve_name(statement.name, session.database)
    try:
        entry = session.tables.entry(name, statement.name[0].at)
    except QueryError as error:
        if error.kind not in {"TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND"}:
            raise
        if statement.if_exists:
            return done(f"DROP_{statement.kind}")
        raise QueryError(
            None, f"{TASK_FAILED} NoSuchObjectException(message:{name.database}.{name.table} table not found)"
        ) from None
    if views.is_view(entry) != (statement.kind == "VIEW"):
        what, instead = ("a view", "VIEW") if views.is_view(entry) else ("a table", "TABLE")
        raise QueryError(None, f"{TASK_FAILED} {name.database}.{name.table} is {what}: use DROP {instead}")
    _remove(session, name, entry)
    return done(f"DROP_{statement.kind}")


def _remove(session: Session, name: TableName, entry: dict[str, Any]) -> None:
    """The entry in Glue, and with an Iceberg table its data, as Athena does."""
    session.lake.glue.delete_table(DatabaseName=name.database, Name=name.table)
    session.tables.forget(name)
    if is_iceberg(entry):
        delete_prefix(session, entry["StorageDescriptor"]["Location"])


def delete_prefix(session: Session, location: str) -> None:
    """All objects under a table's location."""
    bucket, key = split_s3(location)
    s3 = session.lake.s3
    try:
        pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key.rstrip("/") + "/"))
    except ClientError as error:
        if error_code(error) == "NoSuchBucket":
            return
        raise
    keys = [o["Key"] for page in pages for o in page.get("Contents", [])]
    for start in range(0, len(keys), DELETE_AT_ONCE):
        batch = [{"Key": k} for k in keys[start : start + DELETE_AT_ONCE]]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})


def _drop_database(session: Session, statement: sql.Drop) -> Outcome:
    database = statement.name[-1].key
    glue = session.lake.glue
    try:
        glue.get_database(Name=database)
    except ClientError as error:
        if error_code(error) != "EntityNotFoundException":
            raise
        if statement.if_exists:
            return done("DROP_DATABASE")
        raise QueryError(None, f"{TASK_FAILED} NoSuchObjectException(message:Database {database} not found)") from None
    tables = list(tables_of(session.lake, database))
    if tables and not statement.cascade:
        message = f"Database {database} is not empty. One or more tables exist."
        raise QueryError(None, f"{TASK_FAILED} InvalidOperationException(message:{message})")
    for table in tables:
        _remove(session, TableName(database, table["Name"]), table)
    glue.delete_database(Name=database)
    return done("DROP_DATABASE")
