"""Sessions and what stands on them, shared by all resources that use the same rights in the same place.

What they have made and looked up is kept as long as the process: making clients for each pass would cost more than the
pass, and an adapter that forgets has to look at everything again.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from authpulse_operator.adapters.aws.artifacts import AwsArtifactStore
from authpulse_operator.adapters.aws.credentials import Keys, Role
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.aws.freshness import Now, utc_now
from authpulse_operator.adapters.aws.session import OnCall, Session
from authpulse_operator.adapters.aws.telemetry import AwsTelemetry
from authpulse_operator.api.spec import Aws

ReadSecret = Callable[[str, str], Mapping[str, str]]
"""Namespace and name to decoded data. Raises OperatorError where there is none."""

Rights = tuple[str, str | None, str | None, str | None, tuple[str, str] | None]


@dataclass(slots=True)
class AwsOfRights:
    """Everything over one session."""

    session: Session
    flink: AwsFlinkService
    foundations: AwsFoundations
    telemetry: AwsTelemetry
    _stores: dict[str, AwsArtifactStore] = field(default_factory=dict)

    def artifacts(self, bucket: str) -> AwsArtifactStore:
        if bucket not in self._stores:
            self._stores[bucket] = AwsArtifactStore(self.session, bucket)
        return self._stores[bucket]


@dataclass(slots=True)
class SharedAws:
    """Thread-safe."""

    read_secret: ReadSecret
    on_call: OnCall | None = None
    now: Now = utc_now
    _made: dict[Rights, AwsOfRights] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, aws: Aws, *, namespace: str) -> AwsOfRights:
        """For a resource of that namespace. Nothing is called yet. Raises Terminal where no client can be made."""
        secret = (namespace, aws.credentials.secret_name) if aws.credentials.secret_name else None
        rights = (aws.region, aws.endpoint, aws.account, aws.credentials.role_arn, secret)
        with self._lock:
            if rights not in self._made:
                self._made[rights] = self._make(aws, secret)
            return self._made[rights]

    def _make(self, aws: Aws, secret: tuple[str, str] | None) -> AwsOfRights:
        credentials: Role | Keys | None = None
        if aws.credentials.role_arn:
            credentials = Role(aws.credentials.role_arn)
        elif secret is not None:
            space, name = secret
            credentials = Keys(lambda: self.read_secret(space, name), f"Secret {space}/{name}")
        session = Session(aws.region, aws.endpoint, credentials, aws.account, self.on_call)
        return AwsOfRights(
            session,
            AwsFlinkService(session, now=self.now),
            AwsFoundations(session, now=self.now),
            AwsTelemetry(session, now=self.now),
        )
