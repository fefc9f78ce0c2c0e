"""Waiting for a resource to get somewhere, with what it is at shown meanwhile."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from authpulse.cli.kubectl.cluster import Cluster
from authpulse.cli.kubectl.seen import Seen
from authpulse.cli.progress import Steps
from authpulse.ending import STDERR
from authpulse.errors import AuthPulseError, InputError
from authpulse_operator.adapters.kube.kinds import AUTHPULSES

POLL_SECONDS: Final = 1.0
UNITS: Final = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Patience:
    """Whether to wait, and how long at most."""

    wait: bool
    seconds: float


def seconds_of(duration: str) -> float:
    """`90s`, `15m`, `1h30m` or a number of seconds. Raises InputError."""
    parts = re.findall(r"(\d+(?:\.\d+)?)([smh])", duration)
    if "".join(n + u for n, u in parts) == duration and parts:
        return float(sum(float(n) * UNITS[u] for n, u in parts))
    try:
        seconds = float(duration)
    except ValueError:
        seconds = -1
    if seconds < 0:
        raise InputError(f"--timeout: {duration!r} is no duration; write it as in 90s, 15m or 1h30m")
    return seconds


def wait_until(
    reached: Callable[[Seen], bool],
    cluster: Cluster,
    name: str,
    doing: str,
    patience: Patience,
) -> Seen:
    """The resource when it got there. Raises AuthPulseError when it stalls, is deleted, or time is up."""
    deadline = time.monotonic() + patience.seconds
    with Steps(STDERR) as steps:
        while True:
            seen = Seen(cluster.get(AUTHPULSES, name))
            if reached(seen):
                return seen
            if seen.is_stalled:
                raise AuthPulseError(f"{seen.identity} is stalled: {seen.now}")
            if time.monotonic() >= deadline:
                raise AuthPulseError(f"{seen.identity} is not there after {patience.seconds:g} s: {seen.now}")
            steps.at(doing, seen.now if seen.is_current else "the operator has not seen the change yet")
            time.sleep(POLL_SECONDS)
