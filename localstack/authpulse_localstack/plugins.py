"""Entry points that LocalStack discovers. Each imports its provider only when the service is first used."""

from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin


class LoopbackServerPlugin(RuntimeServerPlugin):
    """`GATEWAY_SERVER=authpulse`: the stock Twisted server, bound to the address that was asked for."""

    name = "authpulse"

    def load(self, *_args: object, **_kwargs: object) -> RuntimeServer:
        from authpulse_localstack.server import BoundTwistedServer

        return BoundTwistedServer()
