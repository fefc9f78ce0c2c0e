"""A database and a bucket for all tests of Athena; tables are each test's own, under a name of its own."""

import pytest

from support.athena import Athena
from support.local_aws import LocalAws

BUCKET = "athena-tests"


@pytest.fixture(scope="session")
def athena(aws: LocalAws) -> Athena:
    aws.client("s3").create_bucket(Bucket=BUCKET)
    aws.client("glue").create_database(DatabaseInput={"Name": "tests"})
    return Athena(aws, "tests", f"s3://{BUCKET}/results")


@pytest.fixture
def location(unique: str) -> str:
    """A prefix in S3 that no other test has."""
    return f"s3://{BUCKET}/tables/{unique}"
