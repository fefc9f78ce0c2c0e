"""A run of a replay as a Job: its manifest, and what its state means.

A Job of a run that has ended stays: it is the record that the run was. Deleted by a person, the run is started again,
finds its checkpoint at the end of the input, sends nothing and is complete again.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final, Literal, Protocol

from authpulse_operator.adapters.kube.comparing import has
from authpulse_operator.adapters.kube.kinds import Json, Object, Owner
from authpulse_operator.adapters.kube.worker import (
    CONFIGURATION,
    LABEL_CHARACTERS,
    RUN_LABEL,
    Worker,
    hashed,
    shortened,
)
from authpulse_operator.api.resource import GROUP
from authpulse_operator.api.spec import Replay

COMPONENT: Final = "replay"
ATTEMPTS_ANNOTATION: Final = f"{GROUP}/attempts"
TEMPLATE_ANNOTATION: Final = f"{GROUP}/template"
"""What its pods were to be, as a hash: what the cluster has made of it since is nobody's wish."""
NAME_CHARACTERS: Final = 63
POD_LABEL: Final = "batch.kubernetes.io/job-name"
HOPELESS_EXIT_CODES: Final = (2, 3)
"""Of the producer: a wrong command line and bad input are the same for every pod."""

State = Literal["Running", "Stopping", "Stopped", "Completed", "Failed"]


class ProgressReader(Protocol):
    """Counts that a producer keeps in its checkpoint."""

    def read(self, key: str) -> Object | None:
        """lines, events, rejected and ignored, at that key of the resource's bucket; None before there are any.
        Raises OperatorError."""


def job_name(resource: str, run: str) -> str:
    """Deterministic. A hash goes with names that could be taken for those of another resource's run."""
    name = f"{resource}-replay-{run}"
    if name.count("-replay-") > 1:
        return hashed(name, NAME_CHARACTERS, of=f"{resource}/{run}")
    return shortened(name, NAME_CHARACTERS)


def checkpoint_key(owner: Owner, run: str) -> str:
    return f"replays/{owner.namespace}/{owner.name}/{run}/checkpoint.json"


def replay_job(worker: Worker, owner: Owner, replay: Replay, run: str, *, attempts: int) -> Json:
    """The Job of a run. `attempts` counts its starts in a row, this one included."""
    labels = worker.labels(COMPONENT, **{RUN_LABEL: shortened(run, LABEL_CHARACTERS)})
    template = worker.template(_command(worker, owner, replay, run), labels, volume=replay.volume)
    return {
        "metadata": {
            "namespace": owner.namespace,
            "name": job_name(owner.name, run),
            "labels": labels,
            "annotations": {
                RUN_LABEL: run,
                ATTEMPTS_ANNOTATION: str(attempts),
                TEMPLATE_ANNOTATION: hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest(),
            },
            "ownerReferences": [owner.reference],
        },
        "spec": {
            "suspend": False,
            "completions": 1,
            "parallelism": 1,
            "backoffLimit": worker.settings.backoff_limit,
            "podReplacementPolicy": "Failed",  # two producers of one run would overtake each other
            "podFailurePolicy": {
                "rules": [
                    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                    {"action": "FailJob", "onExitCodes": {"operator": "In", "values": list(HOPELESS_EXIT_CODES)}},
                ]
            },
            "template": template,
        },
    }


def _command(worker: Worker, owner: Owner, replay: Replay, run: str) -> list[str]:
    at = f"s3://{worker.names.bucket}/{checkpoint_key(owner, run)}"
    return [
        *("python", "-m", "producer.replay_lanl", "--config", str(CONFIGURATION)),
        *("--input", _input(replay), "--format", replay.format, "--dataset", replay.name),
        *("--checkpoint", at, "--summary", f"{at.removesuffix('checkpoint.json')}summary.json"),
        # for the pod's lifetime only: what is rejected is in the quarantine table
        *("--rejects", "/tmp/rejects.jsonl", "--output", "json"),  # noqa: S108 - the pod's own
        *(("--rate", _number(replay.rate)) if replay.rate else ()),
        *(("--speedup", _number(replay.speedup)) if replay.speedup else ()),
        *(("--limit", str(replay.limit)) if replay.limit else ()),
    ]


def _input(replay: Replay) -> str:
    if replay.volume is None or "://" in replay.input:
        return replay.input
    return str(PurePosixPath(replay.volume.mount_path) / replay.input)


def _number(value: float) -> str:
    return re.sub(r"\.0$", "", str(value))


def run_of_job(job: Object) -> str | None:
    """Of which run it is; None for a Job that is no replay's."""
    run = job["metadata"].get("annotations", {}).get(RUN_LABEL)
    return None if run is None else str(run)


def attempts_of(job: Object) -> int:
    text = job["metadata"].get("annotations", {}).get(ATTEMPTS_ANNOTATION, "")
    return int(text) if text.isdecimal() else 1


def state_of(job: Object) -> State:
    """Stopping: held, and its pod has not ended yet."""
    ended = _condition(job, "Complete") or _condition(job, "Failed")
    if ended is not None:
        return "Completed" if ended["type"] == "Complete" else "Failed"
    if not job["spec"].get("suspend"):
        return "Running"
    status = job.get("status") or {}
    has_pods = status.get("active", 0) > 0 or status.get("terminating", 0) > 0
    return "Stopping" if has_pods or _condition(job, "Suspended") is None else "Stopped"


def failure_of(job: Object) -> str:
    """Why the Job controller gave it up."""
    failed = _condition(job, "Failed") or {}
    return ": ".join(str(failed[k]) for k in ("reason", "message") if failed.get(k))


def can_go_on(job: Object, wanted: Object) -> bool:
    """Whether a Job that is held can go on as it is: nothing of its pods is to change, and none has failed, which
    would count."""
    failed = (job.get("status") or {}).get("failed", 0)
    return not failed and has(job["spec"]["template"], wanted["spec"]["template"])


def is_as(job: Object, wanted: Object) -> bool:
    """Whether a Job's pods are what they would be now. One of an operator that did not say what they were to be is
    left alone."""
    said, says = (j["metadata"].get("annotations", {}).get(TEMPLATE_ANNOTATION) for j in (job, wanted))
    return said in (None, says)


def last_words(pods: Iterable[Object]) -> str:
    """The last line of what ended badly last."""
    ended = (e for pod in pods for e in _ended(pod) if e.get("exitCode"))
    last = max(ended, key=lambda e: str(e.get("finishedAt", "")), default=None)
    if last is None:
        return ""
    lines = [line.strip() for line in last.get("message", "").splitlines() if line.strip()]
    return f"exit code {last['exitCode']}: {lines[-1] if lines else last.get('reason', '')}"


def _ended(pod: Object) -> Iterator[Object]:
    """The containers of a pod that have, as its status has it."""
    for container in (pod.get("status") or {}).get("containerStatuses") or ():
        terminated = (container.get("state") or {}).get("terminated")
        if terminated:
            yield terminated


def _condition(job: Object, kind: str) -> Object | None:
    conditions = (job.get("status") or {}).get("conditions") or ()
    return next((c for c in conditions if c.get("type") == kind and c.get("status") == "True"), None)
