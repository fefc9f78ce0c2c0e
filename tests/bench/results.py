"""How measurements are shown and kept: a table for people, JSON with the machine's description for machines."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure. `ratio` is against the row that `baseline` names, of the same run."""

    what: str
    events: int
    seconds: float
    cpu_seconds: float | None = None
    baseline: str | None = None

    @property
    def per_second(self) -> float:
        return self.events / self.seconds


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), "unknown")
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr.splitlines()
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "java": java[0] if java else "none",
    }


def show(title: str, measured: Sequence[Measurement]) -> None:
    """Prints the table and writes results/<title>.json."""
    by_name = {m.what: m for m in measured}
    table = Table("", "events", "seconds", "events/s", "events/CPU s", "ratio", title=title, title_justify="left")
    for m in measured:
        ratio = _ratio(m, by_name[m.baseline]) if m.baseline else ""
        per_cpu = f"{m.events / m.cpu_seconds:,.0f}" if m.cpu_seconds else ""
        table.add_row(m.what, f"{m.events:,}", f"{m.seconds:.1f}", f"{m.per_second:,.0f}", per_cpu, ratio)
    Console(width=140).print(table)
    RESULTS.mkdir(exist_ok=True)
    document = {
        "title": title,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "measurements": [asdict(m) | {"events_per_second": round(m.per_second)} for m in measured],
    }
    (RESULTS / f"{title.replace(' ', '-')}.json").write_text(json.dumps(document, indent=2) + "\n")


def _ratio(measured: Measurement, baseline: Measurement) -> str:
    """Of the events a second, and of those a second of CPU where both are known."""
    said = f"{measured.per_second / baseline.per_second:.2f} x {baseline.what}"
    if measured.cpu_seconds and baseline.cpu_seconds:
        by_cpu = measured.events / measured.cpu_seconds / (baseline.events / baseline.cpu_seconds)
        said += f", by CPU {by_cpu:.2f}"
    return said


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
