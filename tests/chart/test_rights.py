"""What the chart lets the operator do is what it does: it needs nothing more, and has nothing that it does not use."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster.operator.conftest import TEMPO, Pipeline
from kubernetes import client

from authpulse.names import Names
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import SECRETS
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.composing import owner_of
from doubles.clock import FastClock
from doubles.cloud import FakeCloud, FakeWorlds
from doubles.kube import Checkpoints, JobController
from support.helm import Release
from support.kube import ApiServer, Resources, until
from support.operator import running_operator

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("definitions")]

ACCOUNT = "authpulse"
SECONDS = 240
EVERYWHERE = {("list", "customresourcedefinitions"), ("watch", "customresourcedefinitions")}
NEEDS = {"apply": ("create", "patch")}
"""What the API server asks for, where it is not the verb's own name."""
USED_ELSEWHERE = {
    ("get", "secrets"): "credentials of a resource: tests/cluster/adapters/test_secrets.py",
    ("update", "authpulses/finalizers"): "asked for by the admission OwnerReferencesPermissionEnforcement alone",
    ("get", "events"): "the same news again: tests/cluster/adapters/test_events.py",
    ("patch", "events"): "the same news again: tests/cluster/adapters/test_events.py",
}


class WorldsWithPods(FakeWorlds):
    """The cloud in memory, with Jobs and CronJobs of the cluster."""

    def workloads(self, resource: AuthPulse, names: Names) -> KubeWorkloads:  # type: ignore[override]
        return KubeWorkloads(
            self.cluster.api,
            self.cluster.lists,
            resource,
            names=names,
            settings=WorkerSettings("authpulse-workers:test"),
            progress=Checkpoints(),
            clock=self.clock,
        )


class OperatorsServer:
    """The API server as the operator's service account meets it."""

    def __init__(self, server: ApiServer, namespace: str, folder: Path) -> None:
        self.server, self.namespace = server, namespace
        core = client.CoreV1Api(server.client())
        self.token: str = core.create_namespaced_service_account_token(ACCOUNT, namespace, {"spec": {}}).status.token
        document = yaml.safe_load(server.kubeconfig.read_text())
        document["users"][0]["user"] = {"token": self.token}
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(yaml.safe_dump(document))

    def rights(self, namespace: str) -> set[tuple[str, str]]:
        """Verbs and resources that it has there, without what everybody may: to ask for its own rights."""
        configuration = client.Configuration(host=self.server.url)
        configuration.ssl_ca_cert = str(self.server.certificate)
        configuration.api_key = {"authorization": f"Bearer {self.token}"}
        configuration.no_proxy = "127.0.0.1"
        review = {"spec": {"namespace": namespace}}
        with client.ApiClient(configuration) as own:
            answer = client.AuthorizationV1Api(own).create_self_subject_rules_review(review)
        rules = [r for r in answer.status.resource_rules if not {"authorization.k8s.io", "authentication.k8s.io"}
                 & set(r.api_groups)]  # fmt: skip
        return {(verb, resource) for rule in rules for verb in rule.verbs for resource in rule.resources}


@dataclass(frozen=True)
class Workloads:
    """Jobs and CronJobs of a pipeline. There is no controller but the test."""

    server: ApiServer
    namespace: str
    pipeline: Pipeline

    def cron_jobs(self) -> list[Any]:
        listed: list[Any] = self._batch.list_namespaced_cron_job(self.namespace).items
        return listed

    def await_job(self, *, other_than: str = "") -> Any:
        """Metadata of the replay's Job, once it is there."""

        def there() -> Any:
            return next((j.metadata for j in self._batch.list_namespaced_job(self.namespace).items
                         if j.metadata.uid != other_than), None)  # fmt: skip

        return until(there, "the replay's Job is there", seconds=SECONDS)

    def controller(self) -> JobController:
        document = self.pipeline.found()
        assert document is not None
        return JobController(KubeApi.connect(self.server.kubeconfig), owner_of(document))

    @property
    def _batch(self) -> client.BatchV1Api:
        return client.BatchV1Api(self.server.client())


def snapshot_of(name: str) -> dict[str, Any]:
    spec = {"authPulse": name}
    return {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulseSnapshot",
        "metadata": {"name": "kept"},
        "spec": spec,
    }


