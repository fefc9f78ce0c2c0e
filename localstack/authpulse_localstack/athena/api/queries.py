"""StartQueryExecution and what follows it."""

import json
import uuid
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext, handler

from authpulse_localstack.athena.api.prepared import execute_prepared, store_prepared
from authpulse_localstack.athena.api.shapes import Backend, Request, Response, invalid, page, work_group_of
from authpulse_localstack.athena.errors import MalformedQueryError, QueryError
from authpulse_localstack.athena.executions import Execution
from authpulse_localstack.athena.lake.connection import Lake, split_s3
from authpulse_localstack.athena.results.output import ResultMissingError, location_of, read_page
from authpulse_localstack.athena.runner import Job
from authpulse_localstack.athena.sql import statements as sql
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.sql.nodes import Expression
from authpulse_localstack.athena.sql.parser import count_parameters, parse, parse_expression
from authpulse_localstack.athena.statements.run import kind_of
from authpulse_localstack.athena.store import Store

MAX_QUERY_BYTES: Final = 262_144
MAX_RESULTS: Final = 1000
NO_LOCATION: Final = (
    "No output location provided. You did not provide an output location for your query results. Please provide an "
    "output location for your query results either through the Workgroup result configuration setting or as an "
    "API input."
)


class QueriesApi(Backend):
    """Queries and their results."""

    @handler("StartQueryExecution", expand=False)
    def start_query_execution(self, context: RequestContext, request: Request) -> Response:
        store, text = self.store(context), request["QueryString"]
        asked = json.dumps({k: v for k, v in request.items() if k != "ClientRequestToken"}, sort_keys=True, default=str)
        token = request.get("ClientRequestToken")
        with store.lock:
            if token in store.tokens:
                earlier, execution_id = store.tokens[token]
                if earlier != asked:
                    raise invalid("Idempotent parameters do not match")
                return {"QueryExecutionId": execution_id}
            job = self._job(context, store, request, text)
            store.add(job.execution)
            if token:
                store.tokens[token] = asked, job.execution.id
        if not job.execution.is_final:
            self.runner.start(job)
        return {"QueryExecutionId": job.execution.id}

    def _job(self, context: RequestContext, store: Store, request: Request, text: str) -> Job:
        if len(text.encode()) > MAX_QUERY_BYTES:
            raise invalid(f"queryString exceeded the limit of {MAX_QUERY_BYTES} bytes", "QUERY_STRING_TOO_LONG")
        group = work_group_of(store, request.get("WorkGroup"))
        if group["State"] != "ENABLED":
            raise invalid(f"WorkGroup {group['Name']} is disabled.")
        given = list(request.get("ExecutionParameters") or [])
        statement, parameters, failure = _statement(store, group["Name"], text, given)
        configuration = _result_configuration(request, group)
        prefix = configuration.pop("OutputLocation").rstrip("/")
        lake = self.lake(context)
        _check_bucket(lake, prefix)
        execution_id = str(uuid.uuid4())
        execution = Execution(
            execution_id,
            text,
            group["Name"],
            kind_of(statement),
            location_of(prefix, execution_id, statement),
            query_context=dict(request.get("QueryExecutionContext") or {}),
            result_configuration=configuration,
            parameters=given,
        )
        if failure is not None:
            execution.fail(failure)
        limit = group["Configuration"].get("BytesScannedCutoffPerQuery")
        return Job(execution, statement, parameters, lake, store, prefix, limit)

    @handler("GetQueryExecution", expand=False)
    def get_query_execution(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            return {"QueryExecution": _execution(store, request["QueryExecutionId"]).shape()}

    @handler("BatchGetQueryExecution", expand=False)
    def batch_get_query_execution(self, context: RequestContext, request: Request) -> Response:
        store, ids = self.store(context), request["QueryExecutionIds"]
        if not 1 <= len(ids) <= 50:
            raise invalid("QueryExecutionIds must have between 1 and 50 entries")
        with store.lock:
            found = [store.executions[i].shape() for i in ids if i in store.executions]
            missing = [i for i in ids if i not in store.executions]
        unprocessed = [
            {"QueryExecutionId": i, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"QueryExecution {i} was not found"}
            for i in missing
        ]
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": unprocessed}

    @handler("ListQueryExecutions", expand=False)
    def list_query_executions(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            group = work_group_of(store, request.get("WorkGroup"))["Name"]
            ids = [e.id for e in reversed(store.executions.values()) if e.work_group == group]
        listed, more = page(ids, request, most=50)
        return {"QueryExecutionIds": listed, **more}

    @handler("StopQueryExecution", expand=False)
    def stop_query_execution(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        self.runner.cancel(store, _execution(store, request["QueryExecutionId"]))
        return {}

    @handler("GetQueryResults", expand=False)
    def get_query_results(self, context: RequestContext, request: Request) -> Response:
        execution = _execution(self.store(context), request["QueryExecutionId"])
        _check_succeeded(execution)
        limit = request.get("MaxResults") or MAX_RESULTS
        if not 1 <= limit <= MAX_RESULTS:
            raise invalid(f"MaxResults is more than maximum allowed length {MAX_RESULTS}.")
        try:
            found = read_page(self.lake(context).s3, execution.output_location, request.get("NextToken"), limit)
        except ValueError:
            raise invalid("NextToken is invalid") from None
        except ResultMissingError as error:
            raise invalid(f"Could not find results: {error} is not there") from None
        rows = [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in found.rows]
        columns = [c.shape() for c in found.columns]
        response: Response = {
            "UpdateCount": execution.update_count or 0,
            "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": columns}},
        }
        return response | ({"NextToken": found.next_token} if found.next_token else {})

    @handler("GetQueryRuntimeStatistics", expand=False)
    def get_query_runtime_statistics(self, context: RequestContext, request: Request) -> Response:
        execution = _execution(self.store(context), request["QueryExecutionId"])
        _check_succeeded(execution)
        statistics = execution.statistics
        rows = {
            "InputRows": statistics.scanned_rows,
            "InputBytes": statistics.scanned_bytes,
            "OutputRows": statistics.output_rows,
            "OutputBytes": statistics.output_bytes,
        }
        return {"QueryRuntimeStatistics": {"Timeline": statistics.timeline(), "Rows": rows}}


def _execution(store: Store, execution_id: str) -> Execution:
    with store.lock:
        found = store.executions.get(execution_id)
    if found is None:
        raise invalid(f"QueryExecution {execution_id} was not found")
    return found


def _check_succeeded(execution: Execution) -> None:
    if not execution.is_final:
        message = f"Query has not yet finished. Current state: {execution.state}"
        raise invalid(message, "INVALID_QUERY_STATUS")
    if execution.state != "SUCCEEDED":
        message = f"Query did not finish successfully. Final query state: {execution.state}"
        raise invalid(message, "INVALID_QUERY_STATUS_FAILED_OR_CANCELED")


def _statement(
    store: Store, work_group: str, text: str, given: list[str]
) -> tuple[sql.Statement, tuple[Expression, ...], QueryError | None]:
    """The statement and its parameters. What Athena's grammar refuses is refused at once; what only this one lacks is
    a failure of the execution, as it would be of any other.
    """
    try:
        statement = parse(text)
        if isinstance(statement, sql.Prepare | sql.Deallocate):
            store_prepared(store, work_group, statement)
            return statement, (), None
        if isinstance(statement, sql.Execute):
            text, given = execute_prepared(store, work_group, statement, given)
            statement = parse(text)
        wanted = count_parameters(text)
        if wanted != len(given):
            message = f"Incorrect number of parameters: expected {wanted} but found {len(given)}"
            raise invalid(message, "INVALID_INPUT")
        return statement, tuple(parse_expression(value) for value in given), None
    except MalformedQueryError as error:
        raise invalid(str(error), "MALFORMED_QUERY") from None
    except QueryError as error:
        return sql.Statement(Position(1, 1)), (), error


def _result_configuration(request: Request, group: dict[str, Any]) -> dict[str, Any]:
    """The client's, or the work group's where the client says nothing or the work group enforces its own."""
    configuration = dict(request.get("ResultConfiguration") or {})
    own = group["Configuration"].get("ResultConfiguration") or {}
    if group["Configuration"].get("EnforceWorkGroupConfiguration"):
        configuration = {
            **(
                {"OutputLocation": configuration["OutputLocation"]}
                if not own.get("OutputLocation") and configuration.get("OutputLocation")
                else {}
            ),
            **own,
        }
    elif not configuration.get("OutputLocation"):
        configuration = {**own, **configuration}
    location = configuration.get("OutputLocation")
    if not location:
        raise invalid(NO_LOCATION)
    try:
        split_s3(location)
    except ValueError:
        raise invalid(f"outputLocation is not a valid S3 path: {location}") from None
    return configuration


def _check_bucket(lake: Lake, prefix: str) -> None:
    bucket, _ = split_s3(prefix)
    try:
        lake.s3.head_bucket(Bucket=bucket)
    except ClientError:
        raise invalid(f"Unable to verify/create output bucket {bucket}") from None
