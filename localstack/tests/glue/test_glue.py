"""Glue: a change made on an older state than the table's is refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.local_aws import LocalAws


@pytest.fixture
def glue(aws: LocalAws, unique: str) -> Any:
    client = aws.client("glue")
    client.create_database(DatabaseInput={"Name": unique})
    client.create_table(DatabaseName=unique, TableInput=table("v0"))
    return client


def table(metadata: str, previous: str | None = None) -> dict[str, Any]:
    parameters = {"table_type": "ICEBERG", "metadata_location": metadata}
    return {"Name": "t", "Parameters": parameters | ({"previous_metadata_location": previous} if previous else {})}


def metadata(glue: Any, database: str) -> str:
    return str(glue.get_table(DatabaseName=database, Name="t")["Table"]["Parameters"]["metadata_location"])


def test_a_commit_replaces_the_metadata_that_it_saw(glue: Any, unique: str) -> None:
    glue.update_table(DatabaseName=unique, TableInput=table("v1", "v0"))
    with pytest.raises(glue.exceptions.ConcurrentModificationException, match="the table's metadata is v1, not v0"):
        glue.update_table(DatabaseName=unique, TableInput=table("v2", "v0"))
    assert metadata(glue, unique) == "v1"
    glue.update_table(DatabaseName=unique, TableInput=table("v2", "v1"))
    assert metadata(glue, unique) == "v2"


def test_a_change_names_the_version_that_it_saw(glue: Any, unique: str) -> None:
    version = glue.get_table(DatabaseName=unique, Name="t")["Table"]["VersionId"]
    glue.update_table(DatabaseName=unique, TableInput=table("v1"), VersionId=version)
    with pytest.raises(glue.exceptions.ConcurrentModificationException):
        glue.update_table(DatabaseName=unique, TableInput=table("v2"), VersionId=version)
    assert metadata(glue, unique) == "v1"


def test_a_change_without_either_is_made(glue: Any, unique: str) -> None:
    glue.update_table(DatabaseName=unique, TableInput=table("v9"))
    assert metadata(glue, unique) == "v9"


def test_a_table_that_is_not_there_cannot_be_changed(glue: Any, unique: str) -> None:
    with pytest.raises(ClientError) as caught:
        glue.update_table(DatabaseName=unique, TableInput=table("v1") | {"Name": "nope"})
    assert caught.value.response["Error"]["Code"] == "EntityNotFoundException"


def test_the_rest_of_the_catalogue_is_there(glue: Any, unique: str) -> None:
    glue.create_partition(
        DatabaseName=unique, TableName="t", PartitionInput={"Values": ["2026"], "StorageDescriptor": {"Location": "x"}}
    )
    assert len(glue.get_partitions(DatabaseName=unique, TableName="t")["Partitions"]) == 1
    assert len(glue.get_table_versions(DatabaseName=unique, TableName="t")["TableVersions"]) == 1
    glue.delete_table(DatabaseName=unique, Name="t")
    assert glue.get_tables(DatabaseName=unique)["TableList"] == []
