"""The foundation over boto3 and PyIceberg: what Terraform makes on AWS, made here for one machine."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError

from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.adapters.aws.alarms import AwsAlarms, tag_list
from authpulse_operator.adapters.aws.errors import code_of, translated
from authpulse_operator.adapters.aws.freshness import Looked, Now, utc_now
from authpulse_operator.adapters.aws.object_io import CLIENT, ObjectIO
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.errors import Terminal
from lakehouse import catalog
from lakehouse.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client

ABSENT = {
    *("ResourceNotFoundException", "NoSuchEntity", "404", "NoSuchBucket", "EntityNotFoundException"),
    *("NotFound", "NotFoundException"),  # SNS'
}
JOB_POLICY = "job"
COMPLETE_FOR_SECONDS: Final = 15 * 60
"""What was all there is taken to be there for so long: a look is many calls, and parts do not vanish every minute."""
SHARDS_FOR_SECONDS: Final = 5 * 60
SHOWS_AFTER: Final = timedelta(minutes=1)
"""By then a description has the last change of a stream for sure."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing that has to be there."""

    name: str
    is_there: Callable[[], bool]
    make: Callable[[], None]


class AwsFoundations:
    """`ports.foundation.Foundations`."""

    def __init__(self, session: Session, *, now: Now = utc_now) -> None:
        self._session, self._now = session, now
        self._kinesis: KinesisClient = session.client("kinesis")
        self._s3: S3Client = session.client("s3")
        self._iam: IAMClient = session.client("iam")
        self._logs: CloudWatchLogsClient = session.client("logs")
        self._athena: AthenaClient = session.client("athena")
        self._sns: Any = session.client("sns")
        self._cloudwatch: CloudWatchClient = session.client("cloudwatch")
        self._alarms = AwsAlarms(self._cloudwatch)
        self._missing: Looked[tuple[str, ...]] = Looked(now, COMPLETE_FOR_SECONDS)
        self._shards: Looked[int | None] = Looked(now, SHARDS_FOR_SECONDS)
        self._resharded = now() - SHOWS_AFTER
        self._as_described: set[Names] = set()

    def missing(self, foundation: Foundation) -> tuple[str, ...]:
        """Once all was there, it is looked at again every quarter of an hour."""

        def look() -> tuple[str, ...]:
            with translated("looking at the foundation"):
                missing = tuple(part.name for part in self._parts(foundation) if not part.is_there())
            if not missing and foundation.ours:
                self._as_described.add(foundation.names)
            return missing

        return self._missing.get(foundation, look, keep=lambda missing: not missing)

    def make(self, foundation: Foundation) -> None:
        self._missing.forget(foundation)
        for part in self._parts(foundation):
            with translated(f"making {part.name}", writing=True):
                if not part.is_there():
                    part.make()
        if foundation.ours:
            self._as_described.add(foundation.names)

    def open_shards(self, foundation: Foundation) -> int | None:
        """Looked at again every few minutes, unless the stream was just changed."""
        is_settled = self._now() - self._resharded >= SHOWS_AFTER

        def look() -> int | None:
            with translated(f"describing stream {foundation.names.stream}"):
                summary = self._summary(foundation)
            if summary is None:
                self._missing.forget(foundation)
            return summary["OpenShardCount"] if summary and summary["StreamStatus"] == "ACTIVE" else None

        return self._shards.get(foundation.names, look, keep=lambda shards: shards is not None and is_settled)

    def reshard(self, foundation: Foundation, shards: int) -> None:
        self._resharded = self._now()
        self._shards.forget(foundation.names)
        with translated(f"resharding stream {foundation.names.stream}", writing=True):
            self._kinesis.update_shard_count(
                StreamName=foundation.names.stream, TargetShardCount=shards, ScalingType="UNIFORM_SCALING"
            )

    def _parts(self, foundation: Foundation) -> Iterator[_Part]:
        """In the order in which they need each other."""
        names = foundation.names
        yield _Part(
            f"stream {names.stream}",
            is_there=lambda: self._summary(foundation) is not None,
            make=lambda: self._make_stream(foundation),
        )
        yield _Part(
            f"retention of {foundation.retention_hours} h on {names.stream}",
            is_there=lambda: self._retention_hours(foundation) in (None, foundation.retention_hours),
            make=lambda: self._make_retention(foundation),
        )
        yield _Part(
            f"bucket {names.bucket}",
            is_there=lambda: _found(lambda: self._s3.head_bucket(Bucket=names.bucket)),
            make=lambda: self._make_bucket(foundation),
        )
        yield _Part(
            f"tables in {names.database}",
            is_there=lambda: self._tables_there(foundation),
            make=lambda: self._make_tables(foundation),
        )
        yield _Part(
            f"role {names.job_role}",
            is_there=lambda: self._role_there(foundation),
            make=lambda: self._make_role(foundation),
        )
        yield _Part(
            f"log stream {names.log_group}:{names.log_stream}",
            is_there=lambda: self._log_stream_there(foundation),
            make=lambda: self._make_log_stream(foundation),
        )
        yield _Part(
            f"work group {names.work_group}",
            is_there=lambda: _found(lambda: self._athena.get_work_group(WorkGroup=names.work_group)),
            make=lambda: self._make_work_group(foundation),
        )
        yield _Part(
            f"topic {names.alarm_topic}",
            is_there=lambda: _found(lambda: self._sns.get_topic_attributes(TopicArn=names.alarm_topic_arn)),
            make=lambda: self._make_topic(foundation),
        )
        yield _Part(
            f"alarms {names.alarm('*')}",
            is_there=lambda: not self._alarms.to_put(foundation, compared=self._is_compared(foundation)),
            make=lambda: self._alarms.put(foundation, compared=self._is_compared(foundation)),
        )
        yield _Part(
            f"dashboard {names.dashboard}",
            is_there=lambda: self._dashboard_there(foundation),
            make=lambda: self._make_dashboard(foundation),
        )

    def _summary(self, foundation: Foundation) -> Any:
        try:
            described = self._kinesis.describe_stream_summary(StreamName=foundation.names.stream)
        except ClientError as error:
            if code_of(error) in ABSENT:
                return None
            raise
        return described["StreamDescriptionSummary"]

    def _make_stream(self, foundation: Foundation) -> None:
        name = foundation.names.stream
        self._kinesis.create_stream(StreamName=name, ShardCount=foundation.shards, Tags=foundation.tags)

    def _retention_hours(self, foundation: Foundation) -> int | None:
        summary = self._summary(foundation)
        return summary["RetentionPeriodHours"] if summary else None

    def _make_retention(self, foundation: Foundation) -> None:
        """Refused with ResourceInUse while the stream is changing: a later pass does it then."""
        name, hours = foundation.names.stream, foundation.retention_hours
        if hours > (self._retention_hours(foundation) or 0):
            self._kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
        else:
            self._kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)

    def _make_bucket(self, foundation: Foundation) -> None:
        name, region = foundation.names.bucket, foundation.names.region
        placed: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._s3.create_bucket(Bucket=name, **placed)
        everything_off = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        blocked: Any = everything_off
        self._s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)

    def _catalog(self) -> Catalog:
        """Made for each use, because keys may expire; the client for Glue, which takes its time to make, is kept."""
        keys = self._session.keys()
        return catalog.glue(
            region=self._session.region,
            endpoint=self._session.endpoint,
            access_key=keys.access_key if keys else None,
            secret_key=keys.secret_key if keys else None,
            session_token=keys.token if keys else None,
            client=self._session.client("glue"),
            further={"py-io-impl": f"{ObjectIO.__module__}.{ObjectIO.__name__}", CLIENT: self._s3},
        )

    def _tables_there(self, foundation: Foundation) -> bool:
        try:
            there = {name for _, name in self._catalog().list_tables(foundation.names.database)}
        except NoSuchNamespaceError:
            return False
        return {t.name for t in TABLES} <= there

    def _make_tables(self, foundation: Foundation) -> None:
        try:
            catalog.create_missing(
                self._catalog(), database=foundation.names.database, warehouse=foundation.names.warehouse
            )
        except catalog.TableMismatchError as error:
            raise Terminal(str(error)) from error

    def _is_compared(self, foundation: Foundation) -> bool:
        """Once: an answer of AWS that we misread must not be put right again and again."""
        return foundation.ours and foundation.names not in self._as_described

    def _role_there(self, foundation: Foundation) -> bool:
        try:
            found = self._iam.get_role_policy(RoleName=foundation.names.job_role, PolicyName=JOB_POLICY)
        except ClientError as error:
            if code_of(error) in ABSENT:
                return False
            raise
        described: Any = json.loads(foundation.job_policy)
        return not self._is_compared(foundation) or found["PolicyDocument"] == described

    def _make_role(self, foundation: Foundation) -> None:
        role, tags = foundation.names.job_role, tag_list(foundation)
        with suppress(self._iam.exceptions.EntityAlreadyExistsException):
            self._iam.create_role(RoleName=role, AssumeRolePolicyDocument=foundation.job_trust_policy, Tags=tags)
        self._iam.put_role_policy(RoleName=role, PolicyName=JOB_POLICY, PolicyDocument=foundation.job_policy)

    def _log_stream_there(self, foundation: Foundation) -> bool:
        names = foundation.names
        try:
            found = self._logs.describe_log_streams(logGroupName=names.log_group, logStreamNamePrefix=names.log_stream)
        except ClientError as error:
            if code_of(error) in ABSENT:
                return False
            raise
        return any(s["logStreamName"] == names.log_stream for s in found["logStreams"])

    def _make_log_stream(self, foundation: Foundation) -> None:
        names = foundation.names
        with suppress(self._logs.exceptions.ResourceAlreadyExistsException):
            self._logs.create_log_group(logGroupName=names.log_group, tags=foundation.tags)
        with suppress(self._logs.exceptions.ResourceAlreadyExistsException):
            self._logs.create_log_stream(logGroupName=names.log_group, logStreamName=names.log_stream)

    def _make_work_group(self, foundation: Foundation) -> None:
        names = foundation.names
        self._athena.create_work_group(
            Name=names.work_group,
            Description="AuthPulse queries",
            Tags=tag_list(foundation),
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "ResultConfiguration": {"OutputLocation": names.query_results},
            },
        )

    def _make_topic(self, foundation: Foundation) -> None:
        self._sns.create_topic(Name=foundation.names.alarm_topic, Tags=tag_list(foundation))

    def _dashboard_there(self, foundation: Foundation) -> bool:
        name = foundation.names.dashboard
        listed = self._cloudwatch.list_dashboards(DashboardNamePrefix=name).get("DashboardEntries", [])
        return any(d["DashboardName"] == name for d in listed)

    def _make_dashboard(self, foundation: Foundation) -> None:
        self._cloudwatch.put_dashboard(DashboardName=foundation.names.dashboard, DashboardBody=foundation.dashboard)


def _found(look: Callable[[], Any]) -> bool:
    try:
        look()
    except ClientError as error:
        # Athena answers InvalidRequestException for a work group that does not exist
        if code_of(error) in ABSENT or "is not found" in str(error):
            return False
        raise
    return True
