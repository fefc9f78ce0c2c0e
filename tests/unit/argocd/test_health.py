"""What Argo CD shows of resources in every state that the operator's core knows."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.snapshot import SnapshotState
from authpulse_operator.api.status import ConditionType
from support.argo import Customizations
from support.recorded import Recorded

HEALTHY: Final = frozenset({Reason.AS_SPECIFIED, Reason.IDLE})
AT_REST: Final = frozenset({Reason.SUSPENDED, Reason.PAUSED})
STUCK: Final = frozenset(
    {
        *(Reason.ACCESS_DENIED, Reason.INVALID_SPEC, Reason.NOTHING_TO_RESTORE, Reason.NOT_OWNED, Reason.ROLLED_BACK),
        *(Reason.REMEDIATION_EXHAUSTED, Reason.REPLAY_FAILED, Reason.UNHEALTHY, Reason.WRONG_ACCOUNT),
        Reason.NO_WORKER_IMAGE,
    }
)
STUCK_OR_TRIED_AGAIN: Final = frozenset({Reason.OPERATION_FAILED, Reason.SNAPSHOT_REFUSED})
ON_THE_WAY: Final = frozenset(
    {
        *(Reason.LAYING_FOUNDATION, Reason.UPLOADING_CODE, Reason.CREATING, Reason.ADOPTING, Reason.UPDATING),
        *(Reason.STARTING, Reason.STOPPING, Reason.DELETING, Reason.RESHARDING, Reason.SCALING, Reason.SNAPSHOTTING),
        *(Reason.PRUNING_SNAPSHOTS, Reason.APPLYING_WORKLOADS, Reason.REMEDIATING, Reason.ROLLING_BACK),
        *(Reason.OPERATION_IN_FLIGHT, Reason.SETTLING_INTENT, Reason.WAITING_FOR_JOB, Reason.WAITING_FOR_FOUNDATION),
        *(Reason.REPLAYING, Reason.INTERNAL_ERROR),
    }
)
OF_OTHER_CONDITIONS: Final = frozenset(
    {
        *(Reason.HEALTHY, Reason.NOT_RUNNING, Reason.ALL_REPLAYED, Reason.NO_REPLAYS, Reason.WAITING_FOR_REPLAY),
        *(Reason.REPLAY_HELD, Reason.KEEPING_UP, Reason.BEHIND, Reason.NOT_MEASURED, Reason.CHECKS_PASS),
        *(Reason.CHECKS_FAIL, Reason.UNKNOWN),
    }
)
"""Ready never gives these."""
WHEN_GONE: Final = frozenset({Reason.ORPHANED})
"""Told in an Event, when nothing is written any more."""


def wanted(seen: Recorded) -> str:
    """By the reason of Ready; where that leaves it open, by whether a person has to do something."""
    if seen.document["metadata"].get("deletionTimestamp"):
        return "Progressing"
    is_stuck = seen.condition(ConditionType.STALLED)["status"] == "True"
    if seen.reason in STUCK_OR_TRIED_AGAIN:
        return "Degraded" if is_stuck else "Progressing"
    answers = {"Healthy": HEALTHY, "Suspended": AT_REST, "Degraded": STUCK, "Progressing": ON_THE_WAY}
    return next(health for health, reasons in answers.items() if seen.reason in reasons)


def changed(document: Mapping[str, Any], kind: ConditionType, **fields: Any) -> dict[str, Any]:
    """With another condition of that type."""
    copy = deepcopy(dict(document))
    for condition in copy["status"]["conditions"]:
        if condition["type"] == kind:
            condition.update(fields)
    return copy


def maimed(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Without one field of its status, or of its conditions, at a time."""
    for key in document["status"]:
        copy = deepcopy(dict(document))
        del copy["status"][key]
        yield copy
    for number, condition in enumerate(document["status"].get("conditions", ())):
        for key in condition:
            copy = deepcopy(dict(document))
            del copy["status"]["conditions"][number][key]
            yield copy


def test_there_is_a_recorded_resource_for_every_reason_that_ready_can_give(pipelines: Sequence[Recorded]) -> None:
    assert {seen.reason for seen in pipelines} == set(Reason) - OF_OTHER_CONDITIONS - WHEN_GONE


