"""What is foretold: the acts in order, how it ends, what becomes of the job; and that it is what then happens."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import AuthPulse
from authpulse_operator.api.status import Failed, Status
from authpulse_operator.core import acts, foretelling
from authpulse_operator.core.calls import OF_ACTS, calls_of
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.caveats import caveats
from authpulse_operator.core.foretelling import Effect, End, Forecast, foretell
from authpulse_operator.core.imagining import ENDS, Unseen
from authpulse_operator.core.recalling import recalled
from authpulse_operator.core.settings import Settings
from authpulse_operator.core.world import (
    Alarm,
    AlarmKind,
    Application,
    ApplicationState,
    Observation,
    Operation,
    ReplayProgress,
)
from authpulse_operator.runtime.foretelling import foretell_from_nothing, foretell_now
from authpulse_operator.runtime.passes import make_pass
from doubles.cases import NOW, RESTARTING, application, plan, resource, settings, snapshot
from doubles.reaching import announced
from doubles.table import PLAIN, running, stable
from doubles.world import FakeWorld

READY, STARTING, UPDATING = ApplicationState.READY, ApplicationState.STARTING, ApplicationState.UPDATING
SNAP = snapshot()
AT = "snapshot snap of 2025-06-02 08:50:00 UTC"
NOTHING = Observation(missing_foundation=("stream s", "bucket b"))
TWO = [{"name": n, "input": "log", "format": "lanl-auth"} for n in ("a", "b")]


@dataclass
class Row:
    sentence: str
    seen: Observation
    does: list[str] = field(default_factory=list)
    effect: Effect = Effect.KEEPS_RUNNING
    restored: str | None = None
    end: End = End.SETTLED
    reason: Reason | None = None
    of: AuthPulse = PLAIN
    wanted: Settings | None = None
    status: Status = field(default_factory=Status)
    warns: str = ""
    """A part of what is warned of; empty: of nothing."""

    def __str__(self) -> str:
        return self.sentence

    def forecast(self) -> Forecast:
        case = Case(self.of, self.wanted or settings(self.of), self.seen, self.status, NOW)
        return foretell(case, Unseen("authpulse-dev", ("code/a.zip",)))


def again(**flink: Any) -> AuthPulse:
    return resource(flink={"restartNonce": 1, **flink})


BAD = replace(settings(PLAIN), code_key="code/bad.zip")
FAILED = Failed(id=BAD.id, generation=2, reason=Reason.UNHEALTHY, message="it broke", at=NOW)
RESTARTED = Effect.RESTARTS
OFF = resource(flink={"snapshots": {"enabled": False}})
ALARM = Alarm(AlarmKind.FAILED_CHECKPOINTS, "authpulse-dev-flink-failed-checkpoints-rate", NOW)


def stuck(kind: str, state: ApplicationState, **changes: Any) -> Application:
    """In an operation that began an hour ago."""
    begun = Operation("op-1", kind, "IN_PROGRESS", NOW - timedelta(hours=1))
    return application(PLAIN, state, operations=(begun,), **changes)


UPDATE, STOP, START = "UpdateApplication", "StopApplication", "StartApplication"
TABLE = [
    Row("a healthy job as specified is left alone", running()),
    Row("from nothing everything is made, in the order in which it is needed", NOTHING,
        ["MakeFoundation", "Upload", "CreateApplication", START, "StartReplay"], Effect.STARTS, "nothing",
        of=resource(replays=TWO), warns="replays go one after the other; later: b"),
    Row("a changed spec restarts the job from a snapshot taken for it", running(), [UPDATE], RESTARTED,
        "a snapshot taken for it", of=again()),
    Row("with lastState it stops by force and goes on from the latest snapshot",
        running(application=application(PLAIN, snapshots=(SNAP,))), [STOP, UPDATE, START], RESTARTED, AT,
        of=again(upgradeMode="lastState"), warns=f"what came after {AT} is read, and written, again"),
    Row("stateless loses what the job knows, and it is said", running(), [UPDATE], RESTARTED, "nothing",
        of=again(upgradeMode="stateless"), warns="the job goes on from nothing"),
    Row("with snapshots off an update loses what came after the last one",
        running(application=application(resource(flink={"snapshots": {"enabled": False}}), snapshots=(SNAP,))),
        [UPDATE], RESTARTED, AT, of=again(snapshots={"enabled": False}), warns="snapshots are off"),
    Row("a change of the rules for health changes nothing that runs", running(),
        of=resource(flink={"health": {"timeoutSeconds": 60}})),
    Row("suspending stops the job with a snapshot", running(), [STOP], Effect.STOPS, of=resource(suspend=True)),
    Row("suspending a replay and a job stops one after the other",
        running(replays={"a": ReplayProgress("Running", 1)}), ["StopReplay", STOP], Effect.STOPS,
        of=resource(suspend=True, replays=TWO)),
    Row("what is stopped goes on from its latest snapshot",
        running(application=application(PLAIN, READY, snapshots=(SNAP,)), health=None), [START], Effect.STARTS, AT),
    Row("a job that had state and has no snapshot waits for a person",
        running(application=application(PLAIN, READY), health=None), [], Effect.STAYS_STOPPED, end=End.STALLED,
        reason=Reason.NOTHING_TO_RESTORE, status=Status(last_stable=stable(settings(PLAIN)))),
    Row("an application that is not ours is not touched", running(application=application(PLAIN, owner=None)),
        end=End.STALLED, reason=Reason.NOT_OWNED),
    Row("with adopt it is tagged first", running(application=application(resource(adopt=True), owner=None)),
        ["AdoptApplication"], of=resource(adopt=True)),
    Row("many more shards come in steps", running(), ["Reshard", "Reshard", "Reshard"],
        of=resource(stream={"shards": 9})),
    Row("a foundation that others make is waited for", NOTHING, [], Effect.STAYS_STOPPED, end=End.WAITING,
        reason=Reason.WAITING_FOR_FOUNDATION, of=resource(foundation="Expect")),
    Row("an operation in flight is waited for",
        running(application=application(PLAIN, STARTING, settings=replace(settings(PLAIN), code_key="code/old.zip")),
                health=None), [UPDATE], RESTARTED, "a snapshot taken for it"),
    Row("a job that saved nothing is stopped by force before it is mended",
        running(application=application(PLAIN, settings=BAD), health=RESTARTING), [STOP, UPDATE, START], RESTARTED,
        "nothing", warns="it has saved nothing, so nothing is lost"),
    Row("a deployment that failed before is not tried again", running(), [], wanted=BAD, end=End.STALLED,
        reason=Reason.ROLLED_BACK, status=Status(last_stable=stable(settings(PLAIN)), failed=FAILED),
        warns="have failed before and are not tried again: it broke"),
    Row("a deployment that fails now is rolled back",
        running(application=application(PLAIN, settings=BAD, snapshots=(SNAP,)),
                health=replace(RESTARTING, restarts=9)), [STOP, UPDATE, START], RESTARTED, AT, wanted=BAD,
        end=End.STALLED, reason=Reason.ROLLED_BACK, status=Status(last_stable=stable(settings(PLAIN))),
        warns="stopped by force"),
    Row("a snapshot that is due is taken once", running(application=application(PLAIN, snapshots=(SNAP,))),
        ["TakeSnapshot"], of=resource(flink={"snapshots": {"everyMinutes": 5}})),
    Row("a window for maintenance is set beside the running job", running(), ["SetMaintenanceWindow"],
        of=resource(flink={"maintenanceWindow": "03:00"})),
    Row("scheduled work is applied", running(workload_drift=("CronJob quality",)), ["ApplyWorkloads"],
        of=resource(quality={})),
    Row("a replay that runs goes on with its new values",
        running(replays={"a": ReplayProgress("Running", 1), "b": ReplayProgress("Completed", 1)},
                outdated_replays=frozenset({"a"})), ["StopReplay", "StartReplay"],
        of=resource(replays=TWO)),
    Row("an update that does not end is rolled back by the service, and the job goes on from the last snapshot",
        running(application=stuck("UpdateApplication", UPDATING, settings=BAD, snapshots=(SNAP,)), health=None),
        ["RollBackApplication"], RESTARTED, AT, status=Status(last_stable=stable(settings(PLAIN)))),
    Row("a start that does not end is broken off and tried again",
        running(application=stuck(START, STARTING), health=None), [STOP, START], RESTARTED, "nothing",
        warns="is stopped by force and has no snapshot"),
    Row("a redeployment goes on from the snapshot that it names",
        running(application=application(PLAIN, snapshots=(SNAP,))), [UPDATE], RESTARTED, "snapshot snap",
        of=resource(flink={"redeploy": {"snapshot": "snap", "nonce": 1}})),
    Row("without snapshots of any kind an update starts from nothing", running(application=application(OFF)),
        [UPDATE], RESTARTED, "nothing", of=again(snapshots={"enabled": False}), warns="goes on from nothing"),
    Row("with snapshots off a stop loses what came after the last one", running(application=application(OFF)),
        [STOP], Effect.STOPS, of=resource(suspend=True, flink={"snapshots": {"enabled": False}}),
        warns="snapshots are off: the job stops without one"),
    Row("an application that is being deleted is made anew",
        running(application=application(PLAIN, ApplicationState.DELETING), health=None),
        ["CreateApplication", START], Effect.STARTS, "nothing"),
    Row("a snapshot beyond the retention is deleted",
        running(application=application(PLAIN, snapshots=(SNAP, snapshot("scheduled-1", minutes_ago=20),
                                                          snapshot("scheduled-0", minutes_ago=30)))),
        ["DeleteSnapshot"], of=resource(flink={"snapshots": {"retention": {"count": 1}}})),
    Row("a state of the service that nobody knows is waited for",
        running(application=application(PLAIN, ApplicationState.UNKNOWN), health=None), [], Effect.STAYS_STOPPED,
        end=End.WAITING, reason=Reason.OPERATION_IN_FLIGHT),
    Row("a remediation under way is carried out like any change", running(alarms=(ALARM,)), [UPDATE], RESTARTED,
        "a snapshot taken for it", status=Status(last_stable=stable(settings(PLAIN))),
        of=resource(remediation={"mode": "Active"})),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_forecast(row: Row) -> None:
    seen = row.forecast()
    assert [type(s.act).__name__ for s in seen.steps] == row.does
    assert (seen.end, seen.reason) == (row.end, row.reason)
    assert (seen.effect, seen.restored) == (row.effect, row.restored)
    warned = caveats(seen)
    assert any(row.warns in w for w in warned) if row.warns else not set(warned) - {row.warns}


RESTORES = [
    (acts.named("snap"), {}, "snapshot snap"),
    (acts.NOTHING, {"snapshots": (SNAP,)}, "nothing"),
    (acts.LATEST, {}, "a snapshot taken for it"),
    (acts.LATEST, {"state": READY, "snapshots": (SNAP,)}, AT),
    (acts.LATEST, {"state": READY}, "nothing: there is no snapshot"),
]


@pytest.mark.parametrize(("restore", "there", "words"), RESTORES, ids=[words for *_, words in RESTORES])
def test_what_a_job_goes_on_from_in_words(restore: acts.Restore, there: dict[str, Any], words: str) -> None:
    assert foretelling.restored_in_words(restore, application(PLAIN, **there)) == words


def test_what_goes_on_and_on_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    forever = Decision(reconciling=Reason.SCALING, record={"idle": False})
    monkeypatch.setattr(foretelling, "decide", lambda _case: forever)
    assert Row("", running()).forecast().end is End.ENDLESS


def test_what_a_status_recalls_is_the_application_that_passed_the_gate_and_its_newest_snapshot() -> None:
    world = made(resource(replays=TWO[:1]))
    seen = recalled(world.status.read(), PLAIN.spec, owner="security/dev", now=NOW)
    assert seen is not None
    assert seen.application is not None
    assert (seen.application.settings, seen.application.state) == (settings(PLAIN), ApplicationState.RUNNING)
    assert seen.application.snapshots == ()
    assert {run: r.state for run, r in seen.replays.items()} == {"a": "Completed"}


@pytest.mark.parametrize(
    "status", [Status(), Status(last_stable=stable(BAD))], ids=["an empty status", "no application"]
)
def test_a_status_that_says_too_little_recalls_nothing(status: Status) -> None:
    assert recalled(status, PLAIN.spec, owner="security/dev", now=NOW) is None


def test_a_deleted_resource_is_foretold_to_its_end() -> None:
    of = resource(deletionPolicy="Delete")
    forecast = foretell(Case(of, settings(of), running(of), Status(), NOW, deleting=True), Unseen("authpulse-dev"))
    assert [type(s.act).__name__ for s in forecast.steps] == [STOP, "DeleteApplication"]
    assert forecast.after.application is None
    assert "the service deletes the snapshots with the application" in caveats(forecast)


def test_a_paused_resource_does_nothing_and_it_is_said() -> None:
    metadata = PLAIN.metadata.model_copy(update={"annotations": {"authpulse.io/paused": "true"}})
    paused = PLAIN.model_copy(update={"metadata": metadata})
    forecast = foretell(Case(paused, BAD, running(), Status(), NOW), Unseen("authpulse-dev"))
    assert (forecast.steps, forecast.end) == ((), End.SETTLED)
    assert caveats(forecast)[0].startswith("the annotation authpulse.io/paused is set")


# -- what is foretold is what then happens


def made(of: AuthPulse) -> FakeWorld:
    """A world in which the resource has got all it wants."""
    world = FakeWorld()
    acts_of(of, world)
    return world


def acts_of(of: AuthPulse, world: FakeWorld) -> list[str]:
    """What is really done, until nothing is."""
    before, quiet = len(world.status.written), 0
    while quiet < 20:
        decision = make_pass(plan(of), world.ports())
        quiet = 0 if decision.act or decision.reconciling else quiet + 1
        world.clock.pass_time(5)
    return announced(world.status.written[before:])


CHANGES = {
    "nothing changes": {},
    "the job's settings change": {"flink": {"restartNonce": 1}},
    "settings change, and the last state is enough": {"flink": {"restartNonce": 1, "upgradeMode": "lastState"}},
    "settings change, without any state": {"flink": {"restartNonce": 1, "upgradeMode": "stateless"}},
    "settings change without snapshots": {"flink": {"snapshots": {"enabled": False}}},
    "it is suspended": {"suspend": True},
    "it gets more shards": {"stream": {"shards": 7}},
    "records are kept for longer": {"stream": {"retentionHours": 48}},
    "checks and aggregates come": {"quality": {}, "aggregates": {}},
    "a window for maintenance is set": {"flink": {"maintenanceWindow": "03:00"}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_foretold_is_what_then_happens(change: dict[str, Any]) -> None:
    world, of = made(resource()), resource(**change)
    foretold = foretell_now(plan(of), world.ports())
    assert [type(s.act).__name__ for s in foretold.steps] == acts_of(of, world)
    assert foretold.effect in (Effect.STOPS, Effect.KEEPS_RUNNING, Effect.RESTARTS)


@pytest.mark.parametrize("before", [{"suspend": True}, {"replays": TWO[:1]}], ids=["suspended", "with a replay"])
def test_also_from_elsewhere(before: dict[str, Any]) -> None:
    world, of = made(resource(**before)), resource(stream={"shards": 3})
    foretold = foretell_now(plan(of), world.ports())
    assert [type(s.act).__name__ for s in foretold.steps] == acts_of(of, world)


def test_from_nothing_is_what_happens_in_an_empty_world() -> None:
    of, world = resource(replays=TWO[:1]), FakeWorld()
    looked, blind = foretell_now(plan(of), world.ports()), foretell_from_nothing(plan(of), NOW)
    really = acts_of(of, world)
    for foretold in (looked, blind):
        assert [type(s.act).__name__ for s in foretold.steps] == really


def test_foretelling_writes_nothing() -> None:
    world = made(resource())
    parts = (world.flink, world.foundations, world.artifacts, world.workloads, world.telemetry, world.status)
    kept = list(world.status.written)
    for part in parts:
        part.switches.calls.clear()
    assert foretell_now(plan(resource(flink={"restartNonce": 1})), world.ports()).steps
    looks = {"describe", "job_health", "missing", "open_shards", "has", "firing", "lag_seconds", "incoming_records"}
    assert {c for part in parts for c in part.switches.calls} <= looks
    assert world.status.written == kept


# -- the tables behind it


def test_every_act_has_its_calls() -> None:
    every = {a for group in get_args(acts.Act) for a in (get_args(group) or (group,))}
    assert set(OF_ACTS) == every


def test_the_calls_of_a_foundation_are_those_of_what_is_missing() -> None:
    missing = foretell_from_nothing(plan(PLAIN), NOW).steps[0].act
    assert isinstance(missing, acts.MakeFoundation)
    services = {"kinesis", "s3", "glue", "iam", "logs", "athena", "sns", "cloudwatch"}
    assert {c.partition(":")[0] for c in calls_of(missing)} == services
    assert calls_of(acts.Upload(("a", "b"))) == ("s3:PutObject", "s3:PutObject")
    assert calls_of(acts.StopReplay("a"), in_cluster=False) == ("process: stop producer.replay_lanl",)


def test_every_state_that_passes_has_an_end() -> None:
    passing = {s for s in ApplicationState if s.is_in_flight}
    assert passing - ENDS.keys() == {ApplicationState.DELETING, ApplicationState.UNKNOWN}
