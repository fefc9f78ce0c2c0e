"""Who calls: the role whose session the keys belong to, where AssumeRole gave them; else the account's root."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from localstack.aws.accounts import get_account_id_from_access_key_id

SESSION_PREFIX: Final = "LSIA"
"""Of the keys that LocalStack gives a session of a role."""
KNOWN: Final = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """`arn` is what GetCallerIdentity says. `role` is the ARN of a role, None for anybody else."""

    arn: str
    role: str | None = None


def principal_of(access_key: str | None) -> Principal:
    """Whoever signs with the key. Keys that nobody gave are the root of the account that they stand for."""
    if access_key is not None and access_key.startswith(SESSION_PREFIX):
        return _of_session(access_key)
    return Principal(f"arn:aws:iam::{get_account_id_from_access_key_id(access_key or '')}:root")


@lru_cache(KNOWN)
def _of_session(access_key: str) -> Principal:
    from moto.sts.models import sts_backends  # with the first session, not with every start

    account = get_account_id_from_access_key_id(access_key)
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if session is None:  # of an AWS that has been restarted since
        return Principal(f"arn:aws:iam::{account}:root")
    return Principal(session.arn, session.role_arn)
