"""The names of everything on AWS, from environment, account and region. Nobody else spells a name.

Alarm names and their meanings belong to the runbook and are part of the contract with it.
"""

import re
from dataclasses import dataclass
from typing import Final

from authpulse.errors import InputError

OWNER_TAG: Final = "authpulse.io/resource"  # on an application: the resource that owns it, as namespace/name
POPULARITY_KEY: Final = "popularity/current.csv"  # in the bucket: the aggregates write it, the job reads it
ENVIRONMENT_PATTERN: Final = re.compile(r"^[a-z][a-z0-9]{0,15}$")


@dataclass(frozen=True, slots=True)
class Names:
    """Names for one environment (dev, prod, …) in one account and region.

    Raises InputError for an environment that would not fit into every name (bucket names are the strictest).
    """

    environment: str
    account: str
    region: str
    own_bucket: str | None = None
    """A bucket of the user's own in place of ours."""
    own_application: str | None = None
    """A name of the user's own for the application."""

    def __post_init__(self) -> None:
        if not ENVIRONMENT_PATTERN.fullmatch(self.environment):
            raise InputError(f"environment {self.environment!r}: wanted 1 to 16 small letters and digits, as in dev")

    @property
    def prefix(self) -> str:
        return f"authpulse-{self.environment}"

    @property
    def stream(self) -> str:
        return f"{self.prefix}-auth-events"

    @property
    def stream_arn(self) -> str:
        return f"arn:aws:kinesis:{self.region}:{self.account}:stream/{self.stream}"

    @property
    def bucket(self) -> str:
        """Bucket names are global, hence account and region in it."""
        return self.own_bucket or f"{self.prefix}-{self.account}-{self.region}"

    @property
    def bucket_arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}"

    @property
    def warehouse(self) -> str:
        return f"s3://{self.bucket}/warehouse"

    @property
    def popularity_uri(self) -> str:
        """The hosts' popularity as the aggregates write it, for RARE_HOST."""
        return f"s3://{self.bucket}/{POPULARITY_KEY}"

    @property
    def query_results(self) -> str:
        return f"s3://{self.bucket}/athena-results/"

    @property
    def database(self) -> str:
        return f"authpulse_{self.environment}"

    @property
    def application(self) -> str:
        return self.own_application or self.prefix

    @property
    def application_arn(self) -> str:
        return f"arn:aws:kinesisanalytics:{self.region}:{self.account}:application/{self.application}"

    def role(self, kind: str) -> str:
        """The role of the job, the operator or a kind of worker."""
        return f"{self.prefix}-{kind}"

    @property
    def job_role(self) -> str:
        return self.role("job")

    @property
    def job_role_arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role/{self.job_role}"

    @property
    def work_group(self) -> str:
        return self.prefix

    @property
    def work_group_arn(self) -> str:
        return f"arn:aws:athena:{self.region}:{self.account}:workgroup/{self.work_group}"

    @property
    def log_group(self) -> str:
        return f"/aws/kinesis-analytics/{self.application}"

    @property
    def log_stream(self) -> str:
        return "job"

    @property
    def log_stream_arn(self) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.log_group}:log-stream:{self.log_stream}"

    def alarm(self, kind: str) -> str:
        """An alarm of the runbook, by what it is about, as in kinesis-iterator-age-high."""
        return f"{self.prefix}-{kind}"

    def alarm_arn(self, kind: str) -> str:
        return f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{self.alarm(kind)}"

    @property
    def alarm_topic(self) -> str:
        return f"{self.prefix}-alarms"

    @property
    def alarm_topic_arn(self) -> str:
        return f"arn:aws:sns:{self.region}:{self.account}:{self.alarm_topic}"

    @property
    def dashboard(self) -> str:
        return self.prefix

    @property
    def key_alias(self) -> str:
        """Of a customer's key for everything that holds data, where one is made."""
        return f"alias/{self.prefix}"

    @property
    def dashboard_arn(self) -> str:
        return f"arn:aws:cloudwatch::{self.account}:dashboard/{self.dashboard}"


def code_key(sha256: str) -> str:
    """Where a job's zip lies in the bucket: by content, because the service does not reload a key that it knows."""
    return f"code/{sha256}.zip"