def test_every_state_has_its_health_and_says_why(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    wrong = []
    for seen in pipelines:
        health, ready = argo.health(seen.document), seen.condition(ConditionType.READY)
        is_going = "deletionTimestamp" in seen.document["metadata"]
        if health.status != wanted(seen) or not (is_going or ready["message"] in health.message):
            wrong.append(f"{seen.sentence}: {ready['reason']}: {health}")
    assert wrong == []


def test_what_is_degraded_names_its_reason(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    degraded = [(seen.reason, argo.health(seen.document)) for seen in pipelines if wanted(seen) == "Degraded"]
    assert degraded
    assert [message for reason, (_, message) in _pairs(degraded) if not message.startswith(f"{reason}: ")] == []


def test_nothing_said_of_another_generation_counts(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    for seen in pipelines:
        metadata = {**seen.document["metadata"], "generation": seen.status["observedGeneration"] + 1}
        assert argo.health({**seen.document, "metadata": metadata}).status == "Progressing"


@pytest.mark.parametrize("status", [{}, {"status": {}}], ids=["no status", "an empty one"])
def test_nobody_has_looked_yet(status: dict[str, Any], argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    made = {**{k: v for k, v in pipelines[0].document.items() if k != "status"}, **status}
    health = argo.health(made)
    assert (health.status, health.message) == ("Progressing", "the operator has not looked at generation 1")


def test_an_application_that_runs_is_not_healthy_without_its_job(
    argo: Customizations, pipelines: Sequence[Recorded]
) -> None:
    ready = [seen for seen in pipelines if wanted(seen) == "Healthy" and seen.reason is not Reason.IDLE]
    assert {seen.status["application"]["status"] for seen in ready} == {"RUNNING"}
    for seen in ready:
        sick = changed(seen.document, ConditionType.JOB_HEALTHY, status="False", reason="WaitingForJob", message="0/3")
        health = argo.health(sick)
        assert (health.status, health.message) == ("Progressing", "WaitingForJob: 0/3")
    running = [s for s in pipelines if s.status.get("application", {}).get("status") == "RUNNING"]
    assert {argo.health(s.document).status for s in running} == {"Healthy", "Progressing", "Degraded", "Suspended"}


def test_ready_of_an_older_generation_is_not_healthy(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    seen = next(s for s in pipelines if wanted(s) == "Healthy")
    assert argo.health(changed(seen.document, ConditionType.READY, observedGeneration=0)).status == "Progressing"


def test_a_healthy_pipeline_tells_of_data_that_are_not(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    seen = next(s for s in pipelines if s.sentence.startswith("checks fail") and wanted(s) == "Healthy")
    health = argo.health(seen.document)
    assert "; ChecksFail: " in health.message
    assert "; Behind: the job is <1h behind the stream" in health.message


def test_whatever_a_status_lacks_there_is_an_answer(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    seen = {(s.reason, wanted(s)): s for s in pipelines}
    answers = {argo.health(document).status for s in seen.values() for document in maimed(s.document)}
    assert answers == {"Healthy", "Progressing", "Degraded", "Suspended"}


OF_SNAPSHOTS: Final = {
    SnapshotState.PENDING: "Progressing",
    SnapshotState.IN_PROGRESS: "Progressing",
    SnapshotState.COMPLETED: "Healthy",
    SnapshotState.FAILED: "Degraded",
    SnapshotState.ABANDONED: "Degraded",
}


def test_every_state_of_a_snapshot_has_its_health(argo: Customizations, snapshots: Sequence[Recorded]) -> None:
    assert {seen.status["state"] for seen in snapshots} == set(SnapshotState)
    for seen in snapshots:
        health = argo.health(seen.document)
        assert health.status == OF_SNAPSHOTS[SnapshotState(seen.status["state"])], seen
        assert health.message.startswith(f"{seen.status['state']}: {seen.status['reason']}")
        assert health.message.endswith(seen.status["message"])


def test_a_snapshot_that_nobody_has_looked_at_is_not_healthy(
    argo: Customizations, snapshots: Sequence[Recorded]
) -> None:
    for seen in snapshots:
        bare = {k: v for k, v in seen.document.items() if k != "status"}
        newer = {**seen.document, "metadata": {**seen.document["metadata"], "generation": 3}}
        assert {argo.health(bare).status, argo.health(newer).status} == {"Progressing"}
        for document in maimed(seen.document):
            argo.health(document)


@pytest.mark.parametrize(
    ("status", "health"),
    [
        ({"health": {"status": "Healthy", "message": "fine"}}, ("Healthy", "fine")),
        ({"health": {"status": "Degraded"}}, ("Degraded", "")),
        ({}, ("Progressing", "")),
        (None, ("Progressing", "")),
    ],
)
def test_a_wave_of_applications_waits_for_their_health(
    status: dict[str, Any] | None, health: tuple[str, str], argo: Customizations
) -> None:
    application = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {}, "status": status}
    answer = argo.health(application)
    assert (answer.status, answer.message) == health


def _pairs(degraded: list[tuple[Reason, Any]]) -> list[tuple[Reason, tuple[str, str]]]:
    return [(reason, (health.status, health.message)) for reason, health in degraded]
