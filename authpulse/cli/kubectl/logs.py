"""`kubectl authpulse logs`: the job's log and exceptions from AWS, a replay's from its pod."""

from typing import Final

from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.seen import Seen
from authpulse.errors import InputError
from authpulse_operator.adapters.kube.jobs import POD_LABEL, job_name
from authpulse_operator.adapters.kube.kinds import AUTHPULSES

JOB: Final = "job"
EXCEPTIONS: Final = "exceptions"


def read(cluster: Cluster, name: str, *, source: str, lines: int) -> list[str]:
    """The last lines. `source` is job, exceptions or the name of a replay. Raises AuthPulseError."""
    seen = Seen(cluster.get(AUTHPULSES, name))
    if source not in (JOB, EXCEPTIONS):
        return _of_replay(cluster, seen, source, lines)
    from authpulse.cli.kubectl import job  # boto3 takes its time, and a pod's log needs none of it

    return job.read_log(seen, lines) if source == JOB else job.read_exceptions(seen)


def _of_replay(cluster: Cluster, seen: Seen, source: str, lines: int) -> list[str]:
    """Of the newest pod of its run."""
    known = {r.name: r.run for r in seen.status.replays}
    if source not in known:
        raise InputError(f"no log {source!r}; there are {', '.join([JOB, EXCEPTIONS, *known])}")
    job = job_name(seen.name, known[source])
    pods = sorted(cluster.pods(f"{POD_LABEL}={job}"), key=lambda p: str(p["metadata"].get("creationTimestamp")))
    if not pods:
        raise InputError(f"replay {source} has no pod: it has not begun, or its pod is gone (Job {job})")
    return cluster.pod_log(pods[-1]["metadata"]["name"], lines=lines).splitlines()
