"""What `ports.foundation.ArtifactStore` promises."""

from pathlib import Path

import pytest

from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.core.errors import Terminal
from authpulse_operator.ports.foundation import ArtifactStore
from doubles.world import FakeArtifacts

KEY = "code/0123.zip"


@pytest.fixture(params=["in memory", "over S3"])
def store(request: pytest.FixtureRequest) -> ArtifactStore:
    if request.param == "in memory":
        return FakeArtifacts()
    aws, bucket = request.getfixturevalue("aws"), request.getfixturevalue("names").bucket
    aws.client("s3").create_bucket(Bucket=bucket)
    return AwsArtifactStore(aws.session, bucket)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "job.zip"
    path.write_bytes(b"zip" * 1000)
    return path


def test_an_object_is_there_once_it_was_put(store: ArtifactStore, source: Path) -> None:
    assert not store.has(KEY)
    store.put(KEY, source)
    assert store.has(KEY)
    assert not store.has("code/4567.zip")


def test_putting_it_again_is_harmless(store: ArtifactStore, source: Path) -> None:
    store.put(KEY, source)
    store.put(KEY, source)
    assert store.has(KEY)


def test_a_file_that_cannot_be_read_is_named(store: ArtifactStore, tmp_path: Path) -> None:
    with pytest.raises(Terminal, match=r"none\.zip: cannot be read: No such file"):
        store.put(KEY, tmp_path / "none.zip")
    assert not store.has(KEY)


def test_what_is_put_is_the_files_bytes(aws, names, source: Path) -> None:
    aws.client("s3").create_bucket(Bucket=names.bucket)
    AwsArtifactStore(aws.session, names.bucket).put(KEY, source)
    found = aws.client("s3").get_object(Bucket=names.bucket, Key=KEY)["Body"].read()
    assert found == source.read_bytes()
