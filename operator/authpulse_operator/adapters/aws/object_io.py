"""PyIceberg's metadata files over our own client of S3: without Arrow, which is as large as all the rest together.

A catalogue finds it by the property `py-io-impl`, and its client in the property `CLIENT`. Whole objects are read and
written at once: a table's metadata are a few kilobytes. Rows are never read here.
"""

from io import BytesIO
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile, OutputStream

from authpulse_operator.adapters.aws.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CLIENT: Final = "authpulse.s3-client"
ABSENT: Final = ("404", "NoSuchKey", "NotFound")


class ObjectIO(FileIO):
    """Objects at s3:// locations. The client's errors are botocore's; what is absent is a FileNotFoundError."""

    def new_input(self, location: str) -> "ObjectFile":
        return ObjectFile(self.properties[CLIENT], location)

    def new_output(self, location: str) -> "ObjectFile":
        return ObjectFile(self.properties[CLIENT], location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        place = location if isinstance(location, str) else location.location
        file = ObjectFile(self.properties[CLIENT], place)
        file.s3.delete_object(Bucket=file.bucket, Key=file.key)


class ObjectFile(InputFile, OutputFile):
    """One object, for reading and for writing."""

    def __init__(self, s3: "S3Client", location: str) -> None:
        super().__init__(location)
        parts = urlsplit(location)
        self.s3, self.bucket, self.key = s3, parts.netloc, parts.path.removeprefix("/")

    def __len__(self) -> int:
        return self.s3.head_object(Bucket=self.bucket, Key=self.key)["ContentLength"]

    def exists(self) -> bool:
        try:
            self.s3.head_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if code_of(error) in ABSENT:
                return False
            raise
        return True

    def open(self, seekable: bool = True) -> InputStream:  # noqa: ARG002, FBT001, FBT002 - PyIceberg's signature
        try:
            return BytesIO(self.s3.get_object(Bucket=self.bucket, Key=self.key)["Body"].read())
        except ClientError as error:
            if code_of(error) in ABSENT:
                raise FileNotFoundError(f"{self.location}: no such object") from error
            raise

    def to_input_file(self) -> "ObjectFile":
        return self

    def create(self, overwrite: bool = False) -> OutputStream:  # noqa: FBT001, FBT002 - PyIceberg's signature
        return _Upload(self, overwrite=overwrite)


class _Upload(BytesIO):
    """Collects what is written; the object appears, whole, when it is closed after no error."""

    def __init__(self, file: ObjectFile, *, overwrite: bool) -> None:
        super().__init__()
        self._file, self._overwrite, self._given_up = file, overwrite, False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._given_up = kind is not None
        self.close()

    def close(self) -> None:
        if self.closed:
            return
        try:
            if not self._given_up:
                if not self._overwrite and self._file.exists():
                    raise FileExistsError(f"{self._file.location}: is there already")
                self._file.s3.put_object(Bucket=self._file.bucket, Key=self._file.key, Body=self.getvalue())
        finally:
            super().close()
