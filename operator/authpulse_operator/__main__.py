"""`python -m authpulse_operator`: the operator in a cluster, until SIGTERM.

Ends with 0 when it was stopped, with the code of the error (see authpulse.errors) when it cannot begin, and with 70 on
a bug, so that a kubelet starts it again. Settings are environment variables: docs/reference/settings.md.
"""

import logging
import os
import sys

from authpulse.errors import EXIT_BUG, AuthPulseError
from authpulse_operator.adapters.aws.sharing import SharedAws
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.secrets import KubeSecrets
from authpulse_operator.adapters.kube.worker import WorkerSettings
from authpulse_operator.adapters.local.clock import SystemClock
from authpulse_operator.composing import AwsWorlds, Cluster
from authpulse_operator.runtime import logs, memory
from authpulse_operator.runtime.health import Health
from authpulse_operator.runtime.listening import connection
from authpulse_operator.runtime.metrics import Metrics
from authpulse_operator.runtime.operating import assemble
from authpulse_operator.runtime.planning import Material
from authpulse_operator.runtime.reloading import watch_code
from authpulse_operator.runtime.serving import served
from authpulse_operator.runtime.settings import OperatorSettings

log = logging.getLogger(f"{logs.LOGGER}.main")


def main() -> int:
    """The exit code."""
    try:
        settings = OperatorSettings.of_environment(os.environ)
    except AuthPulseError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    logs.configure(level=settings.log_level, form=settings.log_format)
    try:
        operate(settings)
    except AuthPulseError as error:
        log.error("%s", error)  # noqa: TRY400 - it is the user's to solve, and needs no traceback
        return error.exit_code
    except Exception:
        log.exception("the operator ends by a bug")
        return EXIT_BUG
    return 0


def operate(settings: OperatorSettings) -> None:
    """Until it is stopped."""
    if settings.reload:
        watch_code()
    metrics = Metrics()
    health = Health(settings.stale_seconds, settings.watch_stale_seconds, settings.canary)
    material = Material.read(code=settings.code, rules=settings.rules)
    api = KubeApi.connect(on_call=metrics.kubernetes_call, connections=settings.workers)
    worlds = AwsWorlds(
        cluster=Cluster(api, SystemClock()),
        shared=SharedAws(KubeSecrets(api).credentials, on_call=metrics.aws_call),
        worker=WorkerSettings(
            settings.worker_image,
            image_pull_policy=settings.worker_image_pull_policy,
            image_pull_secrets=settings.worker_image_pull_secrets,
            service_account=settings.worker_service_account or None,
            endpoint=settings.aws_endpoint,
        ),
        default_endpoint=settings.aws_endpoint,
    )
    operator = assemble(
        settings, worlds, material, lambda: connection(api.configuration), metrics=metrics, health=health
    )
    with served(settings, health, metrics) as pages:
        log.info("serving", extra=logs.about(**{page.strip("/"): url for page, url in pages.items()}))
        memory.settle()
        operator.run()


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    os._exit(code)  # a thread in a call that is not answered would hold the process until the call's time-out
