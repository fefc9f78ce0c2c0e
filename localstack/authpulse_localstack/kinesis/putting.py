"""What PutRecord and PutRecords check, and what they answer."""

from collections.abc import Sequence
from typing import Any, Final

from authpulse_localstack.kinesis.errors import InvalidArgument, KinesisError
from authpulse_localstack.kinesis.store import Entry, Placed, Store
from authpulse_localstack.kinesis.streams import Stream

MAX_RECORDS: Final = 500
MAX_REQUEST_BYTES: Final = 10 * 1024 * 1024
MAX_RECORD_BYTES: Final = 10 * 1024 * 1024
MAX_PARTITION_KEY: Final = 256

Json = dict[str, Any]


def put_records(store: Store, stream: Stream, entries: Sequence[Entry]) -> Json:
    """All or none, but for what a shard's limit refuses. Raises InvalidArgument before anything is put."""
    if len(entries) > MAX_RECORDS:
        raise InvalidArgument(f"{len(entries)} records in one call, {MAX_RECORDS} are allowed.")
    if sum(len(e.data) + len(e.partition_key) for e in entries) > MAX_REQUEST_BYTES:
        raise InvalidArgument("Records size exceeds 10 MB limit.")
    for entry in entries:
        check(entry)
    results = [_result(p) for p in store.put_all(stream, entries)]
    failed = sum("ErrorCode" in r for r in results)
    return {"FailedRecordCount": failed, "Records": results, "EncryptionType": stream.encryption}


def check(entry: Entry) -> None:
    """Raises InvalidArgument for a record that cannot be."""
    key = entry.partition_key
    if not 1 <= len(key) <= MAX_PARTITION_KEY:
        raise InvalidArgument(f"A partition key of {len(key)} characters; 1 to {MAX_PARTITION_KEY} are allowed.")
    if len(entry.data) + len(key) > MAX_RECORD_BYTES:
        raise InvalidArgument(f"A record of {len(entry.data)} bytes; {MAX_RECORD_BYTES} are allowed.")


def _result(placed: Placed | KinesisError) -> Json:
    if isinstance(placed, KinesisError):
        return {"ErrorCode": placed.code, "ErrorMessage": str(placed)}
    shard, record = placed
    return {"ShardId": shard.id, "SequenceNumber": str(record.sequence)}
