"""A port of this machine that leads to a Service, as long as a block lasts."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cluster_e2e.cluster import Cluster

from support.kube import until


@dataclass
class Tunnel:
    """`kubectl port-forward`, which ends when a connection breaks: it is begun again at the same port."""

    cluster: Cluster
    namespace: str
    service: str
    port: int
    local: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.local = free.getsockname()[1]

    def address(self) -> str:
        """Where it can be reached now."""
        until(self._is_open, f"a way to {self.service} of {self.namespace}", seconds=120, every=0.2)
        return f"http://127.0.0.1:{self.local}"

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def _is_open(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            command = ["kubectl", f"--kubeconfig={self.cluster.kubeconfig}", "port-forward", "-n", self.namespace]
            ports = f"{self.local}:{self.port}"
            self._process = subprocess.Popen(
                [*command, f"svc/{self.service}", ports], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.local)) == 0


@contextmanager
def tunnel(cluster: Cluster, namespace: str, service: str, port: int) -> Iterator[Tunnel]:
    way = Tunnel(cluster, namespace, service, port)
    try:
        yield way
    finally:
        way.close()
