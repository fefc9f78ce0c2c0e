"""What `producer.stream.Stream` promises, kept by Kinesis through boto3 and by the stand-in in memory."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from authpulse.configuration import Aws
from authpulse.errors import AuthPulseError, PrerequisiteError
from doubles.stream import FakeStream
from producer.aws import KinesisStream
from producer.packing import hash_key_of
from producer.stream import Record, RequestFailed, Stream

from .conftest import SHARDS, Site


@dataclass
class Kept:
    """A stream, and what of it each shard holds."""

    stream: Stream
    missing: Stream
    shards: Callable[[], list[list[str]]]


@pytest.fixture(params=["in memory", "Kinesis"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "in memory":
        fake = FakeStream(shards=SHARDS)
        return Kept(
            fake, FakeStream(there=False), lambda: [[r.data.decode().strip('[]"') for r in s] for s in fake.taken]
        )
    site: Site = request.getfixturevalue("site")
    aws = Aws(endpoint_url=site.aws.endpoint)
    return Kept(
        KinesisStream(site.stream, aws),
        KinesisStream("no-such-stream", aws),
        lambda: [[str(e) for e in s] for s in site.shards()],
    )


def record(bucket: int, name: str, buckets: int = 8) -> Record:
    return Record(f"bucket-{bucket}", hash_key_of(bucket, buckets), f'["{name}"]'.encode())


def test_records_arrive_in_the_shard_of_their_hash_key_and_in_order(kept: Kept) -> None:
    kept.stream.check()
    for turn in range(3):
        assert kept.stream.put([record(b, f"{b}-{turn}") for b in range(8)]) == [None] * 8
    shards = kept.shards()
    assert [sorted({int(name[0]) for name in s}) for s in shards] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    for shard in shards:
        for bucket in {name[0] for name in shard}:
            assert [n for n in shard if n[0] == bucket] == [f"{bucket}-{turn}" for turn in range(3)]


def test_as_many_records_as_a_request_may_have_are_taken(kept: Kept) -> None:
    assert kept.stream.put([record(b, "x", 500) for b in range(500)]) == [None] * 500


def test_more_are_refused_for_good(kept: Kept) -> None:
    with pytest.raises(AuthPulseError):
        kept.stream.put([record(b, "x", 501) for b in range(501)])


def test_five_mebibytes_are_taken_in_one_request(kept: Kept) -> None:
    large = [Record("k", hash_key_of(b, 5), b'["' + b"x" * 1_000_000 + b'"]') for b in range(5)]
    assert kept.stream.put(large) == [None] * 5


def test_a_stream_that_is_not_there_is_said_to_be(kept: Kept) -> None:
    for call in (kept.missing.check, lambda: kept.missing.put([record(0, "x")])):
        with pytest.raises(PrerequisiteError, match="there is no stream"):
            call()


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "InternalFailure", "ProvisionedThroughputExceededException", "LimitExceededException"],
)
def test_what_passes_is_worth_another_try(site: Site, code: str) -> None:
    stream = KinesisStream(site.stream, Aws(endpoint_url=site.aws.endpoint))
    status = 500 if code == "InternalFailure" else 400
    with site.aws.failing("kinesis", "PutRecords", code, status=status), pytest.raises(RequestFailed, match=code):
        stream.put([record(0, "x")])
    assert stream.put([record(0, "x")]) == [None]


def test_what_does_not_pass_is_an_error_with_the_services_words(site: Site) -> None:
    stream = KinesisStream(site.stream, Aws(endpoint_url=site.aws.endpoint))
    with (
        site.aws.failing("kinesis", "PutRecords", "AccessDeniedException", message="not yours"),
        pytest.raises(AuthPulseError, match="AccessDeniedException: not yours"),
    ):
        stream.put([record(0, "x")])
