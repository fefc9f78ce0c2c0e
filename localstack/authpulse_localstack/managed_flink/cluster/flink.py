"""Runs applications on a Flink of their own: starts the JVMs, sees that they stay, asks them over REST."""

import contextlib
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from authpulse_localstack.managed_flink.cluster.distribution import Distribution
from authpulse_localstack.managed_flink.cluster.memory import JobManagerMemory, TaskManagerMemory
from authpulse_localstack.managed_flink.cluster.port import (
    Deployment,
    NotHealthy,
    SnapshotFailed,
    StartFailed,
)
from authpulse_localstack.managed_flink.cluster.processes import OwnedProcess
from authpulse_localstack.managed_flink.cluster.rest import FlinkRest, NotReached, innermost
from authpulse_localstack.managed_flink.cluster.run_folder import RunFolder
from authpulse_localstack.managed_flink.cluster.settings import LOOPBACK, Ports, flink_options, write_configuration

LOG = logging.getLogger(__name__)

JOB_MANAGER: Final = "jobmanager"
TASK_MANAGER: Final = "taskmanager"
MAIN_CLASSES: Final = {
    JOB_MANAGER: "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
    TASK_MANAGER: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
}
PYTHON_DRIVER: Final = "org.apache.flink.client.python.PythonDriver"
BOOT: Final = Path(__file__).with_name("boot.py")

START_SECONDS: Final = 300
SETTLE_SECONDS: Final = 60
POLL_SECONDS: Final = 0.25
WATCH_SECONDS: Final = 1.0
MAX_REPLACEMENT_DELAY: Final = 30.0
INHERITED: Final = ("HOME", "LANG", "LC_ALL", "TZ")


class Observer(Protocol):
    """Whoever looks at a run from outside; told when it is over."""

    def stop(self) -> None: ...


Observe = Callable[[Deployment, RunFolder, FlinkRest], Observer]


class FlinkLauncher:
    """`port.Launcher` with processes. `observe` is called for every run."""

    def __init__(
        self, observe: Observe, distribution: Callable[[], Distribution] = Distribution.from_environment
    ) -> None:
        self._observe, self._distribution = observe, distribution

    def launch(self, deployment: Deployment, *, on_finished: Callable[[], None]) -> "FlinkCluster":
        distribution = self._distribution()
        run = RunFolder(deployment.home / "run")
        run.prepare(deployment)
        ports = free_ports()
        options = flink_options(deployment, ports, run.path, distribution.python)
        write_configuration(run.conf, options, log_level=deployment.log_level)
        cluster = FlinkCluster(deployment, distribution, run, ports, on_finished)
        cluster.observer = self._observe(deployment, run, cluster.rest)
        return cluster


