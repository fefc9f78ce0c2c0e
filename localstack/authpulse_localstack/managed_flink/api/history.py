"""Lists, versions and operations."""

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.managed_flink import shapes
from authpulse_localstack.managed_flink.api.common import Json, ManagedFlinkApi, aws, page
from authpulse_localstack.managed_flink.errors import ResourceNotFound


class HistoryApi(ManagedFlinkApi):
    @handler("ListApplications", expand=False)
    @aws
    def list_applications(self, context: RequestContext, request: Json) -> Json:
        shown, token = page(self.store.listed(context.account_id, context.region), request, lambda a: a.name)
        return {"ApplicationSummaries": [shapes.summary(a) for a in shown], **token}

    @handler("ListApplicationVersions", expand=False)
    @aws
    def list_versions(self, context: RequestContext, request: Json) -> Json:
        """The newest first."""
        application = self.application(context, request)
        versions = sorted(application.versions.values(), key=lambda v: -v.number)
        shown, token = page(versions, request, lambda v: str(v.number))
        return {"ApplicationVersionSummaries": [shapes.version_summary(application, v) for v in shown], **token}

    @handler("DescribeApplicationVersion", expand=False)
    @aws
    def describe_version(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        version = application.versions.get(request["ApplicationVersionId"])
        if version is None:
            raise ResourceNotFound(f"application {application.name} has no version {request['ApplicationVersionId']}")
        return {"ApplicationVersionDetail": shapes.detail(application, version)}

    @handler("ListApplicationOperations", expand=False)
    @aws
    def list_operations(self, context: RequestContext, request: Json) -> Json:
        """The newest first."""
        operations = [
            operation
            for operation in reversed(self.application(context, request).operations.values())
            if request.get("Operation") in (None, operation.name)
            and request.get("OperationStatus") in (None, operation.progress)
        ]
        shown, token = page(operations, request, lambda o: o.id)
        return {"ApplicationOperationInfoList": [shapes.operation_summary(o) for o in shown], **token}

    @handler("DescribeApplicationOperation", expand=False)
    @aws
    def describe_operation(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        operation = application.operations.get(request["OperationId"])
        if operation is None:
            raise ResourceNotFound(f"application {application.name} has no operation {request['OperationId']}")
        return {"ApplicationOperationInfoDetails": shapes.operation(operation)}
