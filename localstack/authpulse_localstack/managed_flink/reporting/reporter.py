"""One thread per running application that ships its log and, less often, its metrics."""

import logging
import threading
import time
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from authpulse_localstack.managed_flink.cluster.port import Deployment
from authpulse_localstack.managed_flink.cluster.rest import FlinkRest, NotReached
from authpulse_localstack.managed_flink.cluster.run_folder import RunFolder
from authpulse_localstack.managed_flink.reporting.logs import LogShipper
from authpulse_localstack.managed_flink.reporting.metrics import NAMESPACE, Growth, read_metrics
from authpulse_localstack.managed_flink.reporting.tail import Tail
from authpulse_localstack.managed_flink.role import RoleSession

LOG = logging.getLogger(__name__)

LOG_SECONDS: Final = 1.0
METRICS_SECONDS: Final = 15.0  # LocalStack takes 31 PutMetricData a second, so one call carries all


class Reporter:
    """Reports from the moment it is made until `stop`, which sends what is left of the log."""

    def __init__(self, deployment: Deployment, run: RunFolder, rest: FlinkRest) -> None:
        self._deployment, self._rest = deployment, rest
        *_, region, account, _ = deployment.application_arn.split(":")
        self._clients = connect_to(aws_access_key_id=account, region_name=region)
        self._tails = [Tail(run.log(process)) for process in ("jobmanager", "taskmanager")]
        self._shipper = self._make_shipper()
        self._growth = Growth()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._report, name=f"report-{deployment.application}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _make_shipper(self) -> LogShipper | None:
        deployment = self._deployment
        if deployment.log_stream_arn is None:
            return None
        logs: Any = RoleSession.within(deployment.environment).clients().logs
        return LogShipper(
            logs,
            stream_arn=deployment.log_stream_arn,
            application_arn=deployment.application_arn,
            version=deployment.version,
        )

    def _report(self) -> None:
        due = time.monotonic() + METRICS_SECONDS
        while not self._stopped.wait(LOG_SECONDS):
            self._ship_logs()
            if time.monotonic() >= due:
                self._put_metrics()
                due = time.monotonic() + METRICS_SECONDS
        self._ship_logs()
        for tail in self._tails:
            tail.close()

    def _ship_logs(self) -> None:
        if self._shipper is not None:
            self._shipper.ship([line for tail in self._tails for line in tail.lines()])

    def _put_metrics(self) -> None:
        try:
            data = read_metrics(self._rest, self._deployment.application)
            if data:
                data += self._growth.of(data)
                self._clients.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except (NotReached, ClientError, BotoCoreError, KeyError) as error:
            LOG.debug("%s: no metrics this time: %s", self._deployment.application, error)
