"""The Kinesis API: streams, shards and records. Requests go to the store, answers come in the service's shapes."""

import os
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.plugins import ServiceLifecycleHook

from authpulse_localstack.kinesis import putting, shapes
from authpulse_localstack.kinesis.errors import InvalidArgument
from authpulse_localstack.kinesis.limits import Limits
from authpulse_localstack.kinesis.reporting import Reporter
from authpulse_localstack.kinesis.settings import Json, StreamSettings, aws
from authpulse_localstack.kinesis.shortcut import Shortcuts
from authpulse_localstack.kinesis.store import Entry, Store
from authpulse_localstack.state import keep

MAX_SHARDS_PER_PAGE = 1000
STREAMS = "streams.pickle"


class KinesisProvider(StreamSettings, ServiceLifecycleHook):
    """Registered for the service `kinesis` under the name `authpulse`."""

    service = "kinesis"

    def __init__(self) -> None:
        megabytes = int(os.environ.get("AUTHPULSE_LOCAL_KINESIS_MEGABYTES", "4096"))
        limits = Limits(enforced=os.environ.get("AUTHPULSE_LOCAL_KINESIS_LIMITS") == "1")
        self.store = Store(limits=limits, max_bytes=megabytes * 2**20)
        keep("kinesis", self._save, self._load)
        Shortcuts(self.store).offer()
        self._reporter = Reporter(self.store)
        self._reporter.start()

    def on_before_stop(self) -> None:
        self._reporter.stop()

    def _save(self, folder: Path) -> None:
        with self.store.locked(), (folder / STREAMS).open("wb") as file:
            pickle.dump(self.store.streams, file)

    def _load(self, folder: Path) -> None:
        with (folder / STREAMS).open("rb") as file:
            self.store.streams = pickle.load(file)  # noqa: S301 - our own file

    # -- streams

    @handler("CreateStream", expand=False)
    @aws
    def create_stream(self, context: RequestContext, request: Json) -> Json:
        mode = (request.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
        shards = request.get("ShardCount") or (4 if mode == "ON_DEMAND" else 1)
        stream = self.store.create(context.account_id, context.region, request["StreamName"], shards, mode=mode)
        stream.tags.update(request.get("Tags") or {})
        return {}

    @handler("DeleteStream", expand=False)
    @aws
    def delete_stream(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        self.store.delete(context.account_id, context.region, stream.name)
        return {}

    @handler("ListStreams", expand=False)
    @aws
    def list_streams(self, context: RequestContext, request: Json) -> Json:
        after = request.get("NextToken") or request.get("ExclusiveStartStreamName") or ""
        names = [n for n in self.store.names(context.account_id, context.region) if n > after]
        page = names[: request.get("Limit") or 100]
        more = len(page) < len(names)
        streams = [self.store.find(context.account_id, context.region, n) for n in page]
        answer: Json = {
            "StreamNames": page,
            "HasMoreStreams": more,
            "StreamSummaries": [shapes.list_entry(s) for s in streams],
        }
        return answer | ({"NextToken": page[-1]} if more else {})

    @handler("DescribeStream", expand=False)
    @aws
    def describe_stream(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        after = request.get("ExclusiveStartShardId") or ""
        shards = [s for s in stream.shards if s.id > after]
        page = shards[: request.get("Limit") or 100]
        described = shapes.description(stream) | {
            "Shards": [shapes.shard(s) for s in page],
            "HasMoreShards": len(page) < len(shards),
        }
        return {"StreamDescription": described}

    @handler("DescribeStreamSummary", expand=False)
    @aws
    def describe_stream_summary(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        return {"StreamDescriptionSummary": shapes.summary(stream)}

    @handler("DescribeLimits", expand=False)
    @aws
    def describe_limits(self, context: RequestContext, request: Json) -> Json:  # noqa: ARG002
        names = self.store.names(context.account_id, context.region)
        streams = [self.store.find(context.account_id, context.region, n) for n in names]
        return {
            "ShardLimit": 500,
            "OpenShardCount": sum(len(s.open_shards()) for s in streams),
            "OnDemandStreamCount": sum(s.mode == "ON_DEMAND" for s in streams),
            "OnDemandStreamCountLimit": 50,
        }

    # -- shards

    @handler("ListShards", expand=False)
    @aws
    def list_shards(self, context: RequestContext, request: Json) -> Json:
        if request.get("NextToken"):
            request = shapes.read_token(request["NextToken"])  # it stands for the whole request that it continues
        stream = self._stream(context, request)
        after = request.get("ExclusiveStartShardId") or ""
        with self.store.locked():
            self.store.trim(stream)
            shards = [s for s in shapes.filtered(stream, request.get("ShardFilter") or {}) if s.id > after]
        page = shards[: request.get("MaxResults") or MAX_SHARDS_PER_PAGE]
        answer: Json = {"Shards": [shapes.shard(s) for s in page]}
        if len(page) < len(shards):
            answer["NextToken"] = shapes.token(request | {"ExclusiveStartShardId": page[-1].id})
        return answer

    @handler("SplitShard", expand=False)
    @aws
    def split_shard(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        with self.store.locked():
            shard = stream.shard(request["ShardToSplit"])
            stream.split(shard, int(request["NewStartingHashKey"]), self.store.now())
        return {}

    @handler("MergeShards", expand=False)
    @aws
    def merge_shards(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        with self.store.locked():
            shard, adjacent = stream.shard(request["ShardToMerge"]), stream.shard(request["AdjacentShardToMerge"])
            stream.merge(shard, adjacent, self.store.now())
        return {}

    @handler("UpdateShardCount", expand=False)
    @aws
    def update_shard_count(self, context: RequestContext, request: Json) -> Json:
        stream, target = self._stream(context, request), request["TargetShardCount"]
        with self.store.locked():
            current = len(stream.open_shards())
            if not current / 2 <= target <= current * 2:
                raise InvalidArgument(f"TargetShardCount {target} is not between half and double of {current}.")
            stream.scale_to(target, self.store.now())
        return {
            "StreamName": stream.name,
            "StreamARN": stream.arn,
            "CurrentShardCount": current,
            "TargetShardCount": target,
        }

    # -- records

    @handler("PutRecord", expand=False)
    @aws
    def put_record(self, context: RequestContext, request: Json) -> Json:
        stream, entry = self._stream(context, request), _entry(request)
        putting.check(entry)
        shard, record = self.store.put(stream, entry)
        return {
            "ShardId": shard.id,
            "SequenceNumber": str(record.sequence),
            "EncryptionType": stream.encryption,
        }

    @handler("PutRecords", expand=False)
    @aws
    def put_records(self, context: RequestContext, request: Json) -> Json:
        stream, entries = self._stream(context, request), [_entry(r) for r in request["Records"]]
        return putting.put_records(self.store, stream, entries)

    @handler("GetShardIterator", expand=False)
    @aws
    def get_shard_iterator(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        with self.store.locked():
            self.store.trim(stream)
            shard = stream.shard(request["ShardId"])
            match request["ShardIteratorType"]:
                case "TRIM_HORIZON":
                    position = shard.trimmed
                case "LATEST":
                    position = shard.tip
                case "AT_TIMESTAMP":
                    position = shard.position_of_time(_seconds(request.get("Timestamp")))
                case kind:
                    sequence = request.get("StartingSequenceNumber")
                    if not sequence or not sequence.isdigit():
                        raise InvalidArgument(f"StartingSequenceNumber {sequence} of {kind} is not a sequence number.")
                    position = shard.position_of_sequence(int(sequence), after=kind.startswith("AFTER"))
            return {"ShardIterator": self.store.iterator(stream, shard, position)}

    @handler("GetRecords", expand=False)
    @aws
    def get_records(self, context: RequestContext, request: Json) -> Json:
        batch = self.store.read(context.account_id, context.region, request["ShardIterator"], request.get("Limit"))
        return shapes.batch(batch)


def _entry(record: Json) -> Entry:
    return Entry(record["PartitionKey"], record.get("ExplicitHashKey"), record["Data"])


def _seconds(timestamp: Any) -> float:
    """Clients send a datetime, epoch seconds or epoch milliseconds."""
    if isinstance(timestamp, datetime):
        aware = timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=UTC)
        return aware.timestamp()
    if timestamp is None:
        raise InvalidArgument("AT_TIMESTAMP needs a Timestamp.")
    return float(timestamp) / 1000 if float(timestamp) > 1e11 else float(timestamp)
