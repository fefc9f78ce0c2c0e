"""Flink's configuration for one run: the service's fixed settings, and a machine with nothing but loopback."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from authpulse_localstack.managed_flink.cluster.memory import JobManagerMemory, TaskManagerMemory
from authpulse_localstack.managed_flink.cluster.port import Deployment

LOOPBACK: Final = "127.0.0.1"

# What code may set; the service refuses everything else from FLINK-2_2 on (developer guide, "programmatic
# configuration"). A name stands for all options below it; the last are Flink's own notes on a query.
ALLOWED_IN_CODE: Final = (
    "execution.runtime-mode",
    "pipeline",
    "python.execution-mode",
    "python.internal",
    "python.job-options",
    "python.operator-chaining.enabled",
    "table",
    "taskmanager.network.adaptive-partitioner",
    "__table",
)

LOG4J: Final = """\
rootLogger.level = {level}
rootLogger.appenderRef.file.ref = File
appender.file.name = File
appender.file.type = RollingFile
appender.file.fileName = ${{sys:log.file}}
appender.file.filePattern = ${{sys:log.file}}.%i
appender.file.layout.type = JsonTemplateLayout
appender.file.layout.eventTemplateUri = file:{template}
appender.file.layout.locationInfoEnabled = true
appender.file.layout.maxStringLength = 65536
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 64MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 1
logger.pekko.name = org.apache.pekko
logger.pekko.level = {at_least_info}
logger.hadoop.name = org.apache.hadoop
logger.hadoop.level = {at_least_info}
logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline
logger.netty.level = OFF
"""

# The service's field names; what it adds about the application is added where lines are shipped.
LOG_TEMPLATE: Final = {
    "timestamp": {"$resolver": "timestamp", "epoch": {"unit": "millis", "rounded": True}},
    "locationInformation": {"$resolver": "pattern", "pattern": "%l"},
    "logger": {"$resolver": "logger", "field": "name"},
    "message": {"$resolver": "message", "stringified": True},
    "messageType": {"$resolver": "level", "field": "name"},
    "threadName": {"$resolver": "thread", "field": "name"},
    "throwableInformation": {"$resolver": "exception", "field": "stackTrace", "stackTrace": {"stringified": True}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    rest: int
    rpc: int


def flink_options(deployment: Deployment, ports: Ports, run: Path, python: Path) -> dict[str, str]:
    """Flink's options. Every address is loopback, every folder is the run's own."""
    return {
        "jobmanager.rpc.address": LOOPBACK,
        "jobmanager.rpc.port": str(ports.rpc),
        "jobmanager.bind-host": LOOPBACK,
        "jobmanager.execution.failover-strategy": "region",
        "taskmanager.host": LOOPBACK,
        "taskmanager.bind-host": LOOPBACK,
        "taskmanager.numberOfTaskSlots": str(deployment.slots),
        "rest.address": LOOPBACK,
        "rest.bind-address": LOOPBACK,
        "rest.port": str(ports.rest),
        "web.submit.enable": "false",
        "parallelism.default": str(deployment.parallelism),
        "io.tmp.dirs": str(run / "tmp"),
        "python.executable": str(python),
        "python.client.executable": str(python),
        # a job that stopped must still tell where its savepoint is
        "execution.shutdown-on-application-finish": "false",
        "execution.program-config.enabled": "false",
        "execution.program-config.wildcards": ";".join(ALLOWED_IN_CODE),
        # a lost TaskManager is noticed within seconds, and its successor waited for rather than counted as a failure
        "heartbeat.interval": "2 s",
        "heartbeat.timeout": "10 s",
        "resourcemanager.standalone.start-up-time": str(24 * 60 * 60 * 1000),
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "10 s",
        "restart-strategy.exponential-delay.reset-backoff-threshold": "1 min",
        "state.backend.type": "rocksdb",
        **_checkpoints(deployment, run),
        **JobManagerMemory().options(),
        **TaskManagerMemory(deployment.slots).options(),
    }


def _checkpoints(deployment: Deployment, run: Path) -> dict[str, str]:
    options = {
        "execution.checkpointing.dir": (run / "checkpoints").as_uri(),
        "execution.checkpointing.incremental": "true",
        "execution.checkpointing.timeout": "1 h",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    }
    if deployment.checkpointing:
        options["execution.checkpointing.interval"] = duration(deployment.checkpoint_interval_ms)
        options["execution.checkpointing.min-pause"] = duration(deployment.checkpoint_min_pause_ms)
    return options


def duration(milliseconds: int) -> str:
    """As Flink writes it: in the largest unit that fits. Written otherwise it would look changed by the program."""
    units = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000))
    for name, size in units:
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size} {name}"
    return f"{milliseconds} ms"


def write_configuration(folder: Path, options: dict[str, str], *, log_level: str) -> None:
    """`config.yaml`, `log4j2.properties` and its template. Quoted as JSON, which is YAML too."""
    lines = [f"{name}: {json.dumps(value)}" for name, value in sorted(options.items())]
    (folder / "config.yaml").write_text("\n".join(lines) + "\n")
    template = folder / "log-template.json"
    template.write_text(json.dumps(LOG_TEMPLATE))
    at_least_info = "INFO" if log_level == "DEBUG" else log_level
    properties = LOG4J.format(level=log_level, at_least_info=at_least_info, template=template)
    (folder / "log4j2.properties").write_text(properties)
