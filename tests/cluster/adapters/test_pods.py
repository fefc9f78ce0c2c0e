"""Pods that work for a resource: what they may, what they know, and from where."""

from typing import Any

import pytest
from kubernetes import client

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import CRON_JOBS, Owner
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.errors import Terminal
from doubles.kube import Calls, JobController, resource_of
from support.kube import ApiServer

LOG = Replay(name="log", input="logs/auth.txt.gz", format="lanl-auth", volume={"claimName": "logs"})
RUN = "dev-replay-log"
QUALITY = {"schedule": "15 * * * *"}


def template(controller: JobController) -> dict[str, Any]:
    return controller.job(RUN)["spec"]["template"]


def test_pods_of_every_kind_pass_the_restricted_level(
    workloads_of, api_server: ApiServer, other_api: KubeApi, owner: Owner, controller: JobController
) -> None:
    workloads_of().start_replay(LOG, "log")
    workloads = workloads_of(quality=QUALITY, aggregates={})
    workloads.apply(resource_of(owner, quality=QUALITY, aggregates={}))
    crons = [other_api.get(CRON_JOBS, owner.namespace, f"dev-{kind}") for kind in ("quality", "aggregates")]
    templates = [template(controller)]
    templates += [c["spec"]["jobTemplate"]["spec"]["template"] for c in crons if c is not None]
    core = client.CoreV1Api(api_server.client())
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    core.patch_namespace(owner.namespace, {"metadata": {"labels": labels}})
    assert len(templates) == 3
    for n, found in enumerate(templates):
        pod = {"metadata": {**found["metadata"], "name": f"pod-{n}"}, "spec": found["spec"]}
        core.create_namespaced_pod(owner.namespace, pod, dry_run="All")
    loose = {"metadata": {"name": "loose"}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    with pytest.raises(client.ApiException, match="violates PodSecurity"):
        core.create_namespaced_pod(owner.namespace, loose, dry_run="All")


def test_no_credential_is_in_a_manifest(workloads_of, controller: JobController) -> None:
    spec = {"aws": {"credentials": {"secretName": "keys"}}, "quality": QUALITY}
    workloads = workloads_of(**spec)
    workloads.start_replay(LOG, "log")
    variables = {v["name"]: v for v in template(controller)["spec"]["containers"][0]["env"]}
    assert variables["AWS_ACCESS_KEY_ID"]["valueFrom"] == {"secretKeyRef": {"name": "keys", "key": "aws_access_key_id"}}
    assert variables["AWS_SESSION_TOKEN"]["valueFrom"]["secretKeyRef"]["optional"] is True
    assert "value" not in variables["AWS_SECRET_ACCESS_KEY"]
    assert "secret" not in " ".join(template(controller)["spec"]["containers"][0]["command"])


def test_without_a_secret_the_service_account_has_the_role(workloads_of, controller: JobController) -> None:
    workloads_of().start_replay(LOG, "log")
    pod = template(controller)["spec"]
    assert pod["serviceAccountName"] == "worker"
    assert pod["automountServiceAccountToken"] is False
    assert not [v for v in pod["containers"][0]["env"] if "KEY" in v["name"]]


def test_a_pod_finds_its_configuration_in_an_annotation(workloads_of, controller: JobController) -> None:
    workloads_of(aws={"endpoint": "http://aws:4566"}, stream={"shards": 4}).start_replay(LOG, "log")
    found = template(controller)
    assert found["metadata"]["annotations"]["authpulse.io/configuration"] == (
        "environment: dev\naws:\n  account: '000000000000'\n  region: us-east-1\n"
        "  endpoint_url: http://aws:4566\nproducer:\n  buckets: 32\n"
    )
    (configuration,) = (v for v in found["spec"]["volumes"] if v["name"] == "configuration")
    (item,) = configuration["downwardAPI"]["items"]
    assert item["path"] == "config.yaml"
    assert item["fieldRef"]["fieldPath"] == "metadata.annotations['authpulse.io/configuration']"


def test_what_the_operators_settings_say_is_in_the_pod(workloads_of, controller: JobController) -> None:
    settings = WorkerSettings(
        image="authpulse:1",
        image_pull_policy="Always",
        image_pull_secrets=("registry",),
        user=1000,
        limits={"memory": "2Gi"},
        environment={"MORE": "1"},
        node_selector={"disk": "fast"},
        backoff_limit=0,
    )
    workloads_of(settings=settings).start_replay(LOG, "log")
    job = controller.job(RUN)["spec"]
    pod = job["template"]["spec"]
    (container,) = pod["containers"]
    assert job["backoffLimit"] == 0
    assert (container["image"], container["imagePullPolicy"]) == ("authpulse:1", "Always")
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["securityContext"]["runAsUser"] == 1000
    assert container["resources"]["limits"] == {"memory": "2Gi"}
    assert {"name": "MORE", "value": "1"} in container["env"]
    assert pod["nodeSelector"] == {"disk": "fast"}


def test_the_operators_endpoint_is_for_resources_that_name_none(workloads_of, controller: JobController) -> None:
    settings = WorkerSettings(image="authpulse:1", endpoint="http://operators:4566")
    workloads_of(settings=settings).start_replay(LOG, "log")
    workloads_of(settings=settings, aws={"endpoint": "http://its-own:4566"}).start_replay(LOG, "other")
    found = [controller.job(name)["spec"]["template"] for name in (RUN, "dev-replay-other")]
    variables = [{v["name"]: v.get("value") for v in t["spec"]["containers"][0]["env"]} for t in found]
    assert [v["AWS_ENDPOINT_URL"] for v in variables] == ["http://operators:4566", "http://its-own:4566"]


def test_without_an_image_nothing_can_work_and_that_is_said(workloads_of, owner: Owner, calls: Calls) -> None:
    settings = WorkerSettings(image="")
    with pytest.raises(Terminal, match="need an image, and the operator's settings name none"):
        workloads_of(settings=settings).start_replay(LOG, "log")
    with pytest.raises(Terminal):
        workloads_of(settings=settings).drift(resource_of(owner, quality=QUALITY))
    assert workloads_of(settings=settings).drift(resource_of(owner)) == ()
    assert calls.of("apply", "jobs") == 0
