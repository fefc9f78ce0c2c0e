"""The objects a query leaves in S3, and reading them back.

<id>.csv, <id>.csv.metadata                     SELECT
<id>.txt, <id>.txt.metadata                     DDL, SHOW, DESCRIBE, EXPLAIN, OPTIMIZE, VACUUM
<id>.metadata, <id>-manifest.csv                INSERT, DELETE, UPDATE, MERGE, UNLOAD
tables/<id>.metadata, tables/<id>-manifest.csv  CREATE TABLE AS
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from botocore.exceptions import ClientError

from authpulse_localstack.athena.errors import BUCKET_NOT_FOUND, RESULT_NOT_WRITTEN, SYSTEM, QueryError
from authpulse_localstack.athena.lake.connection import split_s3
from authpulse_localstack.athena.results import csv, metadata
from authpulse_localstack.athena.results.columns import ResultColumn
from authpulse_localstack.athena.results.printing import print_batch
from authpulse_localstack.athena.sql import statements as sql
from authpulse_localstack.athena.statements.outcome import Outcome

SPOOLED_BYTES: Final = 16 << 20  # larger results wait on disk before they go to S3
_NO_OBJECT: Final = ("NoSuchKey", "404", "NoSuchBucket")


def location_of(prefix: str, query_id: str, statement: sql.Statement) -> str:
    """Where the result of a statement will be; known before it runs."""
    match statement:
        case sql.SelectStatement():
            return f"{prefix}/{query_id}.csv"
        case sql.CreateTableAs():
            return f"{prefix}/tables/{query_id}"
        case sql.Insert() | sql.Delete() | sql.Update() | sql.Merge() | sql.Unload():
            return f"{prefix}/{query_id}"
        case _:
            return f"{prefix}/{query_id}.txt"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written."""

    rows: int
    bytes: int
    manifest_location: str | None = None


def store(s3: Any, location: str, outcome: Outcome) -> Stored:
    """Writes the outcome. Rows are printed as they come; at most a batch of them is in memory."""
    try:
        return _store(s3, location, outcome)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        message = f"Failed to write query results to {location}: {error.response.get('Error', {}).get('Message')}"
        kind = BUCKET_NOT_FOUND if code == "NoSuchBucket" else RESULT_NOT_WRITTEN
        raise QueryError(None, message, error_type=kind, category=None if code == "NoSuchBucket" else SYSTEM) from error


def _store(s3: Any, location: str, outcome: Outcome) -> Stored:
    bucket, key = split_s3(location)
    rows = size = 0
    if outcome.batches is not None:
        with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as file:
            rows = _write_rows(outcome, file)
            size = file.tell()
            file.seek(0)
            s3.upload_fileobj(file, bucket, key)
    elif outcome.lines is not None:
        body = "".join(f"{line}\n" for line in outcome.lines).encode()
        rows, size = len(outcome.lines), len(body)
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    manifest = None
    if outcome.manifest is not None:
        manifest = f"{location}-manifest.csv"
        body = "".join(f"{path}\n" for path in outcome.manifest).encode()
        s3.put_object(Bucket=bucket, Key=f"{key}-manifest.csv", Body=body)
    s3.put_object(Bucket=bucket, Key=f"{key}.metadata", Body=metadata.encode(outcome.columns))
    return Stored(rows, size, manifest)


def _write_rows(outcome: Outcome, file: IO[bytes]) -> int:
    csv.write_header([c.name for c in outcome.columns], file)
    rows = 0
    for batch in outcome.batches or ():
        csv.write_rows(print_batch(batch, outcome.types), file)
        rows += batch.num_rows
    return rows


class ResultMissingError(Exception):
    """The objects are not in S3 any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and the token of the next page, None at the end."""

    columns: Sequence[ResultColumn]
    rows: list[csv.Row]
    next_token: str | None


def read_page(s3: Any, location: str, token: str | None, limit: int) -> Page:
    """A page of a stored result. A token is a byte offset into it; raises ValueError for what is none."""
    offset = int(token) if token else 0
    bucket, key = split_s3(location)
    columns = metadata.decode(_get(s3, bucket, f"{key}.metadata"))
    if not location.endswith((".csv", ".txt")):
        return Page(columns, [], None)
    size = _size(s3, bucket, key)
    if not 0 <= offset <= size:
        raise ValueError(token)

    def read(start: int, count: int) -> bytes:
        return _get(s3, bucket, key, start, min(start + count, size)) if start < size else b""

    if location.endswith(".txt"):
        rows, end = _lines(read(0, size), offset, limit)
    else:
        rows, end = csv.read_rows(read, offset, limit)
    return Page(columns, rows, str(end) if end < size else None)


def _lines(data: bytes, offset: int, limit: int) -> tuple[list[csv.Row], int]:
    rows: list[csv.Row] = []
    while offset < len(data) and len(rows) < limit:
        end = data.index(b"\n", offset)
        rows.append([data[offset:end].decode()])
        offset = end + 1
    return rows, offset


def _size(s3: Any, bucket: str, key: str) -> int:
    try:
        return int(s3.head_object(Bucket=bucket, Key=key)["ContentLength"])
    except ClientError as error:
        raise _missing(error, bucket, key) from error


def _get(s3: Any, bucket: str, key: str, start: int | None = None, end: int = 0) -> bytes:
    span = {"Range": f"bytes={start}-{end - 1}"} if start is not None else {}
    try:
        body: bytes = s3.get_object(Bucket=bucket, Key=key, **span)["Body"].read()
    except ClientError as error:
        raise _missing(error, bucket, key) from error
    return body


def _missing(error: ClientError, bucket: str, key: str) -> Exception:
    known = error.response.get("Error", {}).get("Code") in _NO_OBJECT
    return ResultMissingError(f"s3://{bucket}/{key}") if known else Exception(error)
