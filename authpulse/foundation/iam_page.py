"""The reference page of permissions: docs/reference/iam.md. What it calls seen, a test has seen.

`tests/integration/iam` lives a small pipeline in which everybody has their role, and fails when something that a policy
grants was not needed there and its statement does not say when it is. So what is not rare was seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from authpulse.foundation.roles import Role, roles
from authpulse.foundation.statements import Option, Statement
from authpulse.names import Names

EXAMPLE: Final = Names("dev", "111122223333", "eu-west-1")
KEY: Final = "the customer's key"
SEEN: Final = "yes"
UNSEEN: Final = {
    Option.CUSTOMER_KEY: "no: a local AWS encrypts nothing",
    Option.VPC: "no: a local AWS has no VPC",
}
HEAD: Final = f"""# Permissions, proved by use

Generated from `authpulse/foundation` by `make generate`; do not edit. One role for each part of the pipeline, shown for
the environment `{EXAMPLE.environment}` in account {EXAMPLE.account}, {EXAMPLE.region}.

*Seen* says whether a small pipeline on the local AWS needed it, in which job, operator, replay, checks and aggregates
run with their roles (`tests/integration/iam`). The test fails when something is needed that is not granted, and when
something is granted that was not needed and has no reason here. Which permissions a call needs on AWS is in
`localstack/authpulse_localstack/control/permissions.py`, after the Service Authorization Reference. Conditions on tags
are not judged locally. The operator asks `sts:GetCallerIdentity` whose credentials it has, which needs no permission.

| role | may | in so many statements |
|---|---|---|
"""


def iam() -> str:
    """The whole page."""
    described = roles(EXAMPLE, key_arn=KEY)
    summary = (f"| [`{r.name(EXAMPLE)}`](#{r.name(EXAMPLE)}) | {r.what_for} | {len(r.statements)} |" for r in described)
    return HEAD + "\n".join([*summary, "", *(line for role in described for line in _role(role))])


def _role(role: Role) -> Iterator[str]:
    yield f"## {role.name(EXAMPLE)}\n"
    yield from _table(("statement", "action", "on", "why", "seen"), (row for s in role.statements for row in _rows(s)))


def _rows(statement: Statement) -> Iterator[Sequence[str]]:
    limits = [f"if `{key}` is `{value}`" for test in statement.conditions.values() for key, value in test.items()]
    on = "<br>".join([*(f"`{r}`" for r in statement.resources), *limits])
    for number, action in enumerate(statement.actions):
        first = number == 0
        why = f"{statement.why}{_option(statement)}"
        yield (
            statement.sid if first else "",
            f"`{action}`",
            on if first else "",
            why if first else "",
            _seen(statement, action),
        )


def _option(statement: Statement) -> str:
    return f" (only with `{statement.only_with}`)" if statement.only_with else ""


def _seen(statement: Statement, action: str) -> str:
    if action in statement.rarely:
        return f"rarely: {statement.rarely[action]}"
    return UNSEEN.get(statement.only_with, SEEN) if statement.only_with else SEEN


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
