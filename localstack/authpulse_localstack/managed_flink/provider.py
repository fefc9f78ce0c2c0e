"""The kinesisanalyticsv2 API: applications and what is done with them. Lists, tags and snapshots are in `api`."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from localstack.aws.api import RequestContext, handler
from localstack.runtime import get_current_runtime
from localstack.services.plugins import ServiceLifecycleHook

from authpulse_localstack.managed_flink import configuration, dashboards, deploying, shapes, validation
from authpulse_localstack.managed_flink.api.common import Json, ManagedFlinkApi, aws, check_current
from authpulse_localstack.managed_flink.api.history import HistoryApi
from authpulse_localstack.managed_flink.api.logging import LoggingApi
from authpulse_localstack.managed_flink.api.snapshots import SnapshotsApi
from authpulse_localstack.managed_flink.api.tagging import TaggingApi
from authpulse_localstack.managed_flink.applications import Application, Settings, Status, Version, new_id
from authpulse_localstack.managed_flink.cluster.flink import FlinkLauncher
from authpulse_localstack.managed_flink.code import check_code
from authpulse_localstack.managed_flink.errors import InvalidArgument, ResourceInUse
from authpulse_localstack.managed_flink.lifecycle import Lifecycle
from authpulse_localstack.managed_flink.reporting import Reporter
from authpulse_localstack.managed_flink.role import take
from authpulse_localstack.managed_flink.store import Store
from authpulse_localstack.state import keep
from authpulse_localstack.wire import aws_error

MIN_SESSION, MAX_SESSION = 1800, 43200


def before_shutdown(step: Callable[[], None]) -> None:
    """Runs a step when LocalStack is asked to stop, while it still answers: a job needs S3 to take its snapshot.

    From the moment that LocalStack calls its own hooks it answers everybody else with 503.
    """
    runtime: Any = get_current_runtime()
    shutdown = runtime.shutdown

    def step_and_shutdown() -> None:
        try:
            step()
        finally:
            shutdown()

    runtime.shutdown = step_and_shutdown


def unsupported(context: RequestContext, request: Any) -> NoReturn:
    """SQL applications, VPCs, and whatever else the service has and this machine has not."""
    del request
    operation = context.operation.name if context.operation else "the operation"
    raise aws_error("UnsupportedOperationException", f"{operation} is not available in the local Managed Flink")


def _clients(context: RequestContext, role_arn: str) -> Any:
    """With the rights of an application's role."""
    return take(role_arn, account=context.account_id, region=context.region).clients()


