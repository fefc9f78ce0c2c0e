"""Twenty checks of a million rows: ours, through Athena, and the same checks by others over the same table.

`python -m bench.bench_quality`. Each is a process of its own; the local Athena shares the cores with ours. All have to
find the same. Ends with 1 when ours takes a minute or 2 GiB, and says by how much.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml
from rich.console import Console
from rich.table import Table

from bench.quality_checks import CHECKS, Use, use_of
from bench.results import RESULTS, machine
from lakehouse.tables import RAW
from support.local_aws import running_aws
from support.quality_lake import Lake
from support.quality_million import ROWS, million
from support.quality_runs import Site

LONGEST_SECONDS: Final = 60.0
MOST_MIB: Final = 2048.0
OURS: Final = "ours (Great Expectations on Athena)"
PEERS: Final = {
    "Great Expectations on pandas": "bench.peers.expectations_on_pandas",
    "pyarrow by hand": "bench.peers.columns_by_hand",
}


def suite_file(folder: Path) -> Path:
    path = folder / "bench.yaml"
    tables = [{"table": RAW.name, "checks": [dict(c) for c in CHECKS]}]
    path.write_text(yaml.safe_dump({"name": "bench", "window": "all", "tables": tables}))
    return path


def measure(folder: Path) -> dict[str, Use]:
    with running_aws(folder / "aws") as aws:
        site = Site(Lake.make(aws, {RAW.name: million().rows}), folder)
        environ = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        where = (aws.endpoint, site.lake.names.database)
        # the pages and the report are made, the bad rows copied and the figures told, as always
        named = ["--config", str(site.config), "--suite", str(suite_file(folder)), "--reports", str(folder / "reports")]
        ours = [sys.executable, "-m", "quality.run_quality_checks", *named, "--output", "json"]
        used = {OURS: use_of(ours, environ)}
        for name, module in PEERS.items():
            used[name] = use_of([sys.executable, "-m", module, *where], environ)
    return used


def disagreements(used: Mapping[str, Use]) -> list[str]:
    """What a peer found otherwise."""
    ours = used[OURS].unexpected
    return [
        f"{name} finds {use.unexpected[check]} for {check}, ours {count}"
        for name, use in used.items()
        for check, count in ours.items()
        if use.unexpected[check] != count
    ]


def breaches(use: Use) -> list[str]:
    """Which limits it does not keep."""
    found = []
    if use.seconds > LONGEST_SECONDS:
        found.append(f"{use.seconds:.1f} s, above {LONGEST_SECONDS:g}")
    if use.peak_mib > MOST_MIB:
        found.append(f"{use.peak_mib:.0f} MiB, above {MOST_MIB:g}")
    return found


def show(used: Mapping[str, Use]) -> None:
    table = Table(
        *("", "seconds", "ratio", "client's CPU s", "client's peak MiB"),
        title=f"quality: {len(CHECKS)} checks of {ROWS:,} rows",
        title_justify="left",
    )
    ours = used[OURS]
    rows: list[dict[str, Any]] = []
    for name, use in used.items():
        figures = {k: v for k, v in asdict(use).items() if k != "unexpected"}
        rows.append({"name": name, **figures, "ratio": round(ours.seconds / use.seconds, 2)})
        ratio = "" if use is ours else f"ours takes {ours.seconds / use.seconds:.2f} x"
        table.add_row(name, f"{use.seconds:.1f}", ratio, f"{use.cpu_seconds:.1f}", f"{use.peak_mib:.0f}")
    Console(width=140).print(table)
    RESULTS.mkdir(exist_ok=True)
    document = {
        "title": "quality",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {k: v for k, v in machine().items() if k != "java"},
        "rows": ROWS,
        "checks": len(CHECKS),
        "limits": {"seconds": LONGEST_SECONDS, "peak_mib": MOST_MIB},
        "limits_kept": not breaches(ours),
        "measurements": rows,
    }
    (RESULTS / "quality.json").write_text(json.dumps(document, indent=2) + "\n")


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        used = measure(Path(temporary))
    show(used)
    problems = [f"limit: {b}" for b in breaches(used[OURS])] + [f"differs: {d}" for d in disagreements(used)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if not problems:
        sys.stdout.write(f"limits kept: below {LONGEST_SECONDS:g} s and {MOST_MIB:g} MiB\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
