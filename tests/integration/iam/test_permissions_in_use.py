"""IAM proved by use: what each role's policy grants is what the pipeline was seen to need, and nothing else.

Beyond that a policy may grant what its statement calls rare, with the reason. Which permissions a call needs on AWS the
local AWS knows (`authpulse_localstack/control/permissions.py`); conditions on tags it does not judge.
"""

import pytest

from authpulse.foundation.roles import Role, roles
from authpulse.names import Names
from support.permissions import Use, in_vain, missing

KINDS = ("job", "operator", "replay", "quality", "aggregates")

pytestmark = pytest.mark.timeout(2400)  # the first test lives the pipeline, on whatever machine


def role(kind: str, names: Names) -> Role:
    return next(r for r in roles(names) if r.kind == kind)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_missing(kind: str, names: Names, used: dict[str, set[Use]]) -> None:
    assert used[kind], f"nothing was done as {kind}"
    assert missing(role(kind, names), used[kind]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_granted_in_vain(kind: str, names: Names, used: dict[str, set[Use]]) -> None:
    assert in_vain(role(kind, names), used[kind]) == []


def test_nobody_uses_another_environment(names: Names, used: dict[str, set[Use]]) -> None:
    ours = (names.prefix, names.database, ":catalog", "*")
    elsewhere = {u for uses in used.values() for u in uses if not any(o in u.resource for o in ours)}
    assert elsewhere == set()
