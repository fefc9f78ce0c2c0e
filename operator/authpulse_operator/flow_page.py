"""The generated parts of docs/controller-flow.md, between markers: lists of the checks, and diagrams.

The diagram of the states comes from the enum, the acts and what each operation ends in; that of the reasons from the
core itself, which is run through the lives below: an arrow is there because a decision was made so.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise, zip_longest
from typing import Any, Final

from authpulse.errors import AuthPulseError
from authpulse.names import Names
from authpulse_operator.api.field_tables import table
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import API_VERSION, KIND, parse_manifest
from authpulse_operator.api.status import Stable, Status
from authpulse_operator.core import acts, deciding, deleting
from authpulse_operator.core.case import Case, Check
from authpulse_operator.core.foretelling import Effect, Step, foretell
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.imagining import ENDS, Unseen
from authpulse_operator.core.meaning import Surroundings, settings_of
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application, ApplicationState, Observation, Snapshot

READY, RUNNING = ApplicationState.READY, ApplicationState.RUNNING
NOW: Final = datetime(2025, 6, 2, 9, tzinfo=UTC)
NAMES: Final = Names("dev", "000000000000", "us-east-1")
FROM: Final[Mapping[type[acts.Operation], tuple[ApplicationState, ...]]] = {
    acts.StartApplication: (READY,),
    acts.UpdateApplication: (RUNNING,),
    acts.StopApplication: (RUNNING,),
    acts.RollBackApplication: (ApplicationState.UPDATING,),
    acts.DeleteApplication: (READY,),
}
"""Where each operation begins. Changing an application that stands still is done at once: it stays READY."""
BY_ITSELF: Final = {
    ApplicationState.AUTOSCALING: "scaled by the service",
    ApplicationState.MAINTENANCE: "patched by the service",
}
TRIAL: Final = "code/on-trial.zip"


def controller_flow(text: str) -> str:
    """The page with every block as it should be. Raises AuthPulseError for a marker that is missing or unknown."""
    for name, block in BLOCKS.items():
        marked = re.compile(rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)", re.DOTALL)
        if len(marked.findall(text)) != 1:
            raise AuthPulseError(f"docs/controller-flow.md: wanted `<!-- begin: {name} -->` and its end, once")
        made = block()
        text = marked.sub(partial(_between, made), text)
    return text


def _between(made: str, found: re.Match[str]) -> str:
    return f"{found[1]}\n{made}\n\n{found[2]}"


def checks(of: Iterable[Check]) -> str:
    """In their order, each with the first line of what it says about itself."""
    rows = ((str(n), f"`{c.__name__}`", _sentence(c)) for n, c in enumerate(of, 1))
    return table(("", "check", "what it says"), rows)


def states() -> str:
    """Every state of an application, with what leads from one to the next."""
    lines = ["stateDiagram-v2", "    [*] --> READY : CreateApplication"]
    for act, begins in FROM.items():
        for state in begins:
            for going, said in _goings(act):
                lines.append(f"    {state} --> {going} : {said}")
    lines += [f"    RUNNING --> {state} : {why}" for state, why in BY_ITSELF.items()]
    lines += [f"    {state} --> {end}" for state, end in ENDS.items()]
    lines += [
        "    STARTING --> READY : it could not be started",
        "    ROLLING_BACK --> ROLLED_BACK : it did not run before",
        "    DELETING --> [*]",
        "    UNKNOWN --> UNKNOWN : waited for, whatever it is",
    ]
    return _mermaid(lines)


def reasons() -> str:
    """What Ready says on the way, from life to life."""
    seen: dict[tuple[Reason, Reason], list[str]] = {}
    for title, make in LIVES.items():
        for edge in pairwise(_reasons_of(make())):
            seen.setdefault(edge, []).append(title)
    return _mermaid(["stateDiagram-v2", *(f"    {a} --> {b} : {' / '.join(t)}" for (a, b), t in seen.items())])


def lives() -> str:
    """What is done in each life, in order."""
    rows = []
    for title, make in LIVES.items():
        forecast = foretell(make(), Unseen(NAMES.application, ("code/job.zip",)))
        done = ", then ".join(type(s.act).__name__ for s in forecast.steps)
        restored = f" from {_undated(forecast.restored)}" if forecast.restored else ""
        job = f"{forecast.effect}{restored if forecast.effect in (Effect.STARTS, Effect.RESTARTS) else ''}"
        rows.append((title, done, job, f"`{forecast.reason or _rest(forecast.after)}`"))
    return table(("when", "what is done", "the job", "then Ready says"), rows)


def _goings(act: type[acts.Operation]) -> list[tuple[ApplicationState, str]]:
    if act is acts.StopApplication:
        return [
            (acts.StopApplication(force=f).begins, f"{act.operation}{' by force' if f else ''}") for f in (False, True)
        ]
    begins: Any = act.begins
    return [(begins, act.operation)]


def _sentence(check: Check) -> str:
    """The first paragraph of its docstring."""
    return " ".join((check.__doc__ or "").strip().split("\n\n")[0].split())


def _reasons_of(case: Case) -> list[Reason]:
    """What Ready says at each step, and at the end."""
    forecast = foretell(case, Unseen(NAMES.application, ("code/job.zip",)))
    said = list(_told(forecast.steps))
    if forecast.steps and forecast.after.is_running and forecast.effect is not Effect.KEEPS_RUNNING:
        said.append(Reason.WAITING_FOR_JOB)
    ends = [*said, forecast.reason or _rest(forecast.after)]
    return [r for n, r in enumerate(ends) if n == 0 or r is not ends[n - 1]]


def _told(steps: tuple[Step, ...]) -> Iterator[Reason]:
    """A start that follows a creation at once is announced with it: then it is what Ready says from the creation on."""
    for step, then in zip_longest(steps, steps[1:]):
        is_announced = then is not None and isinstance(then.act, acts.StartApplication)
        if step.reason and not (is_announced and isinstance(step.act, acts.CreateApplication)):
            yield step.reason


def _rest(case: Case) -> Reason:
    if case.deleting:
        return Reason.DELETED
    return Reason.SUSPENDED if case.spec.suspend else Reason.AS_SPECIFIED


def _undated(restored: str) -> str:
    return re.sub(r"snapshot \S+ of .*", "the latest snapshot", restored)


def _mermaid(lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


def _case(spec: Mapping[str, Any] | None = None, *, has_run: bool = True, **world: Any) -> Case:
    """A resource that runs as its spec was before `spec` changed it."""
    document = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "dev"}}
    resource = parse_manifest({**document, "spec": {"environment": "dev", **(spec or {})}}, "page")
    plain = parse_manifest({**document, "spec": {"environment": "dev"}}, "page")
    settings = _settings(plain.spec)
    there = Application(
        NAMES.application, RUNNING, 3, "", NOW, settings, "default/dev", (Snapshot("s", "READY", NOW, 2),)
    )
    health = JobHealth("RUNNING", 1, 1, 0, 5, 0, running_seconds=600)
    observed = Observation(shards=2, application=replace(there, **world.pop("application", {})), health=health)
    observed = replace(observed, **world.pop("observed", {}))
    stable = Stable(id=settings.id, version_id=3, settings=settings.document())
    wanted = world.pop("wanted", None) or _settings(resource.spec)
    status = Status(last_stable=stable) if has_run else Status()
    return Case(resource, wanted, observed, status, NOW + timedelta(hours=1), **world)


def _settings(spec: Any) -> Settings:
    return replace(settings_of(spec, Surroundings(NAMES, "a" * 64), ()), code_key="code/job.zip")


def _new(spec: Mapping[str, Any] | None = None) -> Case:
    missing = ("stream", "bucket")
    nothing = {"missing_foundation": missing, "shards": None, "application": None, "health": None}
    return _case(spec, has_run=False, observed=nothing)


def _bad() -> Case:
    """What is on trial runs and fails."""
    bad = replace(_case().wanted, code_key=TRIAL)
    failing = JobHealth("RESTARTING", 1, 0, 9, 0, 0, 0, "ValueError")
    return _case(wanted=bad, application={"settings": bad}, observed={"health": failing})


LIVES: Final[Mapping[str, Callable[[], Case]]] = {
    "made": _new,
    "made with a maintenance window": lambda: _new({"flink": {"maintenanceWindow": "02:00"}}),
    "spec changed": lambda: _case({"flink": {"restartNonce": 1}}),
    "spec changed with lastState": lambda: _case({"flink": {"restartNonce": 1, "upgradeMode": "lastState"}}),
    "more shards": lambda: _case({"stream": {"shards": 4}}),
    "trial failed": _bad,
    "suspended": lambda: _case({"suspend": True}),
    "resumed": lambda: _case(application={"state": READY}, observed={"health": None}),
    "deleted with Delete": lambda: _case({"deletionPolicy": "Delete"}, deleting=True),
}
"""Short stories of a resource. Each is decided by the core when the page is made."""

BLOCKS: Final[Mapping[str, Callable[[], str]]] = {
    "checks": lambda: checks(deciding.CHECKS),
    "deletion": lambda: checks(deleting.STEPS),
    "states": states,
    "reasons": reasons,
    "lives": lives,
}
