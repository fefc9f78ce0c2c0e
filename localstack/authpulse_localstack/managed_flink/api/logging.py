"""CloudWatch logging options: like every other change of settings they make a version, and restart a job that runs."""

from dataclasses import replace
from typing import Any

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.managed_flink import shapes, validation
from authpulse_localstack.managed_flink.api.common import Json, ManagedFlinkApi, aws, check_current
from authpulse_localstack.managed_flink.applications import Application, Settings, new_id
from authpulse_localstack.managed_flink.errors import InvalidArgument, ResourceNotFound

Streams = tuple[tuple[str, str], ...]


class LoggingApi(ManagedFlinkApi):
    @handler("AddApplicationCloudWatchLoggingOption", expand=False)
    @aws
    def add_logging_option(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        arn = request["CloudWatchLoggingOption"]["LogStreamARN"]
        with self.lifecycle.lock:
            check_current(application, request)
            streams = (*application.settings.log_streams, (new_id(), arn))
            return self._changed(application, streams)

    @handler("DeleteApplicationCloudWatchLoggingOption", expand=False)
    @aws
    def delete_logging_option(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        option = request["CloudWatchLoggingOptionId"]
        with self.lifecycle.lock:
            check_current(application, request)
            streams = tuple(s for s in application.settings.log_streams if s[0] != option)
            if streams == application.settings.log_streams:
                raise ResourceNotFound(f"application {application.name} has no logging option {option}")
            return self._changed(application, streams)

    def changed_streams(self, settings: Settings, updates: list[Json]) -> Streams:
        """Only options that are there can be changed by an update. Raises InvalidArgument."""
        wanted: dict[str, Any] = {u["CloudWatchLoggingOptionId"]: u.get("LogStreamARNUpdate") for u in updates}
        if unknown := wanted.keys() - dict(settings.log_streams).keys():
            raise InvalidArgument(f"CloudWatchLoggingOptionUpdates: there is no option {', '.join(sorted(unknown))}")
        streams = tuple((option, wanted.get(option) or arn) for option, arn in settings.log_streams)
        validation.check_log_streams([arn for _, arn in streams])
        return streams

    def _changed(self, application: Application, streams: Streams) -> Json:
        validation.check_log_streams([arn for _, arn in streams])
        settings = replace(application.settings, log_streams=streams)
        operation = self.lifecycle.update(application, settings, None)
        return {
            "ApplicationARN": application.arn,
            "ApplicationVersionId": application.version.number,
            "CloudWatchLoggingOptionDescriptions": shapes.detail(application)["CloudWatchLoggingOptionDescriptions"],
            "OperationId": operation.id,
        }