class FlinkCluster:
    """`port.Cluster`. A watch replaces processes that died, as the service does."""

    def __init__(
        self,
        deployment: Deployment,
        distribution: Distribution,
        run: RunFolder,
        ports: Ports,
        on_finished: Callable[[], None],
    ) -> None:
        self.deployment, self.run = deployment, run
        self.rest = FlinkRest(f"http://{LOOPBACK}:{ports.rest}")
        self._distribution, self._on_finished = distribution, on_finished
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.observer: Observer | None = None
        self._accepted = False
        self._processes = {JOB_MANAGER: self._start(JOB_MANAGER), TASK_MANAGER: self._start(TASK_MANAGER)}
        threading.Thread(target=self._watch, name=f"flink-{deployment.application}", daemon=True).start()

    @property
    def dashboard(self) -> str:
        return self.rest.url

    def await_accepted(self, *, cancelled: Callable[[], bool]) -> None:
        """A job that runs, that failed once and is started again, or that takes longer than SETTLE_SECONDS to run."""
        deadline = time.monotonic() + START_SECONDS
        taken: float | None = None
        while not cancelled():
            if taken is None and self._is_taken():
                taken = time.monotonic()
            if taken is not None and (self._has_settled() or time.monotonic() > taken + SETTLE_SECONDS):
                self._accepted = True
                return
            if taken is None and time.monotonic() > deadline:
                raise StartFailed(f"Flink has not taken the job within {START_SECONDS} seconds")
            time.sleep(POLL_SECONDS)

    def check_healthy(self) -> None:
        try:
            job = self.rest.job()
            if job is None or job["state"] != "RUNNING":
                raise NotHealthy(f"the job is {job['state'] if job else 'not there'}")
            if waiting := self.rest.not_running(job["jid"]):
                raise NotHealthy(f"not running: {', '.join(waiting)}")
        except NotReached as error:
            raise NotHealthy(f"the job does not answer: {error}") from error

    def snapshot(self, target: Path) -> Path:
        return self._savepoint(target, stop=False)

    def stop_with_snapshot(self, target: Path) -> Path:
        return self._savepoint(target, stop=True)

    def job_plan(self) -> str:
        try:
            job = self.rest.job()
            return json.dumps(self.rest.get(f"/jobs/{job['jid']}/plan")["plan"]) if job else ""
        except NotReached:
            return ""

    def kill(self) -> None:
        self._ended.set()
        with self._lock:
            for process in self._processes.values():
                process.end(at_once=True)
        if self.observer is not None:
            self.observer.stop()

    def _savepoint(self, target: Path, *, stop: bool) -> Path:
        try:
            job = self.rest.job()
        except NotReached as error:
            raise SnapshotFailed(str(error)) from error
        if job is None:
            raise SnapshotFailed("there is no job")
        location = self.rest.savepoint(job["jid"], target.as_uri(), stop=stop)
        return Path(location.removeprefix("file:"))

    # -- starting

    def _is_taken(self) -> bool:
        """Raises StartFailed when it never will be."""
        if self.run.failure.exists():
            raise StartFailed(f"the Python program failed: {self.run.failure.read_text()}")
        if self._processes[JOB_MANAGER].exit_code is not None:
            raise StartFailed(last_error(self.run.log(JOB_MANAGER)) or "the JobManager ended without an error")
        try:
            job = self.rest.job()
            if job is None or job["state"] == "INITIALIZING":
                return False
            if job["state"] == "FAILED":
                raise StartFailed(self.rest.root_exception(job["jid"]) or "the job failed")
            return bool(self.rest.task_managers())
        except NotReached:
            return False

    def _has_settled(self) -> bool:
        try:
            job = self.rest.job()
            if job is None:
                return False
            is_running = job["state"] == "RUNNING" and not self.rest.not_running(job["jid"])
            return is_running or job["state"] == "FINISHED" or bool(self.rest.root_exception(job["jid"]))
        except NotReached:
            return False

    def _start(self, process: str, restore_from: Path | None = None) -> OwnedProcess:
        deployment, distribution, run = self.deployment, self._distribution, self.run
        command = [
            str(distribution.java),
            *self._java_options(process),
            *distribution.java_options,
            f"-Djava.io.tmpdir={run.tmp}",
            f"-Dlog.file={run.log(process)}",
            f"-Dlog4j2.configurationFile={(run.conf / 'log4j2.properties').as_uri()}",
            "-classpath",
            distribution.class_path,
            MAIN_CLASSES[process],
            "--configDir",
            str(run.conf),
        ]
        if process == JOB_MANAGER:
            command += ["--job-classname", PYTHON_DRIVER]
            if restored := restore_from or deployment.restore_from:
                command += ["--fromSavepoint", str(restored)]
                command += ["--allowNonRestoredState"] if deployment.allow_non_restored_state else []
            command += ["-py", str(BOOT)]
        return OwnedProcess(
            command,
            environment=self._environment(),
            folder=run.code,
            output=run.output(process),
            pid_file=run.pid_file(process),
        )

    def _java_options(self, process: str) -> tuple[str, ...]:
        if process == JOB_MANAGER:  # it lives from compiling plans once: quick code matters less than a quick start
            return (*JobManagerMemory().java_options(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        return TaskManagerMemory(self.deployment.slots).java_options()

    def _environment(self) -> dict[str, str]:
        run, deployment = self.run, self.deployment
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **self._distribution.environment(),
            **deployment.environment,
            "FLINK_CONF_DIR": str(run.conf),
            "FLINK_LOG_DIR": str(run.path / "log"),
            "TMPDIR": str(run.tmp),
            "PYTHONPATH": os.pathsep.join([*run.python_path(deployment), str(run.code)]),
            "MANAGED_FLINK_LAUNCH": str(run.launch),
            "APPLICATION_PROPERTIES_FILE": str(run.conf / "application_properties.json"),
        }

    # -- watching

    def _watch(self) -> None:
        delay = WATCH_SECONDS
        while not self._ended.wait(delay):
            try:
                replaced = self._replace_dead()
            except StartFailed as error:
                LOG.warning("%s: %s", self.deployment.application, error)
                replaced = True
            # a job that fails again and again is started again ever more slowly
            delay = min(delay * 2, MAX_REPLACEMENT_DELAY) if replaced else WATCH_SECONDS

    def _replace_dead(self) -> bool:
        """Whether something had to be started again."""
        if self._accepted and self._job_ended():
            return True
        for name, process in self._processes.items():
            if process.exit_code is None or (name == JOB_MANAGER and not self._accepted):
                continue
            self._replace(name)
            return True
        return False

    def _job_ended(self) -> bool:
        """A bounded job that finished is reported once; one that failed for good starts from its last checkpoint."""
        with contextlib.suppress(NotReached):
            job = self.rest.job()
            if job and job["state"] == "FINISHED":
                self._ended.set()
                self._on_finished()
            elif job and job["state"] == "FAILED":
                self._replace(JOB_MANAGER)
                return True
        return False

    def _replace(self, name: str) -> None:
        with self._lock:
            if self._ended.is_set():
                return
            LOG.info("%s: starting the %s again", self.deployment.application, name)
            self._processes[name].end(at_once=True)
            self._processes[name] = self._start(name, self.run.latest_checkpoint())


def free_ports() -> Ports:
    """Two ports that the system says are free now; Flink binds them a second later."""
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind((LOOPBACK, 0))
        return Ports(rest=first.getsockname()[1], rpc=second.getsockname()[1])


def last_error(log: Path) -> str:
    """The innermost cause of the last exception in a log of JSON lines; empty without any."""
    found = ""
    if log.exists():
        for line in log.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                entry: dict[str, Any] = json.loads(line)
                found = entry.get("throwableInformation") or found
    return innermost(found) if found else ""
