"""Managed Flink over boto3."""

from collections.abc import Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from authpulse.names import OWNER_TAG
from authpulse_operator.adapters.aws import flink_shapes
from authpulse_operator.adapters.aws.errors import code_of, translated
from authpulse_operator.adapters.aws.flink_rest import read_health
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.acts import Restore
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, Failure

if TYPE_CHECKING:
    from mypy_boto3_kinesisanalyticsv2 import KinesisAnalyticsV2Client

OPERATIONS_LOOKED_AT: Final = 10


class AwsFlinkService:
    """`ports.flink.FlinkService` over the kinesisanalyticsv2 API."""

    def __init__(self, session: Session) -> None:
        self._client: KinesisAnalyticsV2Client = session.client("kinesisanalyticsv2")
        self._dashboard: dict[str, str] = {}

    def describe(self, name: str) -> Application | None:
        with translated(f"describing application {name}"):
            try:
                detail = self._client.describe_application(ApplicationName=name)["ApplicationDetail"]
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
            arn = detail["ApplicationARN"]
            tags = {t["Key"]: t.get("Value", "") for t in self._client.list_tags_for_resource(ResourceARN=arn)["Tags"]}
            has_snapshot, failure = self._has_snapshot(name), self._failure(name)
        return flink_shapes.application(
            detail,
            owner=tags.get(OWNER_TAG),
            has_snapshot=has_snapshot,
            failure=failure,
        )

    def _has_snapshot(self, name: str) -> bool:
        pages = self._client.get_paginator("list_application_snapshots").paginate(ApplicationName=name)
        return any(s["SnapshotStatus"] == "READY" for page in pages for s in page["SnapshotSummaries"])

    def _failure(self, name: str) -> Failure | None:
        """Of the newest operations, those that failed; the one under way, if any, is not among them."""
        listed = self._client.list_application_operations(ApplicationName=name, Limit=OPERATIONS_LOOKED_AT)
        newest = sorted(listed["ApplicationOperationInfoList"], key=lambda o: o["StartTime"], reverse=True)
        ended = [o for o in newest if o["OperationStatus"] != "IN_PROGRESS"]
        failed = list(takewhile(lambda o: o["OperationStatus"] == "FAILED", ended))
        if not failed:
            return None
        described = self._client.describe_application_operation(
            ApplicationName=name, OperationId=failed[0]["OperationId"]
        )
        return flink_shapes.failure(len(failed), described["ApplicationOperationInfoDetails"])

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        request: dict[str, Any] = flink_shapes.create_request(name, settings, tags)
        with translated(f"creating application {name}"):
            self._client.create_application(**request)

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> None:
        request: dict[str, Any] = flink_shapes.update_request(application, settings, restore)
        with translated(f"updating application {application.name}"):
            self._client.update_application(**request)
        self._dashboard.pop(application.name, None)

    def start(self, name: str, *, restore: Restore) -> None:
        request: dict[str, Any] = {
            "ApplicationName": name,
            "RunConfiguration": flink_shapes.run_configuration(restore),
        }
        with translated(f"starting application {name}"):
            self._client.start_application(**request)
        self._dashboard.pop(name, None)

    def stop(self, name: str, *, force: bool = False) -> None:
        with translated(f"stopping application {name}"):
            self._client.stop_application(ApplicationName=name, Force=force)

    def delete(self, application: Application) -> None:
        with translated(f"deleting application {application.name}"):
            self._client.delete_application(ApplicationName=application.name, CreateTimestamp=application.created)

    def job_health(self, name: str) -> JobHealth | None:
        """Over the presigned URL, which is good for hours and is asked for again when it no longer answers."""
        if name not in self._dashboard:
            with translated(f"asking for the dashboard of {name}"):
                try:
                    answer = self._client.create_application_presigned_url(
                        ApplicationName=name, UrlType="FLINK_DASHBOARD_URL"
                    )
                except ClientError as error:
                    if code_of(error) == "ResourceInUseException":  # there is one of a RUNNING application only
                        return None
                    raise
            self._dashboard[name] = answer["AuthorizedUrl"]
        health = read_health(self._dashboard[name])
        if health is None:
            del self._dashboard[name]
        return health
