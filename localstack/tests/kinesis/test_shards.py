"""Shards split, merge and are counted; readers find their way from parents to children."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.local_aws import LocalAws

HALF = 2**127


@pytest.fixture(scope="module")
def kinesis(aws: LocalAws) -> Any:
    return aws.client("kinesis")


@pytest.fixture
def stream(kinesis: Any, unique: str) -> str:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    return unique


def shard_id(number: int) -> str:
    return f"shardId-{number:012d}"


def listed(kinesis: Any, stream: str, **options: Any) -> list[int]:
    """Numbers of the shards that ListShards gives."""
    shards = kinesis.list_shards(StreamName=stream, **options)["Shards"]
    return [int(s["ShardId"].removeprefix("shardId-")) for s in shards]


def drained(kinesis: Any, stream: str, number: int) -> tuple[list[bytes], list[dict[str, Any]] | None]:
    """All records of a shard, and its children if it has ended."""
    answer = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard_id(number), ShardIteratorType="TRIM_HORIZON")
    place, found = answer["ShardIterator"], []
    while True:
        got = kinesis.get_records(ShardIterator=place)
        found += [r["Data"] for r in got["Records"]]
        if "NextShardIterator" not in got:
            return found, got["ChildShards"]
        if not got["Records"]:
            return found, None
        place = got["NextShardIterator"]


def test_a_split_closes_the_parent_and_opens_two_children(kinesis: Any, stream: str) -> None:
    before = kinesis.put_record(StreamName=stream, PartitionKey="a", Data=b"before")
    kinesis.split_shard(StreamName=stream, ShardToSplit=shard_id(0), NewStartingHashKey=str(HALF))
    after = kinesis.put_record(StreamName=stream, PartitionKey="a", ExplicitHashKey="0", Data=b"after")
    parent, low, high = kinesis.list_shards(StreamName=stream)["Shards"]
    assert int(parent["SequenceNumberRange"]["EndingSequenceNumber"]) > int(before["SequenceNumber"])
    assert int(low["SequenceNumberRange"]["StartingSequenceNumber"]) < int(after["SequenceNumber"])
    assert low["ParentShardId"] == high["ParentShardId"] == shard_id(0)
    assert low["HashKeyRange"]["EndingHashKey"] == str(HALF - 1)
    assert high["HashKeyRange"]["StartingHashKey"] == str(HALF)
    assert after["ShardId"] == shard_id(1)
    records, children = drained(kinesis, stream, 0)
    assert records == [b"before"]
    assert [(c["ShardId"], c["ParentShards"]) for c in children or []] == [
        (shard_id(1), [shard_id(0)]),
        (shard_id(2), [shard_id(0)]),
    ]
    assert drained(kinesis, stream, 1) == ([b"after"], None)


def test_a_merge_opens_one_child_below_both(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=2)
    kinesis.merge_shards(StreamName=unique, ShardToMerge=shard_id(0), AdjacentShardToMerge=shard_id(1))
    child = kinesis.list_shards(StreamName=unique)["Shards"][2]
    assert (child["ParentShardId"], child["AdjacentParentShardId"]) == (shard_id(0), shard_id(1))
    assert child["HashKeyRange"] == {"StartingHashKey": "0", "EndingHashKey": str(2**128 - 1)}
    for number in (0, 1):
        _, children = drained(kinesis, unique, number)
        assert [c["ParentShards"] for c in children or []] == [[shard_id(0), shard_id(1)]]


def test_what_cannot_be_split_or_merged_is_refused(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=3)

    def code(call: Any, **request: Any) -> str:
        with pytest.raises(ClientError) as caught:
            call(StreamName=unique, **request)
        return str(caught.value.response["Error"]["Code"])

    split, merge, scale = kinesis.split_shard, kinesis.merge_shards, kinesis.update_shard_count
    assert code(split, ShardToSplit=shard_id(9), NewStartingHashKey="5") == "ResourceNotFoundException"
    assert code(split, ShardToSplit=shard_id(0), NewStartingHashKey="0") == "InvalidArgumentException"
    assert code(merge, ShardToMerge=shard_id(0), AdjacentShardToMerge=shard_id(2)) == "InvalidArgumentException"
    uniform = {"ScalingType": "UNIFORM_SCALING"}
    assert code(scale, TargetShardCount=7, **uniform) == "InvalidArgumentException"
    assert code(scale, TargetShardCount=1, **uniform) == "InvalidArgumentException"
    split(StreamName=unique, ShardToSplit=shard_id(0), NewStartingHashKey="5")
    assert code(split, ShardToSplit=shard_id(0), NewStartingHashKey="5") == "ResourceInUseException"


@pytest.mark.parametrize(("start", "target"), [(1, 2), (2, 4), (4, 2), (3, 2), (2, 3), (3, 5)])
def test_the_number_of_shards_is_changed_to_equal_ones(kinesis: Any, unique: str, start: int, target: int) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=start)
    keys = [str(n) for n in range(40)]
    kinesis.put_records(StreamName=unique, Records=[{"Data": k.encode(), "PartitionKey": k} for k in keys])
    changed = kinesis.update_shard_count(StreamName=unique, TargetShardCount=target, ScalingType="UNIFORM_SCALING")
    assert (changed["CurrentShardCount"], changed["TargetShardCount"]) == (start, target)
    assert kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["OpenShardCount"] == target
    shards = kinesis.list_shards(StreamName=unique, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    ranges = sorted(
        (int(s["HashKeyRange"]["StartingHashKey"]), int(s["HashKeyRange"]["EndingHashKey"])) for s in shards
    )
    assert ranges == [(i * 2**128 // target, (i + 1) * 2**128 // target - 1) for i in range(target)]
    kinesis.put_records(StreamName=unique, Records=[{"Data": k.encode(), "PartitionKey": k} for k in keys])
    everything = [d for n in listed(kinesis, unique) for d in drained(kinesis, unique, n)[0]]
    assert sorted(everything) == sorted(k.encode() for k in keys * 2)


def test_shards_are_filtered_by_where_one_would_begin_to_read(kinesis: Any, stream: str) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    kinesis.put_record(StreamName=stream, PartitionKey="a", Data=b"x")
    kinesis.split_shard(StreamName=stream, ShardToSplit=shard_id(0), NewStartingHashKey=str(HALF))
    soon = datetime.now(UTC) + timedelta(seconds=60)
    assert listed(kinesis, stream) == [0, 1, 2]
    for filter_, wanted in (
        ({"Type": "AT_TRIM_HORIZON"}, [0]),
        ({"Type": "FROM_TRIM_HORIZON"}, [0, 1, 2]),
        ({"Type": "AT_LATEST"}, [1, 2]),
        ({"Type": "AFTER_SHARD_ID", "ShardId": shard_id(1)}, [2]),
        ({"Type": "AT_TIMESTAMP", "Timestamp": soon}, [1, 2]),
        ({"Type": "FROM_TIMESTAMP", "Timestamp": soon}, [1, 2]),
        ({"Type": "FROM_TIMESTAMP", "Timestamp": long_ago}, [0, 1, 2]),
    ):
        assert listed(kinesis, stream, ShardFilter=filter_) == wanted, filter_


def test_shards_are_listed_in_pages_that_keep_the_filter(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=5)
    first = kinesis.list_shards(StreamName=unique, MaxResults=2, ShardFilter={"Type": "AT_LATEST"})
    second = kinesis.list_shards(NextToken=first["NextToken"])
    third = kinesis.list_shards(NextToken=second["NextToken"])
    assert [len(page["Shards"]) for page in (first, second, third)] == [2, 2, 1]
    assert "NextToken" not in third
    assert listed(kinesis, unique, ExclusiveStartShardId=shard_id(2)) == [3, 4]
    with pytest.raises(kinesis.exceptions.InvalidArgumentException):
        kinesis.list_shards(NextToken="nonsense")
