"""Which permissions a call needs on AWS: IAM actions, and the resources that they are asked for.

Most actions have the name of their operation; what differs is here. Source: the Service Authorization Reference
("Actions, resources, and condition keys for ..."), for S3 also the user guide's "Required permissions for Amazon S3 API
operations". Of services that the pipeline does not use nothing is known: they need `service:Operation` on everything.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

Json = Mapping[str, Any]

ANYTHING: Final = "*"


class Need(NamedTuple):
    """An action, and what it is done to: an ARN, or a pattern of them where the call is about many."""

    action: str
    resource: str


class Asked(NamedTuple):
    """A call, once it has been answered."""

    operation: str
    request: Json
    account: str
    region: str
    status: int

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


def needs_of(service: str, asked: Asked) -> tuple[Need, ...]:
    """What the call needed, each once."""
    find = _SERVICES.get(service)
    found = [Need(f"{service}:{asked.operation}", ANYTHING)] if find is None else find(asked)
    return tuple(dict.fromkeys(found))


def _kinesis(asked: Asked) -> Iterator[Need]:
    request = asked.request
    arn = request.get("StreamARN") or request.get("ResourceARN")
    name = request.get("StreamName") or _stream_of(request)
    if not arn:
        arn = asked.arn("kinesis", f"stream/{name}") if name else ANYTHING
    yield Need(f"kinesis:{asked.operation}", arn)
    if asked.operation == "CreateStream" and request.get("Tags"):
        yield Need("kinesis:AddTagsToStream", arn)


def _stream_of(request: Json) -> str | None:
    """The stream whose iterator is read."""
    from authpulse_localstack.kinesis.errors import KinesisError
    from authpulse_localstack.kinesis.iterators import Iterator as ShardIterator

    try:
        return ShardIterator.decode(request["ShardIterator"], 0.0).stream
    except (KeyError, KinesisError):
        return None


S3_ACTIONS: Final[Mapping[str, str]] = {
    "HeadObject": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
}


def _s3(asked: Asked) -> Iterator[Need]:
    request, operation = asked.request, asked.operation
    bucket = f"arn:aws:s3:::{request['Bucket']}" if request.get("Bucket") else ANYTHING
    if operation == "DeleteObjects":
        yield from (Need("s3:DeleteObject", f"{bucket}/{o['Key']}") for o in request["Delete"]["Objects"])
        return
    action = S3_ACTIONS.get(operation, operation)
    if request.get("VersionId") and action in ("GetObject", "DeleteObject"):
        action += "Version"
    yield Need(f"s3:{action}", f"{bucket}/{request['Key']}" if request.get("Key") else bucket)
    if operation in ("GetObject", "HeadObject") and asked.status == 404:  # 403 without it: "Required permissions …"
        yield Need("s3:ListBucket", bucket)
    if operation == "CopyObject" and isinstance(source := request.get("CopySource"), str):
        yield Need("s3:GetObject", f"arn:aws:s3:::{source.lstrip('/').partition('?')[0]}")


def _glue(asked: Asked) -> Iterator[Need]:
    """Rights on a table are asked for on the database and the catalogue too."""
    request, operation = asked.request, asked.operation
    database = request.get("DatabaseName") or _name_in(request, "DatabaseInput") or _database_of(request)
    table = request.get("TableName") or _name_in(request, "TableInput") or request.get("Name")
    resources = [asked.arn("glue", "catalog")]
    if database:
        resources.append(asked.arn("glue", f"database/{database}"))
        if "Table" in operation or "Partition" in operation:
            resources.append(asked.arn("glue", f"table/{database}/{'*' if operation == 'GetTables' else table}"))
    yield from (Need(f"glue:{operation}", resource) for resource in resources)


def _name_in(request: Json, part: str) -> str | None:
    name = (request.get(part) or {}).get("Name")
    return str(name) if name else None


def _database_of(request: Json) -> str | None:
    """In operations on databases it is called Name."""
    return request.get("Name")


def _managed_flink(asked: Asked) -> Iterator[Need]:
    request, operation = asked.request, asked.operation
    arn = request.get("ResourceARN") or (
        asked.arn("kinesisanalytics", f"application/{name}") if (name := request.get("ApplicationName")) else ANYTHING
    )
    yield Need(f"kinesisanalytics:{operation}", arn)
    if operation == "CreateApplication" and request.get("Tags"):
        yield Need("kinesisanalytics:TagResource", arn)
    if role := request.get("ServiceExecutionRole") or request.get("ServiceExecutionRoleUpdate"):
        yield Need("iam:PassRole", role)


def _athena(asked: Asked) -> Iterator[Need]:
    request, operation = asked.request, asked.operation
    group = request.get("WorkGroup") or (request.get("Name") if "WorkGroup" in operation else None)
    if group is None and (query := request.get("QueryExecutionId")):
        group = _group_of(query, asked)
    yield Need(f"athena:{operation}", asked.arn("athena", f"workgroup/{group or 'primary'}"))
    if operation == "CreateWorkGroup" and request.get("Tags"):
        yield Need("athena:TagResource", asked.arn("athena", f"workgroup/{group}"))


def _group_of(query: str, asked: Asked) -> str | None:
    from localstack.services.plugins import SERVICE_PLUGINS

    provider: Any = SERVICE_PLUGINS.require("athena")._provider  # noqa: SLF001 - as LocalStack keeps it
    return provider.work_group_of(asked.account, asked.region, query)  # type: ignore[no-any-return]


def _logs(asked: Asked) -> Iterator[Need]:
    request, operation = asked.request, asked.operation
    group, stream = request.get("logGroupName"), request.get("logStreamName")
    arn = asked.arn("logs", f"log-group:{group}")
    if operation == "DescribeLogGroups" or not group:
        yield Need(f"logs:{operation}", request.get("resourceArn") or ANYTHING)
        return
    if operation in ("DescribeLogStreams", "CreateLogStream"):  # about streams, of which none is named
        yield Need(f"logs:{operation}", f"{arn}:*")
        return
    yield Need(f"logs:{operation}", f"{arn}:log-stream:{stream}" if stream else arn)
    if operation == "CreateLogGroup" and request.get("tags"):
        yield Need("logs:TagResource", arn)


def _cloudwatch(asked: Asked) -> Iterator[Need]:
    request, operation = asked.request, asked.operation
    resource = request.get("ResourceARN") or ANYTHING
    if name := request.get("AlarmName"):
        resource = asked.arn("cloudwatch", f"alarm:{name}")
    elif dashboard := request.get("DashboardName"):
        resource = f"arn:aws:cloudwatch::{asked.account}:dashboard/{dashboard}"
    yield Need(f"cloudwatch:{operation}", resource)
    if request.get("AlarmName") and request.get("Tags"):
        yield Need("cloudwatch:TagResource", resource)


def _iam(asked: Asked) -> Iterator[Need]:
    request = asked.request
    role = f"arn:aws:iam::{asked.account}:role/{request['RoleName']}" if request.get("RoleName") else ANYTHING
    yield Need(f"iam:{asked.operation}", role)
    if asked.operation == "CreateRole" and request.get("Tags"):
        yield Need("iam:TagRole", role)


def _sns(asked: Asked) -> Iterator[Need]:
    request = asked.request
    topic = request.get("TopicArn") or request.get("ResourceArn") or asked.arn("sns", str(request.get("Name", "*")))
    yield Need(f"sns:{asked.operation}", topic)
    if asked.operation == "CreateTopic" and request.get("Tags"):
        yield Need("sns:TagResource", topic)


def _none(_asked: Asked) -> Iterator[Need]:
    """GetCallerIdentity needs no permission, and who may assume a role the role says."""
    yield from ()


_SERVICES: Final[Mapping[str, Callable[[Asked], Iterator[Need]]]] = {
    "athena": _athena,
    "cloudwatch": _cloudwatch,
    "glue": _glue,
    "iam": _iam,
    "kinesis": _kinesis,
    "kinesisanalyticsv2": _managed_flink,
    "logs": _logs,
    "s3": _s3,
    "sns": _sns,
    "sts": _none,
}
