"""Named queries: SQL that is kept under a name."""

import uuid
from typing import Any, Final

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.athena.api.shapes import Backend, Request, Response, invalid, page, work_group_of
from authpulse_localstack.athena.store import PRIMARY, Store

KEPT: Final = ("Name", "Description", "Database", "QueryString")


class NamedQueriesApi(Backend):
    """Named queries belong to a work group."""

    @handler("CreateNamedQuery", expand=False)
    def create_named_query(self, context: RequestContext, request: Request) -> Response:
        store, token = self.store(context), request.get("ClientRequestToken")
        with store.lock:
            if token in store.named_tokens:
                return {"NamedQueryId": store.named_tokens[token]}
            group = work_group_of(store, request.get("WorkGroup"))["Name"]
            query_id = str(uuid.uuid4())
            kept: dict[str, str] = {k: request[k] for k in KEPT if k in request}
            store.named_queries[query_id] = {"NamedQueryId": query_id, "WorkGroup": group, **kept}
            if token:
                store.named_tokens[token] = query_id
        return {"NamedQueryId": query_id}

    @handler("GetNamedQuery", expand=False)
    def get_named_query(self, context: RequestContext, request: Request) -> Response:
        return {"NamedQuery": _found(self.store(context), request["NamedQueryId"])}

    @handler("BatchGetNamedQuery", expand=False)
    def batch_get_named_query(self, context: RequestContext, request: Request) -> Response:
        store, ids = self.store(context), request["NamedQueryIds"]
        with store.lock:
            found = [store.named_queries[i] for i in ids if i in store.named_queries]
            missing = [
                {"NamedQueryId": i, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"Named query {i} was not found"}
                for i in ids
                if i not in store.named_queries
            ]
        return {"NamedQueries": found, "UnprocessedNamedQueryIds": missing}

    @handler("ListNamedQueries", expand=False)
    def list_named_queries(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            group = work_group_of(store, request.get("WorkGroup") or PRIMARY)["Name"]
            ids = [i for i, q in store.named_queries.items() if q["WorkGroup"] == group]
        listed, more = page(ids, request, most=50)
        return {"NamedQueryIds": listed, **more}

    @handler("UpdateNamedQuery", expand=False)
    def update_named_query(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            query = _found(store, request["NamedQueryId"])
            query |= {k: request[k] for k in ("Name", "Description", "QueryString") if k in request}
        return {}

    @handler("DeleteNamedQuery", expand=False)
    def delete_named_query(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            _found(store, request["NamedQueryId"])
            del store.named_queries[request["NamedQueryId"]]
        return {}


def _found(store: Store, query_id: str) -> dict[str, Any]:
    with store.lock:
        found = store.named_queries.get(query_id)
    if found is None:
        raise invalid(f"NamedQuery {query_id} was not found")
    return found
