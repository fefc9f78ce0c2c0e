"""From a statement to its outcome."""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from authpulse_localstack.athena.errors import BUCKET_NOT_FOUND, QueryError, not_supported
from authpulse_localstack.athena.lake.tables import error_code
from authpulse_localstack.athena.sql import statements as sql
from authpulse_localstack.athena.statements.alter_drop import alter_table, drop
from authpulse_localstack.athena.statements.create import create_database, create_table, create_table_as, create_view
from authpulse_localstack.athena.statements.delete_update import delete, update
from authpulse_localstack.athena.statements.explain import explain
from authpulse_localstack.athena.statements.insert import insert
from authpulse_localstack.athena.statements.merge import merge
from authpulse_localstack.athena.statements.optimize import optimize
from authpulse_localstack.athena.statements.outcome import Outcome, StatementType, done
from authpulse_localstack.athena.statements.select import select
from authpulse_localstack.athena.statements.session import Session
from authpulse_localstack.athena.statements.show import describe, show
from authpulse_localstack.athena.statements.unload import unload
from authpulse_localstack.athena.statements.vacuum import repair, vacuum

_HANDLERS: Final[dict[type[sql.Statement], tuple[StatementType, Callable[[Session, Any], Outcome]]]] = {
    sql.SelectStatement: ("DML", select),
    sql.Insert: ("DML", insert),
    sql.Delete: ("DML", delete),
    sql.Update: ("DML", update),
    sql.Merge: ("DML", merge),
    sql.Unload: ("DML", unload),
    sql.Optimize: ("DML", optimize),
    sql.Vacuum: ("DML", vacuum),
    sql.CreateTable: ("DDL", create_table),
    sql.CreateTableAs: ("DDL", create_table_as),
    sql.CreateView: ("DDL", create_view),
    sql.CreateDatabase: ("DDL", create_database),
    sql.Drop: ("DDL", drop),
    sql.AlterTable: ("DDL", alter_table),
    sql.Repair: ("DDL", repair),
    # the API has done these two by now: prepared statements belong to a work group, not to the lake
    sql.Prepare: ("DDL", lambda _session, _statement: done("PREPARE")),
    sql.Deallocate: ("DDL", lambda _session, _statement: done("DEALLOCATE_PREPARE")),
    sql.Show: ("UTILITY", show),
    sql.Describe: ("UTILITY", describe),
    sql.Explain: ("UTILITY", explain),
}


def kind_of(statement: sql.Statement) -> StatementType:
    """DDL, DML or UTILITY."""
    found = _HANDLERS.get(type(statement))
    return found[0] if found else "UTILITY"


def run(session: Session, statement: sql.Statement) -> Outcome:
    """Raises QueryError and QueryCancelledError."""
    found = _HANDLERS.get(type(statement))
    if found is None:
        raise not_supported(type(statement).__name__, statement.at)
    try:
        return found[1](session, statement)
    except ClientError as error:
        raise of_aws(error) from error
    except OSError as error:  # S3 through Arrow
        if "NoSuchBucket" in str(error) or "NO_SUCH_BUCKET" in str(error):
            raise _no_bucket(str(error)) from error
        raise


def of_aws(error: ClientError) -> QueryError:
    """An error of our own S3 or Glue."""
    message = str(error.response.get("Error", {}).get("Message", error))
    code = error_code(error)
    if code == "NoSuchBucket":
        return _no_bucket(message)
    if code == "EntityNotFoundException":
        return QueryError("SCHEMA_NOT_FOUND", message)
    return QueryError("GENERIC_INTERNAL_ERROR", f"{code}: {message}")


def _no_bucket(message: str) -> QueryError:
    return QueryError(None, f"Amazon S3 bucket not found: {message}", error_type=BUCKET_NOT_FOUND)
