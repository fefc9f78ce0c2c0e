"""What puts resources into a cluster and watches them get ready: the loader of bench_operator.

It shares the cores with what it measures, so it is cheap: it asks for tables, not for objects.
"""

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import urllib3

from support.kube import ApiServer, until

TABLE: Final = "application/json;as=Table;g=meta.k8s.io;v=v1"
WRITERS: Final = 16
_PATCHES: Final = re.compile(
    r'^apiserver_request_total\{(?P<labels>[^}]*verb="PATCH"[^}]*)\} (?P<count>\S+)$', re.MULTILINE
)


class Cluster:
    """One namespace of an API server, by plain HTTP."""

    def __init__(self, server: ApiServer, namespace: str) -> None:
        self._server = server
        self._url = f"{server.url}/apis/authpulse.io/v1alpha1/namespaces/{namespace}/authpulses"
        self._pool = urllib3.PoolManager(ca_certs=str(server.certificate), maxsize=WRITERS)

    def create(self, names: Sequence[str]) -> None:
        """All of them, as fast as the API server takes them."""
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(lambda name: self._call("POST", self._url, _manifest(name)), names))

    def until_ready(self, count: int, *, seconds: float) -> None:
        """Looks once a second: a table of a thousand rows costs the API server some 70 ms."""
        until(lambda: self._ready() >= count, f"{count} resources are Ready", seconds=seconds, every=1)

    def change(self, name: str, nonce: int) -> int:
        """Another spec, without another deployment; its generation."""
        retention = {"spec": {"flink": {"snapshots": {"retention": {"count": 31 + nonce}}}}}
        changed = self._call("PATCH", f"{self._url}/{name}", retention, "application/merge-patch+json")
        return int(changed["metadata"]["generation"])

    def until_observed(self, name: str, generation: int) -> None:
        until(
            lambda: self._call("GET", f"{self._url}/{name}")["status"]["observedGeneration"] >= generation,
            f"generation {generation} of {name} is observed",
            every=0.002,
        )

    def patches(self) -> int:
        """Of AuthPulse resources and their status, as the API server itself has counted them."""
        text = self._get(f"{self._server.url}/metrics", "text/plain").decode()
        return sum(int(float(m["count"])) for m in _PATCHES.finditer(text) if 'resource="authpulses"' in m["labels"])

    def _ready(self) -> int:
        rows = json.loads(self._get(f"{self._url}?resourceVersion=0&includeObject=None", TABLE))["rows"]
        return sum(row["cells"][1] == "True" for row in rows or ())

    def _call(self, method: str, url: str, body: Any = None, media: str = "application/json") -> dict[str, Any]:
        content = None if body is None else json.dumps(body)
        answer = self._pool.request(method, url, body=content, headers=self._headers("application/json", media))
        if answer.status >= 300:
            raise AssertionError(f"{method} {url}: {answer.status} {answer.data[:300]!r}")
        document: dict[str, Any] = json.loads(answer.data)
        return document

    def _get(self, url: str, accept: str) -> bytes:
        return self._pool.request("GET", url, headers=self._headers(accept, "application/json")).data

    def _headers(self, accept: str, media: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._server.token}", "Accept": accept, "Content-Type": media}


def names(count: int) -> Iterator[str]:
    return (f"p{number:04d}" for number in range(count))


def _manifest(name: str) -> dict[str, Any]:
    """Many applications of one environment: stream, bucket and code are there already."""
    return {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": name},
        "spec": {
            "environment": "bench",
            "foundation": "Expect",
            "flink": {"applicationName": name, "health": {"stableForSeconds": 0}},
        },
    }
