"""Which keys a local AWS is called with: never a person's own, which it has no use for.

A local AWS takes any. Those that its own AssumeRole has given out are recognised by how they begin, and are taken from
the environment as every AWS tool takes them: so what runs with a role on AWS can run with it on one machine.
"""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

SESSION_PREFIX: Final = "LSIA"
"""Of LocalStack's sessions; keys of AWS begin with AKIA or ASIA."""


class LocalKeys(NamedTuple):
    """As boto3 wants them."""

    access_key: str
    secret_key: str
    token: str | None


NOBODYS: Final = LocalKeys("test", "test", None)


def local_keys(environ: Mapping[str, str] = os.environ) -> LocalKeys:
    """The environment's, where they are of a session of a role on a local AWS, else nobody's."""
    access_key = environ.get("AWS_ACCESS_KEY_ID", "")
    if not access_key.startswith(SESSION_PREFIX):
        return NOBODYS
    return LocalKeys(access_key, environ.get("AWS_SECRET_ACCESS_KEY", ""), environ.get("AWS_SESSION_TOKEN"))
