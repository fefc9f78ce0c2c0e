"""Scheduled work as CronJobs of a real API server: made as the spec says, and kept so."""

import time
from typing import Any

import pytest

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import CRON_JOBS, JOBS, Owner
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.errors import Recoverable
from doubles.kube import Calls, JobController, make_resource, resource_of
from support.kube import until

LOG = Replay(name="log", input="logs/auth.txt.gz", format="lanl-auth", volume={"claimName": "logs"})
RUN = "dev-replay-log"
QUALITY = {"schedule": "15 * * * *"}


SCHEDULED = {"quality": QUALITY, "aggregates": {"days": 3}}


def cron_job(api: KubeApi, owner: Owner, kind: str = "quality") -> dict[str, Any]:
    found = api.get(CRON_JOBS, owner.namespace, f"dev-{kind}")
    assert found is not None
    return found


def test_what_the_spec_asks_for_is_applied_and_then_no_drift(workloads_of, owner: Owner, calls: Calls) -> None:
    wanted = resource_of(owner, **SCHEDULED)
    workloads = workloads_of(**SCHEDULED)
    assert workloads.drift(wanted) == ("CronJob dev-aggregates", "CronJob dev-quality")
    workloads.apply(wanted)
    assert workloads.drift(wanted) == ()
    workloads.apply(wanted)
    assert calls.of("apply", "cronjobs") == 2


def test_they_are_cron_jobs_in_utc_that_do_not_overlap(workloads_of, other_api: KubeApi, owner: Owner) -> None:
    workloads_of().apply(resource_of(owner, **SCHEDULED))
    quality, aggregates = cron_job(other_api, owner)["spec"], cron_job(other_api, owner, "aggregates")["spec"]
    assert (quality["schedule"], quality["timeZone"]) == ("15 * * * *", "Etc/UTC")
    assert (aggregates["schedule"], aggregates["concurrencyPolicy"]) == ("40 * * * *", "Forbid")
    assert (quality["successfulJobsHistoryLimit"], quality["failedJobsHistoryLimit"]) == (1, 3)
    commands = [c["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"] for c in (quality, aggregates)]
    assert commands == [
        [
            *("python", "-m", "quality.run_quality_checks", "--environment", "dev"),
            *("--suite", "auth_events", "--reports", "/tmp/dq_reports"),
        ],
        ["python", "-m", "lakehouse.aggregates", "--days", "3"],
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"spec": {"schedule": "0 0 * * *"}},
        {"spec": {"suspend": True}},
        {"spec": {"jobTemplate": {"spec": {"activeDeadlineSeconds": None}}}},
        {"metadata": {"labels": {"authpulse.io/resource": "another"}}},
        {"metadata": {"annotations": {"authpulse.io/applied": "0"}}},
        {"metadata": {"ownerReferences": []}},
    ],
    ids=["a schedule", "suspend", "a deadline taken away", "a label", "what was applied", "the owner"],
)
def test_what_a_person_changed_is_noticed_and_put_back(
    workloads_of, other_api: KubeApi, owner: Owner, changes: dict[str, Any]
) -> None:
    wanted = resource_of(owner, **SCHEDULED)
    workloads = workloads_of(**SCHEDULED)
    workloads.apply(wanted)
    before = cron_job(other_api, owner)
    other_api.patch(CRON_JOBS, owner.namespace, "dev-quality", changes)
    assert workloads.drift(wanted) == ("CronJob dev-quality",)
    if "ownerReferences" in changes.get("metadata", {}):
        with pytest.raises(Recoverable, match="does not belong"):
            workloads.apply(wanted)
        return
    workloads.apply(wanted)
    assert workloads.drift(wanted) == ()
    after = cron_job(other_api, owner)
    assert after["spec"] == before["spec"]
    assert after["metadata"]["labels"] == before["metadata"]["labels"]


def test_what_others_add_beside_is_theirs(workloads_of, other_api: KubeApi, owner: Owner) -> None:
    wanted = resource_of(owner, **SCHEDULED)
    workloads = workloads_of(**SCHEDULED)
    workloads.apply(wanted)
    other_api.patch(CRON_JOBS, owner.namespace, "dev-quality", {"metadata": {"annotations": {"team": "blue"}}})
    assert workloads.drift(wanted) == ()


def test_a_changed_spec_is_drift(workloads_of, other_api: KubeApi, owner: Owner) -> None:
    workloads_of(**SCHEDULED).apply(resource_of(owner, **SCHEDULED))
    other = SCHEDULED | {"quality": {"schedule": "0 6 * * *", "suspend": True}}
    workloads = workloads_of(**other)
    assert workloads.drift(resource_of(owner, **other)) == ("CronJob dev-quality",)
    workloads.apply(resource_of(owner, **other))
    after = cron_job(other_api, owner)["spec"]
    assert (after["schedule"], after["suspend"]) == ("0 6 * * *", True)


def test_what_is_no_longer_wanted_is_deleted(workloads_of, other_api: KubeApi, owner: Owner) -> None:
    workloads_of().apply(resource_of(owner, **SCHEDULED))
    workloads, fewer = workloads_of(), resource_of(owner, aggregates={"days": 3})
    assert workloads.drift(fewer) == ("CronJob dev-quality",)
    workloads.apply(fewer)
    assert other_api.get(CRON_JOBS, owner.namespace, "dev-quality") is None
    assert workloads.drift(fewer) == ()
    assert workloads.drift(resource_of(owner)) == ("CronJob dev-aggregates",)


def test_work_of_another_resource_is_left_alone(workloads_of, other_api: KubeApi, owner: Owner) -> None:
    workloads_of().apply(resource_of(owner, **SCHEDULED))
    another = make_resource(other_api, owner.namespace, "prod")
    workloads = workloads_of(another)
    assert workloads.drift(resource_of(another)) == ()
    workloads.apply(resource_of(another))
    assert cron_job(other_api, owner)


def ran(api: KubeApi, owner: Owner, name: str) -> None:
    """A Job of the checks, as the CronJob controller makes it."""
    cron = cron_job(api, owner)
    made_from = cron["spec"]["jobTemplate"]
    of = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "dev-quality", "uid": cron["metadata"]["uid"]}
    metadata = {"namespace": owner.namespace, "name": name, "ownerReferences": [{**of, "controller": True}]}
    api.create(JOBS, {"metadata": {**made_from["metadata"], **metadata}, "spec": made_from["spec"]})


def test_the_last_run_of_the_checks_that_has_ended_counts(
    workloads_of, other_api: KubeApi, owner: Owner, controller: JobController
) -> None:
    workloads = workloads_of(**SCHEDULED)
    workloads.apply(resource_of(owner, **SCHEDULED))
    assert workloads.quality() is None
    ran(other_api, owner, "dev-quality-1")
    assert workloads.quality() is None
    controller.completes("dev-quality-1")
    assert workloads.quality() == "Passing"
    assert workloads.runs() == frozenset()
    later(controller, "dev-quality-1")
    ran(other_api, owner, "dev-quality-2")
    assert workloads.quality() == "Passing"
    controller.fails("dev-quality-2")
    assert workloads.quality() == "Failing"


def later(controller: JobController, than: str) -> None:
    """Creation times have seconds: waits for the next one."""
    made = controller.job(than)["metadata"]["creationTimestamp"]
    until(lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) > made, "another second")
