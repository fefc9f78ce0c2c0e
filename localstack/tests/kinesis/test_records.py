"""Records: put, placed, numbered, read from every position."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
import requests
from botocore.exceptions import ClientError

from support.local_aws import LocalAws

FIRST, SECOND = "shardId-000000000000", "shardId-000000000001"


@pytest.fixture(scope="module")
def kinesis(aws: LocalAws) -> Any:
    return aws.client("kinesis")


@pytest.fixture
def stream(kinesis: Any, unique: str) -> str:
    kinesis.create_stream(StreamName=unique, ShardCount=1)
    return unique


def put(kinesis: Any, stream: str, *data: bytes) -> list[str]:
    """Sequence numbers."""
    records = [{"Data": d, "PartitionKey": "k"} for d in data]
    return [r["SequenceNumber"] for r in kinesis.put_records(StreamName=stream, Records=records)["Records"]]


def read(kinesis: Any, stream: str, kind: str, shard: str = FIRST, **options: Any) -> list[bytes]:
    """What one GetRecords gives from a position on."""
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType=kind, **options)
    return [r["Data"] for r in kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]]


def cbor_call(aws: LocalAws, operation: str, request: dict[str, Any]) -> bytes:
    """As the Java SDK does it."""
    headers = {
        "Content-Type": "application/x-amz-cbor-1.1",
        "X-Amz-Target": f"Kinesis_20131202.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/kinesis/aws4_request, "
        "SignedHeaders=host, Signature=x",
    }
    answer = requests.post(aws.endpoint, data=cbor2.dumps(request), headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == headers["Content-Type"]
    return answer.content


def test_a_record_comes_back_as_it_was_put(kinesis: Any, stream: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    answer = kinesis.put_record(StreamName=stream, PartitionKey="U1@DOM1", Data=bytes(range(256)))
    assert (answer["ShardId"], answer["EncryptionType"]) == (FIRST, "NONE")
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=FIRST, ShardIteratorType="TRIM_HORIZON")
    got = kinesis.get_records(ShardIterator=iterator["ShardIterator"])
    (record,) = got["Records"]
    assert record["Data"] == bytes(range(256))
    assert record["PartitionKey"] == "U1@DOM1"
    assert record["SequenceNumber"] == answer["SequenceNumber"]
    assert before < record["ApproximateArrivalTimestamp"] < datetime.now(UTC) + timedelta(seconds=1)
    assert got["MillisBehindLatest"] == 0
    assert kinesis.get_records(ShardIterator=got["NextShardIterator"])["Records"] == []


def test_a_key_goes_where_its_md5_says(kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=2)
    keys = [f"user{n}" for n in range(20)]
    answer = kinesis.put_records(StreamName=unique, Records=[{"Data": b"", "PartitionKey": k} for k in keys])
    wanted = [FIRST if hashlib.md5(k.encode()).digest()[0] < 128 else SECOND for k in keys]
    assert [r["ShardId"] for r in answer["Records"]] == wanted
    assert set(wanted) == {FIRST, SECOND}
    explicit = kinesis.put_record(StreamName=unique, PartitionKey="k", Data=b"", ExplicitHashKey=str(2**127))
    assert explicit["ShardId"] == SECOND


def test_sequence_numbers_grow(kinesis: Any, stream: str) -> None:
    numbers = put(kinesis, stream, *[b"x"] * 50) + put(kinesis, stream, b"y")
    assert [int(n) for n in numbers] == sorted({int(n) for n in numbers})
    assert {len(n) for n in numbers} == {56}


def test_reading_from_every_position(kinesis: Any, stream: str) -> None:
    numbers = put(kinesis, stream, b"0", b"1")
    numbers += put(kinesis, stream, b"2", b"3")
    assert read(kinesis, stream, "TRIM_HORIZON") == [b"0", b"1", b"2", b"3"]
    assert read(kinesis, stream, "LATEST") == []
    assert read(kinesis, stream, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1]) == [b"1", b"2", b"3"]
    assert read(kinesis, stream, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1]) == [b"2", b"3"]
    assert read(kinesis, stream, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[3]) == []
    assert read(kinesis, stream, "AT_TIMESTAMP", Timestamp=datetime(2026, 1, 1, tzinfo=UTC)) == [b"0", b"1", b"2", b"3"]


def test_reading_from_a_time_between_two_records(aws: LocalAws, kinesis: Any, stream: str) -> None:
    """boto3 cuts times to seconds; the Java SDK sends milliseconds."""
    put(kinesis, stream, b"0")
    arrived = time.time()
    while time.time() < arrived + 0.002:
        kinesis.describe_limits()
    between = time.time()
    put(kinesis, stream, b"1")
    millis = cbor2.CBORTag(1, int(between * 1000))
    request = {"StreamName": stream, "ShardId": FIRST, "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": millis}
    iterator = cbor2.loads(cbor_call(aws, "GetShardIterator", request))["ShardIterator"]
    assert [r["Data"] for r in kinesis.get_records(ShardIterator=iterator)["Records"]] == [b"1"]


def test_latest_sees_what_comes_after_it(kinesis: Any, stream: str) -> None:
    put(kinesis, stream, b"before")
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=FIRST, ShardIteratorType="LATEST")["ShardIterator"]
    put(kinesis, stream, b"after")
    assert [r["Data"] for r in kinesis.get_records(ShardIterator=iterator)["Records"]] == [b"after"]


def test_a_read_is_limited_and_goes_on_where_it_stopped(kinesis: Any, stream: str) -> None:
    put(kinesis, stream, *[bytes([n]) for n in range(10)])
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=FIRST, ShardIteratorType="TRIM_HORIZON")
    first = kinesis.get_records(ShardIterator=iterator["ShardIterator"], Limit=4)
    assert [r["Data"] for r in first["Records"]] == [bytes([n]) for n in range(4)]
    assert first["MillisBehindLatest"] >= 0
    rest = kinesis.get_records(ShardIterator=first["NextShardIterator"])
    assert [r["Data"] for r in rest["Records"]] == [bytes([n]) for n in range(4, 10)]
    assert rest["MillisBehindLatest"] == 0


def test_a_read_brings_no_more_than_ten_mebibytes(kinesis: Any, stream: str) -> None:
    for _ in range(3):
        put(kinesis, stream, *[bytes(1024 * 1024)] * 4)
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=FIRST, ShardIteratorType="TRIM_HORIZON")
    got = kinesis.get_records(ShardIterator=iterator["ShardIterator"])
    assert len(got["Records"]) == 10
    assert got["MillisBehindLatest"] > 0
    assert len(kinesis.get_records(ShardIterator=got["NextShardIterator"])["Records"]) == 2


@pytest.mark.parametrize(
    ("call", "request_", "code"),
    [
        ("get_records", {"ShardIterator": "nonsense"}, "InvalidArgumentException"),
        ("get_shard_iterator", {"ShardId": "shardId-7", "ShardIteratorType": "LATEST"}, "ResourceNotFoundException"),
        (
            "get_shard_iterator",
            {"ShardId": FIRST, "ShardIteratorType": "AT_SEQUENCE_NUMBER"},
            "InvalidArgumentException",
        ),
        ("get_shard_iterator", {"ShardId": FIRST, "ShardIteratorType": "AT_TIMESTAMP"}, "InvalidArgumentException"),
        ("put_records", {"Records": [{"Data": b"x", "PartitionKey": "k"}] * 501}, None),
        ("put_record", {"Data": b"x", "PartitionKey": "k" * 257}, None),
        ("put_record", {"Data": bytes(10 * 2**20 + 1), "PartitionKey": "k"}, None),
        ("put_records", {"Records": [{"Data": bytes(6 * 2**20), "PartitionKey": "k"}] * 2}, "InvalidArgumentException"),
        (
            "put_record",
            {"Data": b"", "PartitionKey": "k", "ExplicitHashKey": str(2**128)},
            "InvalidArgumentException",
        ),
    ],
)
def test_what_is_not_allowed_is_refused(
    aws: LocalAws, kinesis: Any, stream: str, call: str, request_: dict[str, Any], code: str | None
) -> None:
    """boto3 checks some limits itself; other clients do not, so it is kept from doing so."""
    client = aws.client("kinesis", parameter_validation=False)
    named = {} if call == "get_records" else {"StreamName": stream}
    with pytest.raises(ClientError) as caught:
        getattr(client, call)(**named, **request_)
    found = caught.value.response["Error"]["Code"]
    assert found in ({code} if code else {"InvalidArgumentException", "ValidationException"})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_writers_and_readers_at_once_lose_nothing(aws: LocalAws, kinesis: Any, unique: str) -> None:
    kinesis.create_stream(StreamName=unique, ShardCount=2)
    per_writer = 4000

    def write(writer: int) -> None:
        client = aws.client("kinesis")
        for start in range(0, per_writer, 200):
            records = [{"Data": b"%d-%d" % (writer, n), "PartitionKey": f"{n}"} for n in range(start, start + 200)]
            assert client.put_records(StreamName=unique, Records=records)["FailedRecordCount"] == 0

    def read_shard(shard: str) -> list[bytes]:
        client = aws.client("kinesis")
        iterator = client.get_shard_iterator(StreamName=unique, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        place, found = iterator["ShardIterator"], []
        while True:
            all_written = all(w.done() for w in writers)
            answer = client.get_records(ShardIterator=place)
            place = answer["NextShardIterator"]
            found += [r["Data"] for r in answer["Records"]]
            if all_written and not answer["Records"]:
                return found

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, n) for n in range(2)]
        readers = [pool.submit(read_shard, s) for s in (FIRST, SECOND)]
        for writer in writers:
            writer.result()
        found = [data for r in readers for data in r.result()]
    assert len(found) == 2 * per_writer
    assert set(found) == {b"%d-%d" % (w, n) for w in range(2) for n in range(per_writer)}
    for shard in readers:
        for number in range(2):
            mine = [int(d.partition(b"-")[2]) for d in shard.result() if d.startswith(b"%d-" % number)]
            assert mine == sorted(mine), "in the order in which each writer put them"


def test_java_reads_times_in_cbor(aws: LocalAws, kinesis: Any, stream: str) -> None:
    """The Java SDK speaks CBOR to Kinesis and wants tag 1 with whole milliseconds; a float would be January 1970."""
    sequence = put(kinesis, stream, b"\x00data")[0]

    request = {"StreamName": stream, "ShardId": FIRST, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = cbor2.loads(cbor_call(aws, "GetShardIterator", request))["ShardIterator"]
    raw = cbor_call(aws, "GetRecords", {"ShardIterator": iterator})
    assert b"\x45\x00data" in raw, "data are bytes"
    assert sequence.encode() in raw
    name = b"ApproximateArrivalTimestamp"
    value = raw[raw.index(name) + len(name) :]
    assert value[:2] == b"\xc1\x1b", "tag 1 and an integer of eight bytes"
    assert abs(int.from_bytes(value[2:10]) - time.time() * 1000) < 60_000
