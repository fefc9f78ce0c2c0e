"""Stages of a script: commands run one after the other, each timed, with what was left out said at the end."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
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

    def lacks(self) -> list[str]:
        programs = [f"no {p}: {how}" for p, how in self.needs.items() if not shutil.which(p)]
        return programs + [f"{v} is not set: {what}" for v, what in self.variables.items() if not os.environ.get(v)]


def python(environment: str, *arguments: str) -> list[str]:
    """A command line for one of the environments."""
    return [str(ENVS / environment / "bin/python"), *arguments]


def run(stages: Sequence[Stage], chosen: Sequence[str]) -> int:
    """Runs the stages (all, or those named), goes on after a failure, and says how it went. 0 if all passed."""
    unknown = set(chosen) - {s.name for s in stages}
    if unknown:
        print(f"no stage {', '.join(sorted(unknown))}; there are {', '.join(s.name for s in stages)}", file=sys.stderr)
        return 2
    strict = os.environ.get("CI") == "true"
    lines, failed = [], False
    for stage in stages:
        if chosen and stage.name not in chosen:
            continue
        lacks = stage.lacks()
        if lacks:
            failed |= strict
            lines.append((stage.name, "FAILED" if strict else "left out", "; ".join(lacks)))
            continue
        print(f"\n== {stage.name}", flush=True)
        started = time.monotonic()
        code = subprocess.run(stage.command, cwd=ROOT, check=False).returncode
        failed |= code != 0
        lines.append((stage.name, "passed" if code == 0 else "FAILED", f"{time.monotonic() - started:.0f} s"))
    print()
    for name, verdict, remark in lines:
        print(f"{name:<20} {verdict:<9} {remark}")
    return 1 if failed else 0
