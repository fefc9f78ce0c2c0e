"""The data catalogue: AwsDataCatalog, which is Glue, its databases and tables. And tags."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext, handler

from authpulse_localstack.athena.api.shapes import (
    Backend,
    MetadataException,
    Request,
    Response,
    invalid,
    not_found,
    page,
)
from authpulse_localstack.athena.lake.connection import Lake
from authpulse_localstack.athena.lake.information_schema import databases, tables_of
from authpulse_localstack.athena.translate.tables import CATALOG

AWS_DATA_CATALOG: Final = "AwsDataCatalog"


class CatalogsApi(Backend):
    """What PyAthena and others ask before they query."""

    @handler("ListDataCatalogs", expand=False)
    def list_data_catalogs(self, context: RequestContext, request: Request) -> Response:
        del context, request
        return {"DataCatalogsSummary": [{"CatalogName": AWS_DATA_CATALOG, "Type": "GLUE", "Status": "CREATE_COMPLETE"}]}

    @handler("GetDataCatalog", expand=False)
    def get_data_catalog(self, context: RequestContext, request: Request) -> Response:
        _check_catalog(request["Name"])
        parameters = {"catalog-id": context.account_id}
        return {"DataCatalog": {"Name": AWS_DATA_CATALOG, "Type": "GLUE", "Parameters": parameters}}

    @handler("ListDatabases", expand=False)
    def list_databases(self, context: RequestContext, request: Request) -> Response:
        _check_catalog(request["CatalogName"])
        found = sorted((_database(d) for d in databases(self.lake(context))), key=lambda d: str(d["Name"]))
        listed, more = page(found, request, most=50)
        return {"DatabaseList": listed, **more}

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: Request) -> Response:
        _check_catalog(request["CatalogName"])
        with _MetadataErrors():
            found = self.lake(context).glue.get_database(Name=request["DatabaseName"].lower())["Database"]
        return {"Database": _database(found)}

    @handler("ListTableMetadata", expand=False)
    def list_table_metadata(self, context: RequestContext, request: Request) -> Response:
        _check_catalog(request["CatalogName"])
        pattern = request.get("Expression")
        with _MetadataErrors():
            found = list(_tables(self.lake(context), request["DatabaseName"].lower(), pattern))
        listed, more = page(sorted(found, key=lambda t: str(t["Name"])), request, most=50)
        return {"TableMetadataList": listed, **more}

    @handler("GetTableMetadata", expand=False)
    def get_table_metadata(self, context: RequestContext, request: Request) -> Response:
        _check_catalog(request["CatalogName"])
        with _MetadataErrors():
            found = self.lake(context).glue.get_table(
                DatabaseName=request["DatabaseName"].lower(), Name=request["TableName"].lower()
            )["Table"]
        return {"TableMetadata": _table(found)}


class TagsApi(Backend):
    """Tags of work groups."""

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Request) -> Response:
        tags = self._tags(context, request["ResourceARN"])
        tags.update({t["Key"]: t["Value"] for t in request["Tags"]})
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Request) -> Response:
        tags = self._tags(context, request["ResourceARN"])
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    @handler("ListTagsForResource", expand=False)
    def list_tags_for_resource(self, context: RequestContext, request: Request) -> Response:
        tags = self._tags(context, request["ResourceARN"])
        listed, more = page([{"Key": k, "Value": v} for k, v in sorted(tags.items())], request, most=75)
        return {"Tags": listed, **more}

    def _tags(self, context: RequestContext, arn: str) -> dict[str, str]:
        store = self.store(context)
        kind, _, name = arn.rpartition(":")[2].partition("/")
        known = (kind == "workgroup" and name in store.work_groups) or (kind, name) == ("datacatalog", AWS_DATA_CATALOG)
        if not known:
            raise not_found(f"Resource {arn} is not found", arn)
        with store.lock:
            return store.tags.setdefault(arn, {})


class _MetadataErrors:
    """Glue's errors as Athena passes them on."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClientError):
            code, message = (error.response.get("Error", {}).get(k, "") for k in ("Code", "Message"))
            raise MetadataException(f"{code}: {message}") from None


def _check_catalog(name: str) -> None:
    if name.lower() != CATALOG:
        raise invalid(f"DataCatalog {name} was not found")


def _database(entry: dict[str, Any]) -> dict[str, Any]:
    shape = {"Name": entry["Name"], "Parameters": entry.get("Parameters") or {}}
    return shape | ({"Description": entry["Description"]} if entry.get("Description") else {})


def _tables(lake: Lake, database: str, pattern: str | None) -> Iterator[dict[str, Any]]:
    for entry in tables_of(lake, database):
        if pattern is None or re.fullmatch(pattern.replace("*", ".*"), entry["Name"], re.IGNORECASE):
            yield _table(entry)


def _table(entry: dict[str, Any]) -> dict[str, Any]:
    storage = entry.get("StorageDescriptor") or {}
    parameters = dict(entry.get("Parameters") or {})
    if storage.get("Location"):
        parameters["location"] = storage["Location"]
    return {
        "Name": entry["Name"],
        "CreateTime": entry.get("CreateTime") or datetime.now(UTC),
        "LastAccessTime": entry.get("LastAccessTime") or datetime.fromtimestamp(0, UTC),
        "TableType": entry.get("TableType") or "EXTERNAL_TABLE",
        "Columns": [_column(c) for c in storage.get("Columns", [])],
        "PartitionKeys": [_column(c) for c in entry.get("PartitionKeys") or []],
        "Parameters": parameters,
    }


def _column(entry: dict[str, Any]) -> dict[str, str]:
    shape = {"Name": entry["Name"], "Type": entry.get("Type", "string")}
    return shape | ({"Comment": entry["Comment"]} if entry.get("Comment") else {})
