"""Managed Flink over boto3."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from authpulse_operator.adapters.aws import flink_shapes
from authpulse_operator.adapters.aws.errors import code_of, message_of, translated
from authpulse_operator.adapters.aws.flink_details import DetailsReader
from authpulse_operator.adapters.aws.flink_rest import read_health
from authpulse_operator.adapters.aws.freshness import Now, utc_now
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.acts import Restore
from authpulse_operator.core.errors import Recoverable, SnapshotRefused, Terminal
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Snapshot
from authpulse_operator.ports.flink import OperationId

if TYPE_CHECKING:
    from mypy_boto3_kinesisanalyticsv2 import KinesisAnalyticsV2Client

INVALID_CONFIGURATION: Final = "InvalidApplicationConfigurationException"
NOT_FOUND: Final = "ResourceNotFoundException"


class AwsFlinkService:
    """`ports.flink.FlinkService` over the kinesisanalyticsv2 API.

    Nothing is written to an application that has become somebody else's since it was described: that is a Recoverable,
    and the next look tells whose it is.
    """

    def __init__(self, session: Session, *, now: Now = utc_now) -> None:
        self._client: KinesisAnalyticsV2Client = session.client("kinesisanalyticsv2")
        self._details = DetailsReader(self._client, now)
        self._dashboard: dict[str, str] = {}

    def describe(self, name: str) -> Application | None:
        """One call where nothing has changed lately, and up to four more where something may have."""
        with translated(f"describing application {name}"):
            try:
                detail = self._client.describe_application(ApplicationName=name)["ApplicationDetail"]
            except ClientError as error:
                if code_of(error) == NOT_FOUND:
                    self._details.forget(name)
                    return None
                raise
            owner, details = self._details.owner(detail), self._details.of(detail)
        return flink_shapes.application(
            detail,
            owner=owner,
            snapshots=details.snapshots,
            operations=details.operations,
            failure=details.failure,
        )

    def create(self, name: str, settings: Settings, *, tags: Mapping[str, str]) -> None:
        request: dict[str, Any] = flink_shapes.create_request(name, settings, tags)
        with self._writing(f"creating application {name}", name):
            self._client.create_application(**request)

    def adopt(self, application: Application, *, tags: Mapping[str, str]) -> None:
        doing, given = f"tagging application {application.name}", flink_shapes.tags(tags)
        with self._writing(doing, application.name):
            self._details.tagged(application.name)
            described = self._client.describe_application(ApplicationName=application.name)["ApplicationDetail"]
            self._client.tag_resource(ResourceARN=described["ApplicationARN"], Tags=given)

    def update(self, application: Application, settings: Settings, *, restore: Restore) -> OperationId | None:
        request: dict[str, Any] = flink_shapes.update_request(application, settings, restore)
        doing = f"updating application {application.name}"
        takes_snapshot = application.state is ApplicationState.RUNNING
        with (
            self._writing(doing, application.name),
            _restoring(restore, doing),
            _taking_snapshot(doing, takes_snapshot=takes_snapshot),
        ):
            answer = self._client.update_application(**request)
        return answer.get("OperationId")

    def start(self, name: str, *, restore: Restore) -> OperationId | None:
        request: dict[str, Any] = {
            "ApplicationName": name,
            "RunConfiguration": flink_shapes.run_configuration(restore),
        }
        doing = f"starting application {name}"
        with self._writing(doing, name), _restoring(restore, doing):
            answer = self._client.start_application(**request)
        return answer.get("OperationId")

    def stop(self, name: str, *, force: bool = False) -> OperationId | None:
        doing = f"stopping application {name}"
        with self._writing(doing, name), _taking_snapshot(doing, takes_snapshot=not force):
            answer = self._client.stop_application(ApplicationName=name, Force=force)
        return answer.get("OperationId")

    def roll_back(self, application: Application) -> OperationId | None:
        """By the version, because the call takes no token."""
        with self._writing(f"rolling back application {application.name}", application.name):
            answer = self._client.rollback_application(
                ApplicationName=application.name, CurrentApplicationVersionId=application.version_id
            )
        return answer.get("OperationId")

    def delete(self, application: Application) -> OperationId | None:
        """The service lists the operation and does not say its id."""
        with self._writing(f"deleting application {application.name}", application.name):
            self._client.delete_application(ApplicationName=application.name, CreateTimestamp=application.created)
        return None

    def take_snapshot(self, name: str, snapshot: str) -> None:
        doing = f"taking snapshot {snapshot} of application {name}"
        with self._writing(doing, name):
            try:
                self._client.create_application_snapshot(ApplicationName=name, SnapshotName=snapshot)
            except ClientError as error:
                if code_of(error) == INVALID_CONFIGURATION:  # the job cannot now; a later one may
                    raise Recoverable(f"{doing}: {INVALID_CONFIGURATION}: {message_of(error)}") from error
                raise

    def delete_snapshot(self, name: str, snapshot: Snapshot) -> None:
        with self._writing(f"deleting snapshot {snapshot.name} of application {name}", name):
            try:
                self._client.delete_application_snapshot(
                    ApplicationName=name, SnapshotName=snapshot.name, SnapshotCreationTimestamp=snapshot.created
                )
            except ClientError as error:
                if code_of(error) != NOT_FOUND:
                    raise

    def set_maintenance_window(self, name: str, start: str) -> None:
        update: Any = {"ApplicationMaintenanceWindowStartTimeUpdate": start}
        with self._writing(f"setting the maintenance window of application {name}", name):
            self._client.update_application_maintenance_configuration(
                ApplicationName=name, ApplicationMaintenanceConfigurationUpdate=update
            )

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
            self._dashboard.pop(name, None)
        return health

    @contextmanager
    def _writing(self, doing: str, name: str) -> Iterator[None]:
        """For some time after it nothing is taken as known, whatever came of the write."""
        with translated(f"{doing}: looking whose it is"):
            if not self._details.has_kept_owner(name):
                raise Recoverable(f"{doing}: it is tagged as somebody else's by now", after_seconds=1)
        self._details.written(name)
        self._dashboard.pop(name, None)
        with translated(doing, writing=True):
            yield


@contextmanager
def _taking_snapshot(doing: str, *, takes_snapshot: bool) -> Iterator[None]:
    """The service has no code of its own for a job that can take no snapshot, only words about it."""
    try:
        yield
    except ClientError as error:
        said = message_of(error)
        if takes_snapshot and code_of(error) == INVALID_CONFIGURATION and "snapshot" in said.lower():
            raise SnapshotRefused(f"{doing}: {INVALID_CONFIGURATION}: {said}") from error
        raise


@contextmanager
def _restoring(restore: Restore, doing: str) -> Iterator[None]:
    """Where a snapshot is named, a ResourceNotFound may be about that: then looking again does not help."""
    try:
        yield
    except ClientError as error:
        said = message_of(error)
        if restore.name and code_of(error) == NOT_FOUND and (restore.name in said or "snapshot" in said.lower()):
            raise Terminal(f"{doing} from snapshot {restore.name}: {NOT_FOUND}: {said}") from error
        raise
