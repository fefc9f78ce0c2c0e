"""Lives of a resource: what a person wants one after the other, what happens meanwhile, and how it has to end.

A life is lived undisturbed once; that run says by itself which writes there are. Then it is lived again and again, each
time with one of them disturbed. Nothing of the operator outlives a crash but what its world keeps.
"""

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Status
from authpulse_operator.core.case import Decision
from authpulse_operator.core.errors import OperatorError
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import Application
from authpulse_operator.runtime.passes import Plan, make_pass
from doubles.cases import NAMES, plan
from doubles.switches import Crash, Disturbance, Journal
from doubles.world import FakeWorld

AWS: Final = ("flink.", "foundations.", "artifacts.")
"""How the names of writes to AWS begin."""
MAX_PASSES: Final = 600
PASSES_OF_PATIENCE: Final = 5
SECONDS_TO_RESTART: Final = 1
SECONDS_OF_REST: Final = 31

Goal = Callable[[FakeWorld, Decision], bool]
Happening = Callable[[FakeWorld], None]


def as_wanted(settings: Settings) -> Settings:
    return settings


@dataclass(frozen=True, eq=False)
class Step:
    """`happens` is done by others than the operator, once; then passes are made until `goal`."""

    of: AuthPulse
    goal: Goal
    code: str = "a" * 64
    happens: Happening = lambda _world: None
    deleting: bool = False
    change: Callable[[Settings], Settings] = as_wanted

    def plan(self, generation: int) -> Plan:
        metadata = self.of.metadata.model_copy(update={"generation": generation})
        planned = plan(self.of.model_copy(update={"metadata": metadata}), code=self.code)
        return replace(planned, wanted=self.change(planned.wanted))


@dataclass(frozen=True, eq=False)
class Life:
    """`before` has been lived already when disturbances begin."""

    sentence: str
    steps: Sequence[Step]
    before: Sequence[Step] = ()

    def __str__(self) -> str:
        return self.sentence


def truth(world: FakeWorld) -> Application | None:
    """The application as it is, which nobody has asked for."""
    world.flink._settle(NAMES.application)
    kept = world.flink._kept.get(NAMES.application)
    return None if kept is None or kept.gone else kept._described()


class NotReached(AssertionError):
    """A goal was not reached by passes."""


