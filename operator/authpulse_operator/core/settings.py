"""What of an application is ours to set: a value that is compared, named by its content, and kept in a status."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, Final, Self

PropertyGroups = Mapping[str, Mapping[str, str]]

OPERATION_GROUP: Final = "authpulse.operation"
"""A group that no job reads: another value in it is another deployment, and so a restart."""
RESTART_KEY: Final = "restart"
NO_NONCE: Final = "0"
REDEPLOY_KEY: Final = "redeploy"

ID_CHARACTERS: Final = 16
SET_ONCE: Final = ("log_stream_arn", "subnet_ids", "security_group_ids")
"""What an update cannot change, so that it makes no difference."""


@dataclass(frozen=True)
class Settings:
    """Wanted by a spec, or found in a description. Equal means nothing to do."""

    runtime: str
    role_arn: str
    bucket: str
    code_key: str
    property_groups: PropertyGroups
    parallelism: int
    parallelism_per_kpu: int
    checkpoint_interval_ms: int
    checkpoint_min_pause_ms: int
    snapshots_enabled: bool
    log_stream_arn: str | None = None
    log_level: str = "INFO"
    metrics_level: str = "OPERATOR"
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """Of the content: equal settings have equal ids, whoever describes them."""
        compared = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in SET_ONCE}
        canonical = json.dumps(compared, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:ID_CHARACTERS]

    @property
    def redeploy(self) -> str | None:
        """The nonce of the redeployment from a named snapshot that these settings carry out."""
        return self.property_groups.get(OPERATION_GROUP, {}).get(REDEPLOY_KEY)

    @property
    def unrestarted(self) -> "Settings":
        """Without the number of restarts by remediation: a restart is no other deployment."""
        operation = dict(self.property_groups.get(OPERATION_GROUP, {}))
        nonce, dot, _ = operation.pop(RESTART_KEY, "").partition(".")
        if not dot:
            return self
        if nonce != NO_NONCE:
            operation[RESTART_KEY] = nonce
        others = {k: v for k, v in self.property_groups.items() if k != OPERATION_GROUP}
        return replace(self, property_groups={**others, OPERATION_GROUP: operation} if operation else others)

    def differences(self, wanted: "Settings") -> list[str]:
        """Names of the settings that differ, property groups as group.key. Only what an update can change counts."""
        compared = [f.name for f in fields(self) if f.name not in ("property_groups", *SET_ONCE)]
        plain = [n for n in compared if getattr(self, n) != getattr(wanted, n)]
        groups = self.property_groups.keys() | wanted.property_groups.keys()
        keys = []
        for group in sorted(groups):
            mine, theirs = self.property_groups.get(group, {}), wanted.property_groups.get(group, {})
            keys += [f"{group}.{k}" for k in sorted(mine.keys() | theirs.keys()) if mine.get(k) != theirs.get(k)]
        return plain + keys

    def document(self) -> dict[str, Any]:
        """For a status; `of_document` reads it again."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """Settings kept in a status. What a newer version has added beside them is left out."""
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in document.items() if k in known}
        return cls(**values)
