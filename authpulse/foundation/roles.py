"""Who may do what on AWS: a role for the job, one for the operator, one for each kind of worker.

Each permission carries its reason; tests compare them with the calls that are made.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from authpulse.foundation.job_role import job
from authpulse.foundation.operator_role import FLINK_PRINCIPAL, operator
from authpulse.foundation.statements import Json, Option, Statement, policy
from authpulse.foundation.worker_roles import aggregates, quality, replay, workers
from authpulse.names import Names


@dataclass(frozen=True, slots=True)
class Role:
    """A role, its one policy, and who takes it: a service, or pods under the name of a service account."""

    kind: str
    what_for: str
    statements: tuple[Statement, ...]
    service: str | None = None

    def name(self, names: Names) -> str:
        return names.role(self.kind)

    def policy(self, options: Iterable[Option] = ()) -> Json:
        return policy(self.statements, options)


def roles(names: Names, *, key_arn: str = "") -> tuple[Role, ...]:
    """All of them, for one environment. `key_arn` is the customer's key, where there is one."""
    return (
        Role("job", "the Flink job", job(names, key_arn), service=FLINK_PRINCIPAL),
        Role("operator", "the operator", operator(names, key_arn)),
        Role("replay", "replays of recorded logs", replay(names, key_arn)),
        Role("quality", "data-quality checks", quality(names, key_arn)),
        Role("aggregates", "batch aggregates", aggregates(names, key_arn)),
        Role("workers", "replays, checks and aggregates under one service account", workers(names, key_arn)),
    )
