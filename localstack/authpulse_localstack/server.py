"""The stock Twisted server listens on every interface, whatever GATEWAY_LISTEN says; this one where it is told."""

from localstack import config
from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import endpoints, reactor


class BoundTwistedServer(TwistedRuntimeServer):
    """Plain HTTP on exactly the hosts and ports of GATEWAY_LISTEN."""

    def register(
        self,
        gateway: Gateway,
        listen: list[config.HostAndPort],
        ssl_creds: tuple[str, str] | None = None,  # noqa: ARG002 - TLS is not offered on loopback
    ) -> None:
        site = TwistedGateway(gateway)
        for address in listen:
            endpoint = endpoints.TCP4ServerEndpoint(reactor, address.port, interface=address.host)
            endpoint.listen(site)
