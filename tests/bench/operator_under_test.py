"""The operator as a process of its own for bench_operator: the real loop on a real API server, with an AWS in memory.

`python -m bench.operator_under_test KUBECONFIG NAMESPACE`; it says `ready` when it is, and ends at SIGTERM.
"""

import sys
import threading
from pathlib import Path

from authpulse.cli.places import ROOT
from authpulse.documents import read_yaml
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.composing import Cluster
from authpulse_operator.runtime import logs, memory
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.listening import connection
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.operating import assemble
from authpulse_operator.runtime.planning import Material
from authpulse_operator.runtime.settings import OperatorSettings
from doubles.clock import FastClock
from doubles.cloud import FakeCloud, FakeWorlds

TEMPO = 20
POLL_SECONDS = 600  # of the fast clock: 30 s, as by default


def main(kubeconfig: str, namespace: str) -> None:
    logs.configure(level="WARNING", form="text")
    settings = OperatorSettings(namespaces=(namespace,), poll_seconds=POLL_SECONDS)
    metrics = Metrics()
    health = Health(stale_seconds=settings.stale_seconds, watch_stale_seconds=settings.watch_stale_seconds)
    api = KubeApi.connect(Path(kubeconfig), on_call=metrics.kubernetes_call, connections=settings.workers)
    cloud = FakeCloud(FastClock(TEMPO))
    material = Material(Path(__file__), "a" * 64, read_yaml(ROOT / "flink_job/rules.yaml"))
    cloud.artifacts.keys.add(f"code/{material.code_sha256}.zip")
    operator = assemble(
        settings,
        FakeWorlds(cloud, Cluster(api, cloud.clock)),
        material,
        lambda: connection(api.configuration),
        metrics=metrics,
        health=health,
        tempo=TEMPO,
    )
    threading.Thread(target=_say_when_ready, args=(health,), daemon=True).start()
    memory.settle()
    operator.run()


def _say_when_ready(health: Health) -> None:
    health.readiness.wait()
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
