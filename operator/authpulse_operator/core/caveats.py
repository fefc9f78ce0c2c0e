"""What a person should know about a forecast before it comes true: state that is lost, records read twice, refusals."""

from collections.abc import Iterable, Iterator

from authpulse_operator.api.changes import Change
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case
from authpulse_operator.core.comparing import FieldChanged
from authpulse_operator.core.foretelling import Forecast, Step
from authpulse_operator.core.replaying import is_held, seen_of
from authpulse_operator.core.world import ApplicationState


def caveats(forecast: Forecast, changes: Iterable[FieldChanged] = ()) -> tuple[str, ...]:
    """One line each, what weighs most first."""
    found = [*refusals(changes), *_of_memory(forecast.before)]
    for step in forecast.steps:
        found += _of_step(step)
    found += _of_replays(forecast.after)
    return tuple(dict.fromkeys(found))


def refusals(changes: Iterable[FieldChanged]) -> tuple[str, ...]:
    """Fields that cannot be changed."""
    fixed = (c.changed.name for c in changes if c.change is Change.REDEPLOY)
    return tuple(f"{name} cannot be changed: make a new resource" for name in fixed)


def _of_memory(case: Case) -> Iterator[str]:
    if case.resource.is_paused:
        yield "the annotation authpulse.io/paused is set: nothing is done until it is taken away"
    failed = case.status.failed
    if case.is_rolled_back and failed is not None:
        yield f"these settings ({failed.id}) have failed before and are not tried again: {failed.message}"


def _of_step(step: Step) -> Iterator[str]:
    application = step.application
    if application is None:
        return
    had_state = application.has_snapshot or application.state is ApplicationState.RUNNING
    if step.restored is not None and step.restored.startswith("nothing") and had_state:
        yield "the job goes on from nothing: what it knows of accounts and hosts, and its place in the stream, is lost"
    match step.act:
        case acts.StopApplication(force=True):
            yield _of_forced_stop(step)
        case acts.StopApplication() if not application.settings.snapshots_enabled:
            yield "snapshots are off: the job stops without one, and its state since the last one is lost"
        case acts.UpdateApplication() if step.interrupts and not application.settings.snapshots_enabled:
            yield "snapshots are off: the update takes none, and the job's state since the last one is lost"
        case acts.DeleteApplication():
            yield "the service deletes the snapshots with the application"


def _of_forced_stop(step: Step) -> str:
    latest = next(iter(step.application.restorable), None) if step.application else None
    if step.health is not None and step.health.has_no_progress:
        return "the job is stopped by force; it has saved nothing, so nothing is lost"
    if latest is None:
        return "the job is stopped by force and has no snapshot: its state is lost"
    at = f"{latest.created:%Y-%m-%d %H:%M:%S} UTC"
    return f"the job is stopped by force: what came after snapshot {latest.name} of {at} is read, and written, again"


def _of_replays(case: Case) -> Iterator[str]:
    waiting = [r.name for r in case.spec.replays if seen_of(case, r).state == "Pending" and not is_held(case, r)]
    if waiting and case.is_running:
        yield f"replays go one after the other; later: {', '.join(waiting)}"
