"""`kubectl authpulse logs`: the job's log and exceptions from AWS, a replay's from its pod."""

import os
from typing import Final

from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.seen import Seen
from authpulse.cli.logs import job_log
from authpulse.errors import InputError
from authpulse.names import Names
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.adapters.aws.session import Session
from authpulse_operator.adapters.kube.jobs import POD_LABEL, job_name
from authpulse_operator.adapters.kube.kinds import AUTHPULSES

JOB: Final = "job"
EXCEPTIONS: Final = "exceptions"


def read(cluster: Cluster, name: str, *, source: str, lines: int) -> list[str]:
    """The last lines. `source` is job, exceptions or the name of a replay. Raises AuthPulseError."""
    seen = Seen(cluster.get(AUTHPULSES, name))
    if source == JOB:
        session = session_of(seen)
        return job_log(session, names_of(seen, session), lines)
    if source == EXCEPTIONS:
        return _exceptions(seen)
    return _replay(cluster, seen, source, lines)


def session_of(seen: Seen) -> Session:
    """With your own credentials: those of the resource are the operator's."""
    aws = seen.spec.get("aws", {})
    return Session(aws.get("region", "us-east-1"), aws.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL"))


def names_of(seen: Seen, session: Session) -> Names:
    """Raises OperatorError where AWS does not say whose credentials these are."""
    account = seen.spec.get("aws", {}).get("account") or session.caller_account()
    own_name = seen.spec.get("flink", {}).get("applicationName")
    return Names(seen.spec["environment"], account, session.region, own_application=own_name)


def _exceptions(seen: Seen) -> list[str]:
    """As the job says itself; what the operator has kept, where it does not answer."""
    session = session_of(seen)
    application = names_of(seen, session).application
    health = AwsFlinkService(session).job_health(application)
    failed = seen.status.failed
    kept = [f"deployment {failed.id}, given up {failed.at:%Y-%m-%d %H:%M:%S} UTC: {failed.message}"] if failed else []
    if health is None:
        return [*kept, "the job does not answer: it does not run"]
    return [*kept, health.summary]


def _replay(cluster: Cluster, seen: Seen, source: str, lines: int) -> list[str]:
    """Of the newest pod of its run."""
    known = {r.name: r.run for r in seen.status.replays}
    if source not in known:
        raise InputError(f"no log {source!r}; there are {', '.join([JOB, EXCEPTIONS, *known])}")
    job = job_name(seen.name, known[source])
    pods = sorted(cluster.pods(f"{POD_LABEL}={job}"), key=lambda p: str(p["metadata"].get("creationTimestamp")))
    if not pods:
        raise InputError(f"replay {source} has no pod: it has not begun, or its pod is gone (Job {job})")
    return cluster.pod_log(pods[-1]["metadata"]["name"], lines=lines).splitlines()
