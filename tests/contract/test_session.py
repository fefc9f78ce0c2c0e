"""Whose rights are used, as an AWS sees it that assumes roles and tells accounts."""

from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.foundation import Foundation
from authpulse.names import Names
from authpulse_operator.adapters.aws.credentials import Keys, Role
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.session import Session
from support.local_aws import REGION, RunningAws


def test_a_role_is_assumed_and_does_all_the_work(aws: RunningAws, names: Names) -> None:
    told: list[tuple[str, str]] = []
    session = Session(
        REGION,
        aws.endpoint,
        Role(f"arn:aws:iam::{LOCAL_ACCOUNT}:role/operator"),
        account=LOCAL_ACCOUNT,
        on_call=lambda service, operation, _status: told.append((service, operation)),
    )
    foundations, foundation = AwsFoundations(session), Foundation(names, shards=1)
    foundations.make(foundation)  # tables too, whose files PyIceberg writes with the role's keys
    assert foundations.missing(foundation) == ()
    assert told[:2] == [("sts", "AssumeRole"), ("sts", "GetCallerIdentity")]
    assert len([call for call in told if call[0] == "sts"]) == 2
    keys = session.keys()
    assert keys is not None
    assert keys.token


def test_the_account_is_that_of_the_keys(aws: RunningAws) -> None:
    other = {"aws_access_key_id": "111111111111", "aws_secret_access_key": "test"}  # as LocalStack tells accounts apart
    assert Session(REGION, aws.endpoint).caller_account() == LOCAL_ACCOUNT
    assert Session(REGION, aws.endpoint, Keys(lambda: other)).caller_account() == "111111111111"
