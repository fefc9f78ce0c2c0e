"""A status that another version of the operator has written."""

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import ConditionType, Status

AT = "2025-06-02T09:00:00Z"


def condition(kind: str, reason: str) -> dict[str, object]:
    return {
        "type": kind,
        "status": "True",
        "reason": reason,
        "message": "",
        "observedGeneration": 1,
        "lastTransitionTime": AT,
    }


def test_words_of_a_newer_version_do_not_hide_the_rest() -> None:
    newer = {
        "observedGeneration": 7,
        "conditions": [condition("Ready", "Levitating"), condition("Telepathic", "Healthy")],
        "remediations": [
            {"alarm": "a", "action": "Exorcise", "at": AT},
            {"alarm": "b", "action": "Restart", "at": AT},
        ],
        "failed": {"id": "x", "generation": 3, "reason": "Levitating", "message": "m", "at": AT},
        "aura": {"colour": "blue"},
    }
    status = Status.model_validate(newer)
    assert status.observed_generation == 7
    assert [(c.type, c.reason) for c in status.conditions] == [(ConditionType.READY, Reason.UNKNOWN)]
    assert [r.alarm for r in status.remediations] == ["b"]
    assert status.failed is not None
    assert status.failed.reason is Reason.UNKNOWN


def test_a_status_of_the_first_version_is_read_as_it_is() -> None:
    older = {
        "observedGeneration": 2,
        "conditions": [condition("Ready", "AsSpecified")],
        "application": {"name": "authpulse-dev", "status": "RUNNING", "versionId": 3, "code": "code/a.zip"},
        "replays": [{"name": "sample", "state": "Completed", "lines": 3}],
        "intent": {"act": "StartApplication", "detail": "from nothing", "at": AT},
        "unhealthySince": None,
    }
    status = Status.model_validate(older)
    assert status.application is not None
    assert (status.application.version_id, status.application.parallelism) == (3, 0)
    assert status.intent is not None
    assert status.intent.version_id is None
    assert status.is_true(ConditionType.READY)
