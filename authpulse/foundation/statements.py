"""One permission: what may be done to what, under which conditions, and why it is needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Json = dict[str, Any]
Condition = Mapping[str, Mapping[str, str | list[str]]]

VERSION: Final = "2012-10-17"
EVERYTHING: Final = ("*",)


class Option(StrEnum):
    """What has to be chosen for a statement to be part of its policy."""

    CUSTOMER_KEY = "customer-key"
    """Stream, bucket and topic are encrypted with a key of one's own."""
    VPC = "vpc"
    """The job runs in a VPC."""
    CREATE = "create-foundation"
    """The operator makes what is missing (`foundation: Create`), not Terraform."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Part of a policy. Resources are ARNs, or patterns of them."""

    sid: str
    why: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Condition = field(default_factory=dict)
    only_with: Option | None = None
    rarely: Mapping[str, str] = field(default_factory=dict)
    """Actions of it that a run in which nothing happens does not use, and when they are."""

    def document(self) -> Json:
        """As IAM wants it."""
        conditions: Json = {"Condition": self.conditions} if self.conditions else {}
        return {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
            **conditions,
        }

    def annotated(self) -> Json:
        """The same with its reasons, for whoever chooses statements, or compares them with what was called."""
        return {
            **self.document(),
            "Why": self.why,
            "OnlyWith": str(self.only_with or ""),
            "Rarely": dict(self.rarely),
        }


def policy(statements: Iterable[Statement], options: Iterable[Option] = ()) -> Json:
    """The policy of a role, with the statements of the chosen options."""
    chosen = set(options)
    return {
        "Version": VERSION,
        "Statement": [s.document() for s in statements if s.only_with is None or s.only_with in chosen],
    }
