"""The stock Twisted server listens on every interface, whatever GATEWAY_LISTEN says; this one where it is told."""

import tempfile
from io import BytesIO
from typing import IO, Any

from localstack import config
from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import endpoints, reactor

from authpulse_localstack.shortcuts import ShortcutsFirst

IN_MEMORY_BYTES = 32 * 1024 * 1024


class Site(TwistedGateway):
    """Shortcuts first, then LocalStack's gateway."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway)
        self.resource = ShortcutsFirst(self.resource)

    def log(self, request: Any) -> None:
        """LocalStack has a log of its own; Twisted's goes nowhere, and costs as much as a small answer."""

    def getContentFile(self, length: int | None) -> IO[bytes]:  # noqa: N802 - Twisted's name for it
        """Twisted puts every body above 100 KB into a temporary file: a fifth of what a PutRecords of 2.5 MB costs."""
        if length is not None and length <= IN_MEMORY_BYTES:
            return BytesIO()
        return tempfile.TemporaryFile()


class BoundTwistedServer(TwistedRuntimeServer):
    """Plain HTTP on exactly the hosts and ports of GATEWAY_LISTEN."""

    def register(
        self,
        gateway: Gateway,
        listen: list[config.HostAndPort],
        ssl_creds: tuple[str, str] | None = None,  # noqa: ARG002 - TLS is not offered on loopback
    ) -> None:
        site = Site(gateway)
        for address in listen:
            endpoint = endpoints.TCP4ServerEndpoint(reactor, address.port, interface=address.host)
            endpoint.listen(site)
