"""Tags and the maintenance window: neither makes a version."""

import re

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.managed_flink import shapes, validation
from authpulse_localstack.managed_flink.api.common import Json, ManagedFlinkApi, aws
from authpulse_localstack.managed_flink.applications import Application, Status
from authpulse_localstack.managed_flink.errors import InvalidArgument, ResourceInUse


class TaggingApi(ManagedFlinkApi):
    @handler("TagResource", expand=False)
    @aws
    def tag_resource(self, context: RequestContext, request: Json) -> Json:
        application = self._by_arn(context, request)
        tags = application.tags | {t["Key"]: t.get("Value", "") for t in request["Tags"]}
        validation.check_tags(tags)
        application.tags = tags
        return {}

    @handler("UntagResource", expand=False)
    @aws
    def untag_resource(self, context: RequestContext, request: Json) -> Json:
        application = self._by_arn(context, request)
        gone = set(request["TagKeys"])
        application.tags = {k: v for k, v in application.tags.items() if k not in gone}
        return {}

    @handler("ListTagsForResource", expand=False)
    @aws
    def list_tags(self, context: RequestContext, request: Json) -> Json:
        return {"Tags": shapes.tags(self._by_arn(context, request))}

    @handler("UpdateApplicationMaintenanceConfiguration", expand=False)
    @aws
    def update_maintenance(self, context: RequestContext, request: Json) -> Json:
        """There is no maintenance here; the window is remembered."""
        application = self.application(context, request)
        update = request["ApplicationMaintenanceConfigurationUpdate"]
        start = update["ApplicationMaintenanceWindowStartTimeUpdate"]
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", start):
            raise InvalidArgument(f"ApplicationMaintenanceWindowStartTimeUpdate {start}: HH:MM is wanted")
        if application.status not in (Status.READY, Status.RUNNING):
            raise ResourceInUse(f"application {application.name} is {application.status}")
        application.maintenance_start = start
        return {
            "ApplicationARN": application.arn,
            "ApplicationMaintenanceConfigurationDescription": shapes.maintenance(application),
        }

    def _by_arn(self, context: RequestContext, request: Json) -> Application:
        return self.store.find_by_arn(context.account_id, context.region, request["ResourceARN"])
