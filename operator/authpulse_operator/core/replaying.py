"""Replays: recorded logs that are put into the stream, one after the other, once for each run."""

from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.spec import Replay
from authpulse_operator.core import acts
from authpulse_operator.core.case import NOW, SOON, Case, Decision, do, hold
from authpulse_operator.core.world import AlarmKind, ReplayProgress

MAX_ATTEMPTS: Final = 3
NOT_BEGUN: Final = ReplayProgress(state="Pending")


def run_of(replay: Replay, *, rounds: int) -> str:
    """The name of the run that is wanted now: another nonce, or another round, is another run."""
    return f"{replay.run}-r{rounds}" if rounds else replay.run


def seen_of(case: Case, replay: Replay) -> ReplayProgress:
    """How the run that is wanted now stands."""
    return case.observed.replays.get(run_of(replay, rounds=case.status.replay_rounds), NOT_BEGUN)


def is_held(case: Case, replay: Replay) -> bool:
    """By the spec, or by remediation until a person has changed the spec."""
    held = case.status.held_replays
    return replay.suspend or held is not None


def has_work(case: Case) -> bool:
    """A replay runs, or is about to."""
    wanted = [r for r in case.spec.replays if not is_held(case, r)]
    return any(r.state == "Running" for r in case.observed.replays.values()) or any(
        (seen := seen_of(case, r)).state == "Pending" or (seen.state == "Failed" and seen.attempts < MAX_ATTEMPTS)
        for r in wanted
    )


def release_held_replays(case: Case) -> Decision | None:
    """Held since an alarm: go on when the spec has changed, or begin anew when the alarm is over and that was meant."""
    held = case.status.held_replays
    if held is None:
        return None
    if case.resource.metadata.generation != held.generation:
        return Decision(
            reconciling=Reason.REPLAYING,
            message="the spec has changed; held replays go on",
            next_look_seconds=NOW,
            record={"held_replays": None},
        )
    is_over = all(a.kind is not AlarmKind.INVALID_RECORDS for a in case.observed.alarms)
    if not held.again or not is_over:
        return None
    record = {"held_replays": None, "replay_rounds": case.status.replay_rounds + 1}
    message = "the alarm is over; replaying again"
    return Decision(reconciling=Reason.REPLAYING, message=message, next_look_seconds=NOW, record=record)


def stop_unwanted_replay(case: Case) -> Decision | None:
    """A run that the spec no longer wants, or that is held, does not go on sending."""
    wanted = {run_of(r, rounds=case.status.replay_rounds) for r in case.spec.replays if not is_held(case, r)}
    stray = next((n for n, r in case.observed.replays.items() if r.state == "Running" and n not in wanted), None)
    if stray is None:
        return None
    named = {run_of(r, rounds=case.status.replay_rounds) for r in case.spec.replays}
    why = "which is held" if stray in named else "which the spec does not name"
    return do(acts.StopReplay(stray), Reason.STOPPING, f"stopping replay {stray}, {why}")


def run_replays(case: Case) -> Decision | None:
    """The first replay that is not complete: start it, watch it, stop it to go on as the spec says now, resume
    it when it broke, say so when it cannot be."""
    for replay in case.spec.replays:
        seen = seen_of(case, replay)
        if seen.state == "Completed" or is_held(case, replay):
            continue
        run = run_of(replay, rounds=case.status.replay_rounds)
        if run in case.observed.outdated_replays:
            message = f"stopping replay {replay.name}, which goes on at its checkpoint as the spec says now"
            return do(acts.StopReplay(run), Reason.REPLAYING, message)
        if seen.state == "Running":
            return Decision(message=progress(replay.name, seen), next_look_seconds=SOON)
        if seen.state == "Failed" and seen.attempts >= MAX_ATTEMPTS:
            message = f"replay {replay.name} failed {seen.attempts} times: {seen.message}"
            return Decision(stalled=Reason.REPLAY_FAILED, message=message)
        if case.observed.workload_obstacle is not None:
            return None
        verb = "resuming" if seen.attempts else "starting"
        message = f"{verb} replay {replay.name}" + (f" after: {seen.message}" if seen.message else "")
        return do(acts.StartReplay(replay, run), Reason.REPLAYING, message)
    return None


def report_waiting_workloads(case: Case) -> Decision | None:
    """Replays, checks and aggregates that cannot be started say what a person has to set; all else goes on."""
    obstacle = case.observed.workload_obstacle
    if obstacle is None:
        return None
    replays = (r for r in case.spec.replays if seen_of(case, r).state != "Completed" and not is_held(case, r))
    scheduled = {"checks": case.spec.quality, "aggregates": case.spec.aggregates}
    waiting = [*(f"replay {r.name}" for r in replays), *(name for name, asked in scheduled.items() if asked)]
    if not waiting:
        return None
    return hold(Reason.NO_WORKER_IMAGE, f"{', '.join(waiting)} cannot be started: {obstacle}")


def progress(name: str, seen: ReplayProgress) -> str:
    """One line about a running replay."""
    return f"replay {name}: {seen.lines} lines read, {seen.events} events sent, {seen.rejected} rejected"
