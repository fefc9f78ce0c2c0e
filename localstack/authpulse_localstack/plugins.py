"""Entry points that LocalStack discovers. Each imports its provider only when the service is first used."""

from typing import Any

from localstack.runtime import hooks
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from localstack.services.plugins import Service, aws_provider


class LoopbackServerPlugin(RuntimeServerPlugin):
    """`GATEWAY_SERVER=authpulse`: the stock Twisted server, bound to the address that was asked for."""

    name = "authpulse"

    def load(self, *_args: object, **_kwargs: object) -> RuntimeServer:
        from authpulse_localstack.server import BoundTwistedServer

        return BoundTwistedServer()


@hooks.on_infra_start(priority=-100)  # after LocalStack's own preparations
def prepare() -> None:
    from authpulse_localstack.control.hooks import on_start

    on_start()


@hooks.on_infra_shutdown(priority=100)  # before services are stopped
def save_state() -> None:
    from authpulse_localstack.control.hooks import on_stop

    on_stop()


@aws_provider(api="kinesis", name="authpulse")
def kinesis() -> Service:
    from authpulse_localstack.kinesis.provider import KinesisProvider

    return Service.for_provider(KinesisProvider())


@aws_provider(api="cloudwatch", name="authpulse")
def cloudwatch() -> Service:
    from localstack.services.moto import MotoFallbackDispatcher

    from authpulse_localstack.cloudwatch.provider import AlarmingCloudwatchProvider

    provider = AlarmingCloudwatchProvider()
    return Service.for_provider(provider, dispatch_table_factory=MotoFallbackDispatcher)


@aws_provider(api="glue")
def glue() -> Service:
    from localstack.services.moto import _proxy_moto

    from authpulse_localstack.glue.provider import GlueOverrides

    return _service("glue", GlueOverrides(), otherwise=_proxy_moto)


@aws_provider(api="kinesisanalyticsv2")
def kinesisanalyticsv2() -> Service:
    from authpulse_localstack.managed_flink.provider import ManagedFlinkProvider, unsupported

    return _service("kinesisanalyticsv2", ManagedFlinkProvider(), otherwise=unsupported)


@aws_provider(api="athena")
def athena() -> Service:
    from authpulse_localstack.athena.provider import AthenaProvider, unsupported

    return _service("athena", AthenaProvider(), otherwise=unsupported)


def _service(name: str, provider: Any, *, otherwise: Any) -> Service:
    """A service that LocalStack has no API classes for: ours where we declare an operation, `otherwise` elsewhere."""
    from localstack.aws.skeleton import Skeleton, create_dispatch_table
    from localstack.aws.spec import load_service
    from localstack.services.plugins import ServiceLifecycleHook

    model = load_service(name)
    table = dict.fromkeys(model.operation_names, otherwise) | create_dispatch_table(provider)
    lifecycle: Any = provider if isinstance(provider, ServiceLifecycleHook) else None
    service = Service(name, skeleton=Skeleton(model, table), lifecycle_hook=lifecycle)
    service._provider = provider  # noqa: SLF001 - as Service.for_provider does
    return service
