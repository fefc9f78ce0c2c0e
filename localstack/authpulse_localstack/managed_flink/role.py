"""The application's role, taken as the service takes it: its code, its log and its job are seen to be the role's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from localstack.aws.connect import connect_to

SESSION: Final = "authpulse"  # the name of a session; the service has one of its own


ACCESS_KEY, SECRET_KEY, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"


@dataclass(frozen=True, slots=True)
class RoleSession:
    """Keys. They do not expire on a local AWS."""

    region: str
    access_key: str
    secret_key: str
    token: str

    @classmethod
    def within(cls, environment: Mapping[str, str]) -> "RoleSession":
        """The one that a process was given."""
        return cls(environment["AWS_REGION"], environment[ACCESS_KEY], environment[SECRET_KEY], environment[TOKEN])

    def environment(self) -> dict[str, str]:
        """For a process that acts with the role's rights."""
        return {
            ACCESS_KEY: self.access_key,
            SECRET_KEY: self.secret_key,
            TOKEN: self.token,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def clients(self) -> Any:
        """LocalStack's own, with the role's rights: `.s3`, `.logs` …"""
        return connect_to(
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            aws_session_token=self.token,
            region_name=self.region,
        )


def take(role_arn: str, *, account: str, region: str) -> RoleSession:
    """A session of the role."""
    sts = connect_to(aws_access_key_id=account, region_name=region).sts
    keys = sts.assume_role(RoleArn=role_arn, RoleSessionName=SESSION)["Credentials"]
    return RoleSession(region, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
