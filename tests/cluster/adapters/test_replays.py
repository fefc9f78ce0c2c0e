"""Replays as Jobs of a real API server. The Job controller's part is played by the tests."""

from typing import Any

import pytest

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.jobs import TEMPLATE_ANNOTATION, checkpoint_key, job_name
from authpulse_operator.adapters.kube.kinds import JOBS, PODS, Kind, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.errors import AccessDenied, Recoverable, Wait
from authpulse_operator.core.world import ReplayProgress
from doubles.clock import FakeClock
from doubles.kube import NAMES, WORKER, Calls, Checkpoints, JobController, resource_of

LOG = Replay(name="log", input="logs/auth.txt.gz", format="lanl-auth", volume={"claimName": "logs"})
RUN = "dev-replay-log"
QUALITY = {"schedule": "15 * * * *"}


def test_a_run_that_was_never_started_is_pending(workloads_of) -> None:
    assert workloads_of().replay("log") == ReplayProgress("Pending")
    assert workloads_of().runs() == frozenset()


def test_a_started_run_is_a_job_that_belongs_to_the_resource(
    workloads_of, owner: Owner, controller: JobController
) -> None:
    workloads_of().start_replay(LOG, "log")
    made = controller.job(RUN)
    assert made["metadata"]["ownerReferences"] == [owner.reference]
    assert made["metadata"]["labels"]["authpulse.io/resource"] == "dev"
    assert made["metadata"]["labels"]["authpulse.io/run"] == "log"
    assert {m["operation"] for m in made["metadata"]["managedFields"]} == {"Apply"}
    assert workloads_of().runs() == {"log"}
    assert workloads_of().replay("log") == ReplayProgress("Running", attempts=1)


def test_it_runs_the_producer_with_its_checkpoint_in_the_bucket(
    workloads_of, owner: Owner, controller: JobController
) -> None:
    replay = LOG.model_copy(update={"rate": 500.0, "limit": 7})
    workloads_of().start_replay(replay, "log-2")
    (container,) = controller.job("dev-replay-log-2")["spec"]["template"]["spec"]["containers"]
    at = f"s3://{NAMES.bucket}/replays/{owner.namespace}/dev/log-2"
    assert container["command"] == [
        *("python", "-m", "producer.replay_lanl", "--config", "/etc/authpulse/config.yaml"),
        *("--input", "/data/logs/auth.txt.gz", "--format", "lanl-auth", "--dataset", "log"),
        *("--checkpoint", f"{at}/checkpoint.json", "--summary", f"{at}/summary.json"),
        *("--rejects", "/tmp/rejects.jsonl", "--output", "json", "--rate", "500", "--limit", "7"),
    ]


def test_objects_in_s3_are_read_where_they_are(workloads_of, controller: JobController) -> None:
    workloads_of().start_replay(Replay(name="log", input="s3://logs/auth.gz", format="lanl-auth"), "log")
    pod = controller.job(RUN)["spec"]["template"]["spec"]
    assert "s3://logs/auth.gz" in pod["containers"][0]["command"]
    assert [v["name"] for v in pod["volumes"]] == ["tmp", "configuration"]


def test_starting_what_runs_writes_nothing(workloads_of, calls: Calls) -> None:
    workloads_of().start_replay(LOG, "log")
    workloads_of().start_replay(LOG, "log")
    assert calls.of("apply", "jobs") == 1


def test_counts_are_those_of_the_checkpoint(workloads_of, owner: Owner, checkpoints: Checkpoints) -> None:
    workloads_of().start_replay(LOG, "log")
    checkpoints.kept[checkpoint_key(owner, "log")] = {"lines": 9, "events": 7, "rejected": 1, "ignored": 1}
    assert workloads_of().replay("log") == ReplayProgress("Running", 1, lines=9, events=7, rejected=1, ignored=1)


def test_a_completed_run_stays_so_and_is_not_read_again(
    workloads_of, controller: JobController, owner: Owner, checkpoints: Checkpoints
) -> None:
    workloads = workloads_of()
    workloads.start_replay(LOG, "log")
    controller.completes(RUN)
    checkpoints.kept[checkpoint_key(owner, "log")] = {"lines": 9, "events": 9}
    for _ in range(3):
        assert workloads.replay("log") == ReplayProgress("Completed", 1, lines=9, events=9)
    assert checkpoints.reads == 1
    workloads.start_replay(LOG, "log")
    workloads.stop_replay("log")
    assert workloads.replay("log").state == "Completed"


