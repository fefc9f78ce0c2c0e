"""What a decision is made from, and what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from authpulse_operator.api.flink_spec import Flink
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.spec import Spec
from authpulse_operator.api.status import Status
from authpulse_operator.core.acts import Act
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import NO_NONCE, OPERATION_GROUP, RESTART_KEY, Settings
from authpulse_operator.core.world import Application, ApplicationState, Observation

NOW, SOON, LATER = 0, 2, 30  # seconds to the next look: go on, while something is under way, and when nothing is


@dataclass(frozen=True)
class Case:
    """One resource at one moment. `wanted` is what the spec means for the application.

    `problem` says why the newest spec cannot be used; `resource` then has the last one that could.
    """

    resource: AuthPulse
    wanted: Settings
    observed: Observation
    status: Status
    now: datetime
    deleting: bool = False
    problem: str | None = None

    @property
    def spec(self) -> Spec:
        return self.resource.spec

    @property
    def flink(self) -> Flink:
        return self.resource.spec.flink

    @property
    def application(self) -> Application | None:
        return self.observed.application

    @property
    def ours(self) -> Application | None:
        """The application if it is this resource's. Of another's nothing is remembered."""
        application = self.application
        return application if application is not None and application.owner == self.resource.identity else None

    @property
    def health(self) -> JobHealth | None:
        return self.observed.health

    @property
    def is_running(self) -> bool:
        return self.application is not None and self.application.state is ApplicationState.RUNNING

    @property
    def job_is_healthy(self) -> bool:
        stable_for = self.flink.health.stable_for_seconds
        return self.health is not None and self.health.is_healthy(stable_for_seconds=stable_for)

    @property
    def job_has_no_progress(self) -> bool:
        """Nothing is lost with it, and it could take no snapshot."""
        return self.health is not None and self.health.has_no_progress

    @property
    def job_is_failing(self) -> bool:
        return self.health is not None and self.health.is_failing

    @property
    def job_in_words(self) -> str:
        """What a running job says of itself. The steps of one that comes up are not told: each would be a write."""
        if self.health is not None and (self.job_is_healthy or not self.health.is_coming_up):
            return self.health.summary
        stable_for = self.flink.health.stable_for_seconds
        return f"the job comes up: all vertices have to run, a checkpoint to complete, {stable_for} s to pass"

    @cached_property
    def scaled(self) -> Settings:
        """What the spec means, with what scaling and remediation have added to it."""
        scaling, wanted = self.status.scaling, self.wanted
        if scaling and scaling.parallelism and scaling.spec_parallelism == self.flink.parallelism:
            wanted = replace(wanted, parallelism=scaling.parallelism)
        return self._restarted(wanted)

    @cached_property
    def target(self) -> Settings:
        """What is to be deployed: what is wanted, or the last stable settings where that has failed before."""
        if self.is_rolled_back and self.status.last_stable is not None:
            return self._restarted(Settings.of_document(self.status.last_stable.settings))
        return self.scaled

    def _restarted(self, settings: Settings) -> Settings:
        """With the number of restarts by remediation behind the one that the spec counts."""
        if not self.status.restarts:
            return settings
        operation = dict(settings.property_groups.get(OPERATION_GROUP, {}))
        nonce = operation.get(RESTART_KEY, NO_NONCE).partition(".")[0]
        operation[RESTART_KEY] = f"{nonce}.{self.status.restarts}"
        return replace(settings, property_groups={**settings.property_groups, OPERATION_GROUP: operation})

    @property
    def stable_is_deployed(self) -> bool:
        """What the application has has passed the gate, though it may have been restarted since."""
        application, stable = self.application, self.status.last_stable
        if application is None or stable is None:
            return False
        if application.settings.id == stable.id:
            return True
        return application.settings.unrestarted.id == Settings.of_document(stable.settings).unrestarted.id

    @property
    def is_rolled_back(self) -> bool:
        """What is wanted did not pass the gate, and something else did. Only another spec is tried after that: what
        scaling and remediation do meanwhile changes nothing about it."""
        failed, stable = self.status.failed, self.status.last_stable
        if failed is None or stable is None or failed.id == stable.id:
            return False
        return failed.wanted == self.wanted.id if failed.wanted else failed.id == self.scaled.id

    @property
    def shards(self) -> int:
        """How many the stream should have."""
        scaling, wanted = self.status.scaling, self.spec.stream.shards
        return scaling.shards if scaling and scaling.shards and scaling.spec_shards == wanted else wanted


@dataclass(frozen=True, slots=True)
class Decision:
    """At most one act, what to say about it, and when to look again.

    `reconciling` and `stalled` exclude each other; neither means that the world is as specified. `record` has fields of
    the status that change with the decision, written before the act.
    """

    act: Act | None = None
    reconciling: Reason | None = None
    stalled: Reason | None = None
    message: str = ""
    next_look_seconds: float = LATER
    done: bool = False
    """Deletion is complete: nothing of the resource needs looking after any more."""
    record: Mapping[str, object] = field(default_factory=dict)


Check = Callable[[Case], Decision | None]


def do(act: Act | None, reason: Reason, message: str, **record: object) -> Decision:
    """Something is under way; look again soon."""
    return Decision(act=act, reconciling=reason, message=message, next_look_seconds=SOON, record=record)


def hold(reason: Reason, message: str, **record: object) -> Decision:
    """Nothing more by itself; look again now and then, because the cause may go."""
    return Decision(stalled=reason, message=message, next_look_seconds=LATER, record=record)
