"""The rest of the Kinesis API: what is kept about a stream besides its records."""

from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler

from authpulse_localstack.kinesis.errors import InvalidArgument, KinesisError, LimitExceeded, ResourceNotFound
from authpulse_localstack.kinesis.store import Store
from authpulse_localstack.kinesis.streams import Stream
from authpulse_localstack.wire import raises_aws

MAX_CONSUMERS = 20

Json = dict[str, Any]
aws = raises_aws(KinesisError)


class StreamSettings:
    """Retention, encryption, monitoring, mode, tags and registered consumers. The provider's lower half."""

    store: Store

    def _stream(self, context: RequestContext, request: Json) -> Stream:
        return self.store.named(context.account_id, context.region, request)

    @handler("IncreaseStreamRetentionPeriod", expand=False)
    @aws
    def increase_retention(self, context: RequestContext, request: Json) -> Json:
        self.store.change_retention(self._stream(context, request), request["RetentionPeriodHours"], increase=True)
        return {}

    @handler("DecreaseStreamRetentionPeriod", expand=False)
    @aws
    def decrease_retention(self, context: RequestContext, request: Json) -> Json:
        self.store.change_retention(self._stream(context, request), request["RetentionPeriodHours"], increase=False)
        return {}

    @handler("StartStreamEncryption", expand=False)
    @aws
    def start_encryption(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        stream.encryption, stream.key_id = request["EncryptionType"], request["KeyId"]
        return {}

    @handler("StopStreamEncryption", expand=False)
    @aws
    def stop_encryption(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        stream.encryption, stream.key_id = "NONE", None
        return {}

    @handler("EnableEnhancedMonitoring", expand=False)
    @aws
    def enable_monitoring(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        return self._monitor(stream, sorted({*stream.monitoring, *request["ShardLevelMetrics"]}))

    @handler("DisableEnhancedMonitoring", expand=False)
    @aws
    def disable_monitoring(self, context: RequestContext, request: Json) -> Json:
        stream = self._stream(context, request)
        return self._monitor(stream, sorted({*stream.monitoring} - {*request["ShardLevelMetrics"]}))

    def _monitor(self, stream: Stream, wanted: list[str]) -> Json:
        before, stream.monitoring = stream.monitoring, wanted
        return {
            "StreamName": stream.name,
            "StreamARN": stream.arn,
            "CurrentShardLevelMetrics": before,
            "DesiredShardLevelMetrics": wanted,
        }

    @handler("UpdateStreamMode", expand=False)
    @aws
    def update_stream_mode(self, context: RequestContext, request: Json) -> Json:
        self._stream(context, request).mode = request["StreamModeDetails"]["StreamMode"]
        return {}

    # -- tags, by the old calls and the new

    @handler("AddTagsToStream", expand=False)
    @aws
    def add_tags(self, context: RequestContext, request: Json) -> Json:
        self._stream(context, request).tags.update(request["Tags"])
        return {}

    @handler("RemoveTagsFromStream", expand=False)
    @aws
    def remove_tags(self, context: RequestContext, request: Json) -> Json:
        tags = self._stream(context, request).tags
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    @handler("ListTagsForStream", expand=False)
    @aws
    def list_tags(self, context: RequestContext, request: Json) -> Json:
        after = request.get("ExclusiveStartTagKey") or ""
        tags = [(k, v) for k, v in sorted(self._stream(context, request).tags.items()) if k > after]
        page = tags[: request.get("Limit") or 50]
        return {"Tags": [{"Key": k, "Value": v} for k, v in page], "HasMoreTags": len(page) < len(tags)}

    @handler("TagResource", expand=False)
    @aws
    def tag_resource(self, context: RequestContext, request: Json) -> Json:
        return self.add_tags(context, request)  # type: ignore[no-any-return]

    @handler("UntagResource", expand=False)
    @aws
    def untag_resource(self, context: RequestContext, request: Json) -> Json:
        return self.remove_tags(context, request)  # type: ignore[no-any-return]

    @handler("ListTagsForResource", expand=False)
    @aws
    def list_tags_for_resource(self, context: RequestContext, request: Json) -> Json:
        tags = self._stream(context, request).tags
        return {"Tags": [{"Key": k, "Value": v} for k, v in sorted(tags.items())]}

    # -- consumers: they can be registered; their data plane is not there

    @handler("RegisterStreamConsumer", expand=False)
    @aws
    def register_consumer(self, context: RequestContext, request: Json) -> Json:
        stream, name = self._stream(context, request), request["ConsumerName"]
        if len(stream.consumers) >= MAX_CONSUMERS:
            raise LimitExceeded(f"Stream {stream.name} has 20 consumers already.")
        created = self.store.now()
        consumer = {
            "ConsumerName": name,
            "ConsumerARN": f"{stream.arn}/consumer/{name}:{int(created)}",
            "ConsumerStatus": "ACTIVE",
            "ConsumerCreationTimestamp": datetime.fromtimestamp(created, UTC),
        }
        stream.consumers[name] = consumer
        return {"Consumer": consumer}

    @handler("DeregisterStreamConsumer", expand=False)
    @aws
    def deregister_consumer(self, context: RequestContext, request: Json) -> Json:
        stream, consumer = self._consumer(context, request)
        del stream.consumers[consumer["ConsumerName"]]
        return {}

    @handler("DescribeStreamConsumer", expand=False)
    @aws
    def describe_consumer(self, context: RequestContext, request: Json) -> Json:
        stream, consumer = self._consumer(context, request)
        return {"ConsumerDescription": {**consumer, "StreamARN": stream.arn}}

    @handler("ListStreamConsumers", expand=False)
    @aws
    def list_consumers(self, context: RequestContext, request: Json) -> Json:
        return {"Consumers": list(self._stream(context, request).consumers.values())}

    @handler("SubscribeToShard", expand=False)
    @aws
    def subscribe_to_shard(self, context: RequestContext, request: Json) -> Json:  # noqa: ARG002
        raise InvalidArgument("Enhanced fan-out is not offered by the local Kinesis; read with GetRecords.")

    def _consumer(self, context: RequestContext, request: Json) -> tuple[Stream, Json]:
        arn = request.get("ConsumerARN") or ""
        stream = self._stream(
            context, request if request.get("StreamARN") else {"StreamARN": arn.split("/consumer/")[0]}
        )
        for consumer in stream.consumers.values():
            if consumer["ConsumerARN"] == arn or consumer["ConsumerName"] == request.get("ConsumerName"):
                return stream, consumer
        raise ResourceNotFound(f"Consumer {arn or request.get('ConsumerName')} of stream {stream.name} not found.")
