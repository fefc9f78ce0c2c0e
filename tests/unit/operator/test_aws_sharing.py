"""Which resources share a session, and whose keys it uses."""

from collections.abc import Iterator

import pytest

from authpulse_operator.adapters.aws.sharing import SharedAws
from authpulse_operator.api.spec import Aws
from authpulse_operator.core.errors import Terminal
from doubles.scripted_aws import ScriptedAws, scripted_aws

DEV = "security"
SECRET = {"credentials": {"secretName": "aws"}}


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as scripted:
        scripted.answers = {"DescribeStreamSummary": {}}
        yield scripted


def read_secret(namespace: str, name: str) -> dict[str, str]:
    if name != "aws":
        raise Terminal(f"there is no Secret {namespace}/{name}")
    return {"aws_access_key_id": f"AKIA{namespace.upper()}", "aws_secret_access_key": "secret"}


@pytest.fixture
def shared() -> SharedAws:
    return SharedAws(read_secret)


def spec(aws: ScriptedAws, **more: object) -> Aws:
    return Aws.model_validate({"endpoint": aws.endpoint, **more})


def test_the_same_rights_in_the_same_place_are_shared_by_all_resources(shared: SharedAws, aws: ScriptedAws) -> None:
    one, another = shared.of(spec(aws), namespace=DEV), shared.of(spec(aws), namespace="elsewhere")
    assert one is another
    assert one.artifacts("bucket") is another.artifacts("bucket") is not one.artifacts("another")


@pytest.mark.parametrize(
    "other",
    [
        {"region": "eu-west-1"},
        {"account": "111111111111"},
        {"credentials": {"roleArn": "arn:aws:iam::111111111111:role/authpulse"}},
        SECRET,
    ],
    ids=str,
)
def test_other_rights_or_places_are_not(shared: SharedAws, aws: ScriptedAws, other: dict[str, object]) -> None:
    assert shared.of(spec(aws), namespace=DEV) is not shared.of(spec(aws, **other), namespace=DEV)


def test_a_secret_is_the_one_of_the_resources_namespace(shared: SharedAws, aws: ScriptedAws) -> None:
    for namespace in ("one", "another"):
        keys = shared.of(spec(aws, **SECRET), namespace=namespace).session.keys()
        assert keys is not None
        assert keys.access_key == f"AKIA{namespace.upper()}"


def test_a_secret_that_is_not_there_is_told_in_the_readers_words(shared: SharedAws, aws: ScriptedAws) -> None:
    lost = shared.of(spec(aws, credentials={"secretName": "lost"}), namespace=DEV)
    with pytest.raises(Terminal, match="there is no Secret security/lost"):
        lost.flink.describe("authpulse-dev")
    assert aws.operations == []
