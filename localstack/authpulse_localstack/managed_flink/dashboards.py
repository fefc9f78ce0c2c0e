"""Flink's REST API for who reaches nothing but the gateway: in a pod of its own Flink listens on loopback only.

Reading alone goes through. Without an address for others, a dashboard's URL is Flink's own and nothing is in between.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from localstack.http import Request
from localstack.services.edge import ROUTER
from rolo.response import Response

from authpulse_localstack.managed_flink.applications import Application
from authpulse_localstack.managed_flink.cluster.port import Cluster
from authpulse_localstack.managed_flink.errors import ResourceNotFound

ROOT: Final = "/_authpulse/dashboards"
TIMEOUT_SECONDS: Final = 10

type Find = Callable[[str, str, str], Cluster | None]
"""By account, region and application. Raises ResourceNotFound."""


def serve(find: Find) -> None:
    """Adds the route to the gateway."""

    def dashboard(_request: Request, account: str, region: str, name: str, path: str) -> Response:
        try:
            cluster = find(account, region, name)
        except ResourceNotFound:
            return Response(f"no application {name}\n", status=404)
        if cluster is None:
            return Response(f"application {name} does not run\n", status=503)
        return _forwarded(cluster.dashboard, path, _request.query_string.decode())

    router: Any = ROUTER  # its annotations know other requests than it gives
    router.add(f"{ROOT}/<account>/<region>/<name>/<path:path>", dashboard, methods=["GET"])


def url_of(application: Application, cluster: Cluster) -> str:
    """Where the caller finds it."""
    address = os.environ.get("AUTHPULSE_LOCAL_ADDRESS")
    if not address:
        return cluster.dashboard
    return f"http://{address}{ROOT}/{application.account}/{application.region}/{application.name}"


def _forwarded(dashboard: str, path: str, query: str) -> Response:
    target = f"{dashboard}/{path}" + (f"?{query}" if query else "")
    try:
        with urllib.request.urlopen(target, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own loopback URL
            return Response(answer.read(), status=answer.status, content_type=answer.headers.get("Content-Type"))
    except urllib.error.HTTPError as error:
        with error:
            return Response(error.read(), status=error.code)
    except OSError as error:
        return Response(f"Flink does not answer: {error}\n", status=503)
