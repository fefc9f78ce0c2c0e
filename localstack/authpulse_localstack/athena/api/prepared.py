"""Prepared statements, by the API and by PREPARE, EXECUTE and DEALLOCATE PREPARE."""

from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.athena.api.shapes import (
    Backend,
    Request,
    Response,
    invalid,
    not_found,
    page,
    work_group_of,
)
from authpulse_localstack.athena.errors import MalformedQueryError, QueryError
from authpulse_localstack.athena.sql import statements as sql
from authpulse_localstack.athena.sql.parser import parse
from authpulse_localstack.athena.store import PreparedStatement, Store


class PreparedStatementsApi(Backend):
    """Prepared statements belong to a work group."""

    @handler("CreatePreparedStatement", expand=False)
    def create_prepared_statement(self, context: RequestContext, request: Request) -> Response:
        store, key = self._key(context, request)
        with store.lock:
            if key in store.prepared:
                raise invalid(f"PreparedStatement {key[1]} already exists in WorkGroup {key[0]}")
            store.prepared[key] = _prepared(key, request)
        return {}

    @handler("GetPreparedStatement", expand=False)
    def get_prepared_statement(self, context: RequestContext, request: Request) -> Response:
        store, key = self._key(context, request)
        return {"PreparedStatement": _found(store, key).shape()}

    @handler("UpdatePreparedStatement", expand=False)
    def update_prepared_statement(self, context: RequestContext, request: Request) -> Response:
        store, key = self._key(context, request)
        with store.lock:
            _found(store, key)
            store.prepared[key] = _prepared(key, request)
        return {}

    @handler("DeletePreparedStatement", expand=False)
    def delete_prepared_statement(self, context: RequestContext, request: Request) -> Response:
        store, key = self._key(context, request)
        with store.lock:
            _found(store, key)
            del store.prepared[key]
        return {}

    @handler("ListPreparedStatements", expand=False)
    def list_prepared_statements(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            group = work_group_of(store, request["WorkGroup"])["Name"]
            found = [
                {"StatementName": p.name, "LastModifiedTime": p.modified}
                for p in store.prepared.values()
                if p.work_group == group
            ]
        listed, more = page(found, request, most=50)
        return {"PreparedStatements": listed, **more}

    @handler("BatchGetPreparedStatement", expand=False)
    def batch_get_prepared_statement(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            group = work_group_of(store, request["WorkGroup"])["Name"]
            found: list[dict[str, Any]] = []
            missing: list[dict[str, Any]] = []
            for name in request["PreparedStatementNames"]:
                prepared = store.prepared.get((group, name))
                if prepared is not None:
                    found.append(prepared.shape())
                else:
                    message = f"PreparedStatement {name} was not found"
                    missing.append({"StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": message})
        return {"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing}

    def _key(self, context: RequestContext, request: Request) -> tuple[Store, tuple[str, str]]:
        store = self.store(context)
        return store, (work_group_of(store, request["WorkGroup"])["Name"], request["StatementName"])


def _found(store: Store, key: tuple[str, str]) -> PreparedStatement:
    found = store.prepared.get(key)
    if found is None:
        raise not_found(f"PreparedStatement {key[1]} was not found in workGroup {key[0]}", key[1])
    return found


def _prepared(key: tuple[str, str], request: Request) -> PreparedStatement:
    query = request["QueryStatement"]
    try:
        parse(query)
    except MalformedQueryError as error:
        raise invalid(str(error), "MALFORMED_QUERY") from None
    except QueryError:  # known to Athena, not done here: it fails when it is executed
        pass
    return PreparedStatement(key[1], key[0], query, request.get("Description"), datetime.now(UTC))


# by SQL


def store_prepared(store: Store, work_group: str, statement: sql.Prepare | sql.Deallocate) -> None:
    """PREPARE makes or replaces, DEALLOCATE removes."""
    key = (work_group, statement.name.name)
    with store.lock:
        if isinstance(statement, sql.Prepare):
            store.prepared[key] = PreparedStatement(key[1], key[0], statement.statement, None, datetime.now(UTC))
        elif store.prepared.pop(key, None) is None:
            raise QueryError("NOT_FOUND", f"Prepared statement not found: {key[1]}", statement.at)


def execute_prepared(store: Store, work_group: str, statement: sql.Execute, given: list[str]) -> tuple[str, list[str]]:
    """The prepared text, and its parameters: those after USING, or the request's."""
    with store.lock:
        found = store.prepared.get((work_group, statement.name.name))
    if found is None:
        raise invalid(f"PreparedStatement {statement.name.name} was not found in workGroup {work_group}")
    if statement.arguments and given:
        raise invalid("EXECUTE … USING and ExecutionParameters cannot be given both")
    return found.query, list(statement.arguments) or given