def test_a_run_that_failed_says_its_pods_last_words(workloads_of, controller: JobController) -> None:
    workloads = workloads_of()
    workloads.start_replay(LOG, "log")
    controller.fails(RUN, last_words="reading\nerror: there is no stream\n", exit_code=4)
    seen = workloads.replay("log")
    assert (seen.state, seen.attempts, seen.message) == ("Failed", 1, "exit code 4: error: there is no stream")


def test_without_a_pod_the_job_controllers_words_count(workloads_of, controller: JobController) -> None:
    workloads = workloads_of()
    workloads.start_replay(LOG, "log")
    controller.fails(RUN)
    assert workloads.replay("log").message == "Test: Failed it is"


def test_without_the_right_to_see_pods_they_count_as_well(
    workloads_of, controller: JobController, monkeypatch: pytest.MonkeyPatch
) -> None:
    workloads = workloads_of()
    listed = workloads._api.list

    def seen(kind: Kind, namespace: str, **more: str) -> Any:
        if kind is PODS:
            raise AccessDenied("list pods")
        return listed(kind, namespace, **more)

    workloads.start_replay(LOG, "log")
    controller.fails(RUN, last_words="not seen")
    monkeypatch.setattr(workloads._api, "list", seen)
    assert workloads.replay("log").message == "Test: Failed it is"


def test_a_failed_run_is_made_anew_and_counted(workloads_of, controller: JobController) -> None:
    workloads = workloads_of()
    uids = set()
    for attempt in (1, 2, 3):
        workloads.start_replay(LOG, "log")
        uids.add(controller.job(RUN)["metadata"]["uid"])
        assert workloads.replay("log") == ReplayProgress("Running", attempts=attempt)
        controller.fails(RUN)
    assert len(uids) == 3


def test_stopping_returns_when_the_pod_has_ended(
    api: KubeApi, owner: Owner, checkpoints: Checkpoints, controller: JobController
) -> None:
    class Waiting(FakeClock):
        def sleep(self, seconds: float) -> None:
            if not self.slept:
                assert workloads.replay("log").state == "Running"
                controller.holds(RUN)
            super().sleep(seconds)

    clock = Waiting()
    lists = SharedLists(api, fresh_seconds=0)
    workloads = KubeWorkloads(
        api, lists, resource_of(owner), names=NAMES, settings=WORKER, progress=checkpoints, clock=clock
    )
    workloads.start_replay(LOG, "log")
    controller.begins(RUN)
    workloads.stop_replay("log")
    assert controller.job(RUN)["spec"]["suspend"] is True
    assert clock.slept
    assert workloads.replay("log") == ReplayProgress("Pending", attempts=1)


def test_a_pod_that_does_not_end_is_waited_for_again(workloads_of, controller: JobController, clock: FakeClock) -> None:
    workloads = workloads_of()
    workloads.start_replay(LOG, "log")
    controller.begins(RUN)
    before = clock.now()
    with pytest.raises(Wait, match="the pod of replay log has not ended in 30 s"):
        workloads.stop_replay("log")
    assert (clock.now() - before).total_seconds() >= 30
    assert workloads.replay("log").state == "Running"
    with pytest.raises(Wait, match="still ending"):
        workloads.start_replay(LOG, "log")


def held(workloads: KubeWorkloads, controller: JobController) -> None:
    workloads.start_replay(LOG, "log")
    controller.api.patch(JOBS, controller.owner.namespace, RUN, {"spec": {"suspend": True}})
    controller.holds(RUN)


def test_a_held_run_goes_on_as_the_same_job(workloads_of, controller: JobController) -> None:
    workloads = workloads_of()
    held(workloads, controller)
    before = controller.job(RUN)["metadata"]["uid"]
    workloads.start_replay(LOG, "log")
    after = controller.job(RUN)
    assert after["metadata"]["uid"] == before
    assert after["spec"]["suspend"] is False
    assert workloads.replay("log") == ReplayProgress("Running", attempts=1)


def test_with_another_pace_or_other_workers_it_goes_on_as_another_job(workloads_of, controller: JobController) -> None:
    held(workloads_of(), controller)
    before = controller.job(RUN)["metadata"]["uid"]
    workloads_of(settings=WorkerSettings(image="authpulse:2")).start_replay(LOG, "log")
    after = controller.job(RUN)
    assert after["metadata"]["uid"] != before
    assert after["spec"]["template"]["spec"]["containers"][0]["image"] == "authpulse:2"


def test_other_workers_are_as_good_a_reason_to_begin_again_as_another_pace(workloads_of) -> None:
    workloads_of().start_replay(LOG, "log")
    assert not workloads_of().is_outdated(LOG, "log")
    assert workloads_of().is_outdated(LOG.model_copy(update={"rate": 5.0}), "log")
    assert workloads_of(settings=WorkerSettings(image="authpulse:2")).is_outdated(LOG, "log")


