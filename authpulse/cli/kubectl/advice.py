"""What a person can do next about a resource, by the reason it gives."""

from collections.abc import Iterator, Mapping
from typing import Final

from authpulse.cli.kubectl.seen import Seen
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import PAUSED_ANNOTATION
from authpulse_operator.api.status import ConditionType

OF_STALLS: Final[Mapping[Reason, str]] = {
    Reason.INVALID_SPEC: "mend the spec and apply it again; until then the last one that could be used is kept true",
    Reason.NOT_OWNED: "take the application over with adopt: true, delete it, or use another environment or name",
    Reason.WRONG_ACCOUNT: "give the operator, or spec.aws.credentials, credentials of the account in spec.aws.account",
    Reason.UNHEALTHY: (
        "see what the job says (`kubectl authpulse logs {name} --source exceptions`) and mend spec or code; "
        "`kubectl authpulse rollback {name}` goes back to the last stable deployment, where there is one"
    ),
    Reason.ROLLED_BACK: "the last stable deployment runs; mend the spec: the failed one is not tried again",
    Reason.SNAPSHOT_REFUSED: (
        "mend the job, or go on from the latest snapshot (flink.refusedSnapshot: RestoreLatest) or from nothing "
        "(flink.upgradeMode: stateless)"
    ),
    Reason.NOTHING_TO_RESTORE: (
        "name a snapshot that exists (flink.redeploy), or go on from nothing (flink.upgradeMode: stateless)"
    ),
    Reason.REPLAY_FAILED: "see `kubectl authpulse logs {name} --source REPLAY`; a higher nonce replays it again",
    Reason.REMEDIATION_EXHAUSTED: "remediation did not help: see status.remediations, and what the alarm is about",
    Reason.INTERNAL_ERROR: "see the operator's log: it has met an error of its own, and tries again",
    Reason.NO_WORKER_IMAGE: "give the operator an image for workers: AUTHPULSE_OPERATOR_WORKER_IMAGE",
    Reason.OPERATION_FAILED: "see the message: the service refused, or could not finish, what it was asked",
    Reason.ACCESS_DENIED: "give the operator's role the permission that the message names",
}


def advice(seen: Seen) -> list[str]:
    """Sentences, what matters most first; never none."""
    return [said.format(name=seen.name) for said in _advice(seen)]


def _advice(seen: Seen) -> Iterator[str]:
    status = seen.status
    ready, stalled = status.condition(ConditionType.READY), status.condition(ConditionType.STALLED)
    if seen.is_leaving:
        yield "it is being deleted, by spec.deletionPolicy; the operator takes its finalizer away when that is done"
    elif ready is None or not seen.is_current:
        yield ("the operator has not looked at this spec yet: wait, or see whether it runs and watches this namespace")
        return
    if stalled is not None and stalled.status == "True":
        yield OF_STALLS.get(stalled.reason, stalled.reason.meaning)
    elif status.is_true(ConditionType.RECONCILING):
        yield "wait: `kubectl wait authpulse/{name} --for=condition=Ready --timeout=15m`"
    if seen.annotations.get(PAUSED_ANNOTATION) == "true":
        yield f"paused: `kubectl annotate authpulse {{name}} {PAUSED_ANNOTATION}-` lets the operator go on"
    elif seen.spec.get("suspend"):
        yield "suspended: `kubectl authpulse resume {name}` lets the job go on"
    if status.held_replays is not None:
        yield "replays are held since an alarm: another spec lets them go on"
    quality = status.condition(ConditionType.QUALITY_PASSING)
    if quality is not None and quality.status == "False":
        yield "checks of the data do not pass: see the log of the last run of their CronJob"
    if status.is_true(ConditionType.READY):
        yield "nothing to do"
