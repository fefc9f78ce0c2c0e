"""Work on a schedule as CronJobs: data-quality checks and aggregates.

    quality      python -m quality.run_quality_checks --environment ENVIRONMENT --suite SUITE --reports DIR
    aggregates   python -m lakehouse.aggregates --days DAYS

Both find the configuration where AUTHPULSE_CONFIG says. A CronJob is as wanted when it was applied from the same
manifest (an annotation has its hash: a field that we no longer set is a difference too) and still has every field of it
(what a person has changed by hand is put back).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from authpulse_operator.adapters.kube.kinds import Json, Object, Owner
from authpulse_operator.adapters.kube.worker import COMPONENT_LABEL, CONFIGURATION, Worker, shortened
from authpulse_operator.api.resource import GROUP

APPLIED_ANNOTATION: Final = f"{GROUP}/applied"
NAME_CHARACTERS: Final = 52  # a CronJob's Jobs have eleven more
QUALITY: Final = "quality"
AGGREGATES: Final = "aggregates"
REPORTS: Final = "/tmp/dq_reports"  # noqa: S108 - the pod's own, for its lifetime: the bucket has them too
STARTING_DEADLINE_SECONDS: Final = 600
"""A run that could not begin in this time is left out: the next one does the same work."""


def cron_jobs(worker: Worker, owner: Owner) -> dict[str, Json]:
    """Manifests of what the spec asks for, by name."""
    spec = worker.resource.spec
    wanted = []
    command: tuple[str, ...]
    if spec.quality is not None:
        named = ("--environment", spec.environment, "--suite", spec.quality.suite, "--reports", REPORTS)
        command = ("quality.run_quality_checks", *named)
        made = _cron_job(worker, owner, QUALITY, command, spec.quality.schedule, suspend=spec.quality.suspend)
        wanted.append(made)
    if spec.aggregates is not None:
        command = ("lakehouse.aggregates", "--days", str(spec.aggregates.days))
        made = _cron_job(worker, owner, AGGREGATES, command, spec.aggregates.schedule, suspend=spec.aggregates.suspend)
        wanted.append(made)
    return {made["metadata"]["name"]: made for made in wanted}


def is_quality(cron_job: Object) -> bool:
    """Whether it runs the checks."""
    return bool(cron_job["metadata"].get("labels", {}).get(COMPONENT_LABEL) == QUALITY)


def last_verdict(jobs: Iterable[Object]) -> Literal["Passing", "Failing"] | None:
    """How the newest of the checks' Jobs that have ended did end."""
    newest, verdict = "", None
    for job in jobs:
        made = job["metadata"].get("creationTimestamp", "")
        for condition in (job.get("status") or {}).get("conditions") or ():
            ended = condition.get("type") in ("Complete", "Failed") and condition.get("status") == "True"
            if ended and made >= newest:
                newest, verdict = made, condition["type"] == "Complete"
    return None if verdict is None else "Passing" if verdict else "Failing"


def _cron_job(
    worker: Worker, owner: Owner, component: str, command: Sequence[str], schedule: str, *, suspend: bool
) -> Json:
    labels = worker.labels(component)
    template = worker.template(("python", "-m", *command), labels)
    template["spec"]["containers"][0]["env"].append({"name": "AUTHPULSE_CONFIG", "value": str(CONFIGURATION)})
    manifest: Json = {
        "metadata": {
            "namespace": owner.namespace,
            "name": shortened(f"{owner.name}-{component}", NAME_CHARACTERS),
            "labels": labels,
            "ownerReferences": [owner.reference],
        },
        "spec": {
            "schedule": schedule,
            "timeZone": "Etc/UTC",
            "suspend": suspend,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": STARTING_DEADLINE_SECONDS,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": labels},
                "spec": {
                    "backoffLimit": 0,  # a check that failed is an answer; the next run asks again
                    "activeDeadlineSeconds": worker.settings.schedule_deadline_seconds,
                    "template": template,
                },
            },
        },
    }
    manifest["metadata"]["annotations"] = {APPLIED_ANNOTATION: _hash(manifest)}
    return manifest


def _hash(manifest: Object) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
