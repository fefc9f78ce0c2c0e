"""The commands of docs/install, typed as they stand there, on a real cluster.

What is typed where is in support/install_pages.py; here it is typed in its order, and looked at what came of it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cluster_e2e.cluster import Cluster, ProgramFailed
from cluster_e2e.conftest import Steps
from cluster_e2e.reader import Reader, reader_of

from support import install_pages as pages
from support.kube import NotReached, until
from support.leaving_out import left_out

SYSTEM, TEAM = "authpulse-system", "security"
SECONDS = 300
OPERATOR = "deployment/authpulse"
SERVING = Path("operator/authpulse_operator/runtime/serving.py")
ASK = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080/healthz', timeout=5).read().decode())"


@pytest.fixture
def reader(cluster: Cluster, steps: Steps, tmp_path: Path) -> Iterator[Reader]:
    """In an empty cluster, whatever a test before has left, and will leave one."""
    if "AUTHPULSE_E2E_TAG" in os.environ:
        pytest.skip("the images of the pages have a tag of their own")
    if not shutil.which("skaffold"):
        left_out("no skaffold: install Skaffold")
    empty(cluster)
    try:
        yield reader_of(cluster, tmp_path, steps)
    finally:
        empty(cluster)


def empty(cluster: Cluster) -> None:
    """Nothing of ours is left, and no namespace is on its way out."""
    if SYSTEM in cluster.kubectl("get", "namespaces", "-o", "name"):
        cluster.helm("uninstall", "authpulse", "-n", SYSTEM, "--ignore-not-found")
    for definition in pages.DEFINITIONS:
        if not cluster.kubectl("get", "crd", definition, "--ignore-not-found", "-o", "name"):
            continue
        for item in cluster.found(definition, "--all-namespaces"):
            name, namespace = item["metadata"]["name"], item["metadata"]["namespace"]
            patch = '{"metadata": {"finalizers": null}}'
            cluster.kubectl("patch", definition, name, "-n", namespace, "--type=merge", "-p", patch)
        cluster.kubectl("delete", "crd", definition, "--ignore-not-found", f"--timeout={SECONDS}s")
    cluster.kubectl("delete", "namespace", SYSTEM, TEAM, "--ignore-not-found", f"--timeout={SECONDS}s")
    cluster.kubectl("delete", "job", "rows", "-n", "default", "--ignore-not-found")


@pytest.mark.timeout(1800)
def test_the_chart_is_installed_upgraded_and_taken_away(cluster: Cluster, reader: Reader) -> None:
    """Three times: with rights in one namespace, in all, and with the local AWS and a pipeline that has just begun."""
    cluster.make_namespace(TEAM)
    for install in (pages.INSTALL_IN_SOME_NAMESPACES, pages.INSTALL, pages.INSTALL_WITH_LOCAL_AWS):
        reader.types(install)
        assert "Phase:          Succeeded" in reader.types(pages.TEST)
        if install == pages.INSTALL:
            reader.types(pages.UPGRADE)
        if install == pages.INSTALL_WITH_LOCAL_AWS:
            assert "authpulse.authpulse.io/dev created" in reader.types(pages.EXAMPLE)
        reader.types(pages.DELETE_RESOURCES)
        assert cluster.found("authpulses", "--all-namespaces") == []
        reader.types(pages.UNINSTALL)
        assert cluster.found("deployments", "-n", SYSTEM) == []
    reader.types(pages.DELETE_DEFINITIONS)
    assert "authpulse" not in cluster.kubectl("get", "crds", "-o", "name")


@pytest.mark.timeout(1800)
def test_plain_manifests_are_applied_and_taken_away(cluster: Cluster, reader: Reader) -> None:
    for command in pages.MANIFESTS:
        reader.types(command)
    assert SYSTEM not in cluster.kubectl("get", "namespaces", "-o", "name")
    assert "authpulse" not in cluster.kubectl("get", "crds", "-o", "name")


@pytest.mark.timeout(2400)
def test_skaffold_brings_up_a_pipeline_proves_it_and_copies_code_into_the_operator(
    cluster: Cluster, reader: Reader, tmp_path: Path
) -> None:
    for command in pages.SKAFFOLD:  # `verify` among them: it fails unless every row is there
        reader.types(command)
    until(lambda: len(reader.types(pages.QUERY).splitlines()) > 1, "alerts are in Athena", seconds=SECONDS, every=2)
    (job,) = cluster.found("jobs", "-n", "default", "-l", "authpulse.io/run=sample")
    words = {"job/NAME-…": f"job/{job['metadata']['name']}", "NAMESPACE": "default", "NAME": "dev"}
    for command in pages.WHEN_NOT_WELL:
        assert reader.types(command, **words, FILE="deploy/examples/aws.yaml")
    code_is_copied_while_it_runs(cluster, reader, tmp_path / "dev.log")
    reader.types(pages.SKAFFOLD_DELETE)
    assert cluster.found("deployments", "-n", SYSTEM) == []
    reader.types(pages.LET_GO, NAME="dev")


def code_is_copied_while_it_runs(cluster: Cluster, reader: Reader, output: Path) -> None:
    """Into the same container, whose process begins anew: nothing is built."""
    with reader.typing(pages.SKAFFOLD_DEV, output) as process:

        def waits_for_changes() -> bool:
            assert process.poll() is None, said_by(output)[-4000:]
            return "Watching for changes" in said_by(output)

        expect(waits_for_changes, "skaffold dev has rolled out the operator", output)
        expect(lambda: health_of(cluster) == "ok", "the operator is well", output)
        before = container_of(cluster)
        reader.steps.done("$ skaffold dev: rolled out")
        file = reader.checkout / SERVING
        file.write_text(file.read_text().replace('b"ok"', 'b"ok, as changed"'))
        expect(lambda: health_of(cluster) == "ok, as changed", "the new code runs", output)
        assert container_of(cluster) == before
        reader.steps.done("$ skaffold dev: a changed file runs")


def expect(reached: Callable[[], bool], what: str, output: Path) -> None:
    try:
        until(reached, what, seconds=SECONDS, every=0.5)
    except NotReached as late:
        raise NotReached(f"{late}\n{said_by(output)[-4000:]}") from late


def said_by(output: Path) -> str:
    """So far; its last character may not be all there yet."""
    return output.read_text(errors="replace")


def health_of(cluster: Cluster) -> str:
    """What the operator says of itself; nothing while it does not answer."""
    try:
        return cluster.kubectl("exec", "-n", SYSTEM, OPERATOR, "--", "python", "-c", ASK).strip()
    except ProgramFailed:
        return ""


def container_of(cluster: Cluster) -> str:
    """The operator's, which another image or a restart by the kubelet would change."""
    (pod,) = cluster.found("pods", "-n", SYSTEM, "-l", "app.kubernetes.io/component=operator")
    (status,) = pod["status"]["containerStatuses"]
    return str(status["containerID"])
