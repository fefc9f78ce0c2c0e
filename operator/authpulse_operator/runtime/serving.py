"""/healthz, /readyz and /metrics over HTTP, in threads of their own: they answer while the loop hangs, and say so."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from authpulse.errors import ReachabilityError
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.settings import OperatorSettings

Answer = tuple[HTTPStatus, bytes]
Pages = Mapping[str, Callable[[], Answer]]


@contextmanager
def served(settings: OperatorSettings, health: Health, metrics: Metrics) -> Iterator[Mapping[str, str]]:
    """Serves while it lasts; gives the URLs by page. Raises ReachabilityError for an address that cannot be bound."""
    probes: Pages = {"/healthz": lambda: _alive(health), "/readyz": lambda: _ready(health)}
    measures: Pages = {"/metrics": lambda: (HTTPStatus.OK, metrics.text())}
    with ExitStack() as servers:
        if settings.metrics_port == settings.health_port != 0:
            yield servers.enter_context(_serve(settings.http_address, settings.health_port, {**probes, **measures}))
            return
        urls = servers.enter_context(_serve(settings.http_address, settings.health_port, probes))
        yield {**urls, **servers.enter_context(_serve(settings.http_address, settings.metrics_port, measures))}


def _alive(health: Health) -> Answer:
    failures = health.failures()
    if failures:
        return HTTPStatus.INTERNAL_SERVER_ERROR, "\n".join(failures).encode()
    return HTTPStatus.OK, b"ok"


def _ready(health: Health) -> Answer:
    return (HTTPStatus.OK, b"ok") if health.readiness.is_set() else (HTTPStatus.SERVICE_UNAVAILABLE, b"starting")


@contextmanager
def _serve(address: str, port: int, pages: Pages) -> Iterator[Mapping[str, str]]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:  # the name that http.server calls
            page = pages.get(self.path.partition("?")[0])
            status, body = page() if page else (HTTPStatus.NOT_FOUND, b"no such page")
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Probes come every few seconds and are no news."""

    try:
        server = ThreadingHTTPServer((address, port), Handler)
    except OSError as error:
        raise ReachabilityError(f"cannot serve at {address}:{port}: {error.strerror}") from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield {page: f"http://{address}:{server.server_port}{page}" for page in pages}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
