"""The application's zip: in S3, or given with the request."""

from typing import Any

from botocore.exceptions import ClientError

from authpulse_localstack.managed_flink.cluster.port import StartFailed
from authpulse_localstack.managed_flink.errors import InvalidArgument

Json = dict[str, Any]

MAX_BYTES = 512 << 20


def check_code(configuration: Json, role: Any) -> None:
    """As the service does at every create and update: the object must be there, for the application's role, whose
    clients these are. Raises InvalidArgument."""
    location = configuration["ApplicationCodeConfiguration"]["CodeContent"].get("S3ContentLocation")
    if location is None:
        return
    try:
        role.s3.head_object(**_address(location))
    except ClientError as error:
        where = f"{location['BucketARN']}/{location['FileKey']}"
        raise InvalidArgument(f"Please check the role provided or validity of S3 location: {where}: {error}") from error


def read_code(configuration: Json, role: Any) -> bytes:
    """Raises StartFailed when it is gone or bigger than the service takes."""
    content = configuration["ApplicationCodeConfiguration"]["CodeContent"]
    if "ZipFileContent" in content:
        zipped: bytes = content["ZipFileContent"]
        return zipped
    location = content["S3ContentLocation"]
    where = f"{location['BucketARN']}/{location['FileKey']}"
    try:
        answer = role.s3.get_object(**_address(location))
    except ClientError as error:
        raise StartFailed(f"the code cannot be read: {where}: {error}") from error
    if answer["ContentLength"] > MAX_BYTES:
        raise StartFailed(f"the code has {answer['ContentLength'] >> 20} MiB; the service takes {MAX_BYTES >> 20}")
    code: bytes = answer["Body"].read()
    return code


def _address(location: Json) -> dict[str, str]:
    address = {"Bucket": location["BucketARN"].rpartition(":")[2], "Key": location["FileKey"]}
    return address | ({"VersionId": location["ObjectVersion"]} if location.get("ObjectVersion") else {})
