"""How far a replay is, read from where its producer keeps it."""

import pytest

from authpulse.configuration import Aws
from authpulse_operator.adapters.aws.progress import S3Progress
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.local.local_aws import free_port
from authpulse_operator.core.errors import Recoverable, Unreachable
from producer.checkpoints import Checkpoint, Replayed, store_at
from producer.sections import Position

KEY = "replays/shop/dev/log/checkpoint.json"


@pytest.fixture
def bucket(aws, names) -> str:
    aws.client("s3").create_bucket(Bucket=names.bucket)
    return names.bucket


def test_what_a_producer_has_written_is_read(aws, bucket: str) -> None:
    of = Replayed(input_bytes=1, first_bytes_sha256="0", format="lanl-auth", dataset="log", stream="s")
    written = Checkpoint(replayed=of, buckets=8).at(Position(9, 7, 1, 1, 0))
    store_at(f"s3://{bucket}/{KEY}", Aws(endpoint_url=aws.endpoint)).write(written.model_dump_json())
    read = S3Progress(aws.session, bucket).read(KEY)
    assert read is not None
    assert [read[k] for k in ("lines", "events", "rejected", "ignored")] == [9, 7, 1, 1]


def test_before_the_first_checkpoint_there_is_none(aws, bucket: str, names) -> None:
    assert S3Progress(aws.session, bucket).read(KEY) is None
    assert S3Progress(aws.session, f"{names.bucket}-none").read(KEY) is None


@pytest.mark.parametrize("written", [b"{", b"[]", b"\xff"], ids=["half of one", "a list", "no text"])
def test_what_is_no_checkpoint_says_nothing(aws, bucket: str, written: bytes) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key=KEY, Body=written)
    assert S3Progress(aws.session, bucket).read(KEY) is None


def test_what_s3_refuses_for_now_is_tried_again(aws, bucket: str) -> None:
    with aws.failing("s3", "GetObject", "SlowDown"), pytest.raises(Recoverable, match=f"s3://{bucket}/{KEY}: SlowDown"):
        S3Progress(aws.session, bucket).read(KEY)


def test_an_s3_that_does_not_answer_is_unreachable() -> None:
    nowhere = Session("us-east-1", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable):
        S3Progress(nowhere, "b").read(KEY)
