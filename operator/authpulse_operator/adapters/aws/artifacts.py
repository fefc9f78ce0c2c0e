"""Content-addressed objects in the bucket."""

from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from authpulse_operator.adapters.aws.errors import code_of, translated
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.errors import Terminal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class AwsArtifactStore:
    """`ports.foundation.ArtifactStore` over S3."""

    def __init__(self, session: Session, bucket: str) -> None:
        self._s3: S3Client = session.client("s3")
        self._bucket = bucket
        self._seen: set[str] = set()

    def has(self, key: str) -> bool:
        """An object seen once is taken to be there: nobody deletes code that an application uses."""
        if key in self._seen:
            return True
        with translated(f"looking for s3://{self._bucket}/{key}"):
            try:
                self._s3.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if code_of(error) in {"404", "NoSuchKey", "NotFound"}:
                    return False
                raise
        self._seen.add(key)
        return True

    def put(self, key: str, source: Path) -> None:
        try:
            opened = source.open("rb")
        except OSError as error:
            raise Terminal(f"{source}: cannot be read: {error.strerror}") from error
        with translated(f"uploading s3://{self._bucket}/{key}", writing=True), opened as body:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)
