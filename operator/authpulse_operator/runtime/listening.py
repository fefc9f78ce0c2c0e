"""Kopf's connection to the API server, made by us so that its calls are counted and its watches are heard.

A watch that has died looks, from outside, like one where nothing happens. But the server sends a bookmark every minute,
and a watch without one asks again; Kopf shows neither, its HTTP session does both. What Kopf hears of our resources
goes through a sieve (`sifting`).
"""

import re
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import kopf

from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.sifting import OURS, Sieve

Login = Callable[[], kopf.ConnectionInfo]
"""Gives what a connection needs, again after every refusal: tokens are renewed."""

_RESOURCE: Final = re.compile(r"/(?:apis/[^/]+|api)/[^/]+(?:/namespaces/[^/]+)?/(?P<plural>[^/?]+)(?P<name>/[^/?]+)?")


def connection(configuration: Any) -> kopf.ConnectionInfo:
    """To where the official client's configuration points, as who it says, with the token of this moment."""
    schemes = (s for s in configuration.auth_settings().values() if s["in"] == "header" and s["value"])
    scheme, _, token = next((str(s["value"]) for s in schemes if s["key"].lower() == "authorization"), "").partition(
        " "
    )
    return kopf.ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        insecure=not configuration.verify_ssl,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
        scheme=scheme or None,
        token=token or None,
    )


def session(login: Login, *, connections: int, metrics: Metrics, health: Health) -> kopf.AiohttpSession:
    """For a Kopf login handler. Has to be called in the loop that it is used in.

    Kopf would open a connection for each resource that is there at its start; `connections` have to be more than the
    watches, which hold theirs.
    """
    info = login()
    made = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, ssl=info.as_ssl_context()),
        headers=info.as_http_headers(),
        auth=info.as_aiohttp_basic_auth(),
        trust_env=info.trust_env,
        response_class=_overheard_by(health),
        trace_configs=[_counted(metrics, health)],
    )
    return kopf.AiohttpSession(server=info.server, default_namespace=info.default_namespace, aiohttp_session=made)


def called(method: str, path: str, *, watch: bool) -> tuple[str, str]:
    """Verb and resource of a request, in Kubernetes' words."""
    found = _RESOURCE.match(path)
    resource = found["plural"] if found else "discovery"
    if method != "GET":
        return method.lower(), resource
    if watch:
        return "watch", resource
    return ("get" if found is None or found["name"] else "list"), resource


def _counted(metrics: Metrics, health: Health) -> aiohttp.TraceConfig:
    async def began(_session: Any, _context: SimpleNamespace, asked: aiohttp.TraceRequestStartParams) -> None:
        if _is_watch(asked.url.query_string):
            health.heard(asked.url.path)

    async def ended(_session: Any, _context: SimpleNamespace, asked: aiohttp.TraceRequestEndParams) -> None:
        verb, resource = called(asked.method, asked.url.path, watch=_is_watch(asked.url.query_string))
        metrics.kubernetes_call(verb, resource, asked.response.status)

    async def failed(_session: Any, _context: SimpleNamespace, asked: aiohttp.TraceRequestExceptionParams) -> None:
        verb, resource = called(asked.method, asked.url.path, watch=_is_watch(asked.url.query_string))
        metrics.kubernetes_call(verb, resource, 0)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(began)
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(failed)
    return trace


def _is_watch(query: str) -> bool:
    return "watch=true" in query


def _overheard_by(health: Health) -> type[aiohttp.ClientResponse]:
    class Response(aiohttp.ClientResponse):
        async def start(self, connection: Any) -> aiohttp.ClientResponse:
            started = await super().start(connection)
            if _is_watch(self.url.query_string):
                path = self.url.path
                sieve = Sieve() if path.startswith(OURS) else None
                overheard: Any = _Overheard(self.content, lambda: health.heard(path), sieve)
                self.content = overheard
            return started

    return Response


class _Overheard:
    """A response's stream; every chunk of it is told, and sifted where there is a sieve."""

    def __init__(self, stream: aiohttp.StreamReader, tell: Callable[[], None], sieve: Sieve | None) -> None:
        self._stream = stream
        self._tell = tell
        self._sieve = sieve

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        async for chunk in self._stream.iter_chunked(size):
            self._tell()
            yield self._sieve.sift(chunk) if self._sieve else chunk
        if self._sieve:
            yield self._sieve.rest()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
