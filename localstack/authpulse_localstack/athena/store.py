"""What the local Athena remembers of one account and region, and how it is written down between two runs."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from authpulse_localstack.athena.executions import ENGINE, Execution

PRIMARY: Final = "primary"
KEPT_EXECUTIONS: Final = 10_000  # AWS keeps 45 days; here the oldest finished ones go
SAVED_VERSION: Final = 1


def _primary() -> dict[str, Any]:
    return {
        "Name": PRIMARY,
        "State": "ENABLED",
        "Description": "",
        "CreationTime": datetime.now(UTC),
        "Configuration": {
            "ResultConfiguration": {},
            "EnforceWorkGroupConfiguration": False,
            "PublishCloudWatchMetricsEnabled": False,
            "RequesterPaysEnabled": False,
            "EngineVersion": ENGINE,
        },
    }


@dataclass(slots=True)
class PreparedStatement:
    name: str
    work_group: str
    query: str
    description: str | None
    modified: datetime

    def shape(self) -> dict[str, Any]:
        shape = {
            "StatementName": self.name,
            "QueryStatement": self.query,
            "WorkGroupName": self.work_group,
            "LastModifiedTime": self.modified,
        }
        return shape | ({"Description": self.description} if self.description else {})


@dataclass(slots=True)
class Store:
    """Everything is guarded by `lock`. Work groups and named queries are kept in the API's own shapes."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    executions: OrderedDict[str, Execution] = field(default_factory=OrderedDict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)  # token: (what was asked for, execution id)
    work_groups: dict[str, dict[str, Any]] = field(default_factory=lambda: {PRIMARY: _primary()})
    named_queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    named_tokens: dict[str, str] = field(default_factory=dict)
    prepared: dict[tuple[str, str], PreparedStatement] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, execution: Execution) -> None:
        with self.lock:
            self.executions[execution.id] = execution
            surplus = len(self.executions) - KEPT_EXECUTIONS
            if surplus > 0:
                old = [e.id for e in self.executions.values() if e.is_final][:surplus]
                for execution_id in old:
                    del self.executions[execution_id]

    # what survives a restart

    def saved(self) -> dict[str, Any]:
        """As JSON has it: finished executions, work groups, named queries, prepared statements, tags."""
        with self.lock:
            return {
                "version": SAVED_VERSION,
                "executions": [e.saved() for e in self.executions.values() if e.is_final],
                "work_groups": [
                    {**g, "CreationTime": g["CreationTime"].isoformat()} for g in self.work_groups.values()
                ],
                "named_queries": list(self.named_queries.values()),
                "prepared": [
                    [p.name, p.work_group, p.query, p.description, p.modified.isoformat()]
                    for p in self.prepared.values()
                ],
                "tags": self.tags,
            }

    def restore(self, values: dict[str, Any]) -> None:
        """Raises ValueError for what another version wrote."""
        if values.get("version") != SAVED_VERSION:
            raise ValueError(f"saved state of version {values.get('version')}, {SAVED_VERSION} wanted")
        with self.lock:
            for saved in values["executions"]:
                execution = Execution.restored(saved)
                self.executions[execution.id] = execution
            for group in values["work_groups"]:
                created = datetime.fromisoformat(group["CreationTime"])
                self.work_groups[group["Name"]] = {**group, "CreationTime": created}
            self.named_queries.update({q["NamedQueryId"]: q for q in values["named_queries"]})
            for name, work_group, query, description, modified in values["prepared"]:
                statement = PreparedStatement(name, work_group, query, description, datetime.fromisoformat(modified))
                self.prepared[work_group, name] = statement
            self.tags.update(values["tags"])
