"""Work groups."""

from datetime import UTC, datetime
from typing import Any, Final

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.athena.api.shapes import Backend, Request, Response, invalid, page, work_group_of
from authpulse_localstack.athena.executions import ENGINE
from authpulse_localstack.athena.store import PRIMARY

_REMOVALS: Final = {
    "RemoveBytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery",
    "RemoveCustomerContentEncryptionConfiguration": "CustomerContentEncryptionConfiguration",
}
_RESULT_REMOVALS: Final = {
    "RemoveAclConfiguration": "AclConfiguration",
    "RemoveEncryptionConfiguration": "EncryptionConfiguration",
    "RemoveExpectedBucketOwner": "ExpectedBucketOwner",
    "RemoveOutputLocation": "OutputLocation",
}
_DEFAULTS: Final[dict[str, Any]] = {
    "ResultConfiguration": {},
    "EnforceWorkGroupConfiguration": True,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
}


def arn_of(context: RequestContext, name: str) -> str:
    return f"arn:{context.partition}:athena:{context.region}:{context.account_id}:workgroup/{name}"


class WorkGroupsApi(Backend):
    """Where results go and what queries may cost."""

    @handler("CreateWorkGroup", expand=False)
    def create_work_group(self, context: RequestContext, request: Request) -> Response:
        store, name = self.store(context), request["Name"]
        with store.lock:
            if name in store.work_groups:
                raise invalid("WorkGroup is already created")
            store.work_groups[name] = {
                "Name": name,
                "State": "ENABLED",
                "Description": request.get("Description", ""),
                "CreationTime": datetime.now(UTC),
                "Configuration": {**_DEFAULTS, **(request.get("Configuration") or {}), "EngineVersion": ENGINE},
            }
            tags = {t["Key"]: t["Value"] for t in request.get("Tags") or []}
            if tags:
                store.tags[arn_of(context, name)] = tags
        return {}

    @handler("GetWorkGroup", expand=False)
    def get_work_group(self, context: RequestContext, request: Request) -> Response:
        return {"WorkGroup": work_group_of(self.store(context), request["WorkGroup"])}

    @handler("ListWorkGroups", expand=False)
    def list_work_groups(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            groups = [
                {k: g[k] for k in ("Name", "State", "Description", "CreationTime")} | {"EngineVersion": ENGINE}
                for _, g in sorted(store.work_groups.items())
            ]
        listed, more = page(groups, request, most=50)
        return {"WorkGroups": listed, **more}

    @handler("UpdateWorkGroup", expand=False)
    def update_work_group(self, context: RequestContext, request: Request) -> Response:
        store = self.store(context)
        with store.lock:
            group = work_group_of(store, request["WorkGroup"])
            updates = dict(request.get("ConfigurationUpdates") or {})
            configuration = {**group["Configuration"]}
            results = _updated_results(configuration, updates.pop("ResultConfigurationUpdates", None) or {})
            for removal, field in _REMOVALS.items():
                if updates.pop(removal, False):
                    configuration.pop(field, None)
            updates.pop("EngineVersion", None)  # there is one
            configuration |= updates
            configuration["ResultConfiguration"] = results
            group["Configuration"] = configuration
            group["State"] = request.get("State", group["State"])
            group["Description"] = request.get("Description", group["Description"])
        return {}

    @handler("DeleteWorkGroup", expand=False)
    def delete_work_group(self, context: RequestContext, request: Request) -> Response:
        store, name = self.store(context), request["WorkGroup"]
        with store.lock:
            if name == PRIMARY:
                raise invalid("The primary workgroup cannot be deleted")
            work_group_of(store, name)
            named = [i for i, q in store.named_queries.items() if q["WorkGroup"] == name]
            prepared = [k for k in store.prepared if k[0] == name]
            if (named or prepared) and not request.get("RecursiveDeleteOption"):
                raise invalid(f"WorkGroup {name} is not empty")
            for query_id in named:
                del store.named_queries[query_id]
            for key in prepared:
                del store.prepared[key]
            del store.work_groups[name]
            store.tags.pop(arn_of(context, name), None)
        return {}

    @handler("ListEngineVersions", expand=False)
    def list_engine_versions(self, context: RequestContext, request: Request) -> Response:
        del context, request
        three = ENGINE["EffectiveEngineVersion"]
        return {"EngineVersions": [ENGINE, {"SelectedEngineVersion": three, "EffectiveEngineVersion": three}]}


def _updated_results(configuration: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
    results = dict(configuration.get("ResultConfiguration") or {})
    for removal, field in _RESULT_REMOVALS.items():
        if updates.get(removal):
            results.pop(field, None)
    return results | {k: v for k, v in updates.items() if k not in _RESULT_REMOVALS}
