"""Streams, shards and records in the API's shapes."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from authpulse_localstack.kinesis.errors import InvalidArgument
from authpulse_localstack.kinesis.shards import Shard
from authpulse_localstack.kinesis.store import Batch
from authpulse_localstack.kinesis.streams import Stream

Json = dict[str, Any]


def time(epoch_seconds: float) -> datetime:
    return datetime.fromtimestamp(epoch_seconds, UTC)


def description(stream: Stream) -> Json:
    """What DescribeStream and its summary share."""
    described: Json = {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": stream.mode},
        "RetentionPeriodHours": stream.retention_hours,
        "StreamCreationTimestamp": time(stream.created),
        "EnhancedMonitoring": [{"ShardLevelMetrics": stream.monitoring}],
        "EncryptionType": stream.encryption,
    }
    return described | ({"KeyId": stream.key_id} if stream.key_id else {})


def summary(stream: Stream) -> Json:
    counts = {"OpenShardCount": len(stream.open_shards()), "ConsumerCount": len(stream.consumers)}
    return description(stream) | counts


def list_entry(stream: Stream) -> Json:
    names = ("StreamName", "StreamARN", "StreamStatus", "StreamModeDetails", "StreamCreationTimestamp")
    described = description(stream)
    return {name: described[name] for name in names}


def shard(of: Shard) -> Json:
    sequences = {"StartingSequenceNumber": str(of.starting_sequence)}
    if of.ending_sequence is not None:
        sequences["EndingSequenceNumber"] = str(of.ending_sequence)
    return _range(of) | {"SequenceNumberRange": sequences} | _parents(of)


def child(of: Shard) -> Json:
    """As it stands in GetRecords' ChildShards, where parents are a list."""
    return _range(of) | {"ParentShards": [p.id for p in (of.parent, of.adjacent_parent) if p is not None]}


def _range(of: Shard) -> Json:
    keys = {"StartingHashKey": str(of.first_hash), "EndingHashKey": str(of.last_hash)}
    return {"ShardId": of.id, "HashKeyRange": keys}


def _parents(of: Shard) -> Json:
    parent = {"ParentShardId": of.parent.id} if of.parent else {}
    return parent | ({"AdjacentParentShardId": of.adjacent_parent.id} if of.adjacent_parent else {})


def batch(of: Batch, *, data_out: Callable[[bytes], Any] = bytes, time_out: Callable[[float], Any] = time) -> Json:
    """GetRecords' answer, with data and times as the wire wants them."""
    answer: Json = {
        "Records": [
            {
                "Data": data_out(r.data),
                "PartitionKey": r.partition_key,
                "SequenceNumber": str(r.sequence),
                "ApproximateArrivalTimestamp": time_out(r.arrival),
            }
            for r in of.records
        ],
        "MillisBehindLatest": of.millis_behind,
    }
    if of.next_iterator:
        answer["NextShardIterator"] = of.next_iterator
    if of.children:
        answer["ChildShards"] = [child(s) for s in of.children]
    return answer


def filtered(stream: Stream, by: Json) -> list[Shard]:
    """ListShards' filter."""
    shards, timestamp = list(stream.shards), by.get("Timestamp")
    at = timestamp.timestamp() if isinstance(timestamp, datetime) else float(timestamp or 0)
    match by.get("Type", "FROM_TRIM_HORIZON"):
        case "AFTER_SHARD_ID":
            return [s for s in shards if s.id > by.get("ShardId", "")]
        case "AT_LATEST":
            return [s for s in shards if s.is_open]
        case "AT_TRIM_HORIZON":
            gone = {s.id for s in shards}
            return [s for s in shards if not any(p and p.id in gone for p in (s.parent, s.adjacent_parent))]
        case "AT_TIMESTAMP":
            return [s for s in shards if s.opened <= at and (s.closed is None or s.closed > at)]
        case "FROM_TIMESTAMP":
            return [s for s in shards if s.closed is None or s.closed > at]
        case "FROM_TRIM_HORIZON":
            return shards
        case unknown:
            raise InvalidArgument(f"ShardFilter type {unknown} is not known.")


def token(request: Json) -> str:
    """A request, to be continued, as a text."""
    text = json.dumps(request, default=lambda moment: moment.timestamp())
    return base64.urlsafe_b64encode(text.encode()).decode()


def read_token(text: str) -> Json:
    """Raises InvalidArgument for a text that `token` did not write."""
    try:
        request: Json = json.loads(base64.urlsafe_b64decode(text))
    except ValueError as error:
        raise InvalidArgument("NextToken is not valid.") from error
    return request
