"""How much of the operator's core the stage `unit` has run: a table by file; fails below the floor.

The lives of `crash` are not counted: they would make the tables beside them look complete, and counting costs time.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stages import ROOT, python

FLOOR = 95.0  # percent, of lines and of branches
OF = "authpulse_operator.core"
FOLDER = ROOT / "build" / "coverage"
STAGES = ("unit",)


def collecting(stage: str, *pytest: str) -> list[str]:
    """The command line of a stage whose run counts."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    counted = ["-m", "coverage", "run", "--branch", f"--source={OF}", f"--data-file={FOLDER / stage}"]
    return python("main", *counted, "-m", "pytest", *pytest)


def main() -> int:
    """0 if enough was run."""
    absent = [stage for stage in STAGES if not (FOLDER / stage).exists()]
    if absent:
        print(f"error: nothing was counted in {', '.join(absent)}: scripts/test {' '.join(STAGES)}", file=sys.stderr)
        return 2
    report = _report()
    for path, file in sorted(report["files"].items()):
        summary, missed = file["summary"], file["missing_lines"]
        print(f"{Path(path).name:<22} {_figures(summary)}   {_in_words(missed, file['missing_branches'])}".rstrip())
    totals = report["totals"]
    print(f"{'all':<22} {_figures(totals)}")
    if min(_percent(totals, "lines", "statements"), _percent(totals, "branches", "branches")) < FLOOR:
        print(f"error: below {FLOOR:.0f} % of {OF}: add tests for what is named above", file=sys.stderr)
        return 1
    return 0


def _report() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        data, report = f"{folder}/all", Path(folder) / "report.json"
        command = python("main", "-m", "coverage")
        files = [str(FOLDER / stage) for stage in STAGES]
        subprocess.run([*command, "combine", "--quiet", "--keep", f"--data-file={data}", *files], check=True)
        subprocess.run([*command, "json", "--quiet", f"--data-file={data}", "-o", str(report)], check=True)
        return json.loads(report.read_text())


def _percent(summary: dict[str, Any], covered: str, of: str) -> float:
    total = summary[f"num_{of}"]
    return 100.0 * summary[f"covered_{covered}"] / total if total else 100.0


def _figures(summary: dict[str, Any]) -> str:
    lines, branches = _percent(summary, "lines", "statements"), _percent(summary, "branches", "branches")
    return f"{lines:6.1f} % of lines {branches:6.1f} % of branches"


def _in_words(lines: list[int], branches: list[list[int]]) -> str:
    parts = [f"lines {', '.join(map(str, lines))}"] if lines else []
    if branches:
        parts.append(f"branches {', '.join(f'{a}->{b}' for a, b in branches)}")
    return f"not run: {'; '.join(parts)}" if parts else ""


if __name__ == "__main__":
    sys.exit(main())
