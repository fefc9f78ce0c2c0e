"""Records take a shortcut past LocalStack's handlers; whoever asks cannot tell."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cbor2
import pytest
import requests
from botocore.exceptions import ClientError

from support.local_aws import LocalAws

SHARD = "shardId-000000000000"
JSON, CBOR = "application/x-amz-json-1.1", "application/x-amz-cbor-1.1"
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x"
)


@pytest.fixture(scope="module")
def kinesis(aws: LocalAws) -> Any:
    return aws.client("kinesis", parameter_validation=False)


@contextmanager
def the_long_way(aws: LocalAws) -> Iterator[None]:
    """While any fault is armed, nothing takes a shortcut."""
    aws.ask("POST", "/_authpulse/faults", {"service": "sts", "error": "InternalFailure"})
    try:
        yield
    finally:
        aws.ask("DELETE", "/_authpulse/faults")


def call(aws: LocalAws, operation: str, body: bytes, content_type: str, **headers: str) -> requests.Response:
    wanted = {
        "Content-Type": content_type,
        "X-Amz-Target": f"Kinesis_20131202.{operation}",
        "Authorization": AUTHORIZATION,
    }
    return requests.post(aws.endpoint, data=body, headers=wanted | headers, timeout=30)


def stream_with(kinesis: Any, name: str, *records: bytes) -> str:
    """An iterator at its beginning."""
    kinesis.create_stream(StreamName=name, ShardCount=1)
    entries = [{"Data": d, "PartitionKey": f"k{n}"} for n, d in enumerate(records)]
    assert kinesis.put_records(StreamName=name, Records=entries)["FailedRecordCount"] == 0
    found = kinesis.get_shard_iterator(StreamName=name, ShardId=SHARD, ShardIteratorType="TRIM_HORIZON")
    return str(found["ShardIterator"])


@pytest.mark.parametrize("content_type", [JSON, CBOR])
def test_both_ways_give_the_same_records(aws: LocalAws, kinesis: Any, unique: str, content_type: str) -> None:
    iterator = stream_with(kinesis, unique, bytes(range(256)), b"", "ü".encode() * 40_000)
    request = {"ShardIterator": iterator}
    body = json.dumps(request).encode() if content_type == JSON else cbor2.dumps(request)
    short = call(aws, "GetRecords", body, content_type)
    with the_long_way(aws):
        long = call(aws, "GetRecords", body, content_type)

    def answer(response: requests.Response) -> Any:
        assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)
        assert response.headers["x-amzn-RequestId"]
        times = response.content.replace(b"\xc1\x1b", b"\x1b")  # whole milliseconds, which CBOR's own tag 1 is not
        document = response.json() if content_type == JSON else cbor2.loads(times)
        assert document.pop("NextShardIterator"), "which has the time in it"
        return document

    assert ("x-localstack" in short.headers, "x-localstack" in long.headers) == (False, True), "ways were taken"
    assert answer(short) == answer(long)
    assert len(answer(short)["Records"]) == 3


def test_records_that_were_put_either_way_are_the_same(aws: LocalAws, kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=2)
    arn = kinesis.describe_stream_summary(StreamName=unique)["StreamDescriptionSummary"]["StreamARN"]
    records = [
        {"Data": bytes(range(256)), "PartitionKey": "ü", "ExplicitHashKey": "0"},
        {"Data": b"x", "PartitionKey": "k", "ExplicitHashKey": str(2**128 - 1)},
    ]

    def put(*, shortened: bool) -> None:
        by_name = kinesis.put_records(StreamName=unique, Records=records)
        response = call(aws, "PutRecords", cbor2.dumps({"StreamARN": arn, "Records": records}), CBOR)
        assert ("x-localstack" not in response.headers) == shortened
        by_arn = cbor2.loads(response.content)
        for answer in (by_name, by_arn):
            assert (answer["FailedRecordCount"], answer["EncryptionType"]) == (0, "NONE")
            assert [r["ShardId"][-1] for r in answer["Records"]] == ["0", "1"]
            assert {len(r["SequenceNumber"]) for r in answer["Records"]} == {56}

    put(shortened=True)
    with the_long_way(aws):
        put(shortened=False)
    for shard, record in enumerate(records):
        iterator = kinesis.get_shard_iterator(
            StreamName=unique, ShardId=f"shardId-{shard:012d}", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = kinesis.get_records(ShardIterator=iterator)["Records"]
        assert [(r["Data"], r["PartitionKey"]) for r in found] == [(record["Data"], record["PartitionKey"])] * 4


def test_a_request_that_is_refused_puts_nothing(kinesis: Any, unique: str) -> None:
    iterator = stream_with(kinesis, unique, b"first")
    good, bad = {"Data": b"x", "PartitionKey": "k"}, {"Data": b"x", "PartitionKey": "k", "ExplicitHashKey": "-1"}
    with pytest.raises(ClientError, match="InvalidArgument"):
        kinesis.put_records(StreamName=unique, Records=[good, bad])
    assert [r["Data"] for r in kinesis.get_records(ShardIterator=iterator)["Records"]] == [b"first"]


@pytest.mark.parametrize(
    ("operation", "body", "content_type", "headers", "status"),
    [
        ("PutRecords", b"no json", JSON, {}, 400),
        ("PutRecords", b'{"Records":[]}', JSON, {}, 400),
        ("PutRecords", b'{"StreamName":"none","Records":[]}', JSON, {}, 400),
        ("GetRecords", b"[]", JSON, {}, 400),
        ("GetRecords", b'{"ShardIterator":"x"}', JSON, {}, 400),
        ("GetRecords", cbor2.dumps({"ShardIterator": "x"}), CBOR, {}, 400),
        ("GetRecords", cbor2.dumps({"ShardIterator": "x"}), CBOR, {"Accept": JSON}, 400),
    ],
)
def test_what_goes_wrong_goes_wrong_as_ever(
    aws: LocalAws, operation: str, body: bytes, content_type: str, headers: dict[str, str], status: int
) -> None:
    short = call(aws, operation, body, content_type, **headers)
    with the_long_way(aws):
        long = call(aws, operation, body, content_type, **headers)
    assert "x-localstack" in short.headers, "it gave up"
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert short.status_code == status or b"exception" in short.content
    assert short.headers["Content-Type"] == long.headers["Content-Type"]


def test_a_fault_is_met_on_the_shortcut_too(aws: LocalAws, kinesis: Any, unique: str) -> None:
    stream_with(kinesis, unique, b"x")
    fault = {"service": "kinesis", "operation": "PutRecords", "error": "InternalFailure", "status": 500}
    aws.ask("POST", "/_authpulse/faults", fault)
    request = {"StreamName": unique, "Records": [{"Data": b"x", "PartitionKey": "k"}]}
    with pytest.raises(ClientError, match="InternalFailure"):
        kinesis.put_records(**request)
    assert kinesis.put_records(**request)["FailedRecordCount"] == 0


def test_calls_by_shortcut_are_noted_as_all_others(aws: LocalAws, unique: str) -> None:
    began, account = time.time(), "444444444444"
    kinesis = aws.client("kinesis", account=account)
    iterator = stream_with(kinesis, unique, b"x")
    kinesis.get_records(ShardIterator=iterator)
    with the_long_way(aws):
        kinesis.put_records(StreamName=unique, Records=[{"Data": b"x", "PartitionKey": "k"}])
        kinesis.get_records(ShardIterator=iterator)
    noted = aws.get(f"/_authpulse/calls?service=kinesis&since={began}")["calls"]
    calls = [
        {k: v for k, v in c.items() if k != "time"}
        for c in noted
        if c["access_key"] == account and c["operation"] in ("PutRecords", "GetRecords")
    ]
    put, got, put_long, got_long = calls
    assert (put, got) == (put_long, got_long)
    assert (put["operation"], put["status"], put["resource"]) == ("PutRecords", 200, {"StreamName": unique})
