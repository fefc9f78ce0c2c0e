"""One run of a replay from its beginning to its end, with the controllers that a real cluster has."""

from pathlib import Path

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, JOBS, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.workloads import KubeWorkloads
from authpulse_operator.adapters.local.clock import SystemClock
from authpulse_operator.api.spec import Replay
from doubles.kube import NAMES, WORKER, Checkpoints, JobController, resource_of
from support.controllers import Pods, running_controllers
from support.kube import ApiServer, until

LOG = Replay(name="log", input="s3://logs/auth.txt.gz", format="lanl-auth")
RUN = "dev-replay-log"


def test_a_run_is_held_goes_on_fails_is_made_anew_completes_and_goes_with_its_resource(
    api: KubeApi, owner: Owner, api_server: ApiServer, controller: JobController, tmp_path: Path
) -> None:
    workloads = KubeWorkloads(
        api,
        SharedLists(api, fresh_seconds=0),
        resource_of(owner),
        names=NAMES,
        settings=WORKER,
        progress=Checkpoints(),
        clock=SystemClock(),
    )
    pods = Pods(api_server, owner.namespace, RUN)
    with running_controllers(api_server, tmp_path):
        workloads.start_replay(LOG, "log")
        until(pods.running, "a pod")
        assert workloads.replay("log").state == "Running"

        workloads.stop_replay("log")
        assert workloads.replay("log").state == "Pending"
        assert pods.running() == []

        held = controller.job(RUN)["metadata"]["uid"]
        workloads.start_replay(LOG, "log")
        assert controller.job(RUN)["metadata"]["uid"] == held
        pods.end(1, "error: there is no stream")
        until(lambda: controller.job(RUN)["status"].get("failed") == 1, "a failure is counted")
        assert workloads.replay("log").state == "Running"
        pods.end(3, "error: bad input")
        until(lambda: workloads.replay("log").state == "Failed", "input that stays bad fails at once")
        assert workloads.replay("log").message == "exit code 3: error: bad input"

        workloads.start_replay(LOG, "log")
        pods.end(0)
        until(lambda: workloads.replay("log").state == "Completed", "the run completes")
        assert workloads.replay("log").attempts == 2

        api.delete(AUTHPULSES, owner.namespace, owner.name)
        until(lambda: api.get(JOBS, owner.namespace, RUN) is None, "the Job goes with its resource")
