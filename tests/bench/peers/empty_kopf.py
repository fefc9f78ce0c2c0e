"""The least that Kopf can do: two writes of a status and a finalizer for each resource, and nothing decided.

`python -m bench.peers.empty_kopf KUBECONFIG NAMESPACE`, as bench.operator_under_test. What this takes is Kopf and the
API server; what ours takes above it is what deciding costs.
"""

import asyncio
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import kopf

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.runtime.listening import connection
from bench.peers.status import READY_AFTER, status

KIND = ("authpulse.io", "v1alpha1", "authpulses")


class Forever:
    def __iter__(self) -> Iterator[float]:
        while True:
            yield 1 + random.random()


class NoDiffs(kopf.DiffBaseStorage):
    def build(self, **_: Any) -> Any:
        return {}

    def fetch(self, **_: Any) -> Any:
        return {}

    def store(self, **_: Any) -> None:
        """Nothing is remembered."""


async def operate(kubeconfig: str, namespace: str) -> None:
    info = connection(KubeApi.connect(Path(kubeconfig)).configuration)
    registry, ready = kopf.OperatorRegistry(), asyncio.Event()
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=info.as_ssl_context(), limit=16), headers=info.as_http_headers()
    ) as session:

        @kopf.on.login(registry=registry)
        def log_in(**_: Any) -> kopf.ConnectionInfo:
            return info

        @kopf.on.startup(registry=registry)
        def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
            settings.persistence.diffbase_storage = NoDiffs()
            settings.persistence.finalizer = "authpulse.io/finalizer"
            settings.networking.error_backoffs = Forever()
            settings.posting.enabled = False
            settings.scanning.disabled = True

        @kopf.daemon(*KIND, registry=registry)
        async def loop(meta: Any, stopped: Any, **_: Any) -> None:
            url = f"{info.server}/apis/authpulse.io/v1alpha1/namespaces/{namespace}/authpulses/{meta['name']}/status"
            for is_ready in (False, True):
                async with session.patch(
                    url,
                    json={"status": status(meta["generation"], is_ready=is_ready)},
                    headers={"Content-Type": "application/merge-patch+json"},
                ) as answer:
                    answer.raise_for_status()
                await asyncio.sleep(0 if is_ready else READY_AFTER)
            await stopped.wait()

        async def herald() -> None:
            await ready.wait()
            sys.stdout.write("ready\n")
            sys.stdout.flush()

        heralding = asyncio.create_task(herald())
        await kopf.operator(registry=registry, namespaces=[namespace], standalone=True, ready_flag=ready)
        heralding.cancel()


if __name__ == "__main__":
    asyncio.run(operate(*sys.argv[1:]))
