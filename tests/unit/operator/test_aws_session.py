"""Whose rights a session uses, and who hears of its calls."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from authpulse import __version__
from authpulse.local_keys import NOBODYS
from authpulse_operator.adapters.aws import session as sessions
from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.credentials import Keys, Role, assumed
from authpulse_operator.adapters.aws.errors import translated
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.core.errors import AccessDenied, OperatorError, Terminal, Unreachable, WrongAccount
from doubles.scripted_aws import Refusal, ScriptedAws, scripted_aws

ROLE = Role("arn:aws:iam::111111111111:role/authpulse")
KEYS = {"aws_access_key_id": "AKIAONE", "aws_secret_access_key": "secret"}


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as scripted:
        scripted.answers = {"ListStreams": {"StreamNames": [], "HasMoreStreams": False}}
        yield scripted


def call(session: Session) -> None:
    with translated("listing streams"):
        session.client("kinesis").list_streams()


def test_a_local_aws_gets_its_own_keys_and_hears_who_calls(aws: ScriptedAws) -> None:
    call(Session("us-east-1", aws.endpoint))
    (asked,) = aws.asked
    assert asked.access_key == NOBODYS.access_key
    assert f"authpulse-operator/{__version__}" in asked.headers["User-Agent"]


def test_clients_are_made_once(aws: ScriptedAws) -> None:
    session = Session("us-east-1", aws.endpoint)
    assert session.client("kinesis") is session.client("kinesis")


def test_the_keys_of_a_secret_are_read_for_every_call(aws: ScriptedAws) -> None:
    secret = dict(KEYS)
    session = Session("us-east-1", aws.endpoint, Keys(lambda: secret, "Secret security/aws"))
    call(session)
    secret |= {"aws_access_key_id": "AKIATWO", "aws_session_token": "token"}
    call(session)
    assert [a.access_key for a in aws.asked] == ["AKIAONE", "AKIATWO"]
    assert [a.headers.get("X-Amz-Security-Token") for a in aws.asked] == [None, "token"]
    found = session.keys()
    assert found is not None
    assert (found.access_key, found.token) == ("AKIATWO", "token")


@pytest.mark.parametrize("missing", KEYS)
def test_a_secret_without_a_key_is_named(aws: ScriptedAws, missing: str) -> None:
    secret = {**KEYS, missing: ""}
    with pytest.raises(Terminal, match=f"Secret security/aws: {missing} is missing"):
        call(Session("us-east-1", aws.endpoint, Keys(lambda: secret, "Secret security/aws")))
    assert aws.operations == []


def test_without_an_endpoint_and_credentials_the_usual_chain_has_the_keys() -> None:
    assert Session("us-east-1").keys() is None


# -- which account


def in_account(session: Session, account: str) -> None:
    session._made.account = account  # as GetCallerIdentity would have said


def test_credentials_of_another_account_call_nothing(aws: ScriptedAws) -> None:
    session = Session("us-east-1", aws.endpoint, account="222222222222")
    in_account(session, "111111111111")
    with pytest.raises(WrongAccount, match=r"of account 111111111111, spec\.aws\.account says 222222222222"):
        call(session)
    with pytest.raises(WrongAccount):
        AwsArtifactStore(session, "bucket").has("code/a.zip")
    assert aws.operations == []


def test_credentials_of_the_account_call(aws: ScriptedAws) -> None:
    session = Session("us-east-1", aws.endpoint, account="111111111111")
    in_account(session, "111111111111")
    call(session)
    assert aws.operations == ["ListStreams"]


def test_the_account_is_asked_for_once(aws: ScriptedAws) -> None:
    session = Session("us-east-1", aws.endpoint, account="111111111111")
    with Stubber(session.client("sts")) as sts:
        sts.add_response("get_caller_identity", {"Account": "111111111111"})
        call(session)
        call(session)
        assert session.caller_account() == "111111111111"
        sts.assert_no_pending_responses()


def test_an_account_that_cannot_be_asked_for_is_no_licence() -> None:
    with scripted_aws() as gone:
        session = Session("us-east-1", gone.endpoint, account="111111111111")
    with pytest.raises(Unreachable, match="asking whose credentials these are"):
        call(session)


# -- roles


def assumption(key: str, expires: datetime) -> dict[str, Any]:
    credentials = {
        "AccessKeyId": key,
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": expires,
    }
    return {"Credentials": credentials}


def test_a_role_is_assumed_when_it_is_needed_and_again_before_it_expires() -> None:
    sts = Session("us-east-1", "http://127.0.0.1:1").client("sts")
    now, wanted = datetime.now(UTC), {"RoleArn": ROLE.arn, "RoleSessionName": "authpulse"}
    with Stubber(sts) as stubbed:
        credentials = assumed(ROLE, sts)  # nothing is asked for yet
        stubbed.add_response("assume_role", assumption("ASIAAAAAAAAAAAAAAONE", now + timedelta(minutes=5)), wanted)
        stubbed.add_response("assume_role", assumption("ASIAAAAAAAAAAAAAATWO", now + timedelta(hours=1)), wanted)
        assert credentials.get_frozen_credentials().access_key == "ASIAAAAAAAAAAAAAAONE"
        for _ in range(3):
            assert credentials.get_frozen_credentials().access_key == "ASIAAAAAAAAAAAAAATWO"
        stubbed.assert_no_pending_responses()


def test_a_role_that_may_not_be_assumed_is_a_missing_permission(aws: ScriptedAws) -> None:
    aws.answers["AssumeRole"] = Refusal("AccessDenied", 403)
    with pytest.raises(AccessDenied, match="calling AssumeRole"):
        call(Session("us-east-1", aws.endpoint, ROLE))
    assert aws.operations == ["AssumeRole"]


# -- who hears of calls


def test_every_call_is_told_with_how_it_ended(aws: ScriptedAws) -> None:
    told: list[tuple[str, str, str]] = []
    session = Session("us-east-1", aws.endpoint, on_call=lambda *heard: told.append(heard))
    call(session)
    aws.answers["ListStreams"] = Refusal("LimitExceededException")
    with pytest.raises(OperatorError):
        call(session)
    assert told == [("kinesis", "ListStreams", "200"), ("kinesis", "ListStreams", "LimitExceededException")]


def test_a_call_without_an_answer_is_told_too() -> None:
    told: list[tuple[str, str, str]] = []
    with scripted_aws() as gone:
        session = Session("us-east-1", gone.endpoint, on_call=lambda *heard: told.append(heard))
    with pytest.raises(Unreachable):
        call(session)
    assert told == [("kinesis", "ListStreams", "EndpointConnectionError")]


def test_models_of_services_are_read_once_for_all_sessions() -> None:
    one, another = (Session("us-east-1", "http://127.0.0.1:1") for _ in range(2))
    loaders = {id(s._boto()._session.get_component("data_loader")) for s in (one, another)}
    assert loaders == {id(sessions._LOADER)}
