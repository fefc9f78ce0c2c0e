"""An AuthPulse resource as the API server gave it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from authpulse_operator.adapters.kube.kinds import Json
from authpulse_operator.adapters.kube.status import readable
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ConditionType, Status
from authpulse_operator.core.world import ApplicationState


@dataclass(frozen=True)
class Seen:
    """At one moment."""

    document: Json

    @property
    def name(self) -> str:
        return str(self.document["metadata"]["name"])

    @property
    def identity(self) -> str:
        return f"{self.document['metadata']['namespace']}/{self.name}"

    @property
    def generation(self) -> int:
        return int(self.document["metadata"]["generation"])

    @property
    def spec(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document["spec"]
        return found

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.document["metadata"].get("annotations") or {}

    @property
    def is_leaving(self) -> bool:
        return "deletionTimestamp" in self.document["metadata"]

    @cached_property
    def status(self) -> Status:
        """What can be read of it; another version of the operator may have written it."""
        return readable(self.document.get("status"))

    @property
    def is_current(self) -> bool:
        """The operator has seen this very spec."""
        return self.status.observed_generation >= self.generation

    @property
    def is_ready(self) -> bool:
        return self.is_current and self.status.is_true(ConditionType.READY)

    @property
    def is_suspended(self) -> bool:
        """The job is stopped because the spec says so, and nothing is under way."""
        ready, application = self.status.condition(ConditionType.READY), self.status.application
        is_stopped = application is None or application.status == ApplicationState.READY
        return self.is_current and ready is not None and ready.reason is Reason.SUSPENDED and is_stopped

    @property
    def is_stalled(self) -> bool:
        return self.is_current and self.status.is_true(ConditionType.STALLED)

    @property
    def now(self) -> str:
        """Reason and message of Ready: what it is at, or what stands in its way."""
        ready = self.status.condition(ConditionType.READY)
        return f"{ready.reason}: {ready.message}" if ready else "the operator has not looked at it yet"