class ManagedFlinkProvider(SnapshotsApi, HistoryApi, LoggingApi, TaggingApi, ManagedFlinkApi, ServiceLifecycleHook):
    """Every application runs on a Flink of its own, below `flink` in the state folder."""

    service = "kinesisanalyticsv2"

    def __init__(self) -> None:
        self._root = deploying.root_folder()
        shutil.rmtree(self._root, ignore_errors=True)  # what a killed LocalStack left: nobody knows of it any more
        self.store = Store(self._snapshots)
        self.lifecycle = Lifecycle(
            FlinkLauncher(Reporter),
            lambda application, version: deploying.deployment_of(self._root, application, version),
            snapshots=self._snapshots,
            forget=self._forget,
        )
        self._suspending = threading.Lock()
        dashboards.serve(lambda *address: self.lifecycle.cluster(self.store.find(*address)))
        before_shutdown(self._suspend)
        keep(self.service, self.store.save, self._load, before_save=self._suspend)

    def on_before_stop(self) -> None:
        self.lifecycle.kill_all()

    @handler("CreateApplication", expand=False)
    @aws
    def create_application(self, context: RequestContext, request: Json) -> Json:
        name, given = request["ApplicationName"], request.get("ApplicationConfiguration") or {}
        validation.check_name("ApplicationName", name)
        validation.check_runtime(request["RuntimeEnvironment"])
        validation.check_mode(request.get("ApplicationMode") or "STREAMING")
        tags = {t["Key"]: t.get("Value", "") for t in request.get("Tags") or []}
        validation.check_tags(tags)
        streams = [o["LogStreamARN"] for o in request.get("CloudWatchLoggingOptions") or []]
        validation.check_log_streams(streams)
        completed = configuration.completed(given)
        validation.check_configuration(completed, given)
        check_code(completed, _clients(context, request["ServiceExecutionRole"]))
        settings = Settings(
            description=request.get("ApplicationDescription") or "",
            runtime=request["RuntimeEnvironment"],
            role_arn=request["ServiceExecutionRole"],
            configuration=completed,
            log_streams=tuple((new_id(), arn) for arn in streams),
        )
        arn = f"arn:{context.partition}:kinesisanalytics:{context.region}:{context.account_id}:application/{name}"
        application = Application(
            account=context.account_id,
            region=context.region,
            arn=arn,
            name=name,
            versions={1: Version(number=1, settings=settings)},
            tags=tags,
        )
        self.store.add(application)
        return {"ApplicationDetail": shapes.detail(application)}

    @handler("DescribeApplication", expand=False)
    @aws
    def describe_application(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        plan = ""
        if request.get("IncludeAdditionalDetails") and (cluster := self.lifecycle.cluster(application)):
            plan = cluster.job_plan()
        return {"ApplicationDetail": shapes.detail(application, job_plan=plan)}

    @handler("StartApplication", expand=False)
    @aws
    def start_application(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        return {"OperationId": self.lifecycle.start(application, request.get("RunConfiguration")).id}

    @handler("StopApplication", expand=False)
    @aws
    def stop_application(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        return {"OperationId": self.lifecycle.stop(application, force=bool(request.get("Force"))).id}

    @handler("UpdateApplication", expand=False)
    @aws
    def update_application(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        with self.lifecycle.lock:
            check_current(application, request)
            before, update = application.settings, request.get("ApplicationConfigurationUpdate") or {}
            runtime = request.get("RuntimeEnvironmentUpdate") or before.runtime
            validation.check_runtime(runtime)
            changed = configuration.changed(before.configuration, update)
            validation.check_configuration(changed, {})
            role = request.get("ServiceExecutionRoleUpdate") or before.role_arn
            check_code(changed, _clients(context, role))
            settings = replace(
                before,
                runtime=runtime,
                role_arn=role,
                configuration=changed,
                log_streams=self.changed_streams(before, request.get("CloudWatchLoggingOptionUpdates") or []),
            )
            operation = self.lifecycle.update(application, settings, request.get("RunConfigurationUpdate"))
            return {"ApplicationDetail": shapes.detail(application), "OperationId": operation.id}

    @handler("RollbackApplication", expand=False)
    @aws
    def rollback_application(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        with self.lifecycle.lock:
            check_current(application, request)
            operation = self.lifecycle.rollback(application)
            return {"ApplicationDetail": shapes.detail(application), "OperationId": operation.id}

    @handler("DeleteApplication", expand=False)
    @aws
    def delete_application(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        if request["CreateTimestamp"].timestamp() != application.created.timestamp():
            raise InvalidArgument(
                f"CreateTimestamp {request['CreateTimestamp'].isoformat()} is not the one of application "
                f"{application.name}, which DescribeApplication tells"
            )
        self.lifecycle.delete(application)
        return {}

    @handler("CreateApplicationPresignedUrl", expand=False)
    @aws
    def create_presigned_url(self, context: RequestContext, request: Json) -> Json:
        application = self.application(context, request)
        if request["UrlType"] != "FLINK_DASHBOARD_URL":
            raise InvalidArgument(f"UrlType {request['UrlType']}: Flink applications have a FLINK_DASHBOARD_URL only")
        seconds = request.get("SessionExpirationDurationInSeconds") or MAX_SESSION
        if not MIN_SESSION <= seconds <= MAX_SESSION:
            raise InvalidArgument(f"SessionExpirationDurationInSeconds: {MIN_SESSION} to {MAX_SESSION} are allowed")
        cluster = self.lifecycle.cluster(application)
        if application.status is not Status.RUNNING or cluster is None:
            raise ResourceInUse(f"application {application.name} is {application.status}; only RUNNING has a dashboard")
        return {"AuthorizedUrl": dashboards.url_of(application, cluster)}

    # -- what survives a graceful stop

    def _suspend(self) -> None:
        with self._suspending:
            self.lifecycle.suspend_all(self.store.all())

    def _load(self, folder: Path) -> None:
        self.store.load(folder)
        for application in self.store.all():
            self.lifecycle.resume(application)

    def _snapshots(self, application: Application) -> Path:
        return deploying.home_of(self._root, application) / "snapshots"

    def _forget(self, application: Application) -> None:
        shutil.rmtree(deploying.home_of(self._root, application), ignore_errors=True)
        self.store.remove(application)
