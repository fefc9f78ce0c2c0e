"""What a role has used, as the local AWS noted it, beside what its policy grants."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from authpulse.foundation.roles import Role
from authpulse.foundation.statements import Option, Statement


@dataclass(frozen=True, order=True)
class Use:
    """A permission that was needed: an action, and the ARN (or a pattern of them) that it was for."""

    action: str
    resource: str

    def is_granted_by(self, statement: Statement) -> bool:
        return self.action in statement.actions and any(_covers(r, self.resource) for r in statement.resources)


def missing(role: Role, uses: Iterable[Use]) -> list[Use]:
    """What was needed and is not granted."""
    return sorted(use for use in set(uses) if not any(use.is_granted_by(s) for s in _chosen(role)))


def in_vain(role: Role, uses: Iterable[Use]) -> list[str]:
    """Actions and patterns of resources that are granted, were not needed, and of which nobody says when they are."""
    seen = set(uses)
    return [line for statement in _chosen(role) for line in _in_vain(statement, seen)]


def _chosen(role: Role) -> Iterator[Statement]:
    """What needs a key of one's own or a VPC a local AWS cannot show."""
    return (s for s in role.statements if s.only_with in (None, Option.CREATE))


def _in_vain(statement: Statement, seen: set[Use]) -> Iterator[str]:
    granted = [use for use in seen if use.is_granted_by(statement)]
    for action in statement.actions:
        if action not in statement.rarely and not any(use.action == action for use in granted):
            yield f"{statement.sid}: {action}"
    if all(action in statement.rarely for action in statement.actions):
        return
    for resource in statement.resources:
        if not any(_covers(resource, use.resource) for use in granted):
            yield f"{statement.sid}: {resource}"


def _covers(pattern: str, resource: str) -> bool:
    """As IAM matches: `*` and `?`, and nothing else."""
    return fnmatchcase(resource, pattern.replace("[", "[[]"))
