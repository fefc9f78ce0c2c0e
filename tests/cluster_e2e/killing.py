"""Kills the operator at moments that nobody has chosen, as long as a test goes on."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cluster_e2e.cluster import Cluster, ProgramFailed

SHORTEST, LONGEST = 3.0, 25.0
"""Seconds that it may live once it is ready: enough to do something, too little to finish anything."""
LOOK_SECONDS = 0.5


@dataclass
class Killer:
    """`kills` are the names of the pods that it has had."""

    cluster: Cluster
    namespace: str
    selector: str
    seed: int
    kills: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        dice = random.Random(self.seed)
        while not self._stop.is_set():
            pod = self._ready_pod()
            if pod is None:
                self._stop.wait(LOOK_SECONDS)
            elif not self._stop.wait(dice.uniform(SHORTEST, LONGEST)):
                self._kill(pod)

    def stop(self) -> None:
        self._stop.set()

    def _ready_pod(self) -> str | None:
        for pod in self.cluster.found("pods", "-n", self.namespace, "-l", self.selector):
            conditions = {c["type"]: c["status"] for c in pod["status"].get("conditions", ())}
            if conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]:
                return str(pod["metadata"]["name"])
        return None

    def _kill(self, pod: str) -> None:
        """Without time to come to an end in order."""
        try:
            self.cluster.kubectl("delete", "pod", pod, "-n", self.namespace, "--grace-period=1", "--wait=false")
        except ProgramFailed:  # it was gone already
            return
        self.kills.append(pod)


@contextmanager
def killing(killer: Killer) -> Iterator[Killer]:
    """While the block lasts. What went wrong in its thread is raised at the end."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            killer.work()
        except BaseException as error:  # noqa: BLE001 - it is the test's to see
            failed.append(error)

    thread = threading.Thread(target=work, name="killer")
    thread.start()
    try:
        yield killer
    finally:
        killer.stop()
        thread.join()
    if failed:
        raise failed[0]
