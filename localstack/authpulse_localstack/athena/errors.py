"""What goes wrong with a statement, in the words and numbers that Athena uses.

    AthenaFailure
    ├── MalformedQueryError    StartQueryExecution refuses it at once: InvalidRequestException, MALFORMED_QUERY
    └── QueryError             the execution ends as FAILED; `kind` is Trino's error name, None for a failed DDL task

Error types are those of AWS's public table "Athena error catalog"; which of them a Trino error gets is our reading.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from authpulse_localstack.athena.sql.lexer import Position

SYSTEM, USER = 1, 2

SYNTAX: Final = 1006
ERROR_TYPES: Final = {
    "COLUMN_NOT_FOUND": SYNTAX,
    "DIVISION_BY_ZERO": 1001,
    "EXCEEDED_LOCAL_MEMORY_LIMIT": 1,
    "EXCEEDED_TIME_LIMIT": 206,
    "FUNCTION_NOT_FOUND": 1303,
    "GENERIC_INTERNAL_ERROR": 200,
    "ICEBERG_COMMIT_ERROR": 233,
    "INVALID_CAST_ARGUMENT": 1001,
    "INVALID_FUNCTION_ARGUMENT": 1106,
    "INVALID_TABLE_PROPERTY": 1103,
    "INVALID_VIEW": 1107,
    "MERGE_TARGET_ROW_MULTIPLE_MATCHES": 1001,
    "NOT_SUPPORTED": 1200,
    "NUMERIC_VALUE_OUT_OF_RANGE": 1001,
    "SCHEMA_NOT_FOUND": 1301,
    "SUBQUERY_MULTIPLE_ROWS": 1001,
    "TABLE_NOT_FOUND": 1110,
    "VIEW_IS_STALE": 1107,
}
DDL_TASK_FAILED, CANCELED_BY_USER, BUCKET_NOT_FOUND, RESULT_NOT_WRITTEN = 1003, 1011, 1306, 401
_OF_THE_SYSTEM: Final = {"EXCEEDED_LOCAL_MEMORY_LIMIT", "GENERIC_INTERNAL_ERROR", "ICEBERG_COMMIT_ERROR"}


class AthenaFailure(Exception):
    """Base of both."""


class MalformedQueryError(AthenaFailure):
    """Not a statement of Athena's grammar."""

    def __init__(self, message: str, at: "Position | None" = None) -> None:
        super().__init__(f"{at}: {message}" if at else message)


class QueryError(AthenaFailure):
    """A statement that cannot be carried out; `str()` is the StateChangeReason."""

    def __init__(
        self,
        kind: str | None,
        message: str,
        at: "Position | None" = None,
        *,
        error_type: int | None = None,
        category: int | None = None,
    ) -> None:
        located = f"{at}: {message}" if at else message
        super().__init__(f"{kind}: {located}" if kind else located)
        self.kind = kind
        self.error_type = error_type or (ERROR_TYPES.get(kind, SYNTAX) if kind else DDL_TASK_FAILED)
        self.category = category or (SYSTEM if kind in _OF_THE_SYSTEM else USER)


class QueryCancelledError(AthenaFailure):
    """StopQueryExecution reached the statement while it ran."""


def not_supported(what: str, at: "Position | None" = None) -> QueryError:
    """For what Athena can do and this cannot: said loudly, never answered differently."""
    return QueryError("NOT_SUPPORTED", f"{what} is not supported by the local Athena", at)
