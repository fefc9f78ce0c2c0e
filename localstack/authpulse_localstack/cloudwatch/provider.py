"""LocalStack keeps the tags of an alarm inside the alarm, where ListTagsForResource does not look."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack.utils.aws import arns

Json = dict[str, Any]


class TaggedCloudwatchProvider(CloudwatchProvider):
    """Everything is LocalStack's but the tags."""

    @handler("PutMetricAlarm", expand=False)
    def put_metric_alarm(  # type: ignore[override] # not expanded: the request comes as a whole
        self, context: RequestContext, request: Any
    ) -> None:
        arn = arns.cloudwatch_alarm_arn(request["AlarmName"], account_id=context.account_id, region_name=context.region)
        is_new = arn not in self.get_store(context.account_id, context.region).alarms
        tags = request.pop("Tags", None)
        super().put_metric_alarm(context, request)
        if tags and is_new:  # as on AWS: putting an alarm again does not change its tags
            self.tag_resource(context, arn, tags)
