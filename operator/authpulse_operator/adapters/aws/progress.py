"""How far a replay is, from the checkpoint that its producer keeps in the bucket."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from authpulse_operator.adapters.aws.errors import code_of, translated
from authpulse_operator.adapters.aws.session import Session

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ABSENT = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


class S3Progress:
    """Checkpoints of one bucket."""

    def __init__(self, session: Session, bucket: str) -> None:
        self._s3: S3Client = session.client("s3")
        self._bucket = bucket

    def read(self, key: str) -> Mapping[str, Any] | None:
        """The checkpoint at that key, or None before the first. Raises OperatorError."""
        with translated(f"reading s3://{self._bucket}/{key}"):
            try:
                body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise
        try:
            found = json.loads(body)
        except ValueError:  # whoever wrote it: the replay itself says so when it goes on
            return None
        return found if isinstance(found, dict) else None
