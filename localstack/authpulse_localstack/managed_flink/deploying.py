"""From an application's version to a deployment: code, property groups, sizes, and the environment of its processes."""

import os
from pathlib import Path

from localstack import config
from localstack.runtime import events

from authpulse_localstack.managed_flink import validation
from authpulse_localstack.managed_flink.applications import Application, Version
from authpulse_localstack.managed_flink.cluster.port import Deployment, StartFailed
from authpulse_localstack.managed_flink.code import read_code
from authpulse_localstack.managed_flink.errors import InvalidApplicationConfiguration
from authpulse_localstack.managed_flink.role import take

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not bound
READY_SECONDS = 120


def home_of(root: Path, application: Application) -> Path:
    return root / f"{application.account}-{application.region}-{application.name}"


def deployment_of(root: Path, application: Application, version: Version) -> Deployment:
    """Waits for LocalStack to be up, which matters right after its start. Raises StartFailed."""
    events.infra_ready.wait(READY_SECONDS)
    settings = version.settings
    flink = settings.configuration["FlinkApplicationConfiguration"]
    checkpoint, parallelism = flink["CheckpointConfiguration"], flink["ParallelismConfiguration"]["Parallelism"]
    groups = settings.property_groups
    try:
        options = validation.run_options(groups)
    except InvalidApplicationConfiguration as error:
        raise StartFailed(str(error)) from error
    session = take(settings.role_arn, account=application.account, region=application.region)
    return Deployment(
        application_arn=application.arn,
        application=application.name,
        version=version.number,
        home=home_of(root, application),
        code=read_code(settings.configuration, session.clients()),
        options=options,
        property_groups=groups,
        parallelism=parallelism,
        slots=parallelism,
        checkpointing=checkpoint["CheckpointingEnabled"],
        checkpoint_interval_ms=checkpoint["CheckpointInterval"],
        checkpoint_min_pause_ms=checkpoint["MinPauseBetweenCheckpoints"],
        log_level=flink["MonitoringConfiguration"]["LogLevel"],
        log_stream_arn=settings.log_streams[0][1] if settings.log_streams else None,
        environment={
            **session.environment(),
            "AWS_ENDPOINT_URL": own_endpoint(),  # clients without an endpoint find us
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )


def own_endpoint() -> str:
    address = config.GATEWAY_LISTEN[0]
    host = "127.0.0.1" if address.host in EVERYWHERE else address.host
    return f"http://{host}:{address.port}"


def root_folder() -> Path:
    """Folder of all applications. Raises RuntimeError without a state folder, which only a foreign start lacks."""
    state = os.environ.get("AUTHPULSE_LOCAL_STATE")
    if not state:
        raise RuntimeError("AUTHPULSE_LOCAL_STATE is not set: start with `python -m authpulse_localstack`")
    return Path(state) / "flink"
