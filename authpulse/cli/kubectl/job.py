"""What the job of a resource says, from AWS with your own credentials: those of the resource are the operator's."""

import os

from authpulse.cli.job_log import job_log
from authpulse.cli.kubectl.seen import Seen
from authpulse.names import Names
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.session import Session


def read_log(seen: Seen, lines: int) -> list[str]:
    """The last lines in CloudWatch Logs. Raises OperatorError."""
    session = _session(seen)
    return job_log(session, _names(seen, session), lines)


def read_exceptions(seen: Seen) -> list[str]:
    """What the operator has kept of a deployment that failed, and what the job says now. Raises OperatorError."""
    session, failed = _session(seen), seen.status.failed
    health = AwsFlinkService(session).job_health(_names(seen, session).application)
    kept = [f"deployment {failed.id}, given up {failed.at:%Y-%m-%d %H:%M:%S} UTC: {failed.message}"] if failed else []
    return [*kept, health.summary if health else "the job does not answer: it does not run"]


def _session(seen: Seen) -> Session:
    aws = seen.spec.get("aws", {})
    return Session(aws.get("region", "us-east-1"), aws.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL"))


def _names(seen: Seen, session: Session) -> Names:
    account = seen.spec.get("aws", {}).get("account") or session.caller_account()
    own_name = seen.spec.get("flink", {}).get("applicationName")
    return Names(seen.spec["environment"], account, session.region, own_application=own_name)
