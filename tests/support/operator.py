"""An operator that runs in a thread: the real loop on a real API server, with an AWS in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from authpulse.cli.places import ROOT
from authpulse.documents import read_yaml
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.composing import Cluster
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.listening import connection
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.operating import Operator, assemble
from authpulse_operator.runtime.planning import Material
from authpulse_operator.runtime.settings import OperatorSettings
from doubles.cloud import FakeCloud, FakeWorlds
from support.kube import ApiServer, until

MATERIAL = Material(Path(__file__), "a" * 64, read_yaml(ROOT / "flink_job/rules.yaml"))
STOP_SECONDS = 30


@dataclass
class RunningOperator:
    """One under test."""

    operator: Operator
    metrics: Metrics
    health: Health
    api: KubeApi

    def patches(self) -> dict[str, int]:
        """How many were sent, by what."""
        return self.calls("patch")

    def calls(self, verb: str) -> dict[str, int]:
        return {
            resource: int(count)
            for (found, resource, _), count in self.metrics.values("kubernetes_calls_total").items()
            if found == verb
        }


@contextmanager
def running_operator(
    server: ApiServer,
    cloud: FakeCloud,
    namespaces: tuple[str, ...],
    *,
    worlds: type[FakeWorlds] = FakeWorlds,
    **settings: object,
) -> Iterator[RunningOperator]:
    """Ready when it begins, stopped in order when it ends. Raises what the operator ended with."""
    chosen = OperatorSettings.model_validate({"namespaces": namespaces, "retry_seconds": 1, **settings})
    metrics = Metrics()
    health = Health(stale_seconds=chosen.stale_seconds, watch_stale_seconds=chosen.watch_stale_seconds)
    api = KubeApi.connect(server.kubeconfig, on_call=metrics.kubernetes_call, connections=chosen.workers)
    operator = assemble(
        chosen,
        worlds(cloud, Cluster(api, cloud.clock)),
        MATERIAL,
        lambda: connection(api.configuration),
        metrics=metrics,
        health=health,
        tempo=cloud.clock.tempo,
    )
    with ThreadPoolExecutor(1, thread_name_prefix="operator") as threads:
        ended = threads.submit(operator.run)
        try:
            until(lambda: health.readiness.is_set() or ended.done(), "the operator is ready")
            yield RunningOperator(operator, metrics, health, api)
        finally:
            operator.end()
            ended.result(STOP_SECONDS)
            api.close()
