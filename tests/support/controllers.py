"""Kubernetes' own controllers of Jobs and of what belongs to something, beside the API server of the tests.

There is still no node: pods are made, and what becomes of them is said by `Pods`.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes import client

from support.kube import ApiServer, until
from support.leaving_out import left_out

PROGRAM = "kube-controller-manager"
CONTROLLERS = ("job-controller", "garbage-collector-controller")
STOP_SECONDS = 30
AT = "2025-06-02T09:{:02}:00Z"
"""So long ago that the Job controller makes the next pod at once; pods end a minute after each other."""


@contextmanager
def running_controllers(server: ApiServer, folder: Path) -> Iterator[None]:
    """As long as the context is open they act on every namespace.

    envtest's folders have no controllers: without them the test is skipped, or fails where CI=true.
    """
    program = server.binaries / PROGRAM
    if not program.exists():
        left_out(f"{program} is not there: put Kubernetes' {PROGRAM} beside its kube-apiserver")
    with (folder / "controllers.log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(program),
                *(f"--kubeconfig={server.kubeconfig}", f"--controllers={','.join(CONTROLLERS)}"),
                *("--leader-elect=false", "--secure-port=0"),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


@dataclass
class Pods:
    """Those of one Job."""

    server: ApiServer
    namespace: str
    job: str
    ended: int = 0

    def running(self) -> list[str]:
        """Names of those that have not ended."""
        ended = ("Failed", "Succeeded")
        return [p.metadata.name for p in self._listed() if p.status.phase not in ended]

    def end(self, exit_code: int, last_words: str = "") -> None:
        """The one that runs, as soon as there is one, ends with that."""
        (name, *_) = until(self.running, f"a pod of {self.job}")
        self.ended += 1
        at = AT.format(self.ended)
        terminated = {"exitCode": exit_code, "message": last_words, "startedAt": at, "finishedAt": at}
        container = {"name": "worker", "ready": False, "restartCount": 0, "image": "a", "imageID": "a"}
        status: dict[str, Any] = {
            "phase": "Failed" if exit_code else "Succeeded",
            "containerStatuses": [{**container, "state": {"terminated": terminated}}],
        }
        self._core().patch_namespaced_pod_status(name, self.namespace, {"status": status})

    def _listed(self) -> list[Any]:
        label = f"batch.kubernetes.io/job-name={self.job}"
        return list(self._core().list_namespaced_pod(self.namespace, label_selector=label).items)

    def _core(self) -> client.CoreV1Api:
        return client.CoreV1Api(self.server.client())
