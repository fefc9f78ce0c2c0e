"""A resource's life on a real API server, with an AWS in memory."""

from doubles.clock import FastClock
from doubles.cloud import FakeCloud
from support.kube import ApiServer, Resources, until
from support.operator import running_operator


def manifest(name: str, **spec):
    return {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": name},
        "spec": {"environment": name, **spec},
    }


def ready(document) -> str:
    conditions = document.get("status", {}).get("conditions", [])
    return next((c["status"] for c in conditions if c["type"] == "Ready"), "")


def test_a_new_resource_becomes_ready(api_server: ApiServer, namespace: str, resources: Resources) -> None:
    cloud = FakeCloud(FastClock(tempo=50))
    with running_operator(api_server, cloud, (namespace,)):
        resources.create(manifest("dev"))
        until(lambda: ready(resources.get("dev")) == "True", "Ready")