@pytest.fixture(params=["in all namespaces", "in one namespace"])
def account(
    request: pytest.FixtureRequest, api_server: ApiServer, tmp_path: Path
) -> Iterator[tuple[OperatorsServer, str]]:
    """The service account of a release, and a namespace that it looks after."""
    own, watched = api_server.create_namespace(), api_server.create_namespace()
    release = Release(api_server, own)
    confined = [f"namespaces={{{watched}}}"] if request.param == "in one namespace" else []
    release.install("crds.enabled=false", *confined)
    try:
        yield OperatorsServer(api_server, own, tmp_path), watched
    finally:
        release.uninstall()


def test_a_whole_life_with_the_charts_rights_and_no_other(
    account: tuple[OperatorsServer, str], api_server: ApiServer, request: pytest.FixtureRequest
) -> None:
    server, watched = account
    confined = "one" in request.node.callspec.id
    cloud = FakeCloud(FastClock(TEMPO))
    pipeline = Pipeline(Resources(api_server, watched))
    snapshots = Resources(api_server, watched, "authpulsesnapshots")
    with running_operator(server, cloud, (watched,) if confined else (), worlds=WorldsWithPods) as operator:
        replay = {"name": "sample", "input": "log.csv", "format": "lanl-cyber1"}
        pipeline.create(replays=[replay], quality={}, aggregates={})
        jobs = Workloads(api_server, watched, pipeline)
        first = jobs.await_job()
        until(lambda: len(jobs.cron_jobs()) == 2, "both CronJobs are there", seconds=SECONDS)
        jobs.controller().fails(first.name, last_words="no such log")
        second = jobs.await_job(other_than=first.uid)
        jobs.controller().completes(second.name)
        pipeline.until("True", "AsSpecified")
        snapshots.create(snapshot_of(pipeline.name))
        until(lambda: snapshots.get("kept").get("status"), "the snapshot has a status", seconds=SECONDS)
        pipeline.change(quality=None)
        until(lambda: len(jobs.cron_jobs()) == 1, "one CronJob is gone", seconds=SECONDS)
        snapshots.delete("kept")
        pipeline.delete()
        pipeline.until_gone()
        until(lambda: not snapshots.exists("kept"), "the snapshot is gone", seconds=SECONDS)
        calls = set(operator.metrics.values("kubernetes_calls_total"))
    refused = {(verb, resource) for verb, resource, status in calls if status in ("401", "403")}
    assert refused == set()
    used = {(need, resource) for verb, resource, _ in calls for need in NEEDS.get(verb, (verb,))}
    granted = server.rights(watched)
    assert granted - used - set(USED_ELSEWHERE) == set(), "granted and not used"
    assert granted >= EVERYWHERE if not confined else not granted & EVERYWHERE


def test_nothing_is_to_be_had_elsewhere(
    account: tuple[OperatorsServer, str], api_server: ApiServer, request: Any
) -> None:
    server, _ = account
    elsewhere = server.rights(api_server.create_namespace())
    if "one" in request.node.callspec.id:
        assert elsewhere == set()
        assert server.rights(server.namespace) == set()
    assert ("create", "pods") not in elsewhere
    assert ("list", "secrets") not in elsewhere
    assert not {verb for verb, resource in elsewhere if resource == "secrets"} - {"get"}


def test_secrets_are_read_only_where_the_chart_lets_it(api_server: ApiServer, tmp_path: Path) -> None:
    own = api_server.create_namespace()
    release = Release(api_server, own)
    alone = ("crds.enabled=false", f"namespaces={{{own}}}")
    release.install(*alone, "rbac.secretNames={aws}")
    try:
        for name in ("aws", "other"):
            client.CoreV1Api(api_server.client()).create_namespaced_secret(own, {"metadata": {"name": name}})
        api = KubeApi.connect(OperatorsServer(api_server, own, tmp_path).kubeconfig)
        assert api.get(SECRETS, own, "aws") is not None
        with pytest.raises(Exception, match=r"403|forbidden"):
            api.get(SECRETS, own, "other")
        release.upgrade(*alone, "rbac.secrets=false")
        with pytest.raises(Exception, match=r"403|forbidden"):
            api.get(SECRETS, own, "aws")
    finally:
        release.uninstall()
