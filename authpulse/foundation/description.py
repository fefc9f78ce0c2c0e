"""What the operator makes where it lays the foundation itself, ready for the calls that make it."""

import json
from dataclasses import dataclass

from authpulse.configuration import LOCAL_ACCOUNT
from authpulse.foundation.alarms import ALARMS, UNHEALTHY
from authpulse.foundation.dashboards import dashboard
from authpulse.foundation.grants import ENVIRONMENT_TAG
from authpulse.foundation.roles import roles
from authpulse.foundation.statements import Json
from authpulse.foundation.trust import job_trust
from authpulse.names import Names


@dataclass(frozen=True, slots=True)
class Foundation:
    """Stream, bucket, database, role, log stream, work group, topic, alarms and dashboard of one environment."""

    names: Names
    shards: int
    retention_hours: int = 24
    ours: bool = False
    """Whether definitions that are there follow what is described: where nobody but the operator makes them."""

    @property
    def is_local(self) -> bool:
        """For a local AWS: it has an account that AWS never gives."""
        return self.names.account == LOCAL_ACCOUNT

    @property
    def parts(self) -> tuple[str, ...]:
        """All that has to be made, in words, in the order in which they need each other."""
        names = self.names
        return (
            f"stream {names.stream}",
            f"bucket {names.bucket}",
            f"tables in {names.database}",
            f"role {names.job_role}",
            f"log stream {names.log_group}:{names.log_stream}",
            f"work group {names.work_group}",
            f"topic {names.alarm_topic}",
            f"alarms {names.alarm('*')}",
            f"dashboard {names.dashboard}",
        )

    @property
    def tags(self) -> dict[str, str]:
        return tags(self.names)

    @property
    def job_trust_policy(self) -> str:
        return json.dumps(job_trust(self.names))

    @property
    def job_policy(self) -> str:
        return json.dumps(next(r for r in roles(self.names) if r.kind == "job").policy())

    @property
    def alarms(self) -> tuple[Json, ...]:
        """PutMetricAlarm of each, without tags."""
        return tuple(a.request(self.names, local=self.is_local) for a in ALARMS)

    @property
    def composite_alarm(self) -> Json:
        """PutCompositeAlarm, without tags."""
        return UNHEALTHY.request(self.names)

    @property
    def dashboard(self) -> str:
        return json.dumps(dashboard(self.names))


def tags(names: Names) -> dict[str, str]:
    """On everything that can carry tags. The operator's rights go by them."""
    return {ENVIRONMENT_TAG: names.environment}
