"""Whose rights a session uses: a role that is assumed, or keys that somebody keeps in a Secret."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.credentials import Credentials, DeferredRefreshableCredentials, ReadOnlyCredentials

from authpulse_operator.core.errors import Terminal

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

SESSION_NAME: Final = "authpulse"
ACCESS_KEY, SECRET_KEY, TOKEN = "aws_access_key_id", "aws_secret_access_key", "aws_session_token"


@dataclass(frozen=True, slots=True)
class Role:
    """A role to assume. It is assumed again before its credentials expire."""

    arn: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys under the names of an AWS credentials file. `read` is called for every request, so that what is rotated
    counts at once; it says in its own errors where the keys should be."""

    read: Callable[[], Mapping[str, str]]
    origin: str = "the given keys"

    def now(self) -> ReadOnlyCredentials:
        """Raises Terminal where one is missing."""
        found = self.read()
        for name in (ACCESS_KEY, SECRET_KEY):
            if not found.get(name):
                raise Terminal(f"{self.origin}: {name} is missing; wanted {ACCESS_KEY}, {SECRET_KEY}, maybe {TOKEN}")
        return ReadOnlyCredentials(found[ACCESS_KEY], found[SECRET_KEY], found.get(TOKEN))


class ReadEachTime(Credentials):
    """Credentials that botocore asks for with every request that it signs."""

    def __init__(self, keys: Keys) -> None:
        super().__init__("read", "each time", method="authpulse-keys")
        self._keys = keys

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return self._keys.now()


def assumed(role: Role, sts: "STSClient") -> Credentials:
    """Credentials of the role. AssumeRole is called when they are first needed, and before they expire."""

    def refresh() -> Mapping[str, Any]:
        answer = sts.assume_role(RoleArn=role.arn, RoleSessionName=SESSION_NAME)["Credentials"]
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": answer["Expiration"].astimezone(UTC).isoformat(),
        }

    make: Any = DeferredRefreshableCredentials
    credentials: Credentials = make(refresh_using=refresh, method="sts-assume-role", time_fetcher=_now)
    return credentials


def _now() -> datetime:
    return datetime.now(UTC)
