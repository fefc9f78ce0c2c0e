"""Replays and scheduled work of one resource in a cluster: `ports.workloads.Workloads`.

Everything is made by server-side apply under deterministic names and belongs to the resource, so that repeating a write
changes nothing and nothing outlives the resource.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from authpulse.names import Names
from authpulse_operator.adapters.kube import jobs, schedules
from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.comparing import has
from authpulse_operator.adapters.kube.jobs import ProgressReader
from authpulse_operator.adapters.kube.kinds import CRON_JOBS, JOBS, PODS, Json, Kind, Object, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.worker import NO_IMAGE, OURS, Worker, WorkerSettings
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.errors import OperatorError, Recoverable, Wait
from authpulse_operator.core.world import ReplayProgress
from authpulse_operator.ports.recording import Clock

STOP_SECONDS: Final = 30
POLL_SECONDS: Final = 0.5
MESSAGE_CHARACTERS: Final = 300

ReplayState = Literal["Pending", "Running", "Completed", "Failed"]


class KubeWorkloads:
    """Of one resource as its spec is now: another generation takes another one of these."""

    def __init__(
        self,
        api: KubeApi,
        lists: SharedLists,
        resource: AuthPulse,
        *,
        names: Names,
        settings: WorkerSettings,
        progress: ProgressReader,
        clock: Clock,
    ) -> None:
        """`lists` and `api` are shared by all resources; `progress` reads the resource's bucket."""
        metadata = resource.metadata
        self._api = api
        self._lists = lists
        self._owner = Owner(metadata.namespace, metadata.name, metadata.uid)
        self._worker = Worker(settings, resource, names)
        self._progress = progress
        self._clock = clock
        self._ended: dict[str, ReplayProgress] = {}
        """By the Job's uid: what has ended does not change any more."""
        self._wanted: tuple[AuthPulse, dict[str, Json]] | None = None
        """What the resource asked for last means."""

    def obstacle(self) -> str | None:
        """See `Workloads`."""
        return None if self._worker.settings.image else NO_IMAGE

    def runs(self) -> frozenset[str]:
        """See `Workloads`."""
        return frozenset(self._jobs())

    def replay(self, run: str) -> ReplayProgress:
        """See `Workloads`. Counts are as of the last checkpoint."""
        job = self._jobs().get(run)
        if job is None:
            return ReplayProgress("Pending")
        uid, state = job["metadata"]["uid"], jobs.state_of(job)
        if uid in self._ended:
            return self._ended[uid]
        match state:
            case "Completed":
                self._ended[uid] = self._progress_of(job, run, "Completed")
                return self._ended[uid]
            case "Failed":
                self._ended[uid] = self._progress_of(job, run, "Failed", message=self._last_words(job))
                return self._ended[uid]
            case "Running" | "Stopping":
                return self._progress_of(job, run, "Running")
            case "Stopped":
                return self._progress_of(job, run, "Pending")

    def is_outdated(self, replay: Replay, run: str) -> bool:
        """See `Workloads`."""
        job = self._jobs().get(run)
        if job is None or jobs.state_of(job) != "Running":
            return False
        return not jobs.is_as(job, jobs.replay_job(self._worker, self._owner, replay, run, attempts=1))

    def start_replay(self, replay: Replay, run: str) -> None:
        """See `Workloads`. What failed is made anew and goes on at its checkpoint; so is what was held, if the spec or
        the workers have changed since. Raises Wait while its pod is still ending."""
        wanted = jobs.replay_job(self._worker, self._owner, replay, run, attempts=1)
        found = self._mine(JOBS, wanted)
        state = None if found is None else jobs.state_of(found)
        if state in ("Running", "Completed"):
            return
        if state == "Stopping":
            raise Wait(f"the pod of replay {run} is still ending")
        if found is not None:
            if state == "Failed":
                attempts = jobs.attempts_of(found) + 1
                wanted = jobs.replay_job(self._worker, self._owner, replay, run, attempts=attempts)
            if state == "Failed" or not jobs.can_go_on(found, wanted):
                self._delete(JOBS, found)
        self._apply(JOBS, wanted)

    def stop_replay(self, run: str) -> None:
        """See `Workloads`. Raises Wait where its pod has not ended in half a minute: stopping goes on next time."""
        namespace, name = self._owner.namespace, jobs.job_name(self._owner.name, run)
        found = self._api.get(JOBS, namespace, name)
        if found is None or not self._owner.owns(found):
            return
        if jobs.state_of(found) == "Running":
            found = self._api.patch(JOBS, namespace, name, {"spec": {"suspend": True}})
            self._lists.forget(JOBS, namespace)
        deadline = self._clock.now() + timedelta(seconds=STOP_SECONDS)
        while found is not None and jobs.state_of(found) == "Stopping":
            if self._clock.now() >= deadline:
                raise Wait(f"the pod of replay {run} has not ended in {STOP_SECONDS} s")
            self._clock.sleep(POLL_SECONDS)
            found = self._api.get(JOBS, namespace, name)
        self._lists.forget(JOBS, namespace)

    def drift(self, resource: AuthPulse) -> tuple[str, ...]:
        """See `Workloads`."""
        wanted, found = self._scheduled(resource)
        differing = {n for n, m in wanted.items() if n not in found or not has(found[n], m)}
        return tuple(f"CronJob {name}" for name in sorted(differing | (found.keys() - wanted.keys())))

    def apply(self, resource: AuthPulse) -> None:
        """See `Workloads`."""
        self._lists.forget(CRON_JOBS, self._owner.namespace)
        wanted, found = self._scheduled(resource)
        for name, manifest in wanted.items():
            if name not in found:
                self._mine(CRON_JOBS, manifest)
            if name not in found or not has(found[name], manifest):
                self._apply(CRON_JOBS, manifest)
        for name in found.keys() - wanted.keys():
            self._delete(CRON_JOBS, found[name])

    def quality(self) -> Literal["Passing", "Failing"] | None:
        """See `Workloads`."""
        checks = (c for c in self._owned(CRON_JOBS) if schedules.is_quality(c))
        return schedules.last_verdict(j for c in checks for j in self._owned(JOBS, c["metadata"]["uid"]))

    def _jobs(self) -> dict[str, Json]:
        """Of replays, by run."""
        runs = ((jobs.run_of_job(j), j) for j in self._owned(JOBS))
        return {run: job for run, job in runs if run is not None}

    def _scheduled(self, resource: AuthPulse) -> tuple[dict[str, Json], dict[str, Json]]:
        """What is wanted and what is there, by name."""
        found = {c["metadata"]["name"]: c for c in self._owned(CRON_JOBS)}
        if self._wanted is None or self._wanted[0] is not resource:
            worker = replace(self._worker, resource=resource)
            self._wanted = resource, schedules.cron_jobs(worker, self._owner)
        return self._wanted[1], found

    def _owned(self, kind: Kind, uid: str | None = None) -> Sequence[Json]:
        return self._lists.owned(kind, self._owner.namespace, uid or self._owner.uid, selector=OURS)

    def _mine(self, kind: Kind, wanted: Object) -> Json | None:
        """The object of that name, or None. Raises Recoverable for one that belongs to somebody else: a server-side
        apply would take it from them."""
        name = wanted["metadata"]["name"]
        found = self._api.get(kind, self._owner.namespace, name)
        if found is not None and not self._owner.owns(found):
            raise Recoverable(
                f"{kind.kind} {self._owner.namespace}/{name} does not belong to {self._owner}; remove it, or give "
                "the resource another name"
            )
        return found

    def _apply(self, kind: Kind, manifest: Object) -> None:
        try:
            self._api.apply(kind, manifest)
        finally:
            self._lists.forget(kind, self._owner.namespace)

    def _delete(self, kind: Kind, found: Object) -> None:
        metadata = found["metadata"]
        try:
            self._api.delete(kind, metadata["namespace"], metadata["name"], uid=metadata["uid"])
        finally:
            self._lists.forget(kind, self._owner.namespace)

    def _progress_of(self, job: Object, run: str, state: ReplayState, *, message: str = "") -> ReplayProgress:
        counts = self._progress.read(jobs.checkpoint_key(self._owner, run)) or {}
        return ReplayProgress(
            state=state,
            attempts=jobs.attempts_of(job),
            lines=counts.get("lines", 0),
            events=counts.get("events", 0),
            rejected=counts.get("rejected", 0),
            ignored=counts.get("ignored", 0),
            message=message,
        )

    def _last_words(self, job: Object) -> str:
        """Of the pod that failed last; what the Job controller says where there is none any more."""
        metadata = job["metadata"]
        try:
            pods = self._api.list(PODS, metadata["namespace"], selector=f"{jobs.POD_LABEL}={metadata['name']}")
        except OperatorError:
            pods = []
        return (jobs.last_words(pods) or jobs.failure_of(job))[:MESSAGE_CHARACTERS]
