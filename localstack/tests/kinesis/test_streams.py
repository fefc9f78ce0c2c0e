"""Streams: made, described, listed, changed, deleted."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.local_aws import ACCOUNT, REGION, LocalAws


@pytest.fixture(scope="module")
def kinesis(aws: LocalAws) -> Any:
    return aws.client("kinesis")


def code(call: Any, **request: Any) -> str:
    """The AWS error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])


def test_a_stream_is_active_at_once_with_shards_of_equal_size(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=2, Tags={"app": "authpulse"})
    described = kinesis.describe_stream(StreamName=unique)["StreamDescription"]
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{unique}"
    assert (described["StreamName"], described["StreamARN"], described["StreamStatus"]) == (unique, arn, "ACTIVE")
    assert described["RetentionPeriodHours"] == 24
    assert described["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert described["HasMoreShards"] is False
    half = 2**127
    assert [s["HashKeyRange"] for s in described["Shards"]] == [
        {"StartingHashKey": "0", "EndingHashKey": str(half - 1)},
        {"StartingHashKey": str(half), "EndingHashKey": str(2**128 - 1)},
    ]
    summary = kinesis.describe_stream_summary(StreamARN=arn)["StreamDescriptionSummary"]
    assert (summary["OpenShardCount"], summary["ConsumerCount"], summary["EncryptionType"]) == (2, 0, "NONE")
    assert summary["StreamCreationTimestamp"] == described["StreamCreationTimestamp"]
    assert kinesis.list_tags_for_stream(StreamName=unique)["Tags"] == [{"Key": "app", "Value": "authpulse"}]


def test_a_name_is_taken_once_and_unknown_names_are_said_so(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    assert code(kinesis.create_stream, StreamName=unique, ShardCount=1) == "ResourceInUseException"
    assert code(kinesis.describe_stream_summary, StreamName="nope") == "ResourceNotFoundException"
    assert code(kinesis.put_record, StreamName="nope", PartitionKey="a", Data=b"") == "ResourceNotFoundException"
    assert code(kinesis.list_shards) == "InvalidArgumentException"
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException, match=f"Stream nope under account {ACCOUNT}"):
        kinesis.describe_stream(StreamName="nope")


def test_accounts_and_regions_do_not_see_each_other(aws: LocalAws, kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    other = aws.client("kinesis", account="111111111111")
    assert code(other.describe_stream, StreamName=unique) == "ResourceNotFoundException"
    other.create_stream(StreamName=unique, ShardCount=1)
    elsewhere = aws.client("kinesis", region="eu-central-1")
    assert code(elsewhere.describe_stream, StreamName=unique) == "ResourceNotFoundException"


def test_streams_are_listed_in_pages(aws: LocalAws) -> None:
    kinesis = aws.client("kinesis", account="222222222222")
    for number in range(5):
        kinesis.create_stream(StreamName=f"s{number}", ShardCount=1)
    first = kinesis.list_streams(Limit=2)
    assert (first["StreamNames"], first["HasMoreStreams"]) == (["s0", "s1"], True)
    second = kinesis.list_streams(Limit=2, NextToken=first["NextToken"])
    assert second["StreamNames"] == ["s2", "s3"]
    last = kinesis.list_streams(ExclusiveStartStreamName="s3")
    assert (last["StreamNames"], last["HasMoreStreams"]) == (["s4"], False)
    pages = kinesis.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 2})
    assert [n for page in pages for n in page["StreamNames"]] == [f"s{n}" for n in range(5)]


def test_shards_are_described_in_pages(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=5)
    pages = kinesis.get_paginator("describe_stream").paginate(StreamName=unique, PaginationConfig={"PageSize": 2})
    found = [s["ShardId"] for page in pages for s in page["StreamDescription"]["Shards"]]
    assert found == [f"shardId-{n:012d}" for n in range(5)]


def test_a_deleted_stream_is_gone_and_its_iterators_with_it(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    iterator = kinesis.get_shard_iterator(
        StreamName=unique, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    kinesis.delete_stream(StreamName=unique)
    assert code(kinesis.get_records, ShardIterator=iterator) == "ResourceNotFoundException"
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    assert code(kinesis.get_records, ShardIterator=iterator) == "ExpiredIteratorException"


def test_retention_moves_in_the_direction_asked_for(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    kinesis.increase_stream_retention_period(StreamName=unique, RetentionPeriodHours=48)
    assert kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["RetentionPeriodHours"] == 48
    less, more = kinesis.decrease_stream_retention_period, kinesis.increase_stream_retention_period
    assert code(more, StreamName=unique, RetentionPeriodHours=24) == "InvalidArgumentException"
    assert code(less, StreamName=unique, RetentionPeriodHours=72) == "InvalidArgumentException"
    assert code(more, StreamName=unique, RetentionPeriodHours=9000) == "InvalidArgumentException"
    less(StreamName=unique, RetentionPeriodHours=24)
    assert kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["RetentionPeriodHours"] == 24


def test_tags_come_and_go_by_both_names(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["StreamARN"]
    kinesis.add_tags_to_stream(StreamName=unique, Tags={"a": "1", "b": "2"})
    kinesis.tag_resource(ResourceARN=arn, Tags={"c": "3"})
    assert kinesis.list_tags_for_resource(ResourceARN=arn)["Tags"] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": "2"},
        {"Key": "c", "Value": "3"},
    ]
    page = kinesis.list_tags_for_stream(StreamName=unique, Limit=1, ExclusiveStartTagKey="a")
    assert (page["Tags"], page["HasMoreTags"]) == ([{"Key": "b", "Value": "2"}], True)
    kinesis.remove_tags_from_stream(StreamName=unique, TagKeys=["a"])
    kinesis.untag_resource(ResourceARN=arn, TagKeys=["b"])
    assert kinesis.list_tags_for_stream(StreamName=unique)["Tags"] == [{"Key": "c", "Value": "3"}]


def test_encryption_monitoring_mode_and_consumers_are_kept(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    kinesis.start_stream_encryption(StreamName=unique, EncryptionType="KMS", KeyId="alias/x")
    kinesis.enable_enhanced_monitoring(StreamName=unique, ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"])
    kinesis.disable_enhanced_monitoring(StreamName=unique, ShardLevelMetrics=["OutgoingBytes"])
    described = kinesis.describe_stream(StreamName=unique)["StreamDescription"]
    assert (described["EncryptionType"], described["KeyId"]) == ("KMS", "alias/x")
    assert described["EnhancedMonitoring"] == [{"ShardLevelMetrics": ["IncomingBytes"]}]
    arn = described["StreamARN"]
    kinesis.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert kinesis.describe_limits()["OnDemandStreamCount"] >= 1
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]
    assert kinesis.list_stream_consumers(StreamARN=arn)["Consumers"] == [consumer]
    found = kinesis.describe_stream_consumer(ConsumerARN=consumer["ConsumerARN"])["ConsumerDescription"]
    assert (found["ConsumerStatus"], found["StreamARN"]) == ("ACTIVE", arn)
    kinesis.deregister_stream_consumer(StreamARN=arn, ConsumerName="c")
    assert kinesis.list_stream_consumers(StreamARN=arn)["Consumers"] == []
    assert code(kinesis.describe_stream_consumer, ConsumerARN=consumer["ConsumerARN"]) == "ResourceNotFoundException"
