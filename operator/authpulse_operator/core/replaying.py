"""Replays: recorded logs that are put into the stream, one after the other, once each."""

from typing import Final

from authpulse_operator.api.reasons import Reason
from authpulse_operator.core import acts
from authpulse_operator.core.case import Case, Decision
from authpulse_operator.core.world import ReplayProgress

MAX_ATTEMPTS: Final = 3
NOT_BEGUN: Final = ReplayProgress(state="Pending")


def run_replays(case: Case) -> Decision | None:
    """The first replay that is not complete: start it, watch it, resume it when it broke, say so when it cannot be."""
    for replay in case.resource.spec.replays:
        seen = case.observed.replays.get(replay.name, NOT_BEGUN)
        if seen.state == "Completed":
            continue
        if seen.state == "Running":
            return Decision(reconciling=Reason.REPLAYING, message=progress(replay.name, seen), next_look_seconds=2)
        if seen.state == "Failed" and seen.attempts >= MAX_ATTEMPTS:
            message = f"replay {replay.name} failed {seen.attempts} times: {seen.message}"
            return Decision(stalled=Reason.REPLAY_FAILED, message=message)
        verb = "resuming" if seen.attempts else "starting"
        message = f"{verb} replay {replay.name}" + (f" after: {seen.message}" if seen.message else "")
        return Decision(acts.StartReplay(replay), reconciling=Reason.REPLAYING, message=message, next_look_seconds=2)
    return None


def progress(name: str, seen: ReplayProgress) -> str:
    """One line about a running replay."""
    return f"replay {name}: {seen.lines} lines read, {seen.events} events sent, {seen.rejected} rejected"
