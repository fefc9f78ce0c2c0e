"""Stages of a script: commands, each timed, several at once where asked for; what was left out is said at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVS = Path(os.environ.get("AUTHPULSE_ENVS") or ROOT / ".envs").absolute()


@dataclass(frozen=True, slots=True)
class Stage:
    """A command that has to succeed. `needs` maps a program to how to get it; without it the stage is left out."""

    name: str
    command: Sequence[str]
    needs: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that have to name something, and what."""
    after: Sequence[str] = ()
    """Stages that have to be over before, if they are run at all."""

    def lacks(self) -> list[str]:
        programs = [f"no {p}: {how}" for p, how in self.needs.items() if not shutil.which(p)]
        return programs + [f"{v} is not set: {what}" for v, what in self.variables.items() if not os.environ.get(v)]


@dataclass(frozen=True, slots=True)
class Run:
    """How a stage went."""

    stage: Stage
    code: int
    seconds: float
    printed: str = ""
    """What it printed, where that was kept back."""


def python(environment: str, *arguments: str) -> list[str]:
    """A command line for one of the environments."""
    return [str(ENVS / environment / "bin/python"), *arguments]


def run(stages: Sequence[Stage], chosen: Sequence[str], *, lanes: int = 1) -> int:
    """Runs the stages (all, or those named), goes on after a failure, and says how it went. 0 if all passed.

    With several lanes that many run at a time, and each prints what it has to say when it is over.
    """
    unknown = set(chosen) - {s.name for s in stages}
    if unknown:
        print(f"no stage {', '.join(sorted(unknown))}; there are {', '.join(s.name for s in stages)}", file=sys.stderr)
        return 2
    strict = os.environ.get("CI") == "true"
    wanted = [s for s in stages if not chosen or s.name in chosen]
    able = [s for s in wanted if not s.lacks()]
    verdicts: dict[str, tuple[str, str]] = {}
    began = time.monotonic()
    for done in _in_order(able) if lanes == 1 else _side_by_side(able, lanes):
        if lanes > 1:
            print(f"\n== {done.stage.name}\n{done.printed}", end="", flush=True)
        verdicts[done.stage.name] = ("FAILED" if done.code else "passed", f"{done.seconds:.0f} s")
    for stage in wanted:
        if stage not in able:
            verdicts[stage.name] = ("FAILED" if strict else "left out", "; ".join(stage.lacks()))
    print()
    for stage in wanted:
        verdict, remark = verdicts[stage.name]
        print(f"{stage.name:<20} {verdict:<9} {remark}")
    print(f"{'all':<20} {'':<9} {time.monotonic() - began:.0f} s")
    return 1 if any(verdict == "FAILED" for verdict, _ in verdicts.values()) else 0


def _in_order(stages: Sequence[Stage]) -> Iterator[Run]:
    for stage in stages:
        print(f"\n== {stage.name}", flush=True)
        started = time.monotonic()
        code = subprocess.run(stage.command, cwd=ROOT, check=False).returncode
        yield Run(stage, code, time.monotonic() - started)


def _side_by_side(stages: Sequence[Stage], lanes: int) -> Iterator[Run]:
    """As they end."""
    waiting, running = list(stages), dict[Future[Run], Stage]()
    with ThreadPoolExecutor(max_workers=lanes) as pool:
        while waiting or running:
            unfinished = {s.name for s in (*waiting, *running.values())}
            ready = [s for s in waiting if not unfinished.intersection(s.after)]
            for stage in ready[: lanes - len(running)]:
                print(f"-- {stage.name} begins", flush=True)
                waiting.remove(stage)
                running[pool.submit(_kept_back, stage)] = stage
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                del running[future]
                yield future.result()


def _kept_back(stage: Stage) -> Run:
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        code = subprocess.run(
            stage.command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ).returncode
        output.seek(0)
        return Run(stage, code, time.monotonic() - started, output.read())
