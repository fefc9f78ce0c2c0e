"""`kubectl authpulse` over a Kubernetes API in memory: what each command asks for, waits for, prints and ends with."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
import yaml

from authpulse.cli.kubectl import cluster, job, waiting
from authpulse.cli.kubectl.advice import OF_STALLS
from authpulse.cli.kubectl.waiting import seconds_of
from authpulse.errors import InputError, PrerequisiteError
from authpulse_operator.api.reasons import Reason
from authpulse_operator.core.errors import Unreachable
from doubles.cases import RESTARTING
from doubles.kubectl import NOW, FakeKube, application, condition, ready, refusal, resource, stalled

AT = NOW.isoformat()
DEPLOYED = {"id": "new", "versionId": 4, "since": AT}
STABLE = {"id": "old", "versionId": 3, "settings": {}}
FAILED = {"id": "new", "generation": 2, "reason": "Unhealthy", "message": "job RESTARTING [x]", "at": AT}


@pytest.fixture
def kube(monkeypatch: pytest.MonkeyPatch) -> FakeKube:
    made = FakeKube()
    monkeypatch.setattr(cluster, "connect", lambda *_args, **_named: made.cluster)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.001)
    return made


def becomes(status: dict[str, Any], *, after: int = 2) -> Callable[[FakeKube], None]:
    """An operator that has seen the newest spec after so many looks."""
    looks = 0

    def operate(kube: FakeKube) -> None:
        nonlocal looks
        looks += 1
        found = kube.objects["authpulses", "dev"]
        if looks > after:
            found["status"] = {**status, "observedGeneration": found["metadata"]["generation"]}

    return operate


# -- status


def test_status_of_a_ready_resource_says_that_nothing_is_to_be_done(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(lag="<10s", deployment={**DEPLOYED, "stable": True}, lastStable=STABLE)))
    ended = kubectl("status", "dev")
    assert ended.code == 0
    assert "AuthPulse security/dev, generation 1\n" in ended.out
    assert "application authpulse-dev: RUNNING, version 4, parallelism 2, behind by <10s" in ended.out
    assert "deployment new: stable" in ended.out
    assert ended.out.endswith("next: nothing to do\n")


def test_status_shows_the_whole_chain_of_what_went_wrong(kube, kubectl) -> None:
    snapshots = {"count": 2, "latest": "nightly", "latestAt": AT}
    remedied = {"alarm": "flink-failed-checkpoints-rate", "action": "Restart", "at": AT, "message": "restarting"}
    replay = {"name": "first", "state": "Failed", "run": "first", "events": 1200, "message": "no [such] key"}
    more = {"failed": FAILED, "lastStable": STABLE, "deployment": DEPLOYED, "snapshots": snapshots}
    kube.add(
        "authpulses",
        resource(stalled("RolledBack", "spec of generation 2", remediations=[remedied], replays=[replay], **more)),
    )
    snapshot = {"metadata": {"name": "before", "creationTimestamp": AT}, "spec": {"authPulse": "dev"}}
    kube.add("authpulsesnapshots", {**snapshot, "status": {"state": "Failed", "message": "the job does not run"}})
    kube.add("authpulsesnapshots", {"metadata": {"name": "other"}, "spec": {"authPulse": "another"}})
    about = {"involvedObject": {"uid": "1"}, "metadata": {}, "type": "Warning", "reason": "RollingBack"}
    kube.events = [{**about, "message": "deployment new [failed]", "eventTime": AT}]
    ended = kubectl("status", "dev")
    assert ended.code == 1
    for said in (
        "RolledBack",
        "deployment new: on trial",
        "last stable old: was version 3",
        "failed new of generation 2 at 2025-06-02 09:00:00 UTC: Unhealthy: job RESTARTING [x]",
        "snapshots: 2, newest nightly of 2025-06-02 09:00:00 UTC",
        "snapshot before: Failed, the job does not run",
        "replay first: Failed, 1,200 events, 0 rejected, no [such] key",
        "remediation at 2025-06-02 09:00:00 UTC: flink-failed-checkpoints-rate: Restart: restarting",
        "deployment new [failed]",
        "next: the last stable deployment runs",
    ):
        assert said in ended.out
    assert "other" not in ended.out


def test_status_for_machines(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    document = kubectl("status", "dev", "-o", "json").json
    assert (document["resource"], document["ready"], document["next"]) == ("security/dev", True, ["nothing to do"])
    assert document["status"]["application"]["name"] == "authpulse-dev"


ADVICE = [
    ("nobody has looked yet", resource(), "the operator has not looked at this spec yet"),
    ("an older spec was seen", resource(ready(generation=0)), "the operator has not looked at this spec yet"),
    ("on the way", resource({"observedGeneration": 1, "conditions": [
        condition("Ready", "False", "Updating"), condition("Reconciling", "True", "Updating")]}), "wait: `kubectl"),
    ("suspended", resource({"observedGeneration": 1, "conditions": [condition("Ready", "False", "Suspended")]},
                           suspend=True), "`kubectl authpulse resume dev`"),
    ("checks fail", resource(ready() | {"conditions": [condition("Ready", "True", "AsSpecified"),
                             condition("QualityPassing", "False", "ChecksFail")]}), "checks of the data do not pass"),
    ("replays are held", resource(ready(heldReplays={"since": AT, "generation": 1})), "replays are held"),
    *((str(r), resource(stalled(r, "")), said.format(name="dev")) for r, said in OF_STALLS.items()),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "document", "said"), ADVICE, ids=[row[0] for row in ADVICE])
def test_what_to_do_next(kube, kubectl, sentence: str, document: dict[str, Any], said: str) -> None:
    kube.add("authpulses", document)
    assert any(said in line for line in kubectl("status", "dev", "-o", "json").json["next"])


def test_paused_and_leaving_resources_say_so(kube, kubectl) -> None:
    document = resource(ready())
    document["metadata"] |= {"annotations": {"authpulse.io/paused": "true"}, "deletionTimestamp": AT}
    kube.add("authpulses", document)
    said = kubectl("status", "dev", "-o", "json").json["next"]
    assert said[0].startswith("it is being deleted")
    assert "`kubectl annotate authpulse dev authpulse.io/paused-`" in said[1]


def test_a_status_of_a_newer_operator_is_shown_as_far_as_it_can_be_read(kube, kubectl, caplog) -> None:
    conditions = [condition("Ready", "True", "Splendid"), condition("Newer", "Perhaps", "Splendid")]
    kube.add("authpulses", resource({**ready(), "conditions": conditions, "newer": [1]}))
    ended = kubectl("status", "dev")
    assert "application authpulse-dev: RUNNING" in ended.out


def test_every_reason_to_stall_has_its_advice() -> None:
    listed = list(Reason)
    stalls = set(listed[listed.index(Reason.INVALID_SPEC) : listed.index(Reason.NOT_RUNNING)])
    assert stalls <= OF_STALLS.keys()


# -- changes


def test_restart_counts_up_the_nonce_and_waits_until_the_job_is_back(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(), flink={"restartNonce": 6}))
    kube.operator = becomes(ready(), after=4)
    ended = kubectl("restart", "dev")
    assert (ended.code, ended.out) == (0, "security/dev restarted (restartNonce 7)\n")
    assert kube.patches == [("dev", {"spec": {"flink": {"restartNonce": 7}}})]
    assert "the operator has not seen the change yet" not in ended.out


def test_nothing_is_waited_for_where_nobody_wants_to(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    ended = kubectl("restart", "dev", "--no-wait", "-o", "json")
    assert ended.json["complete"] is False
    assert ended.json["generation"] == 2


def test_a_suspended_job_cannot_be_restarted(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(), suspend=True))
    ended = kubectl("restart", "dev")
    assert (ended.code, kube.patches) == (1, [])
    assert ended.errors == ["security/dev is suspended: there is no job to restart; `kubectl authpulse resume dev`"]


def test_suspend_waits_until_the_job_is_stopped_and_resume_until_it_is_ready(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    conditions = [condition("Ready", "False", "Suspended"), condition("Paused", "True", "Suspended")]
    kube.operator = becomes({"conditions": conditions, "application": application("READY")}, after=3)
    suspended = kubectl("suspend", "dev")
    assert (suspended.code, kube.objects["authpulses", "dev"]["spec"]["suspend"]) == (0, True)
    kube.operator = becomes(ready(), after=3)
    assert kubectl("resume", "dev").out == "security/dev resumed\n"
    assert kube.objects["authpulses", "dev"]["spec"]["suspend"] is False


def test_what_is_suspended_already_is_done(kube, kubectl) -> None:
    conditions = [condition("Ready", "False", "Suspended")]
    status = {"observedGeneration": 1, "conditions": conditions, "application": application("READY")}
    kube.add("authpulses", resource(status, suspend=True))
    assert kubectl("suspend", "dev").code == 0


def test_rollback_annotates_the_deployment_on_trial_and_waits_until_it_is_given_up(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(deployment=DEPLOYED, lastStable=STABLE)))
    kube.operator = becomes(stalled("RolledBack", "it broke", failed=FAILED), after=4)
    ended = kubectl("rollback", "dev")
    assert ended.out == "security/dev rolled back from new to old; another spec is tried, this one is not\n"
    assert kube.patches == [("dev", {"metadata": {"annotations": {"authpulse.io/abandon-deployment": "new"}}})]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({}, "has had no stable deployment yet: there is nothing to roll back to"),
        ({"deployment": DEPLOYED}, "has had no stable deployment yet: there is nothing to roll back to"),
        ({"deployment": {**DEPLOYED, "id": "old"}, "lastStable": STABLE}, "runs its last stable deployment old"),
    ],
    ids=["nothing deployed", "nothing stable", "stable"],
)
def test_a_rollback_to_nowhere_is_refused(kube, kubectl, status: dict[str, Any], said: str) -> None:
    kube.add("authpulses", resource(ready(**status)))
    ended = kubectl("rollback", "dev")
    assert (ended.code, kube.patches) == (1, [])
    assert said in ended.errors[0]


def test_waiting_ends_when_the_resource_stalls(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    kube.operator = becomes(stalled("SnapshotRefused", "the job can take none"))
    ended = kubectl("restart", "dev")
    assert (ended.code, ended.errors) == (
        1,
        ["security/dev is stalled: SnapshotRefused: the job can take none"],
    )


def test_waiting_ends_when_time_is_up(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    ended = kubectl("restart", "dev", "--timeout", "0.01s")
    assert ended.code == 1
    assert ended.errors[0].startswith("security/dev is not there after 0.01 s: AsSpecified")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5400), ("12", 12), ("0.5m", 30), ("0", 0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5 m", "-1", "1d", "nan-"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="is no duration; write it as in 90s, 15m or 1h30m"):
        seconds_of(text)


# -- snapshots


def taken(state: str, **more: Any) -> Callable[[FakeKube], None]:
    def operate(kube: FakeKube) -> None:
        for (plural, _), found in kube.objects.items():
            if plural == "authpulsesnapshots":
                found["status"] = {"state": state, **more}

    return operate


def test_a_snapshot_is_made_as_a_resource_and_waited_for(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    kube.operator = taken("Completed", snapshotName="before-uid")
    ended = kubectl("snapshot", "dev", "--name", "before")
    assert (ended.code, ended.out) == (0, "snapshot before: Completed (before-uid)\n")
    made = kube.objects["authpulsesnapshots", "before"]
    assert made["spec"] == {"authPulse": "dev", "disposeOnDelete": True}


def test_a_snapshot_to_keep_without_waiting(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    document = kubectl("snapshot", "dev", "--keep", "--no-wait", "-o", "json").json
    assert document["state"] == "Pending"
    name = document["resource"].removeprefix("security/")
    assert name.startswith("dev-20")
    assert kube.objects["authpulsesnapshots", name]["spec"]["disposeOnDelete"] is False


@pytest.mark.parametrize("state", ["Failed", "Abandoned"])
def test_a_snapshot_that_cannot_be_taken_ends_with_1(kube, kubectl, state: str) -> None:
    kube.add("authpulses", resource(ready()))
    kube.operator = taken(state, message="the job does not run")
    ended = kubectl("snapshot", "dev", "--name", "before")
    assert (ended.code, ended.errors) == (1, [f"snapshot before: {state}: the job does not run"])


def test_a_snapshot_that_is_not_there_in_time_ends_with_1(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready()))
    ended = kubectl("snapshot", "dev", "--name", "before", "--timeout", "0")
    assert ended.errors == ["snapshot before is not there after 0 s: the operator has not looked at it yet"]


# -- logs


def test_the_log_of_a_replay_is_that_of_its_newest_pod(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(replays=[{"name": "first", "state": "Running", "run": "first-2"}])))
    labels = {"batch.kubernetes.io/job-name": "dev-replay-first-2"}
    kube.pods = [
        {"metadata": {"name": n, "labels": labels, "creationTimestamp": at}} for n, at in (("b", "2"), ("a", "1"))
    ]
    kube.logs = {"a": "old\n", "b": "one\ntwo\nthree\n"}
    assert kubectl("logs", "dev", "--source", "first", "--tail", "2").out == "two\nthree\n"
    assert kubectl("logs", "dev", "--source", "first", "-o", "json").json == ["one", "two", "three"]


class FakeSession:
    """AWS as far as logs are read from it."""

    region = "eu-west-1"

    def __init__(self, region: str, endpoint: str | None) -> None:
        assert (region, endpoint) == ("eu-west-1", "http://aws")

    def caller_account(self) -> str:
        return "123456789012"

    def client(self, service: str) -> Any:
        assert service == "logs"
        return self

    def get_log_events(self, *, logGroupName: str, **_: Any) -> Any:  # noqa: N803 - boto3's
        assert logGroupName == "/aws/kinesis-analytics/authpulse-dev"
        return {"events": [{"timestamp": 0, "message": "it runs"}]}


def test_the_jobs_log_comes_from_cloudwatch_with_the_persons_own_credentials(kube, kubectl, monkeypatch) -> None:
    monkeypatch.setattr(job, "Session", FakeSession)
    kube.add("authpulses", resource(ready(), aws={"region": "eu-west-1", "endpoint": "http://aws"}))
    assert kubectl("logs", "dev").out == "1970-01-01T00:00:00.000+00:00 it runs\n"


@pytest.mark.parametrize("health", [RESTARTING, None], ids=["a job that answers", "a job that does not"])
def test_exceptions_are_the_jobs_own_with_what_the_operator_has_kept(kube, kubectl, monkeypatch, health) -> None:
    monkeypatch.setattr(job, "Session", FakeSession)
    flink = SimpleNamespace(job_health=lambda name: health if name == "mine" else pytest.fail(name))
    monkeypatch.setattr(job, "AwsFlinkService", lambda _session: flink)
    aws = {"region": "eu-west-1", "endpoint": "http://aws"}
    kube.add("authpulses", resource(ready(failed=FAILED), aws=aws, flink={"applicationName": "mine"}))
    kept, now = kubectl("logs", "dev", "--source", "exceptions").out.splitlines()
    assert kept == "deployment new, given up 2025-06-02 09:00:00 UTC: job RESTARTING [x]"
    assert ("no such table" in now) is (health is not None)


def test_an_aws_that_does_not_answer_ends_with_5(kube, kubectl, monkeypatch) -> None:
    def unreachable(_self: FakeSession) -> str:
        raise Unreachable("asking whose credentials these are: AWS does not answer")

    monkeypatch.setattr(FakeSession, "caller_account", unreachable)
    monkeypatch.setattr(job, "Session", FakeSession)
    kube.add("authpulses", resource(ready(), aws={"region": "eu-west-1", "endpoint": "http://aws"}))
    ended = kubectl("logs", "dev")
    assert (ended.code, ended.errors) == (5, ["asking whose credentials these are: AWS does not answer"])


def test_a_log_that_there_is_not_names_those_that_are(kube, kubectl) -> None:
    kube.add("authpulses", resource(ready(replays=[{"name": "first", "state": "Pending", "run": "first"}])))
    ended = kubectl("logs", "dev", "--source", "flink")
    assert (ended.code, ended.errors) == (3, ["no log 'flink'; there are job, exceptions, first"])
    assert kubectl("logs", "dev", "--source", "first").errors[0].startswith("replay first has no pod")


# -- refusals


REFUSALS = [
    ("the CRDs are not installed", refusal(404), 4, "this cluster does not know AuthPulse"),
    ("forbidden", refusal(403, "Forbidden", "authpulses is forbidden: User x"), 1, "is forbidden: User x"),
    ("not logged in", refusal(401, "Unauthorized"), 1, "the API server does not know you"),
    ("no answer", urllib3.exceptions.NewConnectionError(None, "refused"), 5, "the API server does not answer"),
    ("a server in trouble", refusal(503, "ServiceUnavailable", "etcd"), 5, "the API server has trouble: etcd"),
    ("a spec that the server refuses", refusal(422, "Invalid", "spec.suspend: no"), 3, "spec.suspend: no"),
    ("somebody was faster", refusal(409, "Conflict", "changed"), 1, "changed"),
]  # fmt: skip
COMMANDS = [["status", "dev"], ["restart", "dev"], ["snapshot", "dev"], ["logs", "dev", "--source", "a"]]


@pytest.mark.parametrize("command", COMMANDS, ids=[c[0] for c in COMMANDS])
@pytest.mark.parametrize(("sentence", "error", "code", "said"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_is_one_line(kube, kubectl, sentence: str, error: Exception, code: int, said: str, command) -> None:
    kube.error = error
    ended = kubectl(*command)
    assert (ended.code, ended.out, len(ended.errors)) == (code, "", 1)
    assert said in ended.errors[0]


def test_a_resource_that_is_not_there_names_those_that_are(kube, kubectl) -> None:
    assert kubectl("status", "dve").errors == ["no AuthPulse dve in namespace security; there is none"]
    kube.add("authpulses", resource())
    ended = kubectl("suspend", "dve")
    assert (ended.code, ended.errors) == (3, ["no AuthPulse dve in namespace security; there are dev"])


@pytest.mark.parametrize(
    ("document", "arguments", "code", "said"),
    [
        (None, {}, 3, "kubeconfig: no such file"),
        ("{}", {}, 3, "Invalid kube-config file"),
        ({"contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}]}, {"context": "b"}, 3,
         "no context 'b'; there are a"),
        ({"contexts": [{"name": "a", "context": {"cluster": "gone", "user": "u"}}]}, {}, 3, "gone"),
    ],
    ids=["no file", "an empty file", "an unknown context", "a cluster that is not in it"],
)  # fmt: skip
def test_a_kubeconfig_that_cannot_be_used(
    tmp_path: Path, document: Any, arguments: dict[str, Any], code: int, said: str
) -> None:
    path = tmp_path / "kubeconfig"
    if isinstance(document, dict):
        clusters, users = [{"name": "c", "cluster": {"server": "https://c"}}], [{"name": "u", "user": {}}]
        base = {"apiVersion": "v1", "kind": "Config", "clusters": clusters, "users": users, "current-context": "a"}
        path.write_text(yaml.safe_dump(base | document))
    elif document is not None:
        path.write_text(document)
    with pytest.raises(InputError, match=said) as raised:
        cluster.connect(path, **{"context": None, "namespace": None, **arguments})
    assert raised.value.exit_code == code


def test_a_context_is_found_without_a_current_one_and_brings_its_namespace(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": "https://c"}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u", "namespace": "security"}}],
    }
    path.write_text(yaml.safe_dump(document))
    assert cluster.connect(path, context="a", namespace=None).namespace == "security"
    assert cluster.connect(path, context="a", namespace="other").namespace == "other"
    with pytest.raises(InputError, match="current-context"):
        cluster.connect(path, context=None, namespace=None)


def test_where_there_is_no_cluster_at_all_it_says_what_to_set(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(cluster.kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "none"))
    with pytest.raises(PrerequisiteError, match="set KUBECONFIG, or give --kubeconfig FILE"):
        cluster.connect(None, context=None, namespace=None)
