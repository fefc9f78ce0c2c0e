"""What a job says of itself, and what that means."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JobHealth:
    """What the job says of itself through Flink's REST API."""

    state: str
    vertices: int
    vertices_running: int
    restarts: int
    checkpoints_completed: int
    checkpoints_failed: int
    running_seconds: float
    """Since the job last began to run, restarts included."""
    last_exception: str | None = None
    dashboard: str | None = None
    restored_checkpoint: bool = False
    """It goes on from a checkpoint of itself (its JobManager was lost), not from a snapshot or from nothing."""
    checkpointed_at: datetime | None = None
    """When the newest completed checkpoint began."""

    @property
    def is_failing(self) -> bool:
        """It does not run, or only starts over and over."""
        return self.state in ("RESTARTING", "FAILING", "FAILED")

    @property
    def has_no_progress(self) -> bool:
        """It fails, and has saved nothing since it was started: force-stopping it loses nothing."""
        return self.is_failing and self.restarts > 0 and not self.has_saved

    @property
    def has_saved(self) -> bool:
        """A checkpoint of it has completed since it was started."""
        return self.checkpoints_completed > 0 or self.restored_checkpoint

    def is_healthy(self, *, stable_for_seconds: float) -> bool:
        """All vertices run and have for long enough, and a checkpoint has completed: data is being committed."""
        return (
            self.state == "RUNNING"
            and self.vertices_running == self.vertices > 0
            and self.checkpoints_completed > 0
            and self.running_seconds >= stable_for_seconds
        )

    @property
    def is_coming_up(self) -> bool:
        """It has not done all that a healthy one does, and nothing has gone wrong."""
        return not self.is_failing and self.restarts == self.checkpoints_failed == 0 and self.last_exception is None

    @property
    def summary(self) -> str:
        """One line for a condition's message. Nothing in it moves while nothing happens: a status is no heartbeat."""
        vertices = f"{self.vertices_running}/{self.vertices} vertices running"
        checkpoints = "checkpoints complete" if self.checkpoints_completed else "no checkpoint has completed yet"
        failed = f" ({_about(self.checkpoints_failed)} failed)" if self.checkpoints_failed else ""
        cause = f"; last exception: {self.last_exception}" if self.last_exception else ""
        return f"job {self.state}, {vertices}, {_about(self.restarts)} restarts, {checkpoints}{failed}{cause}"


def _about(count: int) -> str:
    """Exact while it is small, then in steps: what goes on for ever must not change a status for ever."""
    step = next((s for s in (1000, 100, 10) if count >= s), None)
    return str(count) if step is None else f"{step}+"
