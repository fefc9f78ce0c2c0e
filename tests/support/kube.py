"""A real Kubernetes API for tests: etcd and kube-apiserver without nodes, as controller-runtime's envtest starts them.

Its certificate is the one it signs itself, its user a token with all rights; both die with its folder. It can be
stopped and started again with what it stores, for tests of an operator that loses its API server.
"""

import json
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from kubernetes import client
from kubernetes.client.exceptions import ApiException

READY_SECONDS = 90
STOP_SECONDS = 30


class NotReached(AssertionError):
    """Something did not come to be in its time; the text ends with what the processes said."""


def until(reached: Callable[[], Any], what: str, *, seconds: float = 30, every: float = 0.05) -> Any:
    """The first answer of `reached` that is true. Raises NotReached after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (answer := reached()):
        if time.monotonic() > deadline:
            raise NotReached(f"{what}: not after {seconds:g} s")
        time.sleep(every)
    return answer


@dataclass
class ApiServer:
    """One that runs. `client()` is the Kubernetes package's; a process of its own takes `kubeconfig`."""

    folder: Path
    binaries: Path
    port: int
    etcd_ports: tuple[int, int]
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificates/apiserver.crt"

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    @cached_property
    def _client(self) -> client.ApiClient:
        configuration = client.Configuration(host=self.url)
        configuration.ssl_ca_cert = str(self.certificate)
        configuration.api_key = {"authorization": f"Bearer {self.token}"}
        configuration.no_proxy = "127.0.0.1"
        return client.ApiClient(configuration)

    def client(self) -> client.ApiClient:
        """The same one every time: it keeps its connections."""
        return self._client

    def create_namespace(self) -> str:
        """A new one. Nothing removes it: that takes a controller, and all of it goes with the server."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        client.CoreV1Api(self.client()).create_namespace({"metadata": {"name": name}})
        return name

    def install(self, definitions: Sequence[Path]) -> None:
        """Creates CustomResourceDefinitions and waits until they are served. Raises ApiException if one is refused."""
        extensions = client.ApiextensionsV1Api(self.client())
        documents = [yaml.safe_load(p.read_text()) for p in definitions]
        for document in documents:
            extensions.create_custom_resource_definition(document)
        for document in documents:
            until(lambda d=document: self._serves(d), f"{document['metadata']['name']} is served")

    def stop(self) -> None:
        """Stops the API server and keeps what it stores: `start` goes on with it at the same address."""
        self._end("kube-apiserver")

    def start(self) -> None:
        """Starts what does not run, and returns when it is ready. Raises NotReached with the end of its log."""
        self._run_etcd()
        self._run_api()
        until(self._is_ready_or_ended, f"{self.url}/readyz", seconds=READY_SECONDS)

    def is_ready(self) -> bool:
        try:
            return self.certificate.exists() and bool(self._get("/readyz", accept="*/*"))
        except OSError:  # refused, not ready (HTTPError is one), or its certificate is being written
            return False

    def ask(self, path: str, *, accept: str = "application/json") -> dict[str, Any]:
        """The answer to a GET that the Kubernetes package has no words for."""
        answer: dict[str, Any] = json.loads(self._get(path, accept=accept))
        return answer

    def close(self) -> None:
        for name in ("kube-apiserver", "etcd"):
            self._end(name)

    def _get(self, path: str, *, accept: str) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": accept}
        handlers = (
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(self.certificate))),
        )
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)
        with urllib.request.build_opener(*handlers).open(request, timeout=5) as answer:
            body: bytes = answer.read()
        return body

    def _serves(self, definition: dict[str, Any]) -> bool:
        spec = definition["spec"]
        try:
            client.CustomObjectsApi(self.client()).list_cluster_custom_object(
                spec["group"], spec["versions"][0]["name"], spec["names"]["plural"]
            )
        except ApiException as refused:
            if refused.status != 404:
                raise
            return False
        return True

    def _run_etcd(self) -> None:
        for_clients, for_peers = (f"http://127.0.0.1:{p}" for p in self.etcd_ports)
        self._begin(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            *(f"--listen-client-urls={for_clients}", f"--advertise-client-urls={for_clients}"),
            *(f"--listen-peer-urls={for_peers}", f"--initial-advertise-peer-urls={for_peers}"),
            *(f"--initial-cluster=default={for_peers}", "--unsafe-no-fsync", "--log-level=warn"),
        )

    def _run_api(self) -> None:
        tokens = self.folder / "tokens.csv"
        tokens.write_text(f'{self.token},admin,admin,"system:masters"\n')
        certificates = self.certificate.parent
        self._begin(
            "kube-apiserver",
            *(f"--etcd-servers=http://127.0.0.1:{self.etcd_ports[0]}", f"--secure-port={self.port}"),
            *("--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none"),
            *(f"--cert-dir={certificates}", f"--token-auth-file={tokens}", "--authorization-mode=RBAC"),
            "--disable-admission-plugins=ServiceAccount",  # nobody is here who makes the default accounts
            *("--service-cluster-ip-range=10.0.0.0/24", f"--service-account-issuer={self.url}"),
            f"--service-account-key-file={certificates / 'apiserver.crt'}",
            f"--service-account-signing-key-file={certificates / 'apiserver.key'}",
            *("--profiling=false", "--shutdown-delay-duration=0s", "--shutdown-send-retry-after=false"),
        )
        self._write_kubeconfig()

    def _begin(self, program: str, *arguments: str) -> None:
        running = self._processes.get(program)
        if running is not None and running.poll() is None:
            return
        with (self.folder / f"{program}.log").open("ab") as log:
            # a session of its own: Ctrl-C is pytest's, which stops it in order
            self._processes[program] = subprocess.Popen(
                [str(self.binaries / program), *arguments], stdout=log, stderr=log, start_new_session=True
            )

    def _end(self, program: str) -> None:
        process = self._processes.pop(program, None)
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)

    def _is_ready_or_ended(self) -> bool:
        if any(p.poll() is not None for p in self._processes.values()):
            raise NotReached(f"a part of the API server ended by itself: {self._last_words()}")
        return self.is_ready()

    def _last_words(self) -> str:
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in sorted(self.folder.glob("*.log")))

    def _write_kubeconfig(self) -> None:
        name = "test"
        cluster = {"server": self.url, "certificate-authority": str(self.certificate)}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": {"token": self.token}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": "default"}}],
            "current-context": name,
        }
        self.kubeconfig.write_text(json.dumps(document))


@dataclass(frozen=True)
class Resources:
    """AuthPulse's resources of one kind in a namespace, as documents. Unknown fields are refused, as kubectl asks for.

    A refusal is an ApiException of the Kubernetes package.
    """

    server: ApiServer
    namespace: str
    plural: str = "authpulses"
    group: str = "authpulse.io"

    def create(self, document: dict[str, Any], *, field_validation: str = "Strict", **more: Any) -> dict[str, Any]:
        return self._call("create_namespaced_custom_object", document, field_validation=field_validation, **more)

    def get(self, name: str, subresource: str = "") -> dict[str, Any]:
        return self._call(f"get_namespaced_custom_object{subresource and f'_{subresource}'}", name)

    def exists(self, name: str) -> bool:
        try:
            self.get(name)
        except ApiException as refused:
            if refused.status != 404:
                raise
            return False
        return True

    def merge(self, name: str, changes: dict[str, Any], subresource: str = "") -> dict[str, Any]:
        """A merge patch: null takes a field away."""
        return self._patch(name, changes, subresource, "application/merge-patch+json", field_validation="Strict")

    def apply(self, name: str, document: dict[str, Any], *, manager: str) -> dict[str, Any]:
        """Server-side apply in a manager's name."""
        return self._patch(name, document, "", "application/apply-patch+yaml", field_manager=manager)

    def delete(self, name: str) -> None:
        self._call("delete_namespaced_custom_object", name)

    def _patch(self, name: str, body: Any, subresource: str, content_type: str, **more: Any) -> dict[str, Any]:
        method = f"patch_namespaced_custom_object{subresource and f'_{subresource}'}"
        return self._call(method, name, body, _content_type=content_type, **more)

    def _call(self, method: str, *arguments: Any, **more: Any) -> dict[str, Any]:
        api = client.CustomObjectsApi(self.server.client())
        answer: dict[str, Any] = getattr(api, method)(
            self.group, "v1alpha1", self.namespace, self.plural, *arguments, **more
        )
        return answer


@contextmanager
def running_api_server(folder: Path, binaries: Path) -> Iterator[ApiServer]:
    """One that keeps everything below `folder` and is stopped at the end."""
    port, *etcd_ports = _free_ports(3)
    server = ApiServer(folder, binaries, port, (etcd_ports[0], etcd_ports[1]))
    try:
        server.start()
        yield server
    finally:
        server.close()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [s.getsockname()[1] for s in sockets]
