"""The newest day of host_popularity_daily as the file that the Flink job reads for RARE_HOST.

It has one key, and an object is replaced at once: a reader gets the old table or the new one. It is written again only
when it differs, so its ETag tells the job whether there is anything to read.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pyarrow as pa
from botocore.exceptions import ClientError
from pyiceberg.table import Table as IcebergTable

from authpulse.names import POPULARITY_KEY
from lakehouse.aggregates.days import days_of
from lakehouse.aggregates.replacing import DayOfTable
from lakehouse.clients import Clients
from lakehouse.tables import HOST_POPULARITY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONTENT: Final = "content-sha256"
"""Metadata of the object: an ETag is no checksum for every bucket."""


@dataclass(frozen=True, slots=True)
class Published:
    """What lies there now."""

    uri: str
    day: date
    hosts: int
    changed: bool


def publish(clients: Clients, table: IcebergTable) -> Published | None:
    """Writes the file if its content has changed; none for a table without a day. It lies in the table's bucket."""
    there = days_of(table)
    if there is None:
        return None
    rows = DayOfTable(HOST_POPULARITY, table, there.last).rows()
    body = as_csv(rows)
    digest, bucket = hashlib.sha256(body).hexdigest(), urlsplit(table.location()).netloc
    with clients.translated("writing the popularity table"):
        s3: S3Client = clients.get("s3")
        changed = _digest_of(s3, bucket) != digest
        if changed:
            s3.put_object(
                Bucket=bucket, Key=POPULARITY_KEY, Body=body, ContentType="text/csv", Metadata={CONTENT: digest}
            )
    return Published(f"s3://{bucket}/{POPULARITY_KEY}", there.last, rows.num_rows, changed)


def as_csv(rows: pa.Table) -> bytes:
    """What the engine's PopularityFile reads: computer_id,accounts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("computer_id", "accounts"))
    writer.writerows(zip(*(rows[name].to_pylist() for name in ("computer_id", "accounts_30d")), strict=True))
    return text.getvalue().encode()


def _digest_of(s3: "S3Client", bucket: str) -> str | None:
    try:
        return s3.head_object(Bucket=bucket, Key=POPULARITY_KEY)["Metadata"].get(CONTENT)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            return None
        raise