def live(steps: Sequence[Step], world: FakeWorld, *, generation: int = 1) -> None:
    """Where the operator crashes it is started again; where it cannot write its status, it goes on with what it knows.
    Where nothing happens for long, it looks less often than it would, for the sake of who waits for these tests."""
    for number, step in enumerate(steps):
        step.happens(world)
        planned = step.plan(generation + number)
        quiet = 0
        for _ in range(MAX_PASSES):
            written = len(world.journal.tried)
            try:
                decision = make_pass(planned, world.ports(), deleting=step.deleting)
            except (Crash, OperatorError) as error:
                if isinstance(error, Crash):
                    world.status.forget()
                world.clock.pass_time(SECONDS_TO_RESTART)
                continue
            if step.goal(world, decision):
                break
            quiet = quiet + 1 if len(world.journal.tried) == written else 0
            world.clock.pass_time(decision.next_look_seconds * (1 + quiet // PASSES_OF_PATIENCE))
        else:
            raise NotReached(f"step {number} after {MAX_PASSES} passes: {decision}; writes: {world.journal.effects}")


def prepared(life: Life, *, seconds_until_visible: float = 0) -> FakeWorld:
    """A world in which `before` has been lived, with nothing under way and an empty journal."""
    world = FakeWorld()
    live(life.before, world)
    world.clock.pass_time(SECONDS_OF_REST)
    truth(world)  # what is due happens at a look
    world.flink.seconds_until_visible = seconds_until_visible
    world.flink.seconds_to_create = seconds_until_visible + 1  # what follows at once is then all that is stale
    journal = world.journal
    for entries in (journal.tried, journal.answered, journal.effects, journal.looks):
        entries.clear()
    return world


@dataclass(frozen=True)
class Outcome:
    """All that a life leaves, times aside."""

    effects: tuple[str, ...]
    answered: tuple[str, ...]
    """Writes that AWS answered: one that took effect is repeated also where AWS refuses the repetition. What was
    refused leaves no trace, so that asking again is no repetition."""
    world: Mapping[str, Any]
    status: Mapping[str, Any]

    def compared(self, other: "Outcome", *, versions: bool) -> list[str]:
        """What differs, in words."""
        found = []
        if self.effects != other.effects:
            found.append(f"writes {self.effects} instead of {other.effects}")
        if versions and self.answered != other.answered:
            found.append(f"AWS answered {self.answered} instead of {other.answered}")
        for what in ("world", "status"):
            mine, theirs = getattr(self, what), getattr(other, what)
            found += [
                f"{what}.{k} {mine.get(k)} instead of {theirs.get(k)}"
                for k in sorted(mine.keys() | theirs.keys())
                if _without_versions(mine.get(k), versions) != _without_versions(theirs.get(k), versions)
            ]
        return found


class Rehearsal:
    """A life with its undisturbed outcome; lived again with disturbances."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self._before: dict[float, FakeWorld] = {}
        world = self._lived(0)
        self.journal: Journal = world.journal
        self.outcome = self._outcome(world)

    def disturbed(
        self, write: int, disturbance: Disturbance, *, seconds_until_visible: float = 0, notes_last: bool = False
    ) -> Outcome:
        world = self._world(seconds_until_visible)
        world.status.notes_last = notes_last
        world.journal.disturb_write(write, disturbance)
        return self._outcome(self._lived_in(world))

    def disturbed_at_look(self, look: int, disturbance: Disturbance) -> Outcome:
        return self._outcome(self._lived(0, lambda j: j.disturb_look(look, disturbance)))

    def disturbed_by(self, write: int, happening: Happening) -> Outcome:
        """Somebody else is at work between a decision and its write."""
        world = self._world(0)
        world.journal.disturb_write(write, Disturbance(before=lambda: happening(world)))
        return self._outcome(self._lived_in(world))

    def undisturbed(self, *, seconds_until_visible: float) -> Outcome:
        return self._outcome(self._lived(seconds_until_visible))

    def _outcome(self, world: FakeWorld) -> Outcome:
        """Of a resource that is gone nobody can read the status."""
        is_gone = self.life.steps[-1].deleting
        return outcome(world, Status() if is_gone else world.status.read())

    def _lived(self, seconds_until_visible: float, arm: Callable[[Journal], None] = lambda _: None) -> FakeWorld:
        world = self._world(seconds_until_visible)
        arm(world.journal)
        return self._lived_in(world)

    def _lived_in(self, world: FakeWorld) -> FakeWorld:
        live(self.life.steps, world, generation=len(self.life.before) + 1)
        return world

    def _world(self, seconds_until_visible: float) -> FakeWorld:
        if seconds_until_visible not in self._before:
            self._before[seconds_until_visible] = prepared(self.life, seconds_until_visible=seconds_until_visible)
        return copy.deepcopy(self._before[seconds_until_visible])


def outcome(world: FakeWorld, left: Status) -> Outcome:
    there = truth(world)
    application: dict[str, Any] = {}
    if there is not None:
        application = {
            "state": str(there.state),
            "settings": there.settings.document(),
            "version": there.version_id,
            "owner": there.owner,
            "snapshots": [{"name": s.name, "status": s.status, "version": s.version_id} for s in there.snapshots],
            "operations": [(o.kind, o.status) for o in there.operations],
            "maintenance": there.maintenance_start,
        }
    seen = {
        "application": application,
        "starts": [str(s) for s in world.flink.starts],
        "shards": world.foundations.shards,
        "retention": world.foundations.retention_hours,
        "artifacts": sorted(world.artifacts.keys),
        "replays": {run: (p.state, p.attempts) for run, p in world.workloads.progress.items()},
        "scheduled": {k: str(v) for k, v in world.workloads.scheduled.items()},
    }
    status = left.model_dump(mode="json", by_alias=True)
    del status["operation"]  # of a write that nobody saw the end of the id is not known
    for replay in status["replays"]:
        if replay["state"] != "Completed":  # how far it got is a matter of time
            replay["lines"] = replay["events"] = 0
    effects = tuple(_timeless(e) for e in world.journal.effects if not e.startswith("status."))
    answers = groupby(_timeless(e) for e in world.journal.answered if e.startswith(AWS))
    answered = tuple(a for answer, same in answers for a in ([answer] if answer.endswith(" refused") else same))
    return Outcome(
        effects, answered, json.loads(_timeless(json.dumps(seen))), json.loads(_timeless(json.dumps(status)))
    )


def _timeless(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00| UTC)?", "TIME", text)
    text = re.sub(r"scheduled-\d{8}T\d{6}Z", "scheduled-TIME", text)
    return re.sub(r"\d+\+? restarts", "N restarts", text)


def _without_versions(value: Any, keep: bool) -> Any:
    if keep:
        return value
    if isinstance(value, dict):
        return {k: _without_versions(v, keep) for k, v in value.items() if k not in ("version", "versionId")}
    if isinstance(value, list):
        return [_without_versions(v, keep) for v in value]
    return value