def test_what_a_cluster_makes_of_a_job_is_no_reason_to_stop_it(
    workloads_of, other_api: KubeApi, owner: Owner, controller: JobController
) -> None:
    workloads = workloads_of()
    workloads.start_replay(LOG, "log")
    made = controller.job(RUN)
    other_api.delete(JOBS, owner.namespace, RUN, uid=made["metadata"]["uid"])
    metadata = {k: made["metadata"][k] for k in ("namespace", "name", "labels", "annotations", "ownerReferences")}
    spec = {k: made["spec"][k] for k in ("completions", "parallelism", "backoffLimit")}
    pod = made["spec"]["template"]["spec"]
    pod["containers"][0]["image"] = "mirror.example/authpulse:1"
    labels = {"app.kubernetes.io/name": "authpulse"}
    other_api.create(
        JOBS, {"metadata": metadata, "spec": {**spec, "template": {"metadata": {"labels": labels}, "spec": pod}}}
    )
    assert controller.job(RUN)["metadata"]["uid"] != made["metadata"]["uid"]
    assert not workloads.is_outdated(LOG, "log")


def test_a_job_that_does_not_say_what_it_was_to_be_is_left_alone(
    workloads_of, other_api: KubeApi, owner: Owner
) -> None:
    workloads = workloads_of()
    workloads.start_replay(LOG, "log")
    other_api.patch(JOBS, owner.namespace, RUN, {"metadata": {"annotations": {TEMPLATE_ANNOTATION: None}}})
    assert not workloads.is_outdated(LOG.model_copy(update={"rate": 5.0}), "log")


def test_a_held_run_whose_pods_have_failed_begins_to_count_anew(
    workloads_of, controller: JobController, other_api: KubeApi, owner: Owner
) -> None:
    workloads = workloads_of()
    held(workloads, controller)
    other_api.patch(JOBS, owner.namespace, RUN, {"status": {"failed": 2}}, subresource="status")
    before = controller.job(RUN)["metadata"]["uid"]
    workloads.start_replay(LOG, "log")
    assert controller.job(RUN)["metadata"]["uid"] != before
    assert workloads.replay("log").attempts == 1


def test_stopping_what_was_never_started_writes_nothing(workloads_of, calls: Calls) -> None:
    workloads_of().stop_replay("log")
    assert calls.made == [("get", "jobs", 404)]


def test_a_job_of_somebody_else_is_not_taken(
    workloads_of, other_api: KubeApi, owner: Owner, controller: JobController
) -> None:
    pod = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "theirs"}]}
    theirs = {"metadata": {"namespace": owner.namespace, "name": RUN}, "spec": {"template": {"spec": pod}}}
    other_api.create(JOBS, theirs)
    workloads = workloads_of()
    with pytest.raises(Recoverable, match=f"Job {owner.namespace}/{RUN} does not belong to AuthPulse"):
        workloads.start_replay(LOG, "log")
    workloads.stop_replay("log")
    assert controller.job(RUN)["spec"]["suspend"] is False
    assert workloads.runs() == frozenset()


def test_runs_of_a_resource_that_was_made_anew_are_not_its_own(workloads_of, owner: Owner) -> None:
    workloads_of().start_replay(LOG, "log")
    anew = Owner(owner.namespace, owner.name, "11111111-1111-1111-1111-111111111111")
    assert workloads_of(anew).runs() == frozenset()
    with pytest.raises(Recoverable, match="does not belong"):
        workloads_of(anew).start_replay(LOG, "log")


@pytest.mark.parametrize(
    ("resource_name", "run", "name"),
    [
        ("dev", "log", "dev-replay-log"),
        ("dev", "log-2-r1", "dev-replay-log-2-r1"),
        ("d" * 40, "l" * 40, None),
    ],
    ids=["short", "with nonce and round", "too long"],
)
def test_a_jobs_name_is_made_from_resource_and_run(resource_name: str, run: str, name: str | None) -> None:
    made = job_name(resource_name, run)
    assert len(made) <= 63
    assert made == (name or made)
    assert made == job_name(resource_name, run)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a", "b-replay-c"), ("a-replay-b", "c")), (("d" * 40, "l" * 40), ("d" * 40, "l" * 39 + "m"))],
    ids=["where they could be read in two ways", "where they are cut"],
)
def test_other_runs_have_other_names(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert job_name(*one) != job_name(*other)
